"""What the reader asks about their own data, and the answers."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vamco.kernel.base import clock
from vamco.lib.errors import VamcoError
from vamco.lib.text import row_number
from vamco.systems.privacy import public as privacy
from vamco.systems.privacy.rules import rights
from vamco.web import words
from vamco.web.acting import NOTHING_SENT, Refusal, attempt
from vamco.web.answers import status_of
from vamco.web.components import Cell, Column, Entry, Fact, Link, Table, Tone
from vamco.web.pages import SIGNED_IN, Request, page, render, signed_in

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.kernel.work.cases.public import OwnCase
    from vamco.kernel.world.people.public import Person

LEVEL = 2  # of NĐ 69/2024: whoever asks for somebody's data must surely be that person
LONGEST = 4000


class AskForm(forms.Form):
    """A request: about whose data, answered where, in the person's own words. `key` makes two clicks one request."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    person = forms.TypedChoiceField(label=gettext_lazy("Whose data"), coerce=int)
    agency = forms.ChoiceField(label=gettext_lazy("Which agency should answer"))
    text = forms.CharField(max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, right: privacy.Right, by: Person, data: Any = None) -> None:
        super().__init__(data, initial={"key": uuid.uuid4()})
        self.persons = {person.pk: person for person in privacy.principals(by)}
        self.agencies = {agency.code: agency for agency in privacy.offices()}
        person, agency, text = self.fields["person"], self.fields["agency"], self.fields["text"]
        assert isinstance(person, forms.ChoiceField)  # noqa: S101  # declared above
        assert isinstance(agency, forms.ChoiceField)  # noqa: S101  # declared above
        person.choices = [(pk, one.name) for pk, one in self.persons.items()]
        agency.choices = [(code, words.either(one.name, one.name_en)) for code, one in self.agencies.items()]
        if right is privacy.Right.EXPORT:
            self.persons = {by.pk: by}
        for name, known in (("person", self.persons), ("agency", self.agencies)):
            if len(known) == 1:
                self.fields[name].widget = forms.HiddenInput()
                self.initial[name] = next(iter(known))
        text.label = _(rights.ASKS[right])
        text.required = right is not privacy.Right.EXPORT


@page(SIGNED_IN)
def listed(request: Request) -> HttpResponseBase:
    """The reader's requests, and what they may ask."""
    person = signed_in(request)
    own = privacy.own_requests(person)
    choices = [
        (_(rights.TITLES[right]), _(rights.MEANINGS[right]), reverse("privacy:ask", args=[right.value]))
        for right in privacy.Right
    ]
    crumbs = [Link(_("Requests about my data"))]
    return render(
        request, "privacy/requests.html", {"table": _table(own) if own else None, "choices": choices, "crumbs": crumbs}
    )


