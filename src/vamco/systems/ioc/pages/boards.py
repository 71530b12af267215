"""The cards of a board: one statement for each kind of thing, whatever the number of cards."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

from vamco.kernel.base import clock
from vamco.lib.time import HCM
from vamco.systems.indicators import public as indicators
from vamco.systems.ioc import queries
from vamco.systems.ioc.pages import figures
from vamco.systems.warnings import public as warnings
from vamco.web.components import RED, Tone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vamco.systems.indicators.contracts import Definition
    from vamco.web.components import Card

RECENT = 30
ORDER = (Tone.URGENT, Tone.WARNING, Tone.WATCH, Tone.STALE)


def end_of(day: dt.date) -> dt.datetime:
    """The last moment of a day in the province."""
    return dt.datetime.combine(day, dt.time.max, HCM)


@dataclass(frozen=True)
class Subject:
    """Of what cards show the values: the province, or one place or agency."""

    place: str = ""
    agency: str = ""

    @property
    def query(self) -> str:
        """The end of an indicator's address that narrows its page to it."""
        if self.place:
            return f"?place={self.place}"
        return f"?agency={self.agency}" if self.agency else ""


PROVINCE = Subject()


def cards(code: str, on: dt.date | None = None) -> tuple[tuple[str, str], list[Card]]:
    """The title of a board in both languages, and its cards; on a past day as they were shown at its end.

    Values, targets, alarms and directives are those of then; which cards there are, and in which order, is today's.
    """
    title, title_en, wanted = queries.board(code)
    at = end_of(on) if on else None
    known = indicators.definitions() | (indicators.definitions(known_at=at) if at else {})
    return (title, title_en), draw_cards({name: known[name] for name in wanted if name in known}, on=on)


def draw_cards(of: Mapping[str, Definition], subject: Subject = PROVINCE, *, on: dt.date | None = None) -> list[Card]:
    """The cards of some indicators for one subject, in the order given."""
    at = end_of(on) if on else None
    trends = indicators.trends(of, count=RECENT, place=subject.place, agency=subject.agency, known_at=at)
    before = indicators.same_period_last_year(of, [trend.newest for trend in trends.values()], known_at=at)
    alarms = warnings.standings(subject=subject.place or subject.agency, at=at)
    directives = warnings.directives_by_indicator(at=at) if subject == PROVINCE else {}
    drawn = [
        figures.card(
            definition,
            trends.get(name),
            level=alarms[name][0] if name in alarms else 0,
            directives=directives.get(name, 0),
            url=f"{reverse('ioc:indicator', args=[name])}{subject.query}",
            today=on or clock.today(),
            synthetic=settings.VAMCO_DEMO,
            before=before.get(name),
        )
        for name, definition in of.items()
    ]
    return [figures.doubted(card) if card.code in alarms and alarms[card.code][1] else card for card in drawn]


def calm(found: list[Card]) -> list[Card]:
    """The cards that are not on the red list, what needs a look first."""
    rest = [card for card in found if card.tone not in RED]
    return sorted(rest, key=lambda card: ORDER.index(card.tone) if card.tone in ORDER else len(ORDER))
