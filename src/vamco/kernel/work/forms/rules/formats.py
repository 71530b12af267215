"""What a `format` means: how a text is brought into its form, when it fits, and what to say when it does not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vamco.lib.errors import N_, Refused

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
    """A format of texts. `keyboard` is HTML's inputmode."""

    normal: Callable[[str], str]
    fits: Callable[[str, dt.date], bool]
    wrong: str
    keyboard: str = "text"


def _phone(text: str) -> str:
    plain = text.translate(_SEPARATORS)
    for abroad in ("+84", "0084"):
        if plain.startswith(abroad):
            return "0" + plain.removeprefix(abroad).removeprefix("0")
    return plain


def _same(text: str) -> str:
    return text


def _number_of(kind: NumberKind) -> Callable[[str, dt.date], bool]:
    def fits(text: str, today: dt.date) -> bool:
        from vamco.kernel.world.people import public as people  # its tables; rules and answers know nothing of them

        try:
            return people.normal(kind, text, today) == text
        except Refused:
            return False

    return fits


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
}


def normal(name: str, text: str) -> str:
    """Give a text as it is stored under a format; one without a format stays."""
    known = FORMATS.get(name)
    return known.normal(text) if known else text