@page(SIGNED_IN, methods=("GET", "HEAD", "POST"), level=LEVEL)
def ask(request: Request, right: str) -> HttpResponseBase:
    """Ask something about one's data."""
    if right not in set(privacy.Right):
        raise Http404
    known, person, refusal = privacy.Right(right), signed_in(request), NOTHING_SENT
    form = AskForm(known, person, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        done = attempt(form, lambda sent: _ask(form, known, sent, person))
        if not isinstance(done, Refusal):
            messages.success(request, _("Your request has been received."))
            return redirect("privacy:request", done)
        refusal = done
    context = {
        "title": _(rights.TITLES[known]),
        "meaning": _(rights.MEANINGS[known]),
        "form": form,
        "error": refusal.text,
        "answer": privacy.term("answer", clock.today()),
        "term": privacy.term(known.value, clock.today()),
        "nobody": not form.agencies,
        "crumbs": [Link(_("Requests about my data"), reverse("privacy:requests")), Link(_(rights.TITLES[known]))],
    }
    return render(request, "privacy/ask.html", context, status=refusal.status)


@page(SIGNED_IN, methods=("GET", "HEAD", "POST"), level=LEVEL)
def one(request: Request, request_id: int) -> HttpResponseBase:
    """One request of the reader's: its clocks, what was answered, and what they may do; the copy, once."""
    person, error, status, typed = signed_in(request), "", 200, ""
    own = privacy.own_case(request_id, person)
    if request.method == "POST":
        code, typed = request.POST.get("act", ""), request.POST.get("note", "")[:LONGEST]
        if code == "fetch":
            return _fetch(request, request_id)
        seen = row_number(request.POST.get("seen", "")) or 0
        try:
            privacy.act_on_request(request_id, code, by=person, seen=seen, note=typed)
        except VamcoError as refusal:
            error, status = refusal.text(_), status_of(refusal)
        else:
            messages.success(request, _("Done."))
            return redirect("privacy:request", request_id)
    context = _shown(own, person) | {"error": error, "typed": typed if error else ""}
    return render(request, "privacy/request.html", context, status=status)


def _shown(own: OwnCase, person: Person) -> dict[str, Any]:
    view = privacy.request_view(own.pk)
    return {
        "own": own,
        "title": _(rights.TITLES[view.right]),
        "facts": _facts(own, view),
        "entries": [_entry(entry) for entry in reversed(own.entries)],
        "acts": [(act.code, words.either(act.name, act.name_en), "note" in act.needs) for act in own.acts],
        "report": _report(view) if view.report else None,
        "export": privacy.export_of(own.pk, person),
        "crumbs": [Link(_("Requests about my data"), reverse("privacy:requests")), Link(own.number)],
    }


def _fetch(request: Request, request_id: int) -> HttpResponseBase:
    """Give the copy of the reader's data, once."""
    person = signed_in(request)
    export = privacy.export_of(request_id, person)
    if export is None:
        raise Http404
    try:
        content = privacy.fetch_export(export.pk, person)
    except VamcoError as refusal:
        messages.error(request, refusal.text(_))
        return redirect("privacy:request", request_id)
    answer = HttpResponse(content, content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="du-lieu-cua-toi-{request_id}.zip"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _ask(form: AskForm, right: privacy.Right, sent: dict[str, Any], by: Person) -> int:
    case = privacy.ask(
        form.persons[sent["person"]],
        right,
        text=sent["text"],
        key=sent["key"],
        by=by,
        agency=form.agencies[sent["agency"]],
    )
    return case.pk


def _table(own: list[tuple[privacy.Right, OwnCase]]) -> Table:
    now = clock.now()
    return Table(
        caption=_("Your requests"),
        hide_caption=True,
        columns=(
            Column(label=_("Request")),
            Column(label=_("State"), tight=True),
            Column(label=_("To be carried out by"), tight=True),
        ),
        rows=tuple(
            (
                Cell(
                    text=_(rights.TITLES[right]),
                    url=reverse("privacy:request", args=[each.pk]),
                    note=f"{each.number} · {words.either(each.agency.name, each.agency.name_en)}",
                ),
                Cell(text=words.either(each.state_name.vi, each.state_name.en), tone=_tone(each)),
                words.due_cell(each.due_at, now)
                if each.open and not each.paused
                else Cell(text=words.moment(each.due_at), moment=each.due_at),
            )
            for right, each in own
        ),
    )


def _tone(own: OwnCase) -> Tone:
    if own.open:
        return Tone.WATCH if own.waits_for_applicant else Tone.ACTIVE
    return Tone.OK if own.state == "done" else Tone.NONE


def _facts(own: OwnCase, view: privacy.RequestView) -> list[Fact]:
    answered = words.moment(view.answered_at) if view.answered_at else _("not yet")
    found = [
        Fact(term=_("Number"), text=own.number),
        Fact(term=_("State"), text=words.either(own.state_name.vi, own.state_name.en)),
        Fact(term=_("Agency"), text=words.either(own.agency.name, own.agency.name_en)),
        Fact(term=_("Received"), text="", moment=own.opened_at),
        Fact(
            term=_("Answer due"),
            text=_("%(due)s; answered: %(answered)s") % {"due": words.moment(view.answer_due_at), "answered": answered},
        ),
        Fact(term=_("To be carried out by"), text=words.moment(own.due_at)),
        Fact(
            term=_("Rule"),
            text=view.term.source
            if view.term.mark == "verified"
            else _("%(source)s (not verified)") % {"source": view.term.source},
        ),
    ]
    if own.for_whom.person is not None:
        found.insert(1, Fact(term=_("Whose data"), text=_("Somebody whose mandate you hold")))
    return found


def _entry(entry: Any) -> Entry:
    name = words.either(entry.name.vi, entry.name.en) if entry.name else _("Request sent")
    who = (
        _("You, or who acts for you")
        if entry.by_applicant or entry.name is None
        else words.either(entry.agency.name, entry.agency.name_en)
    )
    return Entry(title=name, at=entry.at, who=who, text=entry.note, tone=Tone.ACTIVE)


def _report(view: privacy.RequestView) -> Table:
    return Table(
        caption=_("What was done"),
        columns=(
            Column(label=_("Data")),
            Column(label=_("Deleted"), number=True),
            Column(label=_("Made anonymous"), number=True),
            Column(label=_("Kept"), number=True),
        ),
        rows=tuple(
            (
                words.either(name, name_en),
                words.number(done.deleted),
                words.number(done.anonymised),
                words.number(done.kept),
            )
            for name, name_en, done in view.report
        ),
    )
