"""Looks through a province from inside: `python -m tests.faults.examine`, with the environment of its web.

Prints one JSON object: what is wrong, and what is on the timelines, for the test to compare with what people were told.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.truth.province import Truth


def main() -> int:
    """Examine everything."""
    import django

    django.setup()
    from vamco.kernel.base.audit import public as audit

    truth = _truth()
    wrong = [f"audit chain {chain} breaks at {seq}" for chain, seq in audit.verify().items()]
    wrong += [
        *_timelines(),
        *_alarms(),
        *_deliveries(),
        *_runs(),
        *_files(),
        *_notices(),
        *_lake(truth),
        *_values(truth),
    ]
    sys.stdout.write(json.dumps({"wrong": wrong, "noted": _noted(), "counts": _counts()}, ensure_ascii=False))
    return 0


def _truth() -> Truth:
    from django.conf import settings

    from tests.truth.province import Truth
    from vamco.demo import build
    from vamco.kernel.base import clock

    demo = build.Demo.open(Path(settings.VAMCO_DATA) / "demo")
    return Truth(demo.treasury, demo.shared, Path(settings.VAMCO_PACK), clock.today())


def _noted() -> dict[str, list[str]]:
    """Every text that somebody wrote, with the act that it belongs to."""
    from vamco.kernel.work.cases.models import Entry
    from vamco.systems.warnings.models import Directive, Step

    written = Entry.objects.exclude(note="").exclude(case__kind__code="alarm")  # there words of other acts stand again
    return {
        "cases": [f"{entry.act} {entry.note}" for entry in written],
        "alarms": [f"{step.what} {step.note}" for step in Step.objects.exclude(note="")],
        "directives": [directive.text for directive in Directive.objects.all()],
    }


def _timelines() -> Iterator[str]:
    """Every case has gone from state to state as its definition allows, and each step was told and recorded once."""
    from vamco.kernel.base.audit.models import Entry as Audited
    from vamco.kernel.base.events.models import Event
    from vamco.kernel.work.cases import public as cases
    from vamco.kernel.work.cases.models import Case

    told = Counter(Event.objects.filter(name="cases.case_acted").values_list("payload__case", flat=True))
    audited = Counter(
        Audited.objects.filter(subject__startswith="case:", act__startswith="cases.").values_list("subject", flat=True)
    )
    for case in Case.objects.select_related("kind"):
        of = cases.definition_of(case.kind)
        entries = list(case.entries.order_by("seq").prefetch_related("files"))
        state = of.initial
        for number, entry in enumerate(entries, start=1):
            act = of.acts.get(entry.act)
            legal = (
                act is not None and state in act.sources and entry.to_state == (act.target or state)
                if number > 1
                else entry.act == "open" and entry.to_state == of.initial
            )
            legal = legal or (
                number > 1 and entry.act in {"escalate", "part_ended"} and entry.to_state == state
            )  # the engine's own, moves nothing
            if not legal or entry.seq != number or entry.from_state != state:
                yield f"case {case.pk}: entry {entry.seq} {entry.act} {entry.from_state}>{entry.to_state} after {state!r}"
            if act is not None and "evidence" in act.needs and len(entry.files.all()) != 1:
                yield f"case {case.pk}: entry {entry.seq} has {len(entry.files.all())} files"
            state = entry.to_state
        if (case.state, case.seq, case.open) != (state, len(entries), not of.states[state].final):
            yield f"case {case.pk}: {case.state} {case.seq} {case.open}, but its timeline ends {state} {len(entries)}"
        if not told[case.pk] == audited[f"case:{case.pk}"] == len(entries):
            yield f"case {case.pk}: {len(entries)} entries, told {told[case.pk]}, audited {audited[f'case:{case.pk}']}"


def _alarms() -> Iterator[str]:
    """What was done with an alarm follows the order, and its directives are as many as its history says."""
    from vamco.systems.warnings.models import Alarm

    after = {
        "confirmed": {"new"},
        "dismissed": {"new", "confirmed"},
        "directed": {"confirmed"},
        "closed": {"directed"},
        "withdrawn": {"directed"},
    }
    for alarm in Alarm.objects.all():
        handling = "new"
        whats = list(alarm.steps.order_by("pk").values_list("what", flat=True))
        for what in whats:
            if what == "raised_further" and handling == "dismissed":
                handling = "new"  # what was dismissed was milder
            if what in after:
                if handling not in after[what]:
                    yield f"alarm {alarm.pk}: {what} after {handling}"
                handling = "confirmed" if what == "withdrawn" else what
        if handling != alarm.handling or whats.count("raised") != 1:
            yield f"alarm {alarm.pk}: {alarm.handling}, but its history says {whats}"
        if alarm.directives.count() != whats.count("directed"):
            yield f"alarm {alarm.pk}: {alarm.directives.count()} directives, history {whats}"


def _deliveries() -> Iterator[str]:
    """All news was heard by everybody who listens, and no job is left but those that the clock starts again anyway."""
    from django.db import connection
    from procrastinate.contrib.django import app

    from vamco.kernel.base.events.models import Delivery

    for delivery in Delivery.objects.exclude(state="done").select_related("event"):
        yield f"delivery {delivery.pk} of {delivery.event.name} to {delivery.handler}: {delivery.state} {delivery.error[-400:]}"
    by_the_clock = {name for name, _ in app.periodic_registry.periodic_tasks}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, task_name, status::text, args FROM procrastinate_jobs WHERE status <> 'succeeded'")
        for pk, name, status, args in cursor.fetchall():
            if status == "failed" and name in by_the_clock:
                continue
            yield f"job {pk} {name} {status} {args}"


def _runs() -> Iterator[str]:
    """No run is left running; a run in force published a snapshot that its dataset or a later run stands on."""
    from vamco.kernel.base.events.models import Event
    from vamco.systems.hub.models import Dataset, Run

    for run in Run.objects.filter(state="running"):
        yield f"run {run.pk} of {run.dataset_id} still runs"
    published = Run.objects.filter(state="published")
    told = Counter(Event.objects.filter(name="hub.dataset_published").values_list("payload__run", flat=True))
    if told != Counter(published.values_list("pk", flat=True)):
        yield f"published runs {published.count()}, told {sum(told.values())}"
    for row in Dataset.objects.all():
        newest = published.filter(dataset=row).order_by("-pk").first()
        if not row.runs.exists() and (row.run_id, row.snapshot) == (None, None):
            continue  # the platform's own, of which the clock has published nothing yet; `_lake` misses what was delivered
        if newest is None or (row.run_id, row.snapshot) != (newest.pk, newest.snapshot):
            yield f"dataset {row.code} stands on run {row.run_id}, not on its newest"


def _files() -> Iterator[str]:
    """Every file that a row names is there, whole; nothing unfinished is called a file."""
    import hashlib

    from vamco.kernel.record.files import public as files

    for sha256 in set(files.File.objects.exclude(content=None).values_list("content", flat=True)):
        file = files.File.objects.filter(content=sha256).first()
        assert file is not None
        if hashlib.sha256(files.content_path(file).read_bytes()).hexdigest() != sha256:
            yield f"file {file.pk} {file.name} is not what it was"


def _notices() -> Iterator[str]:
    """Who follows a case hears once of each move by somebody else: as follower, or in the words for their own matter.

    Only a turn that came to the follower and has gone on since is announced by nobody. In the story one person follows a case, and stays.
    """
    from vamco.kernel.base.events.models import Event
    from vamco.kernel.work.cases import public as cases
    from vamco.kernel.work.cases.models import Entry, Watch
    from vamco.kernel.work.notices.models import Notice

    moved = Event.objects.filter(name="cases.case_moved").values_list("payload__case", "payload__seq")
    entries = {(entry.case_id, entry.seq): entry for entry in Entry.objects.select_related("case")}
    follower = dict(Watch.objects.values_list("case_id", "person_id"))
    due = {(case, seq) for case, seq in moved if entries[case, seq].by_id != follower[case]}
    there = Counter(Notice.objects.values_list("message__key", "person_id"))
    for case, seq in due:
        person = follower[case]
        heard = {way: there[f"case:{case}:{way}:{seq}", person] for way in ("moved", "turn", "outcome")}
        entry = entries[case, seq]
        gone = cases.passage(entry.case, entry) in {"given", "sent_back", "passed"} and cases.moved_since(
            entry.case, seq
        )
        if sum(heard.values()) != 1 and not (gone and not any(heard.values())):
            yield f"move {seq} of case {case} to {person}: {heard}, not once"
    for key, person in there:
        _, case, *way = key.split(":") if key.startswith("case:") else ("", "", "")
        if way[:1] == ["moved"] and (int(case), int(way[1])) not in due:
            yield f"notice {key} to {person}: nobody moved it"


def _lake(truth: Truth) -> Iterator[str]:
    """The lake holds the rows that it must, each key once."""
    from sqlglot import exp

    from vamco.systems.hub import public as hub

    for dataset, rows in truth.rows.items():
        keys = [column.name for column in hub.contract(dataset).columns if column.name in hub.contract(dataset).key]
        query = exp.select(*(exp.column(key, quoted=True) for key in keys)).from_("t")
        found = hub.engine().run(query, {"t": hub.relation(dataset)})
        counted = Counter(zip(*(found.column(key).to_pylist() for key in keys), strict=True))
        wanted = {tuple(row[key] for key in keys) for row in rows}
        twice = [key for key, times in counted.items() if times > 1]
        if twice or set(counted) != wanted:
            lacking, more = wanted - set(counted), set(counted) - wanted
            yield f"lake {dataset}: {len(lacking)} lost {sorted(lacking)[:3]}, {len(more)} invented, twice {twice[:3]}"


def _values(truth: Truth) -> Iterator[str]:
    """Every current value is the truth."""
    from vamco.systems.indicators.models import Value

    wrong: list[str] = []
    for value in Value.objects.filter(known_to=None).iterator():
        number = truth.value(value.indicator, value.period, value.place, value.agency, value.plan_year)
        found = (value.value, value.numerator, value.denominator)
        if found != (number.value, number.numerator, number.denominator):
            wrong.append(f"{value.indicator} {value.period} {value.place}{value.agency}: {found}, but {number}")
    yield from wrong[:5]
    if wrong:
        yield f"{len(wrong)} values are not the truth"


def _counts() -> dict[str, Any]:
    from vamco.kernel.base.audit.models import Entry as Audited
    from vamco.kernel.base.events.models import Event
    from vamco.kernel.work.cases.models import Case, Entry
    from vamco.kernel.work.notices.models import Notice
    from vamco.systems.hub.models import Run
    from vamco.systems.indicators.models import Value

    models = {"cases": Case, "entries": Entry, "audited": Audited, "events": Event, "values": Value, "notices": Notice}
    return {name: model.objects.count() for name, model in models.items()} | {
        "runs": dict(Counter(Run.objects.values_list("state", flat=True))),
        "current": Value.objects.filter(known_to=None).count(),
    }


if __name__ == "__main__":
    sys.exit(main())
