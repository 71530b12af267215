"""What a procedure's data say in words, and how two versions of it differ. Pure: msgids with their data, no Django."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from vamco.lib.errors import N_

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from vamco.systems.onestop.declaration import FeeRule, LegalBasis, ProcedureItem, ProcessingTime

Said = tuple[str, dict[str, Any]]
"""A msgid and its data."""

RECEIVERS: Final = {
    "commune_centre": N_("Public-service centre of a commune or ward"),
    "province_centre": N_("Public-service centre of the province"),
    "commune_police": N_("Police of the commune or ward"),
    "province_police": N_("Provincial police"),
    "land_office": N_("Branch of the land registration office"),
}
APPLICANTS: Final = {
    "citizen": N_("Citizens"),
    "foreigner": N_("Foreigners"),
    "household_business": N_("Household businesses"),
    "enterprise": N_("Enterprises"),
    "organisation": N_("Organisations"),
}
ONLINE: Final = {
    "full": N_("Fully online"),
    "partial": N_("Partly online: some of it at the counter"),
    "none": N_("At the counter only"),
}
LEVELS: Final = {
    1: N_("Electronic identification level 1 is enough"),
    2: N_("Needs electronic identification level 2"),
}
UNVERIFIED: Final = {
    "name": N_("name and code"),
    "papers": N_("papers"),
    "steps": N_("steps"),
    "time": N_("time"),
    "fees": N_("fees"),
    "legal_basis": N_("legal basis"),
    "received_by": N_("where it is filed"),
}
GENERAL_STEPS: Final = (
    N_("Prepare the papers in the list above."),
    N_("File online or at one of the offices named below; you receive a number and a date."),
    N_("If something is missing, you are told once in writing what to add; the clock stands still until you do."),
    N_("Receive the result online, at the counter or by post."),
)
"""For procedures whose own steps nobody has written down yet; the page says so."""

FIELDS: Final = {
    "name": N_("Official name"),
    "summary": N_("What it is for"),
    "received_by": N_("Where it is filed"),
    "applicants": N_("Who may apply"),
    "concerns": N_("Conditions"),
    "papers": N_("Papers"),
    "steps": N_("Steps"),
    "time": N_("Time by law"),
    "fees": N_("Fee"),
    "results": N_("Result"),
    "legal_basis": N_("Legal basis"),
    "route": N_("How it is filed online"),
    "online": N_("How far it can be done online"),
    "eid_level": N_("Level of electronic identification"),
    "joined": N_("Handled by several agencies together"),
    "valid_from": N_("In force from"),
    "ended": N_("Ended"),
    "replaced_by": N_("Replaced by"),
}
"""Fields whose change a reader is told of, in the order of the page."""

PLACEHOLDER: Final = "0."
"""Codes that begin so are the platform's own: the national code is not known yet."""


def time(of: ProcessingTime) -> Said:
    """Say how long it takes by law."""
    if of.unit == "same_day":
        if of.cutoff:
            return N_("On the same day; what comes after %(cutoff)s, on the next working day"), {"cutoff": of.cutoff}
        return N_("On the same day"), {}
    if of.unit == "by_plan":
        return N_("By the plan of the year"), {}
    if of.most is None:
        return N_("Not known yet"), {}
    return _counted(of.unit, of.least, of.most)


def _counted(unit: str, least: int | None, most: int) -> Said:
    data = {"least": least, "most": most}
    if least is not None:
        span = {
            "hour": N_("%(least)s to %(most)s working hours"),
            "working_day": N_("%(least)s to %(most)s working days"),
            "day": N_("%(least)s to %(most)s days"),
        }
        return span[unit], data
    if most == 1:
        single = {
            "hour": N_("At most 1 working hour"),
            "working_day": N_("At most 1 working day"),
            "day": N_("At most 1 day"),
        }
        return single[unit], {}
    at_most = {
        "hour": N_("At most %(most)s working hours"),
        "working_day": N_("At most %(most)s working days"),
        "day": N_("At most %(most)s days"),
    }
    return at_most[unit], data


PER: Final = {"case": "", "page": N_("a page"), "copy": N_("a copy"), "item": N_("each")}
CHANNELS: Final = {"any": "", "online": N_("filed online"), "counter": N_("filed at the counter")}


def fee(rule: FeeRule) -> Said:
    """Say what is paid; amounts stay numbers, which the page writes in the reader's language."""
    if rule.amount is None:
        return N_("Set by the province’s council"), {}
    if rule.upto is not None:
        return N_("%(amount)s to %(upto)s"), {"amount": rule.amount, "upto": rule.upto}
    return (N_("Free"), {}) if rule.amount == 0 else (N_("%(amount)s"), {"amount": rule.amount})


def in_force(basis: Sequence[LegalBasis], on: dt.date) -> list[LegalBasis]:
    """Return the documents that are in force on a day, as far as their days are known."""
    return [each for each in basis if (each.valid_from or on) <= on <= (each.valid_to or on)]


def coming(basis: Sequence[LegalBasis], on: dt.date) -> list[LegalBasis]:
    """Return the documents that come into force after a day."""
    return [each for each in basis if each.valid_from is not None and each.valid_from > on]


def changed(before: ProcedureItem, after: ProcedureItem) -> list[str]:
    """Return the fields in which two versions differ, in the order of the page."""
    return [name for name in FIELDS if getattr(before, name) != getattr(after, name)]


def version_on(versions: Sequence[ProcedureItem], on: dt.date) -> int:
    """Return the place of the version in force on a day among versions, oldest first: the newest that holds by then, else the first.

    A version that comes later does not hold yet, though it is loaded already.
    """
    held = [place for place, item in enumerate(versions) if item.valid_from <= on]
    return held[-1] if held else 0
