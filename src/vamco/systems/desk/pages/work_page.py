"""What the page of background work shows: queues, jobs under way, what failed, replays."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from vamco.kernel.base.events import public as events
from vamco.kernel.base.jobs import public as jobs
from vamco.web import words
from vamco.web.components import Cell, Column, Fact, Table, Tone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.functional import Promise

FAILURES = 30
REPLAYS = 5


class Now:
    """The state of the queues at one moment, and the tag that two equal states share."""

    def __init__(self) -> None:
        self.rooms = jobs.rooms()
        self.under_way = jobs.under_way()
        self.ended = jobs.ended_badly(FAILURES)
        self.replays = events.replays(REPLAYS)

    def tag(self, person: int) -> str:
        """Give the entity tag of the page for a reader in the present language."""
        seen = repr((person, words.language(), self.rooms, self.under_way, self.ended, self.replays))
        return f'"{hashlib.sha256(seen.encode()).hexdigest()[:32]}"'

    def context(self) -> dict[str, Any]:
        """Give all parts of the page."""
        return {
            "rooms": queues(self.rooms) if self.rooms else None,
            "under_way": self.under_way,
            "ended": [_ended(one) for one in self.ended],
            "replays": [_replay(one) for one in self.replays],
        }


def queues(rooms: Sequence[jobs.Room]) -> Table:
    """How much waits in each room, and since when."""
    return Table(
        caption=_("Queues"),
        hide_caption=True,
        columns=(
            Column(label=_("Room")),
            Column(label=_("Waiting"), number=True),
            Column(label=_("Oldest since"), tight=True),
            Column(label=_("For later"), number=True),
            Column(label=_("Running"), number=True),
            Column(label=_("Failed"), number=True),
        ),
        rows=tuple(
            (
                Cell(text=room.name),
                words.number(room.waiting),
                Cell(moment=room.since) if room.since else "–",
                words.number(room.later),
                words.number(room.running),
                words.number(room.failed),
            )
            for room in rooms
        ),
    )


def _ended(one: jobs.Ended) -> dict[str, Any]:
    return {
        "job": one.job,
        "task": one.task,
        "trace": one.trace,
        "repeatable": one.repeatable,
        "facts": [
            Fact(term=_("Kind of error"), text=_("stopped by a person") if one.stopped else one.reason),
            Fact(term=_("Ended"), text="", moment=one.at),
        ],
    }


def _replay(one: events.ReplayView) -> dict[str, Any]:
    tone, word = _state(one.state)
    return {
        "id": one.id,
        "handler": one.handler,
        "tone": tone,
        "word": word,
        "passed": one.passed,
        "total": one.total,
        "open": one.state in {"waiting", "running"},
        "facts": [
            Fact(term=_("From"), text="", moment=one.since),
            Fact(term=_("To"), text="", moment=one.until),
            Fact(term=_("Handled"), text=words.number(one.handled)),
            Fact(term=_("Failed"), text=words.number(one.failed)),
            Fact(term=_("Left out"), text=words.number(one.skipped)),
        ],
    }


def _state(state: str) -> tuple[Tone, str | Promise]:
    return {
        "waiting": (Tone.NONE, _("Waiting")),
        "running": (Tone.ACTIVE, _("Running")),
        "done": (Tone.OK, _("Done")),
        "stopped": (Tone.WATCH, _("Stopped")),
    }[state]
