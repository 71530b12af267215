"""Lets a command work beside a running `vamco up` or `vamco serve`: with its database, its pack and its keys.

The running one holds its data folder, and its programs carry what they were given in their environment, which only the same
system user and root can read. So no secret is written down for this.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vamco.cli import ground, leash, postgres, privileges
from vamco.cli.province import CHECKOUT, chosen_folder
from vamco.lib.errors import N_, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PREFIXES: Final = ("VAMCO_", "DATABASE_", "AWS_")


def join(argv: Sequence[str], *, as_its_user: bool) -> None:
    """Take over what the Vàm Cỏ that runs on our data folder was given; what was set for this command stays.

    `as_its_user`: root goes on as the system user to whom the folder belongs, since the command may write into it.
    """
    folder = chosen_folder()
    if not folder.is_dir():
        return
    if as_its_user and os.geteuid() == 0:
        os.environ["VAMCO_DATA"] = str(privileges.drop(folder, argv, CHECKOUT, by_environment=True))
    home = _home(folder)
    holder = postgres.owner(home)
    for name, value in _given(holder, home) if holder else ():
        os.environ.setdefault(name, value)
    os.environ["VAMCO_DATA"] = str(home)


def silence() -> Unavailable:
    """Return the error for a command that found no database."""
    folder = chosen_folder()
    if "DATABASE_URL" in os.environ:
        return Unavailable("cli.database_silent", N_("The database at DATABASE_URL does not answer."))
    return Unavailable(
        "cli.nothing_runs",
        N_(
            "No Vàm Cỏ runs on the data folder %(folder)s. Start “vamco up” or “vamco serve”, name its folder with "
            "VAMCO_DATA, or the database with DATABASE_URL. Of a running one only its system user and root can see the database."
        ),
        folder=folder,
    )


def _home(folder: Path) -> Path:
    """Return the folder, or the one that stands in for it (see `ground`); makes nothing."""
    sign = folder.resolve() / "elsewhere"
    return ground.data_folder(folder) if sign.exists() else folder.resolve()


def _given(holder: int, home: Path) -> Iterator[tuple[str, str]]:
    """Yield the settings of a program that the holder of the folder has started."""
    for pid, (_state, parent, _session) in leash.processes().items():
        if parent != holder:
            continue
        try:
            words = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        except OSError:
            continue  # it has ended, or belongs to somebody else
        given = dict(word.decode(errors="surrogateescape").split("=", 1) for word in words if b"=" in word)
        if given.get("VAMCO_DATA") == str(home) and "DATABASE_URL" in given:
            yield from ((name, value) for name, value in given.items() if name.startswith(_PREFIXES))
            return
