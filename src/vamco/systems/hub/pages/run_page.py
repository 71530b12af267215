"""What the pages of datasets and runs show."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final, cast

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from vamco.kernel.world.access import public as access
from vamco.lib import money
from vamco.lib.time import ago
from vamco.systems.hub import public as hub
from vamco.systems.hub.contracts import ReceiptKind, RunState
from vamco.systems.hub.pages import run_words
from vamco.systems.hub.pages.forms import RunFilter
from vamco.web import words
from vamco.web.components import Cell, Column, Fact, Link, Table, Tone
from vamco.web.purpose import PurposeForm
from vamco.web.tables.public import Asked, Given, Listing, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.core.paginator import Page

    from vamco.kernel.world.people.public import Person
    from vamco.systems.hub.contracts import DatasetStatus, FileAccess, QuarantinedRow, RunView, SourceView
    from vamco.web.components import Text
    from vamco.web.purpose import Purpose

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


def tabs(shown: str) -> list[Link]:
    """The two parts of the data runs."""
    return [
        Link(_("Datasets and sources"), reverse("hub:runs"), current=shown == "datasets"),
        Link(_("Latest runs"), reverse("hub:all_runs"), current=shown == "runs"),
    ]


def titles() -> dict[str, tuple[str, str]]:
    """The name in the reader's language, and the owner's code, of each dataset."""
    return {code: (words.either(title, title_en), owner) for code, (title, title_en, owner) in hub.titles().items()}


def source_names() -> dict[str, str]:
    """The name of each source in the reader's language, by code."""
    return {source.code: words.either(source.name, source.name_en) for source in hub.sources()}


def datasets(found: Sequence[DatasetStatus]) -> Table:
    """How fresh and how good each dataset is; what is late stands on top."""
    names = words.agency_names(status.owner for status in found)
    counted = any(status.expected for status in found)
    return Table(
        caption=_("Datasets"),
        hide_caption=True,
        columns=(
            Column(label=_("Dataset")),
            Column(label=_("Owner")),
            Column(label=_("Due")),
            Column(label=_("Last received"), tight=True),
            *((Column(label=_("Have reported"), number=True),) if counted else ()),
            Column(label=_("Rows"), number=True),
            Column(label=_("In quarantine"), number=True),
            Column(label=_("Passed"), number=True),
        ),
        rows=tuple(
            (
                Cell(
                    text=words.either(status.title, status.title_en),
                    url=reverse("hub:dataset", args=[status.dataset]),
                    note=status.dataset,
                ),
                names[status.owner],
                freshness(status),
                received(status),
                *((reported(status),) if counted else ()),
                words.number(status.rows),
                words.number(status.quarantined),
                words.share(status.quality),
            )
            for status in found
        ),
    )


def reported(status: DatasetStatus) -> str:
    """How many of those who are expected to report have."""
    if not status.expected:
        return money.NO_VALUE
    counts = {"known": words.number(status.expected - len(status.silent)), "all": words.number(status.expected)}
    return _("%(known)s of %(all)s") % counts


def received(status: DatasetStatus) -> Cell:
    """What was received last: that nothing came, nothing is new, and nothing exists are three things."""
    last = status.last_receipt
    if last is None:
        return Cell(moment=status.last_published_at) if status.last_published_at else Cell(text=_("Not delivered"))
    if last.kind == ReceiptKind.DELIVERED:
        return Cell(moment=last.at)
    if last.kind == ReceiptKind.UNCHANGED and status.nothing_new_since:
        since = words.moment(status.nothing_new_since)
        return Cell(moment=last.at, note=_("unchanged since %(moment)s") % {"moment": since})
    return Cell(moment=last.at, note=run_words.receipt(last)[1])


def freshness(status: DatasetStatus) -> Cell:
    """Whether a dataset is in time, as a badge with its due time."""
    if status.due_at is None:
        return Cell(text=_("No due time agreed"), tone=Tone.NONE)
    when = words.moment(status.due_at)
    if status.late_by is None and status.grace_until is not None:
        until = words.moment(status.grace_until)
        return Cell(text=_("Due, in its grace"), tone=Tone.WATCH, note=_("late after: %(moment)s") % {"moment": until})
    if status.late_by is None:
        return Cell(text=_("In time"), tone=Tone.OK, note=_("next: %(moment)s") % {"moment": when})
    return Cell(text=_late(status.late_by), tone=Tone.STALE, note=_("was due: %(moment)s") % {"moment": when})


