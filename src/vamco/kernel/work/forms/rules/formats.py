"""What a `format` means: how a text is brought into its form, when it fits, and what to say when it does not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vamco.lib.errors import N_, Refused
from vamco.lib.partial_date import PartialDate

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from vamco.kernel.world.people.contracts import NumberKind

_EMAIL = re.compile(
    r"[^@\s\"<>(),:;]{1,64}@(?=.{4,190}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}", re.IGNORECASE
)
_MOBILE_OR_LAND = re.compile(r"0([35789]\d{8}|2\d{9})", re.ASCII)
_SEPARATORS = str.maketrans("", "", " .-()\u00a0")


@dataclass(frozen=True, slots=True)
class Format:
    """A format of texts. `keyboard` is HTML's inputmode, `shown` how what is stored stands in the box."""

    normal: Callable[[str], str]
    fits: Callable[[str, dt.date], bool]
    wrong: str
    keyboard: str = "text"
    shown: Callable[[str], str] = lambda text: text


def _phone(text: str) -> str:
    plain = text.translate(_SEPARATORS)
    for abroad in ("+84", "0084"):
        if plain.startswith(abroad):
            return "0" + plain.removeprefix(abroad).removeprefix("0")
    return plain


def _same(text: str) -> str:
    return text


def _partial(text: str) -> str:
    found = PartialDate.read(text)
    return found.code if found else text


def _box(text: str) -> str:
    found = PartialDate.read(text)
    return "/".join(reversed(found.code.split("-"))) if found and found.code == text else text


def _number_of(kind: NumberKind) -> Callable[[str, dt.date], bool]:
    def fits(text: str, today: dt.date) -> bool:
        from vamco.kernel.world.people import public as people  # its tables; rules and answers know nothing of them

        try:
            return people.normal(kind, text, today) == text
        except Refused:
            return False

    return fits


PARTIAL_DATE: Final = "partial-date"
FORMATS: Final[dict[str, Format]] = {
    "phone": Format(
        _phone,
        lambda text, _today: bool(_MOBILE_OR_LAND.fullmatch(text)),
        N_("Write “%(label)s” with all its digits, such as 0912 345 678."),
        "tel",
    ),
    "email": Format(
        _same,
        lambda text, _today: bool(_EMAIL.fullmatch(text)),
        N_("Write “%(label)s” as an address such as ten@example.vn."),
        "email",
    ),
    "citizen-id": Format(
        lambda text: text.translate(_SEPARATORS),
        _number_of("citizen_id"),
        N_("Write the 12 digits of “%(label)s” as they stand on the card."),
        "numeric",
    ),
    "tax-code": Format(
        lambda text: text.translate(_SEPARATORS),
        _number_of("tax_code"),
        N_("Write the 10 or 13 digits of “%(label)s” as they stand on the certificate."),
        "numeric",
    ),
    PARTIAL_DATE: Format(
        _partial,
        lambda text, _today: _partial(text) == text and PartialDate.read(text) is not None,
        N_("Enter “%(label)s” as a day that exists, such as 27/3/1938, or only 3/1938 or 1938 where no more is known."),
        shown=_box,
    ),
}


def normal(name: str, text: str) -> str:
    """Give a text as it is stored under a format; one without a format stays."""
    known = FORMATS.get(name)
    return known.normal(text) if known else text


def shown(name: str, text: str) -> str:
    """Return a stored text as it stands in the box of its question."""
    known = FORMATS.get(name)
    return known.shown(text) if known else text
