"""What a person's data are used for, and what they agree to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.work.notices import public as notices
from vamco.lib.errors import VamcoError
from vamco.lib.text import row_number
from vamco.systems.privacy import public as privacy
from vamco.web import words
from vamco.web.answers import status_of
from vamco.web.components import Entry, Fact, Link, Tone
from vamco.web.pages import SIGNED_IN, Request, page, render, signed_in

if TYPE_CHECKING:
    from django.http import HttpResponseBase


@page(SIGNED_IN, methods=("GET", "HEAD", "POST"))
def listed(request: Request) -> HttpResponseBase:
    """All purposes with the reader's consents, and the addresses that they agreed to; a POST changes one address."""
    person = signed_in(request)
    if request.method == "POST":
        return _channel(request)
    views = privacy.consents_of(person)
    context = {
        "asked": [_shown(view) for view in views if view.given is not None],
        "by_law": [_shown(view) for view in views if view.given is None],
        "addresses": [(contact, _channel_name(contact.channel)) for contact in notices.contacts(person)],
        "crumbs": [Link(_("Consent to the use of my data"))],
    }
    return render(request, "privacy/consents.html", context)


@page(SIGNED_IN, methods=("GET", "HEAD", "POST"))
def purpose(request: Request, purpose: str) -> HttpResponseBase:
    """One purpose: its text, the reader's consent and its history. A POST gives or withdraws consent."""
    person, error, status = signed_in(request), "", 200
    if request.method == "POST":
        given = request.POST.get("agree") == "yes"
        try:
            privacy.set_consent(person, purpose, given=given, seen=row_number(request.POST.get("seen", "")) or 0)
        except VamcoError as refusal:
            error, status = refusal.text(_), status_of(refusal)
        else:
            messages.success(request, _("You have agreed.") if given else _("You have withdrawn your consent."))
            return redirect("privacy:purpose", purpose)
    view = privacy.consent_of(person, purpose)
    shown = _shown(view)
    crumbs = [Link(_("Consent to the use of my data"), reverse("privacy:consents")), Link(shown["name"])]
    context = {
        "shown": shown,
        "facts": _facts(view.purpose),
        "history": _history(privacy.consent_history(person, purpose)),
        "error": error,
        "crumbs": crumbs,
    }
    return render(request, "privacy/purpose.html", context, status=status)


def _shown(view: privacy.ConsentView) -> dict[str, Any]:
    known = view.purpose
    tone, word = (Tone.ACTIVE, _("By law"))
    if view.given is not None:
        tone, word = (Tone.OK, _("You agree")) if view.given else (Tone.NONE, _("You do not agree"))
    return {
        "code": known.code,
        "name": words.either(known.name, known.name_en),
        "what": words.either(known.what, known.what_en),
        "text": words.either(known.text, known.text_en),
        "stops": words.either(known.stops, known.stops_en),
        "source": known.source,
        "by_law": view.given is None,
        "given": view.given,
        "outdated": view.outdated,
        "since": view.since,
        "version": view.version,
        "tone": tone,
        "word": word,
    }


def _facts(known: privacy.Purpose) -> list[Fact]:
    found = [
        Fact(term=_("Which data"), text=words.either(known.what, known.what_en)),
        Fact(term=_("Whose data"), text=words.either(known.whose, known.whose_en)),
        Fact(term=_("Who gets them"), text=words.either(known.recipients, known.recipients_en)),
        Fact(term=_("How long"), text=words.either(known.kept, known.kept_en)),
    ]
    if known.source:
        found.append(Fact(term=_("Legal basis"), text=known.source))
    return found


def _history(steps: list[privacy.ConsentStep]) -> list[Entry]:
    return [
        Entry(
            title=_("Agreed") if step.given else _("Withdrew consent"),
            at=step.at,
            who=step.by_other,
            text=words.either(step.text, step.text_en),
            note=_("Version %(version)s of the text") % {"version": step.version},
            tone=Tone.OK if step.given else Tone.NONE,
        )
        for step in steps
    ]


def _channel_name(channel: str) -> str:
    return {"email": "E-mail", "sms": "SMS", "push": _("Push messages"), "zalo": "Zalo"}.get(channel, channel)


def _channel(request: Request) -> HttpResponseBase:
    """Agree to be written to at one of one's addresses, or no longer: it is kept with the notices, and nowhere else."""
    person = signed_in(request)
    known = {contact.channel: contact for contact in notices.contacts(person)}
    contact = next((one for channel, one in known.items() if channel == request.POST.get("channel")), None)
    if contact is None:
        messages.error(request, _("You have no such address."))
        return redirect("privacy:consents")
    given = request.POST.get("agree") == "yes"
    if given != contact.consented:
        notices.consent(person, contact.channel, given=given, actor=str(person.pk))
    said = _("You are written to at %(address)s.") if given else _("You are no longer written to at %(address)s.")
    messages.success(request, said % {"address": contact.shown})
    return redirect("privacy:consents")
