"""The cards of a board: one statement for each kind of thing, whatever the number of cards."""

from __future__ import annotations

import datetime as dt
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
    from vamco.web.components import Card

RECENT = 30
ORDER = (Tone.URGENT, Tone.WARNING, Tone.WATCH, Tone.STALE)


def end_of(day: dt.date) -> dt.datetime:
    """The last moment of a day in the province."""
    return dt.datetime.combine(day, dt.time.max, HCM)


def cards(code: str, on: dt.date | None = None) -> tuple[tuple[str, str], list[Card]]:
    """The title of a board in both languages, and its cards; on a past day as they were shown at its end.

    Values, targets, alarms and directives are those of then; which cards there are, and in which order, is today's.
    """
    title, title_en, wanted = queries.board(code)
    at = end_of(on) if on else None
    known = indicators.definitions() | (indicators.definitions(known_at=at) if at else {})
    of = {name: known[name] for name in wanted if name in known}
    trends = indicators.trends(of, count=RECENT, known_at=at)
    levels = warnings.levels(at=at)
    directives = warnings.directives_by_indicator(at=at)
    found = [
        figures.card(
            definition,
            trends.get(name),
            level=levels.get(name, 0),
            directives=directives.get(name, 0),
            url=reverse("ioc:indicator", args=[name]),
            today=on or clock.today(),
            synthetic=settings.VAMCO_DEMO,
        )
        for name, definition in of.items()
    ]
    return (title, title_en), found


def calm(found: list[Card]) -> list[Card]:
    """The cards that are not on the red list, what needs a look first."""
    rest = [card for card in found if card.tone not in RED]
    return sorted(rest, key=lambda card: ORDER.index(card.tone) if card.tone in ORDER else len(ORDER))
