"""The way from a value back to the file and the row that it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vamco.kernel.world.places import public as places
from vamco.lib.money import format_number
from vamco.systems.hub import public as hub
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.public import wording
from vamco.systems.ioc.pages import figures
from vamco.systems.ioc.pages.source_rows import RowWriter, part_name, run_address
from vamco.web import words
from vamco.web.components import Cell, Column, Fact, Link, Step, Table, Tone
from vamco.web.context import whole_unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

    from vamco.engines.measure.contracts import Part
    from vamco.kernel.world.people.public import Person
    from vamco.systems.hub.contracts import RunView
    from vamco.systems.indicators.contracts import Lineage, RowsBehind, ValueView
    from vamco.systems.ioc.pages.source_rows import SourceRows
    from vamco.web.purpose import Purpose

SHOWN = 10
SHORT_SHOWN = 3


def context(value_id: int, person: Person | None, purpose: Purpose) -> dict[str, Any]:
    """All parts of the page; rows within the reader's reach, and runs as links for those who may see them."""
    of = indicators.lineage(value_id)
    rows = indicators.rows_behind(of, person, SHOWN, purpose=purpose.stated)
    runs = {run: hub.run(run) for s in of.sources for run in {s.run, *s.short[-SHORT_SHOWN:]} if run is not None}
    return {
        "steps": list(_steps(of, runs, person)),
        "explanation": indicators.explain(of.definition),
        "calculation": indicators.calculation(of.definition, of.value),
        "parts": list(_parts(of, rows, person)),
        "rows_said": _count(rows),
        "total": rows.total,
        "outside": _outside(rows),
        "masked": rows.masked,
        "may_open": rows.may_open,
        "opened": purpose.stated if any(each.row.opened for each in rows) else None,
        "form": purpose.form,
        "past": _past(of),
        "crumbs": [*_crumbs(of), Link(_("Where this number comes from"))],
    }


def rows_context(of: Lineage, part: Part, rows: SourceRows, purpose: Purpose) -> dict[str, Any]:
    """What stands around the listing of all rows of a part; whether they are masked is known once they are drawn."""
    return {
        "rows": rows,
        "title": part_name(part),
        "subject": f"{wording.with_unit(of.definition, of.value.value)} · {_subject(of.value)} · {wording.period(of.value.period)}",
        "outside": _outside(rows.page),
        "form": purpose.form,
        "crumbs": [
            *_crumbs(of),
            Link(_("Where this number comes from"), reverse("ioc:lineage", args=[of.value.id])),
            Link(part_name(part)),
        ],
    }


def _crumbs(of: Lineage) -> list[Link]:
    return [
        Link(_("Leaders’ board"), reverse("ioc:board")),
        Link(wording.name(of.definition, short=True), reverse("ioc:indicator", args=[of.definition.code])),
    ]


def _subject(value: ValueView) -> str:
    """Of what the value is: the province, or a place or agency by name."""
    if value.place:
        known = places.ever_communes().filter(code=value.place).order_by("-valid_from").first()
        return words.either(known.full_name, known.name_en) if known else value.place
    if value.agency:
        return words.agency_names([value.agency]).get(value.agency, value.agency)
    return whole_unit(within_sentence=True)


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


def _steps(of: Lineage, runs: Mapping[int, RunView], person: Person | None) -> Iterator[Step]:
    definition, value = of.definition, of.value
    yield Step(
        kind=_("Value"),
        icon="value",
        title=f"{wording.with_unit(definition, value.value)} · {wording.period(value.period)}",
        facts=tuple(_value_facts(of)),
    )
    yield Step(
        kind=_("Definition"),
        icon="definition",
        title=_("%(name)s, version %(number)s") % {"name": wording.name(definition), "number": definition.version},
        url=reverse("ioc:indicator", args=[definition.code]),
        facts=(Fact(term=_("Why this version"), text=definition.reason),),
    )
    senders = {source.code: words.either(source.name, source.name_en) for source in hub.sources()}
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
        if source.short and value.missing and value.missing.rows:
            yield _held_back([runs[run] for run in source.short[-SHORT_SHOWN:]], len(source.short), person)
        if source.run is not None:
            run = runs[source.run]
            yield from _run_steps(run, senders.get(run.source, run.source), run_address(run, person))


def _held_back(runs: list[RunView], count: int, person: Person | None) -> Step:
    """The rows that may be missing in the value: the runs in whose quarantine they lie, the newest first."""
    title = ngettext("%(count)s run holds rows back", "%(count)s runs hold rows back", count)
    return Step(
        kind=_("Rows in quarantine"),
        icon="partial",
        title=title % {"count": format_number(count, 0, words.language())},
        tone=Tone.WATCH,
        word=_("Some rows kept back"),
        facts=tuple(
            Fact(
                term=_("Run %(run)s") % {"run": run.id},
                text=ngettext("%(rows)s row", "%(rows)s rows", run.quarantined)
                % {"rows": format_number(run.quarantined, 0, words.language())},
                url=run_address(run, person),
            )
            for run in reversed(runs)
        ),
    )


def _value_facts(of: Lineage) -> Iterator[Fact]:
    value = of.value
    code = value.place or value.agency
    yield Fact(term=_("Of"), text=f"{_subject(value)} ({code})" if code else _subject(value))
    terms, numbers = (_("Numerator"), _("Denominator")), (value.numerator, value.denominator)
    for term, amount, number in zip(terms, indicators.amounts(of.definition, value), numbers, strict=False):
        if amount:
            yield Fact(term=term, text=_to_the_dong(amount, number))
    if value.plan_year:
        yield Fact(term=_("Plan year"), text=str(value.plan_year))
    if value.missing:
        yield Fact(term=_("Completeness"), text="", lacks=wording.lacks(of.definition, value.missing))
    yield Fact(term=_("Computed at"), text="", moment=of.computed_at)
    yield Fact(term=_("Computed by"), text=of.engine)


def _to_the_dong(amount: str, number: Decimal | None) -> str:
    """An amount as people write it, with every dong of what was rounded to thousand millions: here somebody may add up."""
    exact = format_number(number, 0, words.language()) if number is not None else ""
    return _("%(amount)s (%(exact)s dong)") % {"amount": amount, "exact": exact} if exact not in amount else amount


def _run_steps(run: RunView, sender: str, address: str) -> Iterator[Step]:
    lang = words.language()
    yield Step(
        kind=_("Last run"),
        icon="run",
        title=_("Run %(run)s from %(source)s") % {"run": run.id, "source": sender},
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


def _parts(of: Lineage, rows: RowsBehind, person: Person | None) -> Iterator[dict[str, Any]]:
    """The newest rows of each part as a table, with the way to all of them."""
    for part, count in rows.counts.items():
        found = [each.row for each in rows if each.part == part]
        if not found:
            continue
        writer = RowWriter(next(each.dataset for each in rows if each.part == part), person)
        address = reverse("ioc:rows" if part == "numerator" else "ioc:denominator_rows", args=[of.value.id])
        within = count.total - count.outside
        yield {
            "table": Table(
                caption=f"{part_name(part)}: {writer.title}",
                columns=writer.columns(found[0].values),
                rows=tuple(writer.cells(row) for row in found),
            ),
            "url": address,
            "link": ngettext("See the row", "See all %(count)s rows", within)
            % {"count": format_number(within, 0, words.language())},
        }


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
                    lacks=wording.lacks(of.definition, view.missing),
                ),
                Cell(moment=view.known_from),
                Cell(moment=view.known_to) if view.known_to else _("now"),
            )
            for view in views
        ),
    )
