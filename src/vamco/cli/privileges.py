"""Started as root, Vàm Cỏ goes on as the system user that also runs the database: neither web nor worker has root's rights.

The whole command changes its user, not only its programs: root would otherwise write logs and marks into a folder in which that
user may put links to any file. An earlier run's data, which root made, are handed over first.
"""

from __future__ import annotations

import compileall
import os
import pwd
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from vamco.cli import ground
from vamco.cli.console import say
from vamco.config.unfinished import refuse_unfinished
from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ROOTS: Final = ("XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")
_PACKAGE: Final = Path(__file__).resolve().parents[1]
_OURS: Final = frozenset(
    {"owner.lock", "pgdata", "secret_key", "logs"}
)  # what a data folder holds from its first start on
# What web and worker need, tried as the user that would run them: the installation, the place it runs from, the pack.
_TRIAL: Final = """
import os, sys
import django, granian, psycopg, vamco.lib.errors
for folder in sys.argv[1:]:
    os.chdir(folder)
    os.listdir(folder)
"""


def drop(folder: Path | None, argv: Sequence[str], *needed: Path, by_environment: bool = False) -> Path | None:
    """As root, begin this command again as the system user, with the data folder in its hands; otherwise do nothing.

    Return only when we go on as who we are, with the data folder to use, which may be another one (see `ground`). `argv` is the
    command with its options; `needed` are folders that the programs read. The new command is told the folder by its option --data, or
    `by_environment`. Where that user cannot run our programs, say so and go
    on as root. Unavailable where there can be no such user.
    """
    if os.geteuid() != 0:
        return folder
    home = ground.data_folder(folder) if folder else None
    if home is not None:
        refuse_unfinished(home)
    user = ground.system_user(home or ground.STATE)
    python, environment, why = _python(user, needed)
    if not why:
        if home is not None:
            _hand_over(home, user)
        with suppress(OSError):
            compileall.compile_dir(_PACKAGE, quiet=2)  # that user could not write what it compiles at each start
        words = [python, "-P", "-m", "vamco", *argv, *(["--data", str(home)] if home and not by_environment else [])]
        named = {"VAMCO_DATA": str(home)} if home and by_environment else {}
        _go_on_as(user, words, {**environment, **named, **_own(user, home)})
    else:
        say(
            N_(
                "Web and worker run as root, because the user “%(user)s” cannot use this installation (%(why)s). "
                "Put it where everybody may read it, for example below /opt."
            ),
            user=_name(user),
            why=why,
        )
    return home


def _name(user: tuple[int, int]) -> str:
    try:
        return pwd.getpwuid(user[0]).pw_name
    except KeyError:
        return str(user[0])


def _python(user: tuple[int, int], needed: tuple[Path, ...]) -> tuple[str, dict[str, str], str]:
    """Give a Python that `user` can run our programs with, its environment, and why there is none.

    Ours may lie below /root; then one of the same version that comes with the system is as good, and is told where ours finds
    its packages.
    """
    own, version = {**os.environ}, f"python{sys.version_info.major}.{sys.version_info.minor}"
    bases = {sys.base_prefix, sys.base_exec_prefix}
    packages = [path for path in sys.path if path and not any(Path(path).is_relative_to(base) for base in bases)]
    lent = {**own, "PYTHONPATH": os.pathsep.join(packages), "PYTHONNOUSERSITE": "1"}
    why = ""
    for python, environment in (
        (sys.executable, own),
        (f"/usr/bin/{version}", lent),
        (f"/usr/local/bin/{version}", lent),
    ):
        fault = _trial(python, environment, user, needed)
        if not fault:
            return python, environment, ""
        why = why or fault
    return "", {}, why


def _trial(python: str, environment: dict[str, str], user: tuple[int, int], needed: tuple[Path, ...]) -> str:
    """Give why `user` cannot run our programs with a Python, "" when it can."""
    try:
        done = subprocess.run(  # noqa: S603  # our own script
            [python, "-P", "-c", _TRIAL, *map(str, needed)],
            user=user[0],
            group=user[1],
            extra_groups=[],
            cwd="/",
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        return f"{python}: {error.strerror}"
    if done.returncode == 0:
        return ""
    return next(iter(reversed(done.stderr.strip().splitlines())), f"exit code {done.returncode}")


def _hand_over(home: Path, user: tuple[int, int]) -> None:
    """Give `user` the data folder and what root has in it; Refused for a folder that holds other things and none of ours.

    Links are not followed, and a file with a second name is left alone: it may be any file of the system.
    """
    names = {entry.name for entry in home.iterdir()}
    if names and not names & _OURS:
        raise Refused(
            "up.foreign_folder",
            N_("%(folder)s holds other things and was no data folder so far. Choose an empty one with --data."),
            folder=home,
        )
    for path in _entries(home):
        found = path.lstat()
        several = not stat.S_ISDIR(found.st_mode) and found.st_nlink > 1
        if found.st_uid == 0 and not several:
            os.chown(path, *user, follow_symlinks=False)


def _entries(home: Path) -> Iterator[Path]:
    """Give the folder and all in it but the database's own, which is its user's already."""
    yield home
    for top, folders, files in os.walk(home):
        if top == str(home) and "pgdata" in folders:
            folders.remove("pgdata")
        yield from (Path(top) / name for name in (*folders, *files))


def _go_on_as(user: tuple[int, int], words: list[str], environment: dict[str, str]) -> NoReturn:
    os.setgroups([])
    os.setresgid(user[1], user[1], user[1])
    os.setresuid(user[0], user[0], user[0])
    os.execve(words[0], words, environment)  # noqa: S606  # our own program


def _own(user: tuple[int, int], home: Path | None) -> dict[str, str]:
    """Give what the environment says of who runs it. Libraries keep things at home, and root's is closed from now on."""
    name, place = _name(user), str(home or "/nonexistent")
    return {"HOME": place, "USER": name, "LOGNAME": name, **dict.fromkeys(_ROOTS, place)}
