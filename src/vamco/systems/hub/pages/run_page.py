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
from vamco.systems.hub.contracts import RunState
from vamco.systems.hub.pages.forms import RunFilter
from vamco.web import words
from vamco.web.components import Cell, Column, Fact, Link, Table, Tone
from vamco.web.purpose import PurposeForm
from vamco.web.tables.public import Asked, Given, Listing, Row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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


def datasets(found: Sequence[DatasetStatus]) -> Table:
    """How fresh and how good each dataset is; what is late stands on top."""
    names = words.agency_names(status.owner for status in found)
    return Table(
        caption=_("Datasets"),
        hide_caption=True,
        columns=(
            Column(label=_("Dataset")),
            Column(label=_("Owner")),
            Column(label=_("Due")),
            Column(label=_("Last came"), tight=True),
            Column(label=_("Rows"), number=True),
            Column(label=_("In quarantine"), number=True),
            Column(label=_("Passed"), number=True),
        ),
        rows=tuple(
            (
                Cell(text=words.either(status.title, status.title_en), url=_runs_of(status), note=status.dataset),
                names[status.owner],
                freshness(status),
                Cell(moment=status.last_published_at) if status.last_published_at else _("never"),
                words.number(status.rows),
                words.number(status.quarantined),
                words.share(status.quality),
            )
            for status in found
        ),
    )


def _runs_of(status: DatasetStatus) -> str:
    return f"{reverse('hub:all_runs')}?dataset={status.dataset}"


def freshness(status: DatasetStatus) -> Cell:
    """Whether a dataset is in time, as a badge with its due time."""
    if status.due_at is None:
        return Cell(text=_("No due time agreed"), tone=Tone.NONE)
    when = words.moment(status.due_at)
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


def state(run: RunView) -> tuple[Tone, str]:
    """What became of a run, as a badge."""
    return {
        RunState.RUNNING: (Tone.ACTIVE, _("Running")),
        RunState.PUBLISHED: (Tone.WATCH, _("Published, some rows apart"))
        if run.quarantined
        else (Tone.OK, _("Published")),
        RunState.UNCHANGED: (Tone.NONE, _("Nothing new")),
        RunState.REFUSED: (Tone.URGENT, _("Refused")),
        RunState.FAILED: (Tone.URGENT, _("Failed")),
    }[run.state]


COLUMNS: Final = (
    Column(label=_l("Run"), key="run", sorts=False, noted=_l("File")),
    Column(label=_l("Dataset"), key="dataset", noted=_l("Source")),
    Column(label=_l("State"), key="state"),
    Column(label=_l("Began"), key="began", tight=True),
    Column(label=_l("Rows"), key="rows", number=True),
    Column(label=_l("Taken"), key="taken", number=True),
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
    rows = [Row(key=str(run.id), cells=_row(run, known.get(run.dataset, (run.title, ""))[0])) for run in found]
    return Given(rows, tuple(column.key for column in COLUMNS))


def _row(run: RunView, title: str) -> tuple[Cell | Text, ...]:
    tone, word = state(run)
    return (
        Cell(text=_("Run %(number)s") % {"number": run.id}, url=reverse("hub:run", args=[run.id]), note=run.name),
        Cell(text=title, note=run.source),
        Cell(text=word, tone=tone),
        Cell(moment=run.started_at),
        *(Cell(text=words.number(count), value=count) for count in (run.rows, run.accepted, run.quarantined)),
    )


def context(run: RunView, rows: Sequence[QuarantinedRow], page: Page[int]) -> dict[str, Any]:
    """All parts of the page of a run."""
    heading = _("Run %(number)s") % {"number": run.id}
    return {
        "heading": heading,
        "title": titles().get(run.dataset, (run.title, ""))[0],
        "state": state(run),
        "reason": run.reason.text(_) if run.reason else "",
        "facts": facts(run),
        "sha256": run.sha256,
        "checks": checks(run, rows) if run.findings else None,
        "rows": quarantine(rows, run.dataset) if rows else None,
        "page": page,
        "file_url": reverse("hub:run_file", args=[run.id]),
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
    }


def checks(run: RunView, rows: Sequence[QuarantinedRow]) -> Table:
    """The checks that rows broke; in words where a row on the page says them."""
    said = {reason.code: reason.text(_) for row in rows for reason in row.reasons}
    return Table(
        caption=_("Checks that rows did not pass"),
        columns=(
            Column(label=_("Check")),
            Column(label=_("What followed")),
            Column(label=_("Rows"), number=True),
        ),
        rows=tuple(
            (
                Cell(text=said.get(finding.code, finding.code)),
                Cell(text=_("Row set apart"), tone=Tone.WARNING)
                if finding.severity == "error"
                else Cell(text=_("Taken, with a remark"), tone=Tone.WATCH),
                words.number(finding.rows),
            )
            for finding in run.findings
        ),
    )


def facts(run: RunView) -> list[Fact]:
    """The particulars of a run."""
    found = [
        Fact(term=_("Source"), text=run.source),
        Fact(term=_("File"), text=run.name),
        Fact(term=_("Size"), text=_("%(count)s bytes") % {"count": words.number(run.size)}),
        Fact(term=_("Began"), text="", moment=run.started_at),
        Fact(term=_("Rows in the file"), text=words.number(run.rows)),
        Fact(term=_("Taken"), text=words.number(run.accepted)),
        Fact(term=_("In quarantine"), text=words.number(run.quarantined)),
        Fact(term=_("Contract"), text=_("version %(version)s") % {"version": run.contract_version}),
    ]
    if run.finished_at:
        found.insert(4, Fact(term=_("Ended"), text="", moment=run.finished_at))
    if run.snapshot:
        found.append(Fact(term=_("Snapshot"), text=str(run.snapshot)))
    return found


def quarantine(found: Sequence[QuarantinedRow], dataset: str) -> Table:
    """Rows that were not taken: all reasons in words, then the row as it stood in the file, in the contract's order."""
    columns = {column.name: column.title or column.name for column in hub.contract(dataset).columns}
    present = {name: name for row in found for name in row.values}
    names = {
        **{name: title for name, title in columns.items() if name in present},
        **{n: n for n in present if n not in columns},
    }
    return Table(
        caption=_("Rows in quarantine"),
        hide_caption=True,
        columns=(
            Column(label=_("Row in the file"), number=True),
            Column(label=_("Why it was not taken")),
            *(Column(label=title, tight=True) for title in names.values()),
        ),
        rows=tuple(
            (
                words.number(row.row),
                Cell(text="; ".join(reason.text(_) for reason in row.reasons)),
                *(_raw(row.values.get(name)) for name in names),
            )
            for row in found
        ),
    )


def _raw(value: Any) -> str:
    return money.NO_VALUE if value is None or value == "" else str(value)
