"""The launcher `./vamco`, from a copy of the tree in a folder with a space in its name."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vamco.cli.tests.conftest import AS_NOBODY, NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[4]
DECIDING = ("pyproject.toml", "uv.lock", "package-lock.json", "src/vamco/cli/install.py", "src/vamco/web/vendor.py")
TOOLS = ("sh", "readlink", "cat", "cksum", "uname")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of what the launcher itself reads, with an installation that answers for the real one."""
    folder = tmp_path / "cây số 1"
    for name in DECIDING:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    shutil.copy(ROOT / "vamco", folder)
    (folder / "src/vamco/cli/install.py").write_text(
        "import pathlib, sys\n"
        "root = pathlib.Path(__file__).parents[3]\n"
        "(root / '.venv' / 'bin').mkdir(parents=True, exist_ok=True)\n"
        "(root / '.venv' / 'installed').write_text(f'{sys.argv[1]}\\n{sys.argv[2]}\\n')\n"
        "python = root / '.venv' / 'bin' / 'python'\n"
        "python.write_text('#!/bin/sh\\nfor word; do echo \"<$word>\"; done\\nexit 42\\n')\n"
        "python.chmod(0o755)\n"
        "print('installing', sys.argv[1])\n"
        "sys.exit((root / 'broken').exists())\n"
    )
    return folder


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A PATH with the launcher's tools and a Python whose pip answers."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in TOOLS:
        (folder / name).symlink_to(shutil.which(name) or pytest.fail(name))
    script(folder / "python3", f'case $1$2 in -mpip) ;; *) exec "{sys.executable}" "$@" ;; esac')
    return folder


