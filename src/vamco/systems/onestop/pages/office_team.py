"""Pages for heads: the load of each colleague, tomorrow's late ones today, work moved; what a new version of a procedure does."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from vamco.kernel.base import clock
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.lib.time import format_date
from vamco.systems.onestop.pages import wording
from vamco.systems.onestop.pages.office_list import COLUMNS, each, row
from vamco.systems.onestop.queries import versions as versions_of
from vamco.systems.onestop.rules import reading
from vamco.systems.onestop.services import leading, listing, versions
from vamco.web import casework, words
from vamco.web.acting import set_choices
from vamco.web.components import Cell, Column, Link, Table, Tone
from vamco.web.pages import Request, page, render, signed_in
from vamco.web.tables import public as tables

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from django.http import HttpResponseBase

    from vamco.kernel.world.people.public import Person
    from vamco.systems.onestop.public import Dossier
    from vamco.systems.onestop.rules.versions import WhatIf

NOBODY: Final = "nobody"


# ── the team ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@page(listing.LEAD, methods=tables.METHODS)
def team(request: Request) -> HttpResponseBase:
    """Who has which dossiers in hand; ticked ones are given to another colleague."""
    person = signed_in(request)
    until = leading.horizon(people.home(person))
    listed = _listing(person, until)
    if request.method == "POST":
        return tables.answer(request, listed, "onestop/team.html")
    hands = leading.hands(person, until)
    tomorrow = sum(one.tomorrow for one in hands)
    said = ngettext(
        "%(count)s dossier will be late by %(moment)s unless somebody acts.",
        "%(count)s dossiers will be late by %(moment)s unless somebody acts.",
        tomorrow,
    )
    context = {
        "hands": _hands(hands) if hands else None,
        "warning": said % {"count": words.number(tomorrow), "moment": words.moment(until)} if tomorrow else "",
        "tomorrow_url": f"{reverse('onestop:team')}?due=tomorrow",
        "crumbs": [Link(_("Dossiers"), reverse("onestop:office_dossiers")), Link(_("Work of the team"))],
    }
    return tables.answer(request, listed, "onestop/team.html", context)


def _hands(found: list[leading.Hands]) -> Table:
    columns = (
        Column(label=_("Colleague")),
        Column(label=_("In hand"), number=True),
        Column(label=_("Late"), number=True),
        Column(label=_("Late by tomorrow's close"), number=True),
    )
    rows = tuple(
        (
            Cell(
                text=one.person.name if one.person else _("Nobody has taken them"),
                url=f"{reverse('onestop:team')}?taken={one.person.pk if one.person else NOBODY}",
            ),
            words.number(one.open),
            Cell(text=words.number(one.late), tone=Tone.URGENT) if one.late else "0",
            Cell(text=words.number(one.tomorrow), tone=Tone.WARNING) if one.tomorrow else "0",
        )
        for one in found
    )
    return Table(caption=_("In whose hands"), hide_caption=True, columns=columns, rows=rows)


def _filters(person: Person) -> type[forms.Form]:
    class Filters(forms.Form):
        """What the list is narrowed by."""

        taken = forms.ChoiceField(label=_l("In hand with"), required=False)
        due = forms.ChoiceField(
            label=_l("Due"),
            required=False,
            choices=[("", _l("Whenever")), ("late", _l("Late")), ("tomorrow", _l("Late by tomorrow's close"))],
        )

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            found = [(str(one.pk), one.name) for one in leading.colleagues(person)]
            set_choices(self, "taken", [(NOBODY, _("nobody")), *found], none=_("All"))

    return Filters


def _moving(person: Person) -> type[forms.Form]:
    class Moving(forms.Form):
        """To whom."""

        person = forms.TypedChoiceField(label=_l("Colleague"), coerce=int)

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            set_choices(self, "person", [(str(one.pk), one.name) for one in leading.colleagues(person)])

    return Moving


def _listing(person: Person, until: dt.datetime) -> tables.Listing:
    return tables.Listing(
        code="onestop.team",
        caption=_("Dossiers of the team"),
        columns=COLUMNS,
        filters=_filters(person),
        rows=lambda asked: tables.Records(
            _narrowed(person, asked.filters, until), _row, {"due": "case__due_at"}, "case__due_at"
        ),
        sort="due",
        acts=(
            tables.Act(
                code="move",
                label=_("Give to a colleague"),
                says=_("The chosen dossiers are given to this colleague, and stand in their inbox; whoever had them is told by the history."),
                run=partial(_move, person),
                icon="user",
                form=_moving(person),
            ),
        ),
        per_page=50,
        counts_to=1000,
        nothing=_("Nothing waits in your agency"),
    )  # fmt: skip


def _row(dossier: Dossier) -> tables.Row:
    drawn = row(dossier)
    return tables.Row(key=drawn.key, cells=drawn.cells)


def _narrowed(person: Person, asked: Mapping[str, Any], until: dt.datetime) -> Any:
    rows = leading.dossiers(person)
    taken, due = asked.get("taken") or "", asked.get("due") or ""
    if taken:
        rows = rows.filter(case__taken_by=None) if taken == NOBODY else rows.filter(case__taken_by=int(taken))
    if due == "late":
        rows = rows.filter(case__due_at__lt=clock.now(), case__paused_at=None)
    return leading.soon(rows, until) if due == "tomorrow" else rows


def _move(by: Person, _person: Person | None, keys: Sequence[str], said: Mapping[str, Any]) -> tables.Outcome:
    to = people.get(cast("int", said["person"]))  # one of the choices of the form
    return each(by, keys, lambda case, seen: leading.move(case, to, by=by, seen=seen), of=leading.dossiers(by))


# ── versions ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@page(versions.VIEW)
def changed(request: Request) -> HttpResponseBase:
    """Procedures that have more than one version, with the open dossiers on each."""
    today = clock.today()
    rows = []
    for code, every in versions.procedures_with_versions():
        newest, counts = every[-1], versions.open_by_version(code)
        coming = newest.item.valid_from > today
        rows.append(
            (
                Cell(text=wording.name(newest.item), url=reverse("onestop:version", args=[code]), note=code),
                words.number(newest.version),
                Cell(
                    text=_("from %(day)s") % {"day": format_date(newest.item.valid_from, words.language())},
                    tone=Tone.WATCH if coming else Tone.OK,
                ),
                words.number(sum(counts.values())),
                words.number(sum(count for version, count in counts.items() if version < newest.version)),
            )
        )
    columns = (
        Column(label=_("Procedure")),
        Column(label=_("Version"), number=True),
        Column(label=_("In force")),
        Column(label=_("Open dossiers"), number=True),
        Column(label=_("On older versions"), number=True),
    )
    table = Table(caption=_("New versions of procedures"), hide_caption=True, columns=columns, rows=tuple(rows))
    crumbs = [*_from_dossiers(request), Link(_("New versions of procedures"))]
    return render(request, "onestop/versions.html", {"table": table if rows else None, "crumbs": crumbs})


def _from_dossiers(request: Request) -> list[Link]:
    """Who tends the procedures may have no dossiers to go back to."""
    allowed = access.allow(signed_in(request), listing.VIEW)
    return [Link(_("Dossiers"), reverse("onestop:office_dossiers"))] if allowed else []


@page(versions.VIEW)
def version(request: Request, procedure: str) -> HttpResponseBase:
    """What the newest version of a procedure changed, and what it would do to the dossiers that are open now."""
    every = versions_of(procedure)
    newest = every[-1]
    before = every[-2] if len(every) > 1 else None
    found = versions.what_if(procedure, newest.version) if before else []
    today = clock.today()
    context = {
        "title": wording.name(newest.item),
        "code": procedure,
        "coming": newest.item.valid_from > today,
        "since": format_date(newest.item.valid_from, words.language()),
        "changes": _changes(before.item, newest.item) if before else None,
        "by_version": _by_version(procedure),
        "what_if": _what_if(found, signed_in(request)) if found else None,
        "totals": versions.totals(found),
        "most": versions.MOST_SHOWN if len(found) == versions.MOST_SHOWN else 0,
        "page": reverse("onestop:procedure", args=[procedure]),
        "crumbs": [
            *_from_dossiers(request),
            Link(_("New versions of procedures"), reverse("onestop:versions")),
            Link(wording.name(newest.item)),
        ],
    }
    return render(request, "onestop/version.html", context)


def _changes(before: Any, after: Any) -> Table | None:
    rows = tuple(
        (
            _(reading.FIELDS[field]),
            "; ".join(wording.value(before, field)) or "–",
            "; ".join(wording.value(after, field)) or "–",
        )
        for field in reading.changed(before, after)
    )
    if not rows:
        return None
    columns = (Column(label=_("What")), Column(label=_("Before")), Column(label=_("After")))
    return Table(caption=_("What changed"), hide_caption=True, columns=columns, rows=rows)


def _by_version(code: str) -> Table | None:
    counts = versions.open_by_version(code)
    if not counts:
        return None
    columns = (Column(label=_("Version")), Column(label=_("Open dossiers"), number=True))
    rows = tuple(
        (_("Version %(number)s") % {"number": number}, words.number(count)) for number, count in counts.items()
    )
    return Table(caption=_("Open dossiers by version"), hide_caption=True, columns=columns, rows=rows)


def _what_if(found: list[WhatIf], person: Person) -> Table:
    links = casework.links(person, (one.case for one in found))
    columns = (
        Column(label=_("Dossier")),
        Column(label=_("Version"), number=True),
        Column(label=_("Due as promised"), tight=True),
        Column(label=_("Under the new version"), tight=True),
        Column(label=_("Difference")),
    )
    rows = tuple(
        (
            Cell(text=one.number, url=links.get(one.case, "")),
            words.number(one.version),
            Cell(text=words.moment(one.due_at), moment=one.due_at),
            Cell(text=words.moment(one.would), moment=one.would) if one.would else _("not counted"),
            _difference(one.moves),
        )
        for one in found
    )
    return Table(caption=_("What it would do to open dossiers"), hide_caption=True, columns=columns, rows=rows)


def _difference(moves: dt.timedelta | None) -> Cell:
    if moves is None:
        return Cell(text="–")
    if not moves:
        return Cell(text=_("the same"))
    hours = round(abs(moves.total_seconds()) / 3600)
    later = moves.total_seconds() > 0
    said = _("%(hours)s hours later") if later else _("%(hours)s hours earlier")
    return Cell(text=said % {"hours": words.number(hours)}, tone=Tone.WATCH if later else Tone.OK)
