"""The step of the first day that collects from a source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vamco.lib.errors import fill
from vamco.systems.hub import public
from vamco.web.components import Tone
from vamco.web.first_day import Entry, FirstStep, Outcome
from vamco.web.words import language

if TYPE_CHECKING:
    from vamco.kernel.world.people.public import Person


def _entry() -> Entry:
    named = tuple((source.code, source.name_en if language() == "en" else source.name) for source in public.sources())
    return Entry(label=_("Source"), choices=named)


def _ready() -> str:
    return "" if public.sources() else _("The pack names no source: write one into sources.yaml and load the pack.")


def _run(person: Person, source: str) -> Outcome:
    done = public.collect(source, by=person.actor)
    lines = [
        _("%(title)s, %(name)s: %(accepted)s rows accepted, %(quarantined)s in quarantine.")
        % {"title": run.title, "name": run.name, "accepted": run.accepted, "quarantined": run.quarantined}
        for run in done.runs
    ]
    reasons = [run.reason for run in done.runs if run.reason is not None] + list(done.failures.values())
    lines += dict.fromkeys(fill(_(reason.message), reason.data, language()) for reason in reasons)
    if not lines:
        lines = [
            _(
                "The source answers, and has nothing new. A file counts when its name matches the pattern in sources.yaml."
            )
        ]
        return Outcome(Tone.WATCH, tuple(lines))
    kept_back = any(run.quarantined for run in done.runs)
    return Outcome(Tone.URGENT if reasons else Tone.WARNING if kept_back else Tone.OK, tuple(lines))


STEP = FirstStep(
    code="source",
    order=20,
    title=gettext_lazy("The first source"),
    text=gettext_lazy(
        "Collect once from a source of the pack. What it needs from the environment is named in sources.yaml."
    ),
    action=gettext_lazy("Collect now"),
    entry=_entry,
    ready=_ready,
    run=_run,
)