def script(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def launch(checkout: Path, programs: Path, *words: str) -> tuple[int, list[str], str]:
    done = subprocess.run(
        [checkout / "vamco", *words],
        env={"PATH": str(programs)},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.splitlines(), done.stderr


def test_it_installs_once_and_hands_over_words_and_exit_code(checkout: Path, programs: Path) -> None:
    ran = ["<-P>", "<-m>", "<vamco>", "<up>", "<a b>"]
    assert launch(checkout, programs, "up", "a b") == (42, ["installing product", *ran], "")
    (programs / "python3").unlink()  # not even Python is looked for
    assert launch(checkout, programs, "up", "a b") == (42, ran, "")


@pytest.mark.parametrize("name", DECIDING)
def test_it_installs_again_when_what_decides_has_changed(checkout: Path, programs: Path, name: str) -> None:
    launch(checkout, programs)
    with (checkout / name).open("a") as file:
        file.write("# changed\n")
    assert launch(checkout, programs)[1][0] == "installing product"
    assert launch(checkout, programs)[1][0] == "<-P>"


def test_it_installs_again_after_a_move_or_the_loss_of_its_python(checkout: Path, programs: Path) -> None:
    launch(checkout, programs)
    moved = checkout.rename(checkout.with_name("chỗ khác"))
    assert launch(moved, programs)[1][0] == "installing product"
    (moved / ".venv/bin/python").unlink()
    assert launch(moved, programs)[1][0] == "installing product"


def test_tests_and_benches_have_groups_of_their_own(checkout: Path, programs: Path) -> None:
    launch(checkout, programs, "up")
    assert launch(checkout, programs, "test", "--full")[1][0] == "installing test"
    assert launch(checkout, programs, "bench", "up")[1][0] == "installing bench"


def test_it_can_be_called_through_a_link(checkout: Path, programs: Path, tmp_path: Path) -> None:
    launch(checkout, programs)
    link = tmp_path / "link"
    link.symlink_to(checkout / "vamco")
    done = subprocess.run([link, "x"], env={"PATH": str(programs)}, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["<-P>", "<-m>", "<vamco>", "<x>"]


def test_a_failed_installation_stops_it(checkout: Path, programs: Path) -> None:
    (checkout / "broken").touch()
    assert launch(checkout, programs, "up") == (1, ["installing product"], "")


@pytest.mark.parametrize("there", ["none", "an old one", "one that pyenv only pretends to have"])
def test_no_python_is_told_in_both_languages(checkout: Path, programs: Path, there: str) -> None:
    (programs / "python3").unlink()
    if there == "an old one":
        script(programs / "python3", "exit 1")  # what the question for 3.11 ends with
    elif there != "none":
        script(programs / "python3.13", "exit 127")
    code, out, said = launch(checkout, programs)
    assert (code, out) == (1, [])
    assert "Python 3.11 or later is needed" in said
    assert "Cần Python 3.11 trở lên" in said


def test_a_python_without_pip_is_passed_over_or_told(checkout: Path, programs: Path) -> None:
    script(programs / "python3.13", f'case $1$2 in -mpip) exit 1 ;; *) exec "{sys.executable}" "$@" ;; esac')
    assert launch(checkout, programs)[1][0] == "installing product"
    shutil.rmtree(checkout / ".venv")
    (programs / "python3").unlink()
    code, _, said = launch(checkout, programs)
    assert code == 1
    assert "python3.13 has no pip" in said
    assert "python3.13 chưa có pip" in said


# The real thing, over the network


def copy_tree(target: Path) -> None:
    """Copies what git would track: neither what ./vamco made nor caches."""
    made = shutil.ignore_patterns(
        ".git",
        ".venv",
        ".uv",
        ".vamco",
        "node_modules",
        "vendor",
        "__pycache__",
        ".*_cache",
        ".hypothesis",
        ".install.lock",
    )
    shutil.copytree(ROOT, target, ignore=made)


@pytest.fixture(params=["as we are", "as an ordinary user"])
def real(request: pytest.FixtureRequest) -> Iterator[tuple[Path, list[str], dict[str, str]]]:
    """A copy of the whole tree, the prefix that makes a command run as its user, and that user's environment."""
    base = Path(tempfile.mkdtemp(prefix="vamco launcher "))
    base.chmod(0o755)
    checkout, home = base / "bản sao", base / "nhà"
    home.mkdir()
    copy_tree(checkout)
    # Where packages come from is the machine's affair: all of its environment but what belongs to these tests.
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "COV", "VAMCO", "DATABASE", "VIRTUAL"))}
    prefix: list[str] = []
    if request.param == "as an ordinary user":
        if os.geteuid() != 0:
            pytest.skip("we are an ordinary user already")
        prefix = AS_NOBODY
        for path in (base, *base.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
        kept |= {"HOME": str(home), "PATH": "/usr/local/bin:/usr/bin:/bin"}
    yield checkout, prefix, kept
    shutil.rmtree(base)


@pytest.mark.full
@pytest.mark.skipif({name for _, name in socket.if_nameindex()} == {"lo"}, reason="installing needs the network")
def test_two_starts_at_once_install_and_the_third_needs_no_network(
    real: tuple[Path, list[str], dict[str, str]],
) -> None:
    checkout, prefix, environment = real
    argv = [*prefix, str(checkout / "vamco"), "--version"]
    both = [
        subprocess.Popen(argv, env=environment, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(2)
    ]
    for start in both:
        said, _ = start.communicate(timeout=600)
        assert start.returncode == 0, said
        assert said.splitlines()[-1] == "vamco 0.1.0"
    assert (checkout / "src/vamco/web/static/vendor/htmx/htmx.min.js").stat().st_size > 10_000
    there = {path.name for path in (checkout / ".venv").glob("lib/python3*/site-packages/*")}
    assert "django" in there
    assert not {"pytest", "hypothesis", "mypy"} & there
    assert not list(checkout.glob(".web-*"))
    cut = ["unshare", "-n", *argv] if os.geteuid() == 0 else ["unshare", "-rn", *argv]
    installed = (checkout / ".venv" / "installed").stat().st_mtime_ns
    done = subprocess.run(cut, env=environment, cwd="/", capture_output=True, text=True, check=False)
    if "unshare failed" in done.stderr:
        pytest.skip("this machine does not let us cut the network")
    assert (done.returncode, done.stdout, done.stderr) == (0, "vamco 0.1.0\n", "")
    assert (checkout / ".venv" / "installed").stat().st_mtime_ns == installed, "nothing was installed again"


def test_the_launcher_and_ci_can_be_run() -> None:
    for name in ("vamco", ".ci/run"):
        assert stat.S_IMODE((ROOT / name).stat().st_mode) & 0o111 == 0o111
    assert "exec ./vamco test" in (ROOT / ".ci/run").read_text()
