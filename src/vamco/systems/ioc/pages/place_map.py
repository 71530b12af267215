"""The map of an indicator by commune: classed around its target; by fifths where it has none."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.kernel.world.places import public as places
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.public import wording
from vamco.systems.ioc import rules
from vamco.web.components import Area, MapClass, MapLayer

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping
    from decimal import Decimal

    from vamco.systems.indicators.contracts import Definition, ValueView

STEPS = 5
NONE = "none"


def draw(of: Definition, year: int | None = None) -> MapLayer | None:
    """The map of the newest values, of one plan year; None without values or without a map."""
    every = {view.place: view for view in indicators.across(of, "place", plan_year=year)}
    views = {code: view for code, view in every.items() if view.value is not None}
    layer = places.map_layer()
    if not views or layer is None:
        return None
    newest = next(iter(views.values()))
    classes, class_of = _classes(of, views, newest)
    communes = places.communes(clock.today())
    groups = {place.code: class_of(views[place.code]) if place.code in views else NONE for place in communes}
    counts = Counter(groups.values())
    url = reverse("ioc:indicator", args=[of.code])
    return MapLayer(
        id="communes",
        folded=True,
        title=_("By commune"),
        message=_message(of, newest, len(views)),
        source=reverse("ioc:communes"),
        schematic=layer["schematic"],
        value_label=wording.unit(of) or _("Value"),
        classes=tuple(MapClass(key, label, counts[key]) for key, label in classes.items()),
        areas=tuple(
            Area(
                code=place.code,
                name=place.full_name,
                figure=wording.figure(of, views[place.code].value) if place.code in views else "–",
                group=groups[place.code],
                url=f"{url}?place={place.code}",
                sort=_number(views.get(place.code)),
                lacks=_lacks(of, views.get(place.code), every.get(place.code)),
            )
            for place in communes
        ),
    )


def _lacks(of: Definition, shown: ValueView | None, found: ValueView | None) -> str:
    """What is missing behind a commune's figure, or why it has none."""
    if shown is not None:
        return " · ".join(filter(None, (wording.unjudged(shown), wording.lacks(of, shown.missing))))
    return (
        wording.lacks(of, found.missing) if found is not None and found.missing and found.missing.expected == 1 else ""
    )


def _number(view: ValueView | None) -> float | None:
    return None if view is None or view.value is None else float(view.value)


def _message(of: Definition, newest: ValueView, count: int) -> str:
    counted = _("%(date)s, %(count)s communes and wards with data.") % {
        "date": wording.period(newest.period),
        "count": count,
    }
    if newest.target is None:
        return f"{counted} {_('Without a target: classes of about equal size.')}"
    target = {
        "name": wording.target_name(of, newest.period_end),
        "value": wording.with_unit(of, newest.target),
    }
    return f"{counted} {_('%(name)s: %(value)s; the classes lie around it.') % target}"


def _classes(
    of: Definition, views: Mapping[str, ValueView], newest: ValueView
) -> tuple[dict[str, str], Callable[[ValueView], str]]:
    """The classes of the legend by key, and which one a value stands in."""
    if newest.target is None:
        return _fifths(of, views)
    on = newest.period_end
    kind = wording.target_kind(of, on)
    every = rules.bands(newest.target, of.thresholds, limit=kind == "limit")
    found = [band for band in every if _possible(of, band, newest.target, views)]
    labels = {band.key: f"{_side(of, band, on)}: {_limits(of, band, newest.target)}" for band in found}

    def class_of(view: ValueView) -> str:
        if not view.judged:
            return NONE
        return next(band.key for band in found if view.gap is not None and band.holds(view.gap))

    early = any(not view.judged for view in views.values())
    return {**labels, NONE: _("no data, or too early to judge") if early else _("no data")}, class_of


def _possible(of: Definition, band: rules.MapBand, target: Decimal, views: Mapping[str, ValueView]) -> bool:
    """Whether a value can stand in a class: shares, counts and sums are not below nought, unless one is."""
    high = band.limits(target, of.direction)[1]
    stands = any(view.gap is not None and band.holds(view.gap) for view in views.values())
    return stands or high is None or high > 0 or (high == 0 and band.side == "better")


def _side(of: Definition, band: rules.MapBand, on: dt.date) -> str:
    """On which side of the target a class lies, in the words of its kind."""
    if band.side != "near":
        return wording.side(of, on, better=band.side == "better")
    return wording.near(of, on)


def _limits(of: Definition, band: rules.MapBand, target: Decimal) -> str:
    """Between which values a class lies."""
    low, high = band.limits(target, of.direction)
    if low is None and band.side == "better":  # of a limit itself it is within
        return _("at most %(value)s") % {"value": wording.with_unit(of, high)}
    if low is None or (low < 0 and of.direction != "down"):
        return _("below %(value)s") % {"value": wording.with_unit(of, high)}
    if high is None:
        return _("above %(value)s") % {"value": wording.with_unit(of, low)}
    return _("%(low)s to %(high)s") % {"low": wording.figure(of, low), "high": wording.with_unit(of, high)}


def _fifths(of: Definition, views: Mapping[str, ValueView]) -> tuple[dict[str, str], Callable[[ValueView], str]]:
    """At most five classes of about equal size, for indicators without a target."""
    bounds = fifths(sorted(view.value for view in views.values() if view.value is not None))
    labels = {
        f"step-{n}": _("up to %(bound)s") % {"bound": wording.with_unit(of, bound)} for n, bound in enumerate(bounds, 1)
    }

    def class_of(view: ValueView) -> str:
        return f"step-{next(n for n, bound in enumerate(bounds, 1) if view.value is not None and view.value <= bound)}"

    return {**labels, NONE: _("no data")}, class_of


def fifths(values: list[Decimal]) -> list[Decimal]:
    """The upper bounds of at most five classes of about equal size."""
    cuts = [values[min(len(values) - 1, len(values) * n // STEPS)] for n in range(1, STEPS)]
    return sorted({*cuts, values[-1]})
