"""The way from a value back to the file and the row that it came from."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.money import format_number
from vamco.systems.hub import public as hub
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.public import wording
from vamco.systems.ioc.pages import figures
from vamco.web import words
from vamco.web.components import Cell, Column, Fact, Link, Step, Table, Tone
from vamco.web.context import whole_unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vamco.kernel.world.people.public import Person
    from vamco.systems.hub.contracts import DisclosedRow, RunView
    from vamco.systems.indicators.contracts import Lineage, RowBehind, RowsBehind, ValueView
    from vamco.web.purpose import Purpose

SHOWN = 25


def context(value_id: int, person: Person | None, purpose: Purpose) -> dict[str, Any]:
    """All parts of the page; rows within the reader's reach, and runs as links for those who may see them."""
    of = indicators.lineage(value_id)
    rows = indicators.rows_behind(of, person, SHOWN, purpose=purpose.stated)
    wanted = {each.row.run for each in rows} | {s.run for s in of.sources if s.run is not None}
    runs = {run: hub.run(run) for run in wanted}
    addresses = {run.id: _address(run, person) for run in runs.values()}
    return {
        "steps": list(_steps(of, runs, addresses)),
        "rows": _row_tables(rows, runs, addresses),
        "rows_said": _count(rows),
        "total": rows.total,
        "outside": _outside(rows),
        "masked": rows.masked,
        "may_open": rows.may_open,
        "opened": purpose.stated if any(each.row.opened for each in rows) else None,
        "form": purpose.form,
        "past": _past(of),
        "crumbs": [
            Link(_("Leaders’ board"), reverse("ioc:board")),
            Link(wording.name(of.definition, short=True), reverse("ioc:indicator", args=[of.definition.code])),
            Link(_("Where this number comes from")),
        ],
    }


def _count(rows: RowsBehind) -> str:
    """How many rows make the value, and how many of them the page shows."""
    total = format_number(rows.total, 0, words.language())
    if not rows:
        return ngettext("%(total)s row makes this value.", "%(total)s rows make this value.", rows.total) % {
            "total": total
        }
    return _("%(total)s rows make this value; the newest %(shown)s are shown.") % {"total": total, "shown": len(rows)}


def _outside(rows: RowsBehind) -> str:
    """How many rows count in the value and lie out of the reader's reach."""
    if not rows.outside:
        return ""
    count = format_number(rows.outside, 0, words.language())
    return ngettext(
        "%(count)s row lies outside your reach: it counts in the value but is not shown.",
        "%(count)s rows lie outside your reach: they count in the value but are not shown.",
        rows.outside,
    ) % {"count": count}


def _address(run: RunView, person: Person | None) -> str:
    seen = person is not None and access.allow(person, "hub.view_runs", agencies.get(run.owner))
    return reverse("hub:run", args=[run.id]) if seen else ""


def _steps(of: Lineage, runs: dict[int, RunView], addresses: Mapping[int, str]) -> Iterator[Step]:
    definition, value = of.definition, of.value
    where = value.place or value.agency or whole_unit(within_sentence=True)
    yield Step(
        kind=_("Value"),
        icon="value",
        title=f"{wording.with_unit(definition, value.value)} · {wording.period(value.period)}",
        facts=tuple(_value_facts(of, where)),
    )
    yield Step(
        kind=_("Definition"),
        icon="definition",
        title=f"{wording.name(definition)}, {_('version')} {definition.version}",
        url=reverse("ioc:indicator", args=[definition.code]),
        facts=(Fact(term=_("Why this version"), text=definition.reason),),
    )
    for source in of.sources:
        yield Step(
            kind=_("Snapshot of the data"),
            icon="snapshot",
            title=figures.dataset(source.dataset),
            facts=(
                Fact(term=_("Dataset"), text=source.dataset),
                Fact(term=_("Snapshot"), text=str(source.snapshot or "–")),
            ),
        )
        if source.run is not None:
            yield from _run_steps(runs[source.run], addresses[source.run])


def _value_facts(of: Lineage, where: str) -> Iterator[Fact]:
    value = of.value
    yield Fact(term=_("Of"), text=where)
    for term, amount in ((_("Numerator"), value.numerator), (_("Denominator"), value.denominator)):
        if amount is not None:
            yield Fact(term=term, text=format_number(amount, 0, words.language()))
    yield Fact(term=_("Computed at"), text="", moment=of.computed_at)
    yield Fact(term=_("Computed by"), text=of.engine)


def _run_steps(run: RunView, address: str) -> Iterator[Step]:
    lang = words.language()
    yield Step(
        kind=_("Last run"),
        icon="run",
        title=_("Run %(run)s from %(source)s") % {"run": run.id, "source": run.source},
        url=address,
        facts=(Fact(term=_("Received"), text="", moment=run.started_at),),
    )
    bad = run.quarantined > 0
    yield Step(
        kind=_("Checks"),
        icon="checks",
        title=_("%(good)s rows passed, %(bad)s are in quarantine")
        % {"good": format_number(run.accepted, 0, lang), "bad": format_number(run.quarantined, 0, lang)},
        tone=Tone.WATCH if bad else Tone.OK,
        word=_("Some rows kept back") if bad else _("All rows passed"),
    )
    yield Step(
        kind=_("Source file"),
        icon="file",
        title=run.name,
        facts=(Fact(term="SHA-256", text=f"{run.sha256[:16]}…"),),
    )


def _row_tables(rows: Sequence[RowBehind], runs: dict[int, RunView], addresses: Mapping[int, str]) -> list[Table]:
    """The rows by dataset, each with its file and its line."""
    by_part: dict[tuple[str, str], list[DisclosedRow]] = defaultdict(list)
    for row in rows:
        by_part[row.dataset, row.part].append(row.row)
    parts = {"numerator": _("Numerator"), "denominator": _("Denominator")}
    return [
        _row_table(f"{parts[part]}: {figures.dataset(dataset)}", found, runs, addresses)
        for (dataset, part), found in by_part.items()
    ]


def _row_table(
    caption: str, rows: Sequence[DisclosedRow], runs: dict[int, RunView], addresses: Mapping[int, str]
) -> Table:
    names = list(rows[0].values)
    return Table(
        caption=caption,
        columns=(
            Column(label=_("File and row")),
            *(Column(label=name, tight=isinstance(rows[0].values[name], dt.date)) for name in names),
        ),
        rows=tuple(
            (
                Cell(
                    text=_("%(file)s, row %(row)s") % {"file": runs[row.run].name, "row": row.row},
                    url=f"{addresses[row.run]}?row={row.row}" if addresses[row.run] else "",
                ),
                *("" if row.values[name] is None else str(row.values[name]) for name in names),
            )
            for row in rows
        ),
    )


def _past(of: Lineage) -> Table | None:
    """What was known for the same period before and after this value; None when it never changed."""
    views: list[ValueView] = indicators.past_of(of.value)
    if len(views) < 2:  # noqa: PLR2004  # one value has no history
        return None
    return Table(
        caption=_("What was known of this period"),
        columns=(
            Column(label=_("Value"), number=True),
            Column(label=_("Known from")),
            Column(label=_("Known until")),
        ),
        rows=tuple(
            (
                Cell(
                    text=wording.with_unit(of.definition, view.value),
                    url=reverse("ioc:lineage", args=[view.id]) if view.id != of.value.id else "",
                ),
                Cell(moment=view.known_from),
                Cell(moment=view.known_to) if view.known_to else _("now"),
            )
            for view in views
        ),
    )
