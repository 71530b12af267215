"""Which counterparts a dossier needs, by its procedure and what was wished. Pure."""

from __future__ import annotations

from typing import Final, Literal

TaxQuestion = Literal["household_registration", "land_duty"]
_PARTS: Final[dict[str, TaxQuestion]] = {"household_business": "household_registration"}
_DUTIES: Final[dict[str, TaxQuestion]] = {"land": "land_duty"}
SUBJECT: Final = "dossier:"


def of_part(field: str) -> TaxQuestion | None:
    """Return what the tax office is asked by message when it takes part; None where its official answers by hand alone."""
    return _PARTS.get(field)


def of_duty(field: str) -> TaxQuestion | None:
    """Return what the tax office is asked by message when a financial duty stops the clock."""
    return _DUTIES.get(field)


def subject(case: int) -> str:
    """Name a dossier for rooms below."""
    return f"{SUBJECT}{case}"


def case_of(named: str) -> int | None:
    """Return the case that a subject names, None for a subject that is no dossier."""
    digits = named.removeprefix(SUBJECT)
    return int(digits) if named.startswith(SUBJECT) and digits.isdecimal() and digits.isascii() else None
