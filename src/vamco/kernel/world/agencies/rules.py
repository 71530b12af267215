"""The two shapes of agency codes. Pure.

Source: QCVN 102:2016/BTTTT (13 characters, leaf first) and QĐ 20/2020/QĐ-TTg as amended by QĐ 09/2025 (root first, at
most 35 characters).
"""

from __future__ import annotations

import re

from vamco.kernel.world.agencies.contracts import LONGEST

OLD, NEW = "qcvn102", "qd20"
SCHEMES = (OLD, NEW)

_OLD = re.compile(r"[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}")
_NEW = re.compile(r"[A-Z][A-Z0-9]*(\.[A-Z0-9]+)*")


def written(code: str) -> str:
    """Give a code as it is stored: upper case, without blanks."""
    return "".join(code.split()).upper()


def scheme_of(code: str) -> str | None:
    """Give the scheme whose shape a code has, or None."""
    if _OLD.fullmatch(code):
        return OLD
    return NEW if len(code) <= LONGEST and _NEW.fullmatch(code) else None


def root_first(old: str) -> str:
    """Give what an old code would read in the new scheme: its groups turned round, those of zeros left out.

    A proposal for the list of codes, not a translation: no text says that agencies kept their groups.
    """
    return ".".join(group for group in reversed(old.split(".")) if group.strip("0"))
