"""How people write the name of a place, and which unit they mean. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vamco.lib.text import fold, spelling

# Kinds of units by level. Until 30 June 2025 there were districts, and townships beside communes and wards; since then a
# province (tỉnh) or a centrally-run city stands above communes (xã), wards (phường) and special zones (đặc khu).
# Source: Luật Tổ chức chính quyền địa phương 72/2025/QH15, Đ. 1.
PROVINCES = ("province", "city")
DISTRICTS = ("district",)
COMMUNES = ("commune", "ward", "special_zone", "township")
LEVELS = {kind: level for level, kinds in enumerate((PROVINCES, DISTRICTS, COMMUNES)) for kind in kinds}

# What stands before a name, folded, as people write it. A "thành phố" is a city run by the centre, or was a district.
_TITLES: dict[str, tuple[str, ...]] = {
    "tinh": ("province",),
    "thanh pho": ("city", "district"),
    "tp": ("city", "district"),
    "quan": ("district",),
    "q": ("district",),
    "huyen": ("district",),
    "h": ("district",),
    "thi xa": ("district",),
    "tx": ("district",),
    "xa": ("commune",),
    "x": ("commune",),
    "phuong": ("ward",),
    "p": ("ward",),
    "thi tran": ("township", "commune"),
    "tt": ("township", "commune"),
    "dac khu": ("special_zone",),
}
_TITLE = re.compile(rf"(?P<title>{'|'.join(sorted(_TITLES, key=len, reverse=True))})(?:\.\s*|\s+)(?P<name>\S.*)")
_PARTS = re.compile(r"[,;–—]|\s-\s")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A name as it was asked for. `kinds` empty: of any kind. `within`: folded names of units that it should lie in."""

    folded: str
    spelling: str
    kinds: tuple[str, ...] = ()
    within: tuple[str, ...] = ()


def wanted(text: str) -> list[Wanted]:
    """Give what a text may ask for, such as "xã Châu Thành", "TX. Hòa Thành" or "Chau Thanh, Long An".

    Two readings where the title may be a part of the name ("Xa Mat"): the one with a title first. Empty for no name at all.
    """
    head, *rest = [part.strip() for part in _PARTS.split(text)]
    within = tuple(_bare(part) for part in rest if part)
    readings = []
    folded = fold(head)
    if found := _TITLE.fullmatch(folded):
        bare = " ".join(head.replace(".", ". ", 1).split())
        words = len(found["name"].split())
        readings.append(
            Wanted(found["name"], spelling(" ".join(bare.split()[-words:])), _TITLES[found["title"]], within)
        )
    if folded:
        readings.append(Wanted(folded, spelling(head), (), within))
    return readings


def _bare(part: str) -> str:
    folded = fold(part)
    found = _TITLE.fullmatch(folded)
    return found["name"] if found else folded


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit as far as its name matters. `above`: folded names of the units that it lies or lay in."""

    name: str
    kind: str
    above: tuple[str, ...]
    in_force: bool


def score(asked: Wanted, candidate: Candidate) -> tuple[bool, bool, bool] | None:
    """Give how well a unit answers: (in force, spelt as asked, the whole name), best first when sorted down; None if not.

    A name in another kind, in another unit above, or that does not even begin as asked is no answer.
    """
    if asked.kinds and candidate.kind not in asked.kinds:
        return None
    if not all(name in candidate.above for name in asked.within):
        return None
    folded = fold(candidate.name)
    whole = folded == asked.folded
    if not whole and not folded.startswith(asked.folded):
        return None
    spelt = spelling(candidate.name) == asked.spelling if whole else _begins(candidate.name, asked)
    return candidate.in_force, spelt, whole


def _begins(name: str, asked: Wanted) -> bool:
    return spelling(name[: len(asked.folded)]) == asked.spelling
