"""A citizen files: eligibility, the form, papers, office and delivery, the check, and sending."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms as django_forms
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.work.forms import public as forms
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import Refused, VamcoError
from vamco.systems.onestop import queries
from vamco.systems.onestop.contracts import APPLY
from vamco.systems.onestop.pages import checking, steps, wording
from vamco.systems.onestop.rules.prechecks import answer_at
from vamco.systems.onestop.services import preparing, receiving, sending
from vamco.web import assurance, principal
from vamco.web.acting import NOTHING_SENT, Refusal, attempt, press
from vamco.web.answers import UNPROCESSABLE, status_of
from vamco.web.components import Link
from vamco.web.forms import pages as form_pages
from vamco.web.pages import SIGNED_IN, Request, page, render, signed_in
from vamco.web.words import either

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.systems.onestop.public import Preparation

BOTH: Final = ("GET", "HEAD", "POST")
NONE_OF_THESE: Final = "none"


# ── eligibility ──────────────────────────────────────────────────────────────────────────────────────────────────────


@page(SIGNED_IN, methods=BOTH)
def begin(request: Request, filed: str) -> HttpResponseBase:
    """Ask first what would make an application impossible; then begin a preparation."""
    person, acting = signed_in(request), principal.of(request)
    item = queries.PROCEDURES.get(preparing.in_force(filed))
    filing = preparing.filing_of(item)
    owner = acting.owner if acting else access.Owner(person.pk)
    error, status, chosen = "", 200, ""
    if request.method == "POST":
        if (way := assurance.lead_to_confirm(request, item.eid_level, None)) is not None:
            return way
        chosen = request.POST.get("refusal", NONE_OF_THESE if not filing.refusals else "")
        refused = _refused(chosen, len(filing.refusals))
        if chosen == NONE_OF_THESE:
            try:
                return steps.onward(preparing.begin(filed, by=person, owner=owner))
            except VamcoError as refusal:
                error, status = refusal.text(_), status_of(refusal)
        elif refused is None:
            error, status = _("Choose one of the answers."), UNPROCESSABLE
        else:
            told = wording.told(filing.refusals[refused])
            return render(request, "onestop/not_eligible.html", _begin(item, filed) | {"told": told}, status=200)
    mine = [each for each in preparing.under_way(person) if each.procedure.code == filed]
    context = _begin(item, filed) | {
        "refusals": [(str(place), wording.told(each)) for place, each in enumerate(filing.refusals)],
        "chosen": chosen,
        "error": error,
        "acting": acting,
        "covered": access.owns(person, APPLY, owner, filing.matter),
        "drafts": [(steps.address(each), each.saved_at, preparing.applicant(each).name) for each in mine],
        "general": filing.general,
        "national": item.route == "national",
    }
    return render(request, "onestop/begin.html", context, status=status)


def _refused(chosen: str, count: int) -> int | None:
    return int(chosen) if chosen.isdecimal() and len(chosen) < 3 and int(chosen) < count else None  # noqa: PLR2004


def _begin(item: Any, code: str) -> dict[str, Any]:
    known = queries.papers()
    own_form = item.filing is not None and not item.filing.general
    shown = [need for need in item.papers if not (own_form and need.paper in known and known[need.paper].filled_in)]
    return {
        "title": wording.name(item),
        "procedure": reverse("onestop:procedure", args=[code]),
        "papers": [wording.paper(need, known) for need in shown],
        "time": wording.time(item.time),
        "crumbs": [
            Link(_("Procedures"), reverse("onestop:procedures")),
            Link(wording.name(item), reverse("onestop:procedure", args=[code])),
            Link(_("File a dossier")),
        ],
    }


# ── the form ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _own(request: Request, code: str) -> Preparation:
    return preparing.get(code, by=signed_in(request))


def _sent(found: Preparation) -> HttpResponseBase:
    assert found.dossier is not None  # noqa: S101  # asked before
    return redirect("onestop:receipt", found.dossier.number)


@page(SIGNED_IN, methods=BOTH)
def preparation(request: Request, preparation: str) -> HttpResponseBase:
    """Go on where it was left; by a button, delete what was prepared."""
    found = _own(request, preparation)
    if found.dossier is not None:
        return _sent(found)
    if request.method == "POST" and request.POST.get("do") == "discard":
        done = _("The draft is deleted.")
        return press(
            request, lambda person: preparing.discard(preparation, by=person), done, reverse("onestop:dossiers")
        )
    return steps.onward(found)


@page(SIGNED_IN, methods=BOTH)
def form_page(request: Request, prepared_form: str, code: str) -> HttpResponseBase:
    """One page of the form."""
    found = _own(request, prepared_form)
    if found.dossier is not None:
        return _sent(found)
    assert found.draft is not None  # noqa: S101  # `get` gives none without
    return form_pages.wizard_page(request, found.draft, code, steps.mount(found))


# ── office and delivery ──────────────────────────────────────────────────────────────────────────────────────────────


class WhereForm(django_forms.Form):
    """Which office receives it, how the result is wished for, how the applicant is reached."""

    office = django_forms.ChoiceField(label=_l("Office that receives the dossier"))
    delivery = django_forms.ChoiceField(label=_l("How do you want the result?"), widget=django_forms.RadioSelect)
    phone = django_forms.CharField(
        label=_l("Telephone"),
        max_length=20,
        help_text=_l("For questions about this dossier, and to follow it without signing in."),
        widget=django_forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    email = django_forms.EmailField(
        label=_l("E-mail"),
        required=False,
        max_length=120,
        widget=django_forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    address = django_forms.CharField(
        label=_l("Postal address"),
        required=False,
        max_length=300,
        help_text=_l("Needed where the result comes by post."),
        widget=django_forms.TextInput(attrs={"autocomplete": "street-address"}),
    )

    def __init__(self, found: Preparation, data: Any = None) -> None:
        item = steps.item_of(found)
        self.offices = {agency.code: agency for agency in receiving.offices(item)}
        first = found.office.code if found.office else _home(found, set(self.offices))
        super().__init__(
            data,
            initial={
                "office": first,
                "delivery": found.delivery,
                "phone": found.phone or _answer(found, "phone"),
                "email": found.email or _answer(found, "email"),
                "address": found.address or _answer(found, "residence.address"),
            },
        )
        office, delivery = self.fields["office"], self.fields["delivery"]
        assert isinstance(office, django_forms.ChoiceField)  # noqa: S101  # declared above
        assert isinstance(delivery, django_forms.ChoiceField)  # noqa: S101  # declared above
        office.choices = [
            ("", _("Choose…")),
            *((code, either(one.name, one.name_en)) for code, one in self.offices.items()),
        ]
        offered = item.filing.deliveries if item.filing else []
        delivery.choices = [(each, steps.DELIVERIES[each]) for each in offered]

    def clean_phone(self) -> str:
        """Return the number as it is kept; a wrong one is refused in words."""
        known, typed = forms.FORMATS["phone"], self.cleaned_data["phone"]
        text = known.normal(typed)
        if not known.fits(text, None):  # type: ignore[arg-type]  # a number has no day
            raise django_forms.ValidationError(
                _("Write the telephone number with all its digits, such as 0912 345 678.")
            )
        return text

    def clean(self) -> dict[str, Any]:
        """Ask for the address where the result comes by post."""
        given = super().clean() or {}
        if given.get("delivery") == "post" and not given.get("address"):
            self.add_error("address", _("Give the address to which the result is sent."))
        return given


def _answer(found: Preparation, source: str) -> str:
    """Return what the form's answer to a prefilled question says now."""
    filing = steps.item_of(found).filing
    path = next((each.answer for each in filing.prefill if each.source == source), "") if filing else ""
    answer = answer_at(found.draft.data, path) if path and found.draft else None
    return answer if isinstance(answer, str) else ""


