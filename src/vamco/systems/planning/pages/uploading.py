"""For those who publish: upload a spreadsheet, see what is wrong in which cell, publish all of it or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.lib.errors import VamcoError
from vamco.systems.planning import queries
from vamco.systems.planning.pages import wording
from vamco.systems.planning.rules import columns
from vamco.systems.planning.services import publishing
from vamco.web.acting import NOTHING_SENT, Refusal, attempt, press
from vamco.web.components import Cell, Column, Link, Table, Tone
from vamco.web.pages import Request, page, render, signed_in
from vamco.web.words import moment

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.systems.planning.contracts import Preview, RowChange, TotalCheck
    from vamco.systems.planning.public import Upload

METHODS: Final = ("GET", "HEAD", "POST")
KINDS: Final = {"notice": _l("Planning notices"), "project": _l("Investment projects")}
MOST_ROWS: Final = 200


class UploadForm(forms.Form):
    """A spreadsheet, and what it lists."""

    kind = forms.ChoiceField(label=_l("What does it list?"), choices=list(KINDS.items()))
    sheet = forms.FileField(
        label=_l("Spreadsheet"),
        help_text=_l("An Excel workbook (.xlsx). Nothing is published before you have seen what it would change."),
        error_messages={"required": _l("Please choose a file."), "empty": _l("The file is empty.")},
    )


class AttachForm(forms.Form):
    """A file that belongs to a notice."""

    attachment = forms.FileField(label=_l("File"), error_messages={"required": _l("Please choose a file.")})


@page(queries.PUBLISH, methods=METHODS)
def uploads(request: Request) -> HttpResponseBase:
    """The uploads of one's agency, and a form for the next."""
    person = signed_in(request)
    kind = request.GET.get("kind", "notice")
    initial = {"kind": kind if kind in KINDS else "notice"}
    form, refusal = UploadForm(initial=initial), NOTHING_SENT
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        outcome = attempt(
            form, lambda data: publishing.take_in(data["kind"], data["sheet"], data["sheet"].name or "", person)
        )
        if not isinstance(outcome, Refusal):
            return redirect("planning:upload", outcome.pk)
        refusal = outcome
    context = {
        "form": form,
        "refusal": refusal,
        "columns": {label: _headings(code) for code, label in KINDS.items()},
        "table": _table(queries.uploads(person)),
        "crumbs": [Link(_("Planning"), reverse("planning:notices")), Link(_("Publish from a spreadsheet"))],
    }
    return render(request, "planning/uploads.html", context, status=refusal.status)


def _headings(kind: str) -> list[dict[str, Any]]:
    return [{"title": each.titles[0], "required": each.required} for each in columns.COLUMNS[kind]]  # type: ignore[index]


def _table(found: list[Upload]) -> Table:
    rows = tuple(
        (
            Cell(text=each.file.name, url=reverse("planning:upload", args=[each.pk])),
            str(KINDS[each.kind]),
            Cell(text=moment(each.uploaded_at), moment=each.uploaded_at),
            Cell(text=_("Published"), tone=Tone.OK)
            if each.published_at
            else Cell(text=_("Not published"), tone=Tone.WATCH),
            str(each.added + each.changed) if each.published_at else "–",
        )
        for each in found
    )
    heads = (_("File"), _("Contents"), _("Uploaded"), _("State"), _("New or changed"))
    return Table(caption=_("Latest uploads"), columns=tuple(Column(label=head) for head in heads), rows=rows)


@page(queries.PUBLISH, methods=METHODS)
def upload(request: Request, upload_id: int) -> HttpResponseBase:
    """What an upload would publish; a POST publishes it."""
    person = signed_in(request)
    found = queries.upload(upload_id, person)
    here = reverse("planning:upload", args=[upload_id])
    if request.method == "POST":
        return press(request, lambda who: publishing.publish(upload_id, who), _("Published."), here)
    context: dict[str, Any] = {
        "found": found,
        "kind": KINDS[found.kind],
        "list_url": reverse("planning:notices" if found.kind == "notice" else "planning:projects"),
        "crumbs": [
            Link(_("Planning"), reverse("planning:notices")),
            Link(_("Publish from a spreadsheet"), reverse("planning:uploads")),
            Link(found.file.name),
        ],
    }
    try:
        context |= _seen(publishing.preview(found))
    except VamcoError as unreadable:
        context["unreadable"] = unreadable.text(_)
    return render(request, "planning/upload.html", context)


def _seen(preview: Preview) -> dict[str, Any]:
    parsed = preview.parsed
    return {
        "preview": preview,
        "counts": [(label, preview.count(code)) for code, label in _standings().items()],
        "faults": [wording.fault(each) for each in parsed.faults],
        "totals": [_total(each) for each in parsed.totals],
        "rows": [_row(each) for each in preview.changes[:MOST_ROWS]],
        "more_rows": max(0, len(preview.changes) - MOST_ROWS),
        "unused": [f"{label} ({sheet})" for sheet, label in parsed.unused],
    }


def _standings() -> dict[str, str]:
    return {"new": _("New"), "changed": _("Changed"), "unchanged": _("Unchanged")}


def _total(check: TotalCheck) -> dict[str, Any]:
    key = check.column
    stated, counted = (wording.value(key, each) if key else str(each) for each in (check.stated, check.counted))
    return {
        "label": check.label,
        "cell": check.cell,
        "column": wording.label(key) if key else _("Number of rows"),
        "stated": stated,
        "counted": counted,
        "holds": check.holds,
    }


def _row(change: RowChange) -> dict[str, Any]:
    tones = {"new": Tone.ACTIVE, "changed": Tone.WATCH, "unchanged": Tone.NONE}
    return {
        "line": change.row.line,
        "sheet": change.row.sheet,
        "code": change.row.code,
        "title": change.row.values["title"],
        "tone": tones[change.standing],
        "word": _standings()[change.standing],
        "fields": [
            f"{wording.label(name)}: {wording.value(name, before)} → {wording.value(name, after)}"
            for name, before, after in change.fields
        ],
    }


@page(queries.PUBLISH, methods=("POST",))
def attach(request: Request, notice: str) -> HttpResponseBase:
    """Attach a file to a notice."""
    form = AttachForm(request.POST, request.FILES)
    to = reverse("planning:notice", args=[queries.notice(notice).code])
    if not form.is_valid():
        messages.error(request, _("Please choose a file."))
        return redirect(to)
    sent = form.cleaned_data["attachment"]
    return press(
        request, lambda who: publishing.attach(notice, sent, sent.name or "", who), _("The file is attached."), to
    )
