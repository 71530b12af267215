"""Officials from a spreadsheet: a template, a look at each wrong cell, and the links to hand out."""

from __future__ import annotations

import base64
import csv
import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.http import FileResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.systems.identity.contracts import LINK_LASTS
from vamco.systems.identity.pages.own import FRESH
from vamco.systems.identity.pages.staff.forms import ReasonForm
from vamco.systems.identity.queries import staff as queries
from vamco.systems.identity.rules import importing as rules
from vamco.systems.identity.services import staff_import as services
from vamco.web import words
from vamco.web.acting import NOTHING_SENT, Refusal, attempt
from vamco.web.components import Cell, Column, Link, Table, Tone
from vamco.web.pages import Request, page, render, signed_in

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.kernel.world.people.public import Person
    from vamco.systems.identity.services.staff_import import Imported

METHODS: Final = ("GET", "HEAD", "POST")
MEGABYTES: Final = services.MOST_BYTES >> 20
SHOWN: Final = 300  # wrong cells that are named
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ListForm(forms.Form):
    """The spreadsheet."""

    file = forms.FileField(
        label=_l("Spreadsheet"),
        help_text=_l("XLSX, ODS, XLS or CSV; the first sheet is read."),
        error_messages={"required": _l("Please choose the spreadsheet."), "empty": _l("The file is empty.")},
    )


