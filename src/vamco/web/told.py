"""How a reader is told, and where: one form and one way to keep it, for the desk's page and the citizen's."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final, cast

from django import forms
from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.work.notices import public as notices
from vamco.lib.errors import N_, Missing
from vamco.web import words
from vamco.web.answers import UNPROCESSABLE
from vamco.web.date_fields import HourField
from vamco.web.pages import render, signed_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.http import HttpResponseBase

    from vamco.kernel.work.notices.public import ChannelName
    from vamco.kernel.world.people.models import Person
    from vamco.web.components import Link
    from vamco.web.pages import Request

CHANNELS: Final = {"email": _l("e-mail"), "sms": _l("text message"), "push": _l("this browser"), "zalo": "Zalo"}


class ToldForm(forms.Form):
    """How the reader wants to be told: language, quiet hours, and for each kind of notices what goes to each address."""

    language = forms.ChoiceField(
        label=_l("Language of the messages"), choices=[("vi", "Tiếng Việt"), ("en", "English")]
    )
    quiet_start = HourField(
        label=_l("Do not disturb from"),
        help_text=_l("Messages to a telephone wait until it is over; what is urgent comes at once."),
    )
    quiet_end = HourField(label=_l("Until"))

    def __init__(
        self, told: notices.Settings, wanted: Iterable[notices.PreferenceView], data: Mapping[str, Any] | None = None
    ) -> None:
        start, end = (dt.time(*divmod(at, 60)) for at in (told.quiet.start, told.quiet.end))
        super().__init__(data, initial={"language": told.language, "quiet_start": start, "quiet_end": end})
        self.choices = {f"{one.kind}.{one.channel}": one for one in wanted if not one.fixed}
        for name, one in self.choices.items():
            digest = [("digest", _("once a day, together"))] if one.channel in notices.DIGESTS else []
            self.fields[name] = forms.ChoiceField(
                label=f"{words.either(one.name, one.name_en)}: {CHANNELS[one.channel]}",
                choices=[("now", _("at once")), *digest, ("off", _("not at all"))],
                initial=one.choice,
            )

    @property
    def quiet(self) -> notices.Quiet:
        """Give the quiet hours that were sent."""
        start, end = self.cleaned_data["quiet_start"], self.cleaned_data["quiet_end"]
        return notices.Quiet(start.hour * 60 + start.minute, end.hour * 60 + end.minute)


def settings_page(request: Request, template: str, here: str, crumbs: Sequence[Link]) -> HttpResponseBase:
    """Show how the reader is told, and where, at the page named `here`; keep what they send."""
    person = signed_in(request)
    known = notices.contacts(person)
    if request.method == "POST" and "channel" in request.POST:
        _address(request, person, {contact.channel: contact for contact in known})
        return redirect(here)
    channels = {contact.channel for contact in known}
    wanted = [one for one in notices.preferences(person) if one.channel in channels]
    form = ToldForm(notices.settings_of(person), wanted, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        told = notices.Settings(form.cleaned_data["language"], form.quiet)
        keep(person, told, [(one, form.cleaned_data[name]) for name, one in form.choices.items()])
        messages.success(request, _("Kept: this is how you are told from now on."))
        return redirect(here)
    addresses = [(contact, CHANNELS[contact.channel]) for contact in known]
    context = {"form": form, "addresses": addresses, "crumbs": crumbs}
    return render(request, template, context, status=UNPROCESSABLE if form.is_bound else 200)


@transaction.atomic
def keep(person: Person, told: notices.Settings, wanted: Iterable[tuple[notices.PreferenceView, str]]) -> None:
    """Set how a person is told, all or nothing; only what has changed is written, and audited."""
    actor = str(person.pk)
    if told != notices.settings_of(person):
        notices.set_recipient(person, language=told.language, quiet=told.quiet, actor=actor)
    for before, choice in wanted:
        if choice != before.choice:
            notices.prefer(person, before.kind, before.channel, cast("notices.Choice", choice), actor=actor)


def _address(request: Request, person: Person, known: dict[ChannelName, notices.ContactView]) -> None:
    """Agree to one of one's addresses, or take the agreement back."""
    contact = known.get(cast("ChannelName", request.POST["channel"]))
    if contact is None:
        raise Missing("web.no_address", N_("You have no such address."))
    given = request.POST.get("agree") == "yes"
    if given != contact.consented:
        notices.consent(person, contact.channel, given=given, actor=str(person.pk))
    said = _("You are written to at %(address)s.") if given else _("You are no longer written to at %(address)s.")
    messages.success(request, said % {"address": contact.shown})
