"""Filing at the counter for a person without a phone: who it is, the form on one page, the papers, and the receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

from django import forms
from django.contrib import messages
from django.core import signing
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.base import clock
from vamco.kernel.work.forms import public as work_forms
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Refused
from vamco.lib.text import row_number
from vamco.systems.onestop.contracts import RECEIVE
from vamco.systems.onestop.pages import fee, wording
from vamco.systems.onestop.queries import PROCEDURES, papers
from vamco.systems.onestop.rules import promising as promising_rules
from vamco.systems.onestop.rules import terms
from vamco.systems.onestop.services import counter, promising
from vamco.systems.tickets import public as tickets
from vamco.web import addresses, casework, words
from vamco.web.acting import NOTHING_SENT, Refusal, attempt, set_choices
from vamco.web.components import Cell, Column, Link, Table
from vamco.web.date_fields import MomentField
from vamco.web.forms import pages as form_pages
from vamco.web.pages import Request, page, render, signed_in
from vamco.web.uploads import EvidenceField, kept

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.kernel.world.people.public import Person
    from vamco.systems.onestop.public import Preparation

SALT: Final = "onestop.counter"
MAX_AGE_S: Final = 3600  # so long somebody who was found may be filed for without being looked for again
MOST_PAGES: Final = 500
METHODS: Final = ("GET", "HEAD", "POST")


class FindForm(forms.Form):
    """Whom to look for, and what for."""

    number = forms.CharField(
        label=_l("Citizen ID"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    purpose = forms.CharField(
        label=_l("What the number is needed for"),
        max_length=200,
        initial=_l("Filing a dossier at the counter"),
        help_text=_l("Goes on record with your name; the person may see it."),
    )


class AddForm(forms.Form):
    """Somebody who is not on record yet, as their card says."""

    number = forms.CharField(widget=forms.HiddenInput, max_length=20)
    name = forms.CharField(label=_l("Name as on the card"), max_length=200)


class BeginForm(forms.Form):
    """What is filed, and where."""

    person = forms.CharField(widget=forms.HiddenInput)
    procedure = forms.ChoiceField(label=_l("Procedure"))
    office = forms.ChoiceField(
        label=_l("Received by"),
        help_text=_l("Another office where the person files for elsewhere; yours is kept as where they were helped."),
    )

    def __init__(self, by: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(
            self,
            "procedure",
            [(item.code, f"{words.either(item.name, item.name_en)} ({item.code})") for item in counter.procedures()],
        )
        choice = cast("forms.ChoiceField", self.fields["office"])
        choice.choices = [(agency.code, words.either(agency.name, agency.name_en)) for agency in counter.offices(by)]


@page(RECEIVE, methods=METHODS)
def begin(request: Request) -> HttpResponseBase:
    """Find or add the person, and choose what is filed."""
    person, task = signed_in(request), request.POST.get("task", "")
    find_form = FindForm(request.POST if task == "find" else None)
    add_form = AddForm(request.POST if task == "add" else None)
    begin_form = BeginForm(person, request.POST if task == "begin" else None)
    refusal, found, unknown = NOTHING_SENT, None, False
    if task == "find":
        done = attempt(find_form, lambda sent: (counter.find(sent["number"], by=person, purpose=sent["purpose"]),))
        refusal, found = (done, None) if isinstance(done, Refusal) else (NOTHING_SENT, done[0])
        unknown = not isinstance(done, Refusal) and found is None
        add_form = AddForm(initial={"number": find_form.data.get("number", "")})
    elif task == "add":
        added = attempt(add_form, lambda sent: counter.add(sent["name"], sent["number"], by=person))
        refusal, found, unknown = (added, None, True) if isinstance(added, Refusal) else (NOTHING_SENT, added, False)
    elif task == "begin":
        begun = attempt(begin_form, lambda sent: _begin(sent, person))
        if not isinstance(begun, Refusal):
            return redirect("onestop:counter_form", begun.code)
        refusal, found = begun, _signed(begin_form.data.get("person", ""), person)
    if found is not None and task != "begin":
        begin_form = BeginForm(person, initial={"person": signing.dumps([found.pk, person.pk], salt=SALT)})
    context = {
        "find_form": find_form,
        "add_form": add_form if unknown else None,
        "begin_form": begin_form if found is not None else None,
        "found": found,
        "standing": tickets.serving(person),
        "error": refusal.text,
        "crumbs": [Link(_("Dossiers"), reverse("onestop:office_dossiers")), Link(_("File for a person"))],
    }
    return render(request, "onestop/counter.html", context, status=refusal.status)


def _signed(text: str, by: Person) -> Person | None:
    """Return the person whom this clerk has found before, from what the page kept of it; None for anything else."""
    try:
        found, finder = signing.loads(text, salt=SALT, max_age=MAX_AGE_S)
    except signing.BadSignature:
        return None
    return people.get(found) if finder == by.pk else None


def _begin(sent: dict[str, Any], by: Person) -> Preparation:
    person = _signed(sent["person"], by)
    if person is None:
        raise Refused("onestop.look_again", N_("Please look for the person again."))
    return counter.begin(person, sent["procedure"], office=agencies.get(sent["office"]), by=by)


# ── the form ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@page(RECEIVE, methods=METHODS)
def form(request: Request, counter_code: str) -> HttpResponseBase:
    """The whole form on one page, filled for the person."""
    person = signed_in(request)
    found = counter.preparation(counter_code, person)
    if found.dossier_id is not None or found.draft is None:
        return redirect("onestop:office_dossiers")
    draft = work_forms.draft(found.draft.code, by=person)
    here, next_page = (reverse(f"onestop:{name}", args=[counter_code]) for name in ("counter_form", "counter_papers"))
    mount = form_pages.Mount(
        page=lambda _code: here,
        check=here,
        leave=reverse("onestop:counter"),
        finish=lambda _revision: redirect(next_page),
    )
    return form_pages.dense_page(request, draft, mount)


# ── papers, and the sending ──────────────────────────────────────────────────────────────────────────────────────────


class PaperForm(forms.Form):
    """A scan."""

    paper = forms.ChoiceField(label=_l("Paper"))
    copy = forms.ChoiceField(
        label=_l("What was handed in"),
        choices=[("original", _l("original")), ("copy", _l("copy")), ("electronic", _l("electronic"))],
    )
    pages = forms.IntegerField(label=_l("Pages"), min_value=1, max_value=MOST_PAGES, initial=1)
    file = EvidenceField(label=_l("Scan"), help_text=_l("A PDF or a picture."))

    def __init__(self, found: Preparation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = papers()
        needed = PROCEDURES.get(found.procedure).papers
        set_choices(self, "paper", [(need.paper, _paper_name(need.paper, known)) for need in needed])


class SendForm(forms.Form):
    """How the person is reached, how they want the result, and whether it is received at once."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    phone = forms.CharField(label=_l("Phone"), max_length=20, required=False)
    email = forms.EmailField(label=_l("E-mail"), max_length=120, required=False)
    address = forms.CharField(label=_l("Address"), max_length=300, required=False)
    delivery = forms.ChoiceField(label=_l("How the result is wanted"))
    receive = forms.BooleanField(label=_l("Receive it at once, and print the receipt"), required=False, initial=True)
    until = MomentField(
        label=_l("Until when"),
        required=False,
        help_text=_l("The law's time for this procedure is not counted in working time."),
    )

    def __init__(self, found: Preparation, by: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        item = PROCEDURES.get(found.procedure)
        names = {"online": _("Online"), "counter": _("At the counter"), "post": _("By post")}
        ways = item.filing.deliveries if item.filing else ["counter"]
        choice = cast("forms.ChoiceField", self.fields["delivery"])
        choice.choices = [(way, names[way]) for way in sorted(ways, key=lambda way: way != "counter")]
        if not counter.receives(by, found):
            del self.fields["receive"], self.fields["until"]
        elif terms.deadline(item.time) is not None:
            del self.fields["until"]
        elif found.office and (last := promising_rules.last_day(item.time, clock.today())):
            self.initial.setdefault("until", promising.close_of(last, found.office))


@page(RECEIVE, methods=METHODS)
def put_in(request: Request, counter_code: str) -> HttpResponseBase:
    """Papers are scanned, and all is sent."""
    person, task = signed_in(request), request.POST.get("task", "")
    found = counter.preparation(counter_code, person)
    if found.dossier is not None:
        return redirect("onestop:counter_done", counter_code)
    if found.draft is None:
        return redirect("onestop:counter")
    seen = {"seen": found.draft.revision}
    paper_form = PaperForm(found, *((request.POST, request.FILES) if task == "paper" else ()))
    send_form = SendForm(found, person, request.POST if task == "send" else None, initial=seen)
    refusal = NOTHING_SENT
    if task == "drop":
        counter.drop_paper(counter_code, row_number(request.POST.get("number", "")) or 0, by=person)
        return redirect("onestop:counter_papers", counter_code)
    if task in {"paper", "send"}:
        done = (
            attempt(paper_form, lambda sent: _put(found, sent, person))
            if task == "paper"
            else attempt(send_form, lambda sent: counter.send(counter_code, _sent(sent), by=person))
        )
        if not isinstance(done, Refusal):
            return redirect("onestop:counter_papers" if task == "paper" else "onestop:counter_done", counter_code)
        refusal = done
    item = PROCEDURES.get(found.procedure)
    known = papers()
    given = list(found.papers.select_related("file").order_by("pk"))
    context = {
        "found": found,
        "title": words.either(item.name, item.name_en),
        "needed": [wording.paper(need, known) for need in item.papers],
        "given": [(each, _paper_name(each.paper, known)) for each in given],
        "missing": [
            _paper_name(need.paper, known)
            for need in item.papers
            if not need.shown and not need.when and need.paper not in {each.paper for each in given}
        ],
        "paper_form": paper_form,
        "send_form": send_form,
        "error": refusal.text,
        "crumbs": [
            Link(_("Dossiers"), reverse("onestop:office_dossiers")),
            Link(_("File for a person"), reverse("onestop:counter")),
            Link(_("Papers and sending")),
        ],
    }
    return render(request, "onestop/counter_papers.html", context, status=refusal.status)


def _paper_name(code: str, known: Any) -> str:
    item = known.get(code)
    return words.either(item.name, item.name_en) if item else code


def _put(found: Preparation, sent: dict[str, Any], by: Person) -> None:
    with kept(sent["file"][:1], counter.owner(found), by) as stored:
        counter.add_paper(found.code, sent["paper"], stored[0], copy=sent["copy"], pages=sent["pages"], by=by)


def _sent(sent: dict[str, Any]) -> counter.Sent:
    return counter.Sent(
        seen=sent["seen"],
        delivery=sent["delivery"],
        phone=sent["phone"],
        email=sent["email"],
        address=sent["address"],
        receive=bool(sent.get("receive")),
        until=sent.get("until"),
    )


@page(RECEIVE)
def done(request: Request, counter_code: str) -> HttpResponseBase:
    """What was filed: its number, its date, and the receipt as soon as it is signed."""
    person = signed_in(request)
    found = counter.preparation(counter_code, person)
    if found.dossier is None:
        return redirect("onestop:counter_papers", counter_code)
    dossier = found.dossier
    receipt = dossier.documents.filter(form="01").first()
    columns = (Column(label=_("What")), Column(label=_("Value")))
    rows: list[tuple[Cell | str, ...]] = [
        (_("Number"), dossier.number),
        (_("Applicant"), dossier.applicant_name),
        (_("Due"), Cell(text=words.moment(dossier.case.due_at), moment=dossier.case.due_at)),
    ]
    context = {
        "dossier": dossier,
        "received": dossier.received_at is not None,
        "receipt": reverse("onestop:office_document", args=[receipt.pk]) if receipt else "",
        "case": casework.address(dossier.case),
        "fee": fee.fee(dossier, person),
        "standing": tickets.serving(person),
        "counters": addresses.reachable("counters", person),
        "table": Table(caption=_("The dossier"), hide_caption=True, columns=columns, rows=tuple(rows)),
        "crumbs": [Link(_("Dossiers"), reverse("onestop:office_dossiers")), Link(dossier.number)],
    }
    if dossier.received_at is not None and receipt is None:
        messages.info(request, _("The receipt is being signed. Reload this page in a moment to print it."))
    return render(request, "onestop/counter_done.html", context)