class TakeForm(ReasonForm):
    """That a list is taken in, and that its wrong rows are left out on purpose."""

    leave_out = forms.BooleanField(label=_l("Leave the wrong rows out, on purpose"), required=False)
    field_order = ("seen", "leave_out", "reason")

    def __init__(self, wrong: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not wrong:
            del self.fields["leave_out"]


def _crumbs(title: str = "") -> list[Link]:
    here = [
        Link(_("Officials"), reverse("identity:staff")),
        Link(_("Import from a spreadsheet"), reverse("identity:import_staff")),
    ]
    return [*here, Link(title)] if title else here


@page(queries.IMPORT, methods=METHODS, level=2, within=FRESH)
def bring(request: Request) -> HttpResponseBase:
    """Bring a spreadsheet; nothing is done before it has been looked at."""
    reader = signed_in(request)
    form = ListForm(request.POST, request.FILES) if request.method == "POST" else ListForm()
    refusal = NOTHING_SENT
    if form.is_bound:
        done = attempt(form, lambda sent: _bring(sent["file"], reader))
        if not isinstance(done, Refusal):
            return redirect("identity:staff_list", done)
        refusal = done
    context = {
        "form": form,
        "error": refusal.text,
        "crumbs": [_crumbs()[0], Link(_("Import from a spreadsheet"))],
        "megabytes": MEGABYTES,
        "lists": _lists(reader),
    }
    return render(request, "identity/staff/bring.html", context, status=refusal.status)


def _bring(upload: Any, reader: Person) -> int:
    with tempfile.TemporaryDirectory(prefix="vamco-staff-") as folder:
        path = Path(folder) / "list"
        with path.open("wb") as out:
            out.writelines(upload.chunks())
        return int(services.bring(path, by=reader).pk)


def _lists(reader: Person) -> Table | None:
    found = queries.lists(reader)
    if not found:
        return None
    columns = (Column(label=_("List of")), Column(label=_("State")), Column(label=_("Invited"), number=True))
    rows = tuple(
        (
            Cell(text=words.moment(one.created_at), url=reverse("identity:staff_list", args=[one.pk])),
            Cell(text=_("Taken in"), tone=Tone.OK) if one.done_at else Cell(text=_("Not taken in"), tone=Tone.NONE),
            words.number(len(one.made)),
        )
        for one in found
    )
    return Table(caption=_("My lists"), columns=columns, rows=rows)


@page(queries.IMPORT, methods=METHODS, level=2, within=FRESH)
def staff_list(request: Request, staff_list_id: int) -> HttpResponseBase:
    """A list as it was read: each wrong cell by its name; sent with a reason, it is taken in."""
    reader = signed_in(request)
    row, listed = services.look(staff_list_id, reader)
    wrong = sum(bool(one.faults) for one in listed)
    form = TakeForm(wrong, request.POST if request.method == "POST" else None)
    refusal = NOTHING_SENT
    if form.is_bound:
        done = attempt(
            form,
            lambda sent: services.take_in(
                staff_list_id, by=reader, reason=sent["reason"], leave_out=sent.get("leave_out", False)
            ),
        )
        if not isinstance(done, Refusal):
            return hand_out(request, done)
        refusal = done
    there = sum(one.there for one in listed if not one.faults)
    context = {
        "row": row,
        "form": form,
        "error": refusal.text,
        "crumbs": _crumbs(_("List of %(moment)s") % {"moment": words.moment(row.created_at)}),
        "title": _("List of %(moment)s") % {"moment": words.moment(row.created_at)},
        "counts": {"all": len(listed), "wrong": wrong, "there": there, "new": len(listed) - wrong - there},
        "faults": _faults(listed),
        "more": max(sum(len(one.faults) for one in listed) - SHOWN, 0),
        "rows": _rows(listed) if listed else None,
        "earlier": services.earlier(row) if not row.done_at else None,
        "waiting": queries.officials(reader, queries.Wanted(state="invited")).filter(pk__in=row.made).count()
        if row.made
        else 0,
    }
    return render(request, "identity/staff/staff_list.html", context, status=refusal.status)


@page(queries.IMPORT, methods=METHODS, level=2, within=FRESH)
def links(request: Request, staff_list_id: int) -> HttpResponseBase:
    """Give new links to those of a list who have not opened their account yet."""
    reader = signed_in(request)
    row, _listed = services.look(staff_list_id, reader)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    refusal = NOTHING_SENT
    if form.is_bound:
        done = attempt(form, lambda sent: services.link_again(row.pk, by=reader, reason=sent["reason"]))
        if not isinstance(done, Refusal):
            return hand_out(request, done)
        refusal = done
    title = _("New links for who has not opened their account")
    context = {
        "form": form,
        "error": refusal.text,
        "title": title,
        "crumbs": _crumbs(title),
        "back": reverse("identity:staff_list", args=[row.pk]),
    }
    return render(request, "identity/staff/links.html", context, status=refusal.status)


def _faults(listed: list[rules.Listed]) -> Table | None:
    found = [(fault.cell, str(one.number), one.texts["name"], fault.text(_)) for one in listed for fault in one.faults]
    if not found:
        return None
    columns = (
        Column(label=_("Cell"), tight=True),
        Column(label=_("Row"), number=True),
        Column(label=_("Full name")),
        Column(label=_("What is wrong")),
    )
    return Table(caption=_("Wrong cells"), hide_caption=True, columns=columns, rows=tuple(found[:SHOWN]))


def _rows(listed: list[rules.Listed]) -> Table:
    state = {
        "wrong": (Tone.URGENT, _("Wrong")),
        "there": (Tone.NONE, _("There already")),
        "new": (Tone.OK, _("To be invited")),
    }
    rows = []
    for one in listed:
        tone, word = state["wrong" if one.faults else "there" if one.there else "new"]
        texts = one.texts
        rows.append(
            (
                Cell(text=texts["name"] or "–", note=texts["username"]),
                str(one.number),
                Cell(text=word, tone=tone),
                texts["agency"],
                Cell(text=texts["role"], note=texts["position"]),
                texts["title"],
                f"{one.invitation.post.since:%d/%m/%Y}" if one.invitation else texts["since"],
            )
        )
    columns = (
        Column(label=_("Full name")),
        Column(label=_("Row"), number=True),
        Column(label=_("State")),
        Column(label=_("Agency")),
        Column(label=_("Role")),
        Column(label=_("Job title")),
        Column(label=_("First day"), tight=True),
    )
    return Table(caption=_("All rows"), hide_caption=True, columns=columns, rows=tuple(rows))


def hand_out(request: Request, done: Imported) -> HttpResponseBase:
    """Show the links of many people: now, and never again. They are drawn into the answer itself, so they lie in no session."""
    names = words.agency_names(one.agency for one in done.made)
    heads = [_("Full name"), _("Account name"), _("Agency"), _("One-time link")]
    rows = [
        (
            one.name,
            one.username,
            names.get(one.agency, one.agency),
            request.build_absolute_uri(reverse("identity:start", args=[one.word])),
        )
        for one in done.made
    ]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows(rows)
    context = {
        "table": Table(
            caption=_("Links to hand out"),
            hide_caption=True,
            columns=tuple(Column(label=head) for head in heads),
            rows=tuple(rows),
        ),
        "done": done,
        "count": len(rows),
        "hours": int(LINK_LASTS.total_seconds() // 3600),
        "file": base64.b64encode(out.getvalue().encode("utf-8-sig")).decode(),
        "crumbs": _crumbs(_("Links to hand out")),
    }
    response = render(request, "identity/staff/hand_out.html", context)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@page(queries.IMPORT)
def template(request: Request) -> HttpResponseBase:
    """The spreadsheet to fill in, with the agencies and roles that the reader may name."""
    import xlsxwriter

    reader = signed_in(request)
    scope = access.scope(reader, queries.MANAGE)
    file = tempfile.TemporaryFile(prefix="vamco-staff-")  # noqa: SIM115  # the answer closes it
    book = xlsxwriter.Workbook(file)
    bold, text = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "@"})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet("Cán bộ")
    english = words.language() == "en"
    for place, (key, heads) in enumerate(rules.COLUMNS.items()):
        sheet.set_column(place, place, 24, day if key == "since" else text)
        sheet.write_string(0, place, heads[1 if english else 0] + (" *" if key in rules.NEEDED else ""), bold)
    sheet.freeze_panes(1, 1)
    helps = book.add_worksheet(_("Codes"))
    helps.set_column(0, 5, 34)
    lists = [
        (
            _("Agency code"),
            [(row.code, words.either(row.name, row.name_en)) for row in agencies.at_work() if scope.covers(row.path)],
        ),
        (_("Role"), [(role.code, words.either(role.name, role.name_en)) for role in queries.roles_to_give(scope)]),
        (_("Position"), [(one.code, words.either(one.name, one.name_en)) for one in people.positions()]),
    ]
    for place, (head, rows) in enumerate(lists):
        helps.write_string(0, 2 * place, head, bold)
        for number, (code, name) in enumerate(rows, 1):
            helps.write_string(number, 2 * place, code)
            helps.write_string(number, 2 * place + 1, name)
    book.close()
    file.seek(0)
    response = FileResponse(file, content_type=_XLSX, as_attachment=True, filename="can-bo.xlsx")
    response.headers["Cache-Control"] = "no-store"
    return response
