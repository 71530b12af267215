"""Why the values of places, of agencies and of the whole province do not add up: computed, not written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.places import public as places
from vamco.lib import money
from vamco.systems.hub import public as hub
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.public import wording
from vamco.web import words

if TYPE_CHECKING:
    from vamco.engines.measure.contracts import Level
    from vamco.systems.indicators.contracts import Definition, ValueView


def explain(of: Definition, newest: ValueView | None) -> list[str]:
    """Sentences about what other values of the same indicator count and this one does not, or the other way."""
    if newest is None:
        return []
    if not (newest.place or newest.agency):
        found = [text for level in of.levels if level != "province" for text in _parts(of, level, newest)]
        if of.formula.denominator is not None and len(of.levels) > 1:
            found.append(_("The value of the province is a share of all rows together, not the mean of its parts."))
        return found
    return _counterpart(of, newest)


def _parts(of: Definition, level: Level, whole: ValueView) -> list[str]:
    """How the values of all communes, or all agencies, relate to that of the province."""
    parts = indicators.across(of, level)
    if not parts:
        return []
    if parts[0].period != whole.period:
        text = {
            "place": _("The newest values by commune are those of %(period)s."),
            "agency": _("The newest values by agency are those of %(period)s."),
        }[level]
        return [text % {"period": wording.period(parts[0].period)}]
    found = _without(of, level, whole, parts)
    return [*found, *_unknown(level, parts)]


def _without(of: Definition, level: Level, whole: ValueView, parts: list[ValueView]) -> list[str]:
    """The rows that name no commune, or no agency: they count for the province only."""
    missing = whole.rows - sum(part.rows for part in parts)
    counted = {
        "missing": _count(missing),
        "rows": _count(whole.rows),
        "column": _column(of, of.formula.place if level == "place" else of.formula.agency),
    }
    if missing <= 0:
        return []
    text = {
        "place": _("%(missing)s of the %(rows)s rows behind the value of the province name no commune in “%(column)s”%(amount)s: they count for the province only."),
        "agency": _("%(missing)s of the %(rows)s rows behind the value of the province name no agency in “%(column)s”%(amount)s: they count for the province only."),
    }[level]  # fmt: skip
    return [text % {**counted, "amount": _amount(of, whole, parts)}]


def _amount(of: Definition, whole: ValueView, parts: list[ValueView]) -> str:
    """How much of the value such rows hold, where values add up."""
    if of.formula.denominator is not None or of.formula.numerator.agg not in {"sum", "count"} or whole.value is None:
        return ""
    left = whole.value - sum(part.value for part in parts if part.value is not None)
    if of.unit == "count":  # of a count the rows say it already, unless a row counts for more than one
        return ""
    return f" ({wording.with_unit(of, left)})"


def _unknown(level: Level, parts: list[ValueView]) -> list[str]:
    """Rows of codes that no commune, or no agency, has today."""
    if level == "place":
        known = {place.code for place in places.communes(clock.today())}
        strange = [part for part in parts if part.place not in known]
        text = _("%(rows)s rows name communes that are not in force: %(codes)s.")
        codes = [part.place for part in strange]
    else:
        known = {agency.code for agency in agencies.of_kind()}
        strange = [part for part in parts if part.agency not in known]
        text = _("%(rows)s rows name agencies that are not known: %(codes)s.")
        codes = [part.agency for part in strange]
    rows = sum(part.rows for part in strange)
    return [text % {"rows": _count(rows), "codes": ", ".join(codes)}] if rows else []


def _counterpart(of: Definition, newest: ValueView) -> list[str]:
    """A commune as a place, and its committee as an agency: two values of different rows."""
    if not {"place", "agency"} <= set(of.levels):
        return []
    place, agency = _pair(newest)
    if place is None or agency is None:
        return []
    agency_code, place_code = (agency.code, "") if newest.place else ("", place.code)
    views = indicators.recent(of, place=place_code, agency=agency_code, count=1)
    if not views or (views[-1].value, views[-1].rows) == (newest.value, newest.rows):
        return []
    shown = (newest, views[-1]) if newest.place else (views[-1], newest)
    told = {
        "place": place.full_name,
        "place_value": wording.with_unit(of, shown[0].value),
        "place_rows": _count(shown[0].rows),
        "agency": words.either(agency.name, agency.name_en),
        "agency_value": wording.with_unit(of, shown[1].value),
        "agency_rows": _count(shown[1].rows),
        "place_column": _column(of, of.formula.place),
        "agency_column": _column(of, of.formula.agency),
    }
    return [
        _("%(place)s as a place: %(place_value)s (%(place_rows)s rows). %(agency)s as an agency: %(agency_value)s (%(agency_rows)s rows).") % told,
        _("The place counts the rows that name it in “%(place_column)s”, whichever agency they are of; the agency counts those that name it in “%(agency_column)s”, wherever they are.") % told,
    ]  # fmt: skip


def _pair(newest: ValueView) -> tuple[places.Place | None, agencies.Agency | None]:
    """A commune and the agency that serves it, whichever of both the page shows."""
    if newest.place:
        return places.get(newest.place, clock.today()), agencies.serving(newest.place)
    agency = agencies.get(newest.agency)
    found = agency.place.code if agency.place else ""
    return (places.get(found, clock.today()) if found else None), agency


def _column(of: Definition, name: str) -> str:
    """What a column is called in the dataset of the numerator."""
    return hub.contract(of.formula.numerator.dataset).column(name).title or name


def _count(number: int) -> str:
    return money.format_number(number, 0, words.language())
