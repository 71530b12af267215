"""From the board to a directive in two steps: what on it still waits for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import ngettext

from vamco.kernel.world.access import public as access
from vamco.systems.warnings import public as warnings
from vamco.web.components import RED, Link

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vamco.kernel.world.people.public import Person
    from vamco.web.components import Card


def links(cards: Iterable[Card], person: Person | None) -> list[Link]:
    """The filled forms for the red cards whose alarms no directive answers yet; none for those who may not issue any."""
    if not access.allow(person, "warnings.issue_directive"):
        return []
    waiting = warnings.unanswered(person)
    return [
        Link(
            ngettext("%(name)s (%(number)s alarm)", "%(name)s (%(number)s alarms)", waiting[card.code])
            % {"name": card.name, "number": waiting[card.code]},
            reverse("warnings:issue", args=[card.code]),
        )
        for card in cards
        if card.tone in RED and waiting.get(card.code)
    ]
