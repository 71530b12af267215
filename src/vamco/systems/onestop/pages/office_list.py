"""The list of an office's dossiers, part by part, and what can be done to many of them at once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.lib.text import row_number
from vamco.systems.onestop.contracts import KIND
from vamco.systems.onestop.rules import looking
from vamco.systems.onestop.services import listing
from vamco.web import casework, words
from vamco.web.acting import NOTE
from vamco.web.components import Cell, Column, Link, Tone
from vamco.web.pages import Request, page, signed_in
from vamco.web.tables import public as tables

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from django.db.models import QuerySet
    from django.http import HttpResponseBase

    from vamco.kernel.world.people.public import Person
    from vamco.systems.onestop.public import Dossier

AT_ONCE: Final = ("accept", "take_on", "approve", "sign", "number", "issue", "deliver")
"""Acts of the kind that are done to many with one confirmation: they need no word on each."""


class Filters(forms.Form):
    """What the list is narrowed by."""

    q = forms.CharField(
        label=_l("Name or number"),
        required=False,
        max_length=looking.LONGEST,
        help_text=_l("Without diacritics, too; old numbers such as 000.00.12.H62-201105-0004 are found as well."),
    )


class NoteForm(forms.Form):
    """What is said with an act on many dossiers."""

    note = forms.CharField(
        label=_l("Note"), required=False, max_length=NOTE, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_l("Stands in the history of each of them."),
    )  # fmt: skip


COLUMNS: Final = (
    Column(label=_l("Applicant"), key="applicant", sorts=False, noted=_l("Number")),
    Column(label=_l("Procedure"), key="procedure", sorts=False),
    Column(label=_l("Due"), key="due", tight=True),
    Column(label=_l("State"), key="state", sorts=False),
    Column(label=_l("In hand with"), key="taken", sorts=False),
    Column(label=_l("Filed"), key="channel", sorts=False, optional=True),
    Column(label=_l("Received at"), key="office", sorts=False, optional=True),
    Column(label=_l("Sent"), key="sent", sorts=False, optional=True, tight=True),
)
CHANNELS: Final = {"online": _l("Online"), "counter": _l("At the counter"), "post": _l("By post")}


@page(listing.VIEW, methods=tables.METHODS)
def every(request: Request) -> HttpResponseBase:
    """All dossiers of the office, the newest first: where one is looked for by name or number."""
    return _answer(request, None)


def tab(code: str) -> Callable[[Request], HttpResponseBase]:
    """Return the page of one part of the list."""

    @page(listing.VIEW, methods=tables.METHODS)
    def shown(request: Request) -> HttpResponseBase:
        return _answer(request, listing.TABS[code])

    return shown


def _answer(request: Request, chosen: listing.Tab | None) -> HttpResponseBase:
    person = signed_in(request)
    rows = listing.dossiers(person)
    found = listing.search(listing.in_tab(rows, chosen) if chosen else rows, request.GET.get("q", ""), person)
    listed = _listing(found.rows, chosen)
    if request.method == "POST":
        return tables.answer(request, listed, "onestop/office_list.html")
    context = {"tabs": _tabs(person, chosen), "cut": found.cut, "crumbs": [Link(_("Dossiers"))]}
    return tables.answer(request, listed, "onestop/office_list.html", context)


def _tabs(person: Person, chosen: listing.Tab | None) -> list[Link]:
    counts = listing.counts(person)
    links = [
        Link(_(tab.name), reverse(f"onestop:office_{tab.code}"), count=counts[tab.code], current=tab == chosen)
        for tab in listing.TABS.values()
    ]
    return [*links, Link(_("All, search"), reverse("onestop:office_dossiers"), current=chosen is None)]


def _listing(rows: QuerySet[Dossier], chosen: listing.Tab | None) -> tables.Listing:
    return tables.Listing(
        code=f"onestop.dossiers_{chosen.code}" if chosen else "onestop.dossiers",
        caption=_(chosen.name) if chosen else _("All dossiers"),
        columns=COLUMNS,
        filters=Filters,
        rows=lambda _asked: tables.Records(rows, row, {"due": "case__due_at"}, "case__due_at" if chosen else "-pk"),
        sort="due" if chosen else "",
        acts=tuple(_acts()) if chosen else (),
        per_page=25,
        counts_to=1000,
        nothing=_("Nothing stands here at present"),
        first_step=_(
            "What is sent to your office, or waits for your agency, appears here with the day by which it is due."
        ),
    )


def row(dossier: Dossier) -> tables.Row:
    """Return a dossier as a row."""
    case, now = dossier.case, clock.now()
    of = cases.definition_of(case.kind)
    state = of.states[case.state]
    return tables.Row(
        key=f"{case.pk}-{case.seq}",
        takes=frozenset(act.code for act in cases.possible(of, case.state)),
        cells=(
            Cell(text=dossier.applicant_name, url=casework.address(case), note=dossier.number),
            case.title,
            _due(case, now),
            Cell(text=words.either(state.name, state.name_en), tone=casework.tone(case, of)),
            case.taken_by.name if case.taken_by else "–",
            str(CHANNELS.get(dossier.channel, dossier.channel)),
            words.either(dossier.office.name, dossier.office.name_en),
            Cell(text=words.moment(dossier.sent_at), moment=dossier.sent_at),
        ),
    )


def _due(case: cases.Case, now: dt.datetime) -> Cell:
    if not case.open:
        return Cell(text=words.moment(case.due_at), moment=case.due_at)
    if case.paused_at is None or cases.is_overdue(case, now):
        return words.due_cell(case.due_at, now)
    return Cell(text=_("Deadline paused"), tone=Tone.WATCH, moment=case.due_at)


# ── acts on many ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _acts() -> Iterator[tables.Act]:
    of = cases.newest(KIND)
    for code in AT_ONCE:
        act = of.acts[code]
        yield tables.Act(
            code=code,
            label=words.either(act.name, act.name_en),
            says=_("Each of the chosen dossiers gets this act in its history, under your name. What somebody else has changed meanwhile is left as it is, and said so."),
            run=partial(_do, code),
            act=act.may,
            form=NoteForm,
        )  # fmt: skip


def _do(code: str, person: Person | None, keys: Sequence[str], said: Mapping[str, Any]) -> tables.Outcome:
    by, note = cast("Person", person), said.get("note") or ""
    return each(by, keys, lambda case, seen: cases.act(case, code, by=by, seen=seen, note=note))


def each(
    by: Person, keys: Sequence[str], do: Callable[[int, int | None], object], *, of: QuerySet[Dossier] | None = None
) -> tables.Outcome:
    """Do it to each chosen dossier that the person may see, and say of each that was left why; a key is a case and what was seen of it."""
    picked = dict(filter(None, map(_picked, keys)))
    rows = listing.dossiers(by) if of is None else of
    numbers = dict(rows.filter(pk__in=picked).values_list("pk", "number"))
    outcomes = cases.each({case: seen for case, seen in picked.items() if case in numbers}, do)
    refused = [(numbers[found.case], found.error.text(_)) for found in outcomes if found.error]
    refused += [(str(case), _("You see no such dossier.")) for case in picked if case not in numbers]
    return tables.Outcome(sum(found.error is None for found in outcomes), tuple(refused))


def _picked(key: str) -> tuple[int, int] | None:
    number, _dash, seen = key.partition("-")
    case_id, seq = row_number(number), row_number(seen)
    return None if case_id is None or seq is None else (case_id, seq)
