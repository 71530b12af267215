"""What an answer of an outside issuer of identity must say to be believed, and whom it describes. Pure.

Sources: OpenID Connect Core 1.0, 3.1.3.7 (ID token); RFC 9207 (the issuer in the answer); NĐ 69/2024/NĐ-CP (levels 1 and 2).
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping  # noqa: TC003  # pydantic reads the annotations at run time
from dataclasses import dataclass, field
from typing import Any, Final

SKEW: Final = 120  # seconds that two clocks may differ by
LONGEST_SUBJECT: Final = 255
LONGEST_NAME: Final = 150
NEEDS_GUARDIAN: Final = (
    14  # years. Source: NĐ 69/2024/NĐ-CP, Đ. 7: for who is younger, the parent or guardian registers
)
_METHODS: Final = re.compile(r"[a-z0-9_]{2,12}")
_VIETNAMESE_DAY: Final = re.compile(r"(?:(?:(\d{1,2})/)?(\d{1,2})/)?(\d{4})")
_ISO_DAY: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


class Unproven(Exception):  # noqa: N818  # the answer is
    """An answer that proves nothing; `reason` is a word for the log and never quotes the answer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Profile:
    """How an issuer names what it says: claims of number, name, day of birth and sex; its `acr` values with the level that each stands for."""

    scope: str
    number: str
    name: str
    born: str
    sex: str
    sexes: Mapping[str, str]
    levels: Mapping[str, int]
    unknown_level: int = 1
    source: str = ""

    def level(self, acr: object) -> int:
        """Return the level that an `acr` stands for."""
        return self.levels.get(acr, self.unknown_level) if isinstance(acr, str) else self.unknown_level

    def acr(self, level: int) -> str:
        """Return the `acr` values to ask for, where at least a level is wanted: the lowest that suffices first."""
        enough = [(found, acr) for acr, found in self.levels.items() if found >= level]
        return " ".join(acr for _found, acr in sorted(enough))


@dataclass(frozen=True)
class Expected:
    """What was asked, and from whom. `confirmed_after`: the earliest second at which the person may have shown who they are."""

    issuer: str
    client: str
    nonce: str
    confirmed_after: float | None = None


@dataclass(frozen=True)
class Holder:
    """Whom an issuer has described. `number` is "" where it gave none; `at`: when the person showed who they are, None where unsaid."""

    subject: str
    level: int
    methods: tuple[str, ...]
    at: float | None
    number: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    born: str = field(default="", repr=False)
    sex: str = field(default="", repr=False)


def check(claims: Mapping[str, Any], expected: Expected, *, now: float) -> None:
    """Raise Unproven unless a signed ID token is of this issuer, for this client, this question and this time."""
    if claims.get("iss") != expected.issuer:
        raise Unproven("iss")
    _check_audience(claims, expected.client)
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or "\0" in subject:
        raise Unproven("sub")
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or nonce != expected.nonce:
        raise Unproven("nonce")
    _check_times(claims, expected.confirmed_after, now)


def _check_audience(claims: Mapping[str, Any], client: str) -> None:
    audience = claims.get("aud")
    named = [audience] if isinstance(audience, str) else audience
    if not isinstance(named, list) or client not in named:
        raise Unproven("aud")
    party = claims.get("azp")
    if (party is None and len(named) > 1) or (party is not None and party != client):
        raise Unproven("azp")


def _check_times(claims: Mapping[str, Any], confirmed_after: float | None, now: float) -> None:
    expires, issued = _seconds(claims, "exp"), _seconds(claims, "iat")
    if expires is None or issued is None:
        raise Unproven("no_time")
    if expires <= now - SKEW:
        raise Unproven("expired")
    begins = _seconds(claims, "nbf")
    if issued > now + SKEW or (begins is not None and begins > now + SKEW):
        raise Unproven("not_yet")
    at = _seconds(claims, "auth_time")
    if at is not None and at > now + SKEW:
        raise Unproven("not_yet")
    if confirmed_after is not None and (at is None or at < confirmed_after - SKEW):
        raise Unproven("auth_time")


def _seconds(claims: Mapping[str, Any], name: str) -> float | None:
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e11:  # noqa: PLR2004
        raise Unproven("no_time")
    return float(value)


def describe(claims: Mapping[str, Any], profile: Profile) -> Holder:
    """Return whom checked claims describe; what is no text counts as not said."""
    methods = claims.get("amr")
    told = [each for each in methods if isinstance(each, str)] if isinstance(methods, list) else []
    at = claims.get("auth_time")
    return Holder(
        subject=claims["sub"],
        level=profile.level(claims.get("acr")),
        methods=tuple(each for each in told if _METHODS.fullmatch(each))[:8] or ("eid",),
        at=float(at) if at is not None else None,
        number=_text(claims, profile.number),
        name=clean_name(_text(claims, profile.name)),
        born=read_day(_text(claims, profile.born)),
        sex=profile.sexes.get(_text(claims, profile.sex), ""),
    )


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value if isinstance(value, str) else ""


def clean_name(name: str) -> str:
    """Return a name in composed letters, with single spaces and nothing that does not print; any number of words is a name."""
    composed = unicodedata.normalize("NFC", name)
    printed = "".join(letter if letter.isprintable() else " " for letter in composed)
    return " ".join(printed.split())[:LONGEST_NAME]


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same but for capitals."""
    return clean_name(one).casefold() == clean_name(other).casefold()


def read_day(written: str) -> str:
    """Return a day of birth as 1990-02-28, 1990-02 or 1990: as much as was said; "" for what is no day."""
    if found := _VIETNAMESE_DAY.fullmatch(written.strip()):
        day, month, year = found.groups()
    elif found := _ISO_DAY.fullmatch(written.strip()):
        year, month, day = found.groups()
    else:
        return ""
    parts = [int(part) for part in (year, month, day) if part]
    try:
        dt.date(*[*parts, 1, 1][:3])
    except ValueError:
        return ""
    return "-".join([f"{parts[0]:04}", *(f"{part:02}" for part in parts[1:])])


def age(born: str, today: dt.date) -> int | None:
    """Return somebody's age in years; of one who may be a year younger or older, the younger. None where no year is known.

    Who is born on 29 February is a year older on 1 March of other years. Source: Bộ luật Dân sự 2015, Đ. 148.
    """
    if not born:
        return None
    parts = [int(part) for part in born.split("-")]
    year, month, day = [*parts, *([12, 31][len(parts) - 1 :])]
    return today.year - year - ((today.month, today.day) < (month, day))


def needs_guardian(born: str, today: dt.date) -> bool:
    """Whether a parent or guardian answers for the holder of an eID; False where the age is not known."""
    years = age(born, today)
    return years is not None and years < NEEDS_GUARDIAN


def level_now(wanted: int, *, in_outage: int | None, away: bool) -> int:
    """Return the level that a page asks for now: while the eID does not answer, the lower one that the page names for that, if any.

    Whoever lets somebody in by less marks what comes of it (a dossier carries the mark). Source: systems.md §3, "an outage mode".
    """
    return min(wanted, in_outage) if away and in_outage is not None else wanted
