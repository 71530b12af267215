"""Labelled pairs for the search for duplicates: events of a made-up town, each told by one or several people.

An event has a place, a time and a category. People tell it in phrases of their own family (not always the same detail of it), with their slips, from
where they stand, with the error of their phone, and one in ten chooses a wrong category. Most
places have several events near each other: other categories, half of them in the same hours, and the same category at another spot or another week.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from vamco.engines.text.contracts import Report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.engines.text.labelled.grammar import Family
    from vamco.engines.text.labelled.noise import Manner

_CENTRE: Final = (106.10, 11.31)
_METRES_A_DEGREE = 111_320.0
_TOWN_METRES, _NEAR_METRES, _PHONE_METRES = 12_000.0, 180.0, 30.0
_BEGUN: Final = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
_SPAN_DAYS, _TOLD_HOURS = 60.0, 20.0
# How often a place has another event near it, and that one is of the same category.
_NEIGHBOURS, _SAME_CATEGORY, _TELLERS = 0.6, 0.25, (1, 1, 1, 2, 2, 3, 4, 6)
_WRONG_CATEGORY = 0.1


@dataclass(frozen=True, slots=True)
class Event:
    """What happened: where, when, and which category it is."""

    category: str
    lon: float
    lat: float
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Told:
    """A report and the number of the event that it tells of."""

    report: Report
    event: int


def reports(tellers: Sequence[tuple[Family, Manner]], count: int, seed: int) -> list[Told]:
    """Return the reports of `count` events in the order of time; the same seed gives the same reports."""
    draws = random.Random(f"events {seed}")  # noqa: S311  # texts, not secrets
    events: list[Event] = []
    while len(events) < count:
        event = _event(sorted(tellers[0][0].phrases), draws)
        events.append(event)
        while draws.random() < _NEIGHBOURS and len(events) < count:
            events.append(_neighbour(event, tellers[0][0], draws))
    told = [
        Told(_report(event, number, tellers, draws), number)
        for number, event in enumerate(events)
        for _teller in range(draws.choice(_TELLERS))
    ]
    told.sort(key=lambda one: one.report.at)
    return [replace(one, report=replace(one.report, id=f"r{place}")) for place, one in enumerate(told)]


def _event(codes: Sequence[str], draws: random.Random) -> Event:
    lon, lat = _moved(_CENTRE, draws.uniform(0, _TOWN_METRES), draws)
    return Event(draws.choice(codes), lon, lat, _BEGUN + dt.timedelta(days=draws.uniform(0, _SPAN_DAYS)))


def _neighbour(event: Event, family: Family, draws: random.Random) -> Event:
    """Return another event close by; of the same category it is farther off or weeks away, as two holes in one street are."""
    if draws.random() < _SAME_CATEGORY:
        weeks, metres = draws.choice(((0.0, draws.uniform(120, 400)), (draws.uniform(15, 40), draws.uniform(0, 60))))
        lon, lat = _moved((event.lon, event.lat), metres, draws)
        return replace(event, lon=lon, lat=lat, at=event.at + dt.timedelta(days=weeks, hours=draws.uniform(0, 48)))
    lon, lat = _moved((event.lon, event.lat), draws.uniform(0, _NEAR_METRES), draws)
    code = draws.choice(sorted(set(family.phrases) - {event.category}))
    # Half of them at once: who walks by with a phone reports the rubbish and the lamp.
    days = draws.choice((draws.uniform(-0.1, 0.1), draws.uniform(-5, 5)))
    return Event(code, lon, lat, event.at + dt.timedelta(days=days))


def _report(event: Event, number: int, tellers: Sequence[tuple[Family, Manner]], draws: random.Random) -> Report:
    family, manner = draws.choice(list(tellers))
    lon, lat = _moved((event.lon, event.lat), abs(draws.gauss(0, _PHONE_METRES)), draws)
    phrase = draws.choice(family.phrases[event.category])
    # The reporter chose a category; sometimes another one.
    wrong = draws.random() < _WRONG_CATEGORY
    return Report(
        id=str(number),
        text=manner.type(family.fill(phrase, draws), draws),
        lon=lon,
        lat=lat,
        at=event.at + dt.timedelta(hours=draws.expovariate(1 / _TOLD_HOURS)),
        category=draws.choice(sorted(family.phrases)) if wrong else event.category,
    )


def _moved(point: tuple[float, float], metres: float, draws: random.Random) -> tuple[float, float]:
    angle = draws.uniform(0, 2 * math.pi)
    lat = point[1] + metres * math.sin(angle) / _METRES_A_DEGREE
    return point[0] + metres * math.cos(angle) / (_METRES_A_DEGREE * math.cos(math.radians(lat))), lat
