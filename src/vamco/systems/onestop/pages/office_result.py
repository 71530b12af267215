"""The page on which a specialist makes the result: a form out of the template's fields, or a PDF that was made elsewhere."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.record.documents import public as documents
from vamco.kernel.world.access import public as access
from vamco.lib.time import HCM
from vamco.systems.onestop.contracts import APPRAISE
from vamco.systems.onestop.pages.office_pages import crumbs
from vamco.systems.onestop.rules.filling import BY_SIGNATURE
from vamco.systems.onestop.services import listing, results
from vamco.web import casework, words
from vamco.web.acting import NOTHING_SENT, Refusal, attempt
from vamco.web.date_fields import DayField, MomentField
from vamco.web.pages import Request, page, render, signed_in
from vamco.web.uploads import EvidenceField, kept

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponseBase

    from vamco.systems.onestop.public import Dossier

LONG: Final = 80  # a text whose name is about content is written in a box of several lines
LONGEST: Final = 4000
BOXES: Final = frozenset({"content", "text", "explained", "reason", "note"})
AMOUNT: Final = 10**12


class ListField(forms.CharField):
    """A list of entries: a line for each, its parts divided by a bar."""

    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, names: tuple[str, ...], **kwargs: Any) -> None:
        self.names = names
        super().__init__(max_length=LONGEST, **kwargs)

    def clean(self, value: Any) -> list[dict[str, str]]:
        """Return the entries, or say which line has too many parts."""
        text: str = super().clean(value)
        found = []
        for line in filter(None, (each.strip() for each in text.splitlines())):
            parts = [part.strip() for part in line.split("|")]
            if len(parts) > len(self.names):
                raise ValidationError(
                    _("“%(line)s” has more than %(count)s parts."), params={"line": line[:40], "count": len(self.names)}
                )
            found.append(dict(zip(self.names, parts, strict=False)))
        return found


class ResultForm(forms.Form):
    """The values of a template; what the signature fills is not asked."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, template: str, values: Mapping[str, Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _row, declared = documents.template(template)
        for name, field in declared.fields.items():
            if name not in BY_SIGNATURE:
                self.fields[name] = _field(name, field)
                self.initial.setdefault(name, _shown(field, values.get(name)))
        self.asked = [name for name in self.fields if name != "seen"]

    def values(self) -> dict[str, Any]:
        """Return what was written, as the result keeps it: days and moments as ISO texts, what is empty left out."""
        return {
            name: value.isoformat() if isinstance(value, dt.date | dt.datetime) else value
            for name in self.asked
            if (value := self.cleaned_data[name]) not in (None, "", [])
        }


def _field(name: str, field: Any) -> forms.Field:
    usual = {"label": field.name, "required": field.required and field.type != "list"}
    if field.type in {"whole", "money"}:
        return forms.IntegerField(min_value=0, max_value=AMOUNT, **usual)
    if field.type == "date":
        return DayField(**usual)
    if field.type == "moment":
        return MomentField(**usual)
    if field.type == "list":
        parts = " | ".join(inner.name for inner in field.fields.values())
        return ListField(tuple(field.fields), help_text=_("A line for each: %(parts)s") % {"parts": parts}, **usual)
    widget = forms.Textarea(attrs={"rows": 4}) if name in BOXES or len(field.name) > LONG else forms.TextInput()
    return forms.CharField(max_length=LONGEST, widget=widget, **usual)


def _shown(field: Any, value: Any) -> Any:
    if field.type == "date" and isinstance(value, str):
        return dt.date.fromisoformat(value)
    if field.type == "moment" and isinstance(value, str):
        return dt.datetime.fromisoformat(value).astimezone(HCM)
    if field.type == "list" and isinstance(value, list):
        return "\n".join(" | ".join(str(part) for part in entry.values()) for entry in value)
    return value


class FileForm(forms.Form):
    """A result that was made elsewhere."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    file = EvidenceField(
        label=_l("PDF of the result"), help_text=_l("One PDF; it is signed as it is, and nothing is drawn into it.")
    )


@page(APPRAISE, methods=("GET", "HEAD", "POST"))
def result(request: Request, office_dossier: int) -> HttpResponseBase:
    """Make the result of a dossier, before it is proposed."""
    person = signed_in(request)
    dossier = listing.one(office_dossier, person)
    access.demand(person, APPRAISE, dossier.case.agency)
    found = results.of(dossier)
    template = results.template_of(dossier)
    values = found.values if found and found.template == template and found.file is None else results.proposed(dossier)
    seen = {"seen": results.stamp(found)}
    uploading = request.method == "POST" and request.POST.get("task") == "file"
    form = ResultForm(
        template, values, request.POST if request.method == "POST" and not uploading else None, initial=seen
    )
    file_form = FileForm(request.POST, request.FILES) if uploading else FileForm(initial=seen)
    refusal = NOTHING_SENT
    if request.method == "POST":
        done = (
            attempt(file_form, lambda sent: _keep_file(dossier, sent, request))
            if uploading
            else attempt(form, lambda sent: results.save(dossier.pk, form.values(), by=person, seen=sent["seen"]))
        )
        if not isinstance(done, Refusal):
            messages.success(request, _("The result is kept. Look at the draft, then propose it."))
            return redirect(casework.address(dossier.case))
        refusal = done
    _row, declared = documents.template(template)
    context = {
        "dossier": dossier,
        "template": words.either(declared.name, declared.name_en),
        "form": form,
        "file_form": file_form,
        "error": refusal.text,
        "made": found,
        "closed": dossier.case.state not in results.MADE_IN,
        "draft": reverse("onestop:result_draft", args=[dossier.pk]) if found else "",
        "crumbs": crumbs(dossier, _("The result")),
    }
    return render(request, "onestop/office_result.html", context, status=refusal.status)


def _keep_file(dossier: Dossier, sent: dict[str, Any], request: Request) -> Any:
    """Store the PDF in one transaction with the result that it is; of a refused one nothing stays behind."""
    person = signed_in(request)
    with kept(sent["file"][:1], f"case:{dossier.pk}", person) as stored:
        return results.save_file(dossier.pk, stored[0], by=person, seen=sent["seen"])