def _home(found: Preparation, offered: set[str]) -> str:
    """Return the office of the commune that the applicant lives in, "" where that is not known."""
    place = _answer(found, "residence.commune") or _stated_commune(found)
    agency = agencies.serving(place) if place else None
    return agency.code if agency is not None and agency.code in offered else ""


def _stated_commune(found: Preparation) -> str:
    """Return the first commune that the form states."""
    if found.draft is None:
        return ""
    data = found.draft.data
    stated = (
        forms.get(data, node.path)
        for node in forms.nodes(forms.form_of(found.draft.form), data)
        if node.format == "list-commune"
    )
    return next((code for code in stated if isinstance(code, str)), "")


@page(SIGNED_IN, methods=BOTH)
def where(request: Request, preparation: str) -> HttpResponseBase:
    """Office, delivery, and how the applicant is reached."""
    found, refusal = _own(request, preparation), NOTHING_SENT
    if found.dossier is not None:
        return _sent(found)
    form = WhereForm(found, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        done = attempt(form, lambda sent: _settle(found, form, sent, request))
        if not isinstance(done, Refusal):
            return steps.onward(preparing.get(preparation, by=signed_in(request)))
        refusal = done
    back = "preparation_papers" if steps.asks_papers(found) else ""
    context = {
        "title": _("Office and result"),
        "name": wording.name(steps.item_of(found)),
        "form": form,
        "error": refusal.text,
        "back": steps.address(found, back) if back else steps.last_page(found),
        "leave": reverse("onestop:dossiers"),
    }
    return render(request, "onestop/where.html", context, status=refusal.status)


def _settle(found: Preparation, form: WhereForm, sent: dict[str, Any], request: Request) -> None:
    preparing.settle(
        found.code,
        office=form.offices[sent["office"]],
        delivery=sent["delivery"],
        phone=sent["phone"],
        email=sent["email"],
        address=sent["address"],
        by=signed_in(request),
    )


# ── check and send ───────────────────────────────────────────────────────────────────────────────────────────────────


@page(SIGNED_IN, methods=BOTH)
def check(request: Request, preparation: str) -> HttpResponseBase:
    """All that was stated and given, all that is missing, and the button that sends."""
    found = _own(request, preparation)
    if found.dossier is not None:
        return _sent(found)
    item, error, status = steps.item_of(found), "", 200
    if request.method == "POST":
        if request.POST.get("do") == "renew":
            return steps.onward(preparing.renew(preparation, by=signed_in(request)))
        if request.POST.get("do") == "elsewhere" and item.route == "national":
            return _elsewhere(request, found)
        if (way := assurance.lead_to_confirm(request, item.eid_level, None)) is not None:
            return way
        try:
            dossier = sending.send(preparation, mark=request.POST.get("mark", "")[:40], by=signed_in(request))
        except VamcoError as refusal:
            error, status = refusal.text(_), status_of(refusal) if isinstance(refusal, Refused) else 409
            found = _own(request, preparation)
        else:
            return redirect("onestop:receipt", dossier.number)
    return checking.shown(request, found, error=error, status=status)


def _elsewhere(request: Request, found: Preparation) -> HttpResponseBase:
    """Note that the applicant has sent it at the national portal."""
    number = request.POST.get("number", "").strip()[:40]
    preparing.sent_elsewhere(found.code, number, by=signed_in(request))
    messages.success(request, _("Noted. Its status stands in “My dossiers” as soon as the national portal tells it."))
    return redirect("onestop:dossiers")