def _late(by: dt.timedelta) -> str:
    if by >= DAY:
        return ngettext("Late by %(count)s day", "Late by %(count)s days", by // DAY) % {"count": by // DAY}
    hours = max(by // HOUR, 1)
    return ngettext("Late by %(count)s hour", "Late by %(count)s hours", hours) % {"count": hours}


def sources(
    found: Sequence[SourceView], known: Mapping[str, str], collectable: access.Reach, now: dt.datetime
) -> list[dict[str, Any]]:
    """Each source: what it delivers, how its last collection went, and whether the reader may start another.

    `known`: names of datasets by code.
    """
    shown = []
    for source in found:
        when = source.collected_at
        said = (
            _("Last collected %(age)s.") % {"age": ago(now - when, words.language())} if when else _("Never collected.")
        )
        shown.append(
            {
                "code": source.code,
                "name": words.either(source.name, source.name_en),
                "text": said,
                "datasets": [known.get(code, code) for code in source.datasets],
                "failure": source.failure.text(_) if source.failure else "",
                "may_collect": collectable.covers(source.agency),
            }
        )
    return shown


COLUMNS: Final = (
    Column(label=_l("Run"), key="run", sorts=False, noted=_l("File")),
    Column(label=_l("Dataset"), key="dataset", noted=_l("Source")),
    Column(label=_l("State"), key="state"),
    Column(label=_l("Began"), key="began", tight=True),
    Column(label=_l("Rows"), key="rows", number=True),
    Column(label=_l("Taken"), key="taken", number=True),
    Column(label=_l("Repeated"), key="repeated", number=True),
    Column(label=_l("In quarantine"), key="quarantined", number=True),
)
LATEST: Final = 500
"""How many runs the list goes back; older ones are found from their dataset."""


def listing() -> Listing:
    """The latest runs, newest first."""
    return Listing(
        code="desk.runs",  # as the views that people have kept know it
        caption=_("Latest runs"),
        columns=COLUMNS,
        filters=RunFilter,
        rows=_latest,
        counts_to=LATEST,
        nothing=_("Nothing has come in yet"),
        first_step=_("As soon as a source has been collected from, each file stands here with its checks. “Collect now” on the first tab starts it."),
        step=Link(_("See datasets and sources"), reverse("hub:runs")),
    )  # fmt: skip


def _latest(asked: Asked) -> Given:
    owners, wanted = access.reach(cast("Person", asked.person), "hub.view_runs").owners, asked.filters
    found = hub.runs(
        dataset=wanted.get("dataset") or "", state=wanted.get("state") or "", owners=owners, size=LATEST + 1
    )
    known = titles()
    named = source_names()
    rows = [
        Row(
            key=str(run.id),
            cells=_row(run, known.get(run.dataset, (run.title, ""))[0], named.get(run.source, run.source)),
        )
        for run in found
    ]
    return Given(rows, tuple(column.key for column in COLUMNS))


def _row(run: RunView, title: str, source: str) -> tuple[Cell | Text, ...]:
    tone, word = run_words.state(run)
    return (
        Cell(text=_("Run %(number)s") % {"number": run.id}, url=reverse("hub:run", args=[run.id]), note=run.name),
        Cell(text=title, note=source),
        Cell(text=word, tone=tone),
        Cell(moment=run.started_at),
        *(
            Cell(text=words.number(count), value=count)
            for count in (run.rows, _taken(run), run.repeated, run.quarantined)
        ),
    )


def _taken(run: RunView) -> int:
    """How many rows of a run stand in the data: of one that is held none does yet."""
    return 0 if run.state == RunState.HELD else run.accepted


def context(run: RunView, rows: Sequence[QuarantinedRow], page: Page[int]) -> dict[str, Any]:
    """All parts of the page of a run."""
    heading = _("Run %(number)s") % {"number": run.id}
    return {
        "run_id": run.id,
        "heading": heading,
        "title": titles().get(run.dataset, (run.title, ""))[0],
        "state": run_words.state(run),
        "outcome": run.state.value,
        "reason": run_words.sentence(run.reason) if run.reason else "",
        "became": run_words.rows_of(run),
        "facts": facts(run),
        "sha256": run.sha256,
        "checks": checks(run) if run.findings else None,
        "no_findings": run_words.no_findings(run),
        "rows": quarantine(run, rows) if rows else None,
        "examples": page.paginator.count < run.quarantined,
        "page": page,
        "file_url": reverse("hub:run_file", args=[run.id]),
        "rows_csv": reverse("hub:quarantine_csv", args=[run.id]),
        "rows_xlsx": reverse("hub:quarantine_xlsx", args=[run.id]),
        "void_url": reverse("hub:void", args=[run.id]),
        "restore_url": reverse("hub:restore", args=[run.id]),
        "kept": run.kept,
        "crumbs": [
            Link(_("Data runs"), reverse("hub:runs")),
            Link(_("Latest runs"), reverse("hub:all_runs")),
            Link(heading),
        ],
    }


def disclosure(rows: Sequence[QuarantinedRow], purpose: Purpose, file: FileAccess) -> dict[str, Any]:
    """What the page says of personal data: whether some are masked, may be opened, and how the file may be had."""
    return {
        "masked": any(row.masked for row in rows),
        "may_open": any(row.may_open for row in rows),
        "opened": purpose.stated if any(row.opened for row in rows) else None,
        "form": purpose.form,
        "file": file,
        "file_form": PurposeForm(auto_id="file-%s"),
        "rows_form": PurposeForm(auto_id="rows-%s"),
    }


def checks(run: RunView) -> Table:
    """The checks that were not passed, in words, and how many rows each concerns."""
    said = hub.explained(run.id)
    return Table(
        caption=_("Checks that rows did not pass"),
        columns=(
            Column(label=_("Check")),
            Column(label=_("What followed")),
            Column(label=_("Rows"), number=True),
        ),
        rows=tuple(
            (
                Cell(text=run_words.sentence(said[finding.code])),
                run_words.followed(run, finding),
                words.number(finding.rows) if finding.rows else _("the whole"),
            )
            for finding in run.findings
        ),
    )


def facts(run: RunView) -> list[Fact]:
    """The particulars of a run."""
    source = source_names().get(run.source, run.source)
    found = [
        Fact(term=_("Source"), text=source),
        Fact(term=_("File"), text=run.name),
        Fact(term=_("Size"), text=_("%(count)s bytes") % {"count": words.number(run.size)}),
        Fact(term=_("Began"), text="", moment=run.started_at),
    ]
    if run.finished_at:
        found.append(Fact(term=_("Ended"), text="", moment=run.finished_at))
    found += _counts(run)
    found.append(Fact(term=_("Contract"), text=_("version %(version)s") % {"version": run.contract_version}))
    if run.snapshot:
        found.append(Fact(term=_("Snapshot"), text=str(run.snapshot)))
    return found


def _counts(run: RunView) -> list[Fact]:
    """The rows of the file and what became of them, so that they add up; of a run that broke off nobody knows."""
    if not run.rows:
        return []
    repeated, wrong = (_("Repeated"), run.repeated), (_("Wrong"), run.quarantined)
    parts: dict[RunState, tuple[tuple[str, int], ...]] = {
        RunState.FAILED: (),
        RunState.RUNNING: (),
        RunState.REFUSED: (wrong, repeated, (_("Refused with them"), run_words.left_over(run))),
        RunState.HELD: ((_("Would be taken"), run.accepted), repeated, wrong),
    }
    usual = ((_("Taken"), run.accepted), repeated, (_("In quarantine"), run.quarantined))
    found = ((_("Rows in the file"), run.rows), *parts.get(run.state, usual))
    return [Fact(term=term, text=words.number(count)) for term, count in found]


def columns_of(dataset: str, rows: Iterable[QuarantinedRow]) -> dict[str, str]:
    """The titles of the columns that rows have, by name, in the contract's order."""
    known = {
        c.name: words.either(c.title or c.name, c.title_en or c.title or c.name) for c in hub.contract(dataset).columns
    }
    present = dict.fromkeys(name for row in rows for name in row.values)
    return {
        **{name: title for name, title in known.items() if name in present},
        **{name: name for name in present if name not in known},
    }


def quarantine(run: RunView, found: Sequence[QuarantinedRow]) -> Table:
    """Rows that were not taken: where they stand in the file, all reasons in words, then the cells as they were delivered."""
    names = columns_of(run.dataset, found)
    since = any(row.void or row.settled for row in found)
    return Table(
        caption=_("Rows in quarantine of run %(number)s, %(file)s") % {"number": run.id, "file": run.name},
        hide_caption=True,
        columns=(
            Column(label=_("Line in the file"), number=True, noted=_("Sheet") if any(_sheet(r) for r in found) else ""),
            Column(label=_("Why it was not taken")),
            *((Column(label=_("Since then")),) if since else ()),
            *(Column(label=title, tight=True) for title in names.values()),
        ),
        rows=tuple(
            (
                _where(run, row),
                Cell(text="; ".join(run_words.sentence(reason) for reason in row.reasons)),
                *((_since(row),) if since else ()),
                *(raw(row.values.get(name)) for name in names),
            )
            for row in found
        ),
    )


def _since(row: QuarantinedRow) -> Cell:
    """What became of a row after it was set apart: while nothing did, values count it as missing."""
    if row.settled:
        text = _("Delivered again in run %(number)s") % {"number": row.settled}
        return Cell(text=text, url=reverse("hub:run", args=[row.settled]))
    return Cell(text=_("Void"), tone=Tone.NONE) if row.void else Cell(text=_("Still open"), tone=Tone.WATCH)


def line(row: QuarantinedRow) -> str:
    """The number by which the reader finds a row in the file; where that is not known any more, which row of the table it is."""
    if row.place is not None:
        return str(row.place.line)
    return _("row %(number)s of the table") % {"number": row.row}


def _where(run: RunView, row: QuarantinedRow) -> Cell:
    number = row.place.line if row.place else None
    return Cell(text=line(row), url=reverse("hub:row", args=[run.id, row.row]), note=_sheet(row), value=number)


def _sheet(row: QuarantinedRow) -> str:
    return row.place.sheet if row.place else ""


def raw(value: Any) -> str:
    """A cell as it was delivered; an empty one is a dash."""
    return money.NO_VALUE if value is None or value == "" else str(value)
