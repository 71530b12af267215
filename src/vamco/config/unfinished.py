"""A data folder that a restore has not finished: nothing starts on it but that restore."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    from pathlib import Path

MARK: Final = "restoring"  # a file in the data folder from the first to the last moment of a restore
TOKEN: Final = "VAMCO_RESTORE"  # noqa: S105  # the name of a variable; what it holds is the content of the file


def refuse_unfinished(data: Path) -> None:
    """Refuse a data folder that is half restored, unless this process is the restore."""
    try:
        token = (data / MARK).read_text(encoding="ascii")
    except (FileNotFoundError, NotADirectoryError):
        return
    except PermissionError:
        if not os.access(data, os.X_OK):  # not ours to enter: whoever needs it says so
            return
        token = None  # another user's restore
    if token is None or os.environ.get(TOKEN) != token:
        raise Refused(
            "restore.unfinished",
            N_("The restore into %(folder)s is not finished. Run “vamco restore” again; it begins anew."),
            folder=data,
        )
