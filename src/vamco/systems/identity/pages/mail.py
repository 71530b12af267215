"""The step of the first day that sends a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vamco.kernel.work.notices import public as notices
from vamco.systems.identity import public
from vamco.web.components import Tone
from vamco.web.first_day import Entry, FirstStep, Outcome

if TYPE_CHECKING:
    from vamco.kernel.world.people.public import Person


def _entry() -> Entry:
    return Entry(label=_("Your e-mail address"), type="email")


def _ready() -> str:
    if notices.serves("email"):
        return ""
    return _(
        "No mail server is set, so nobody gets e-mail. Set VAMCO_EMAIL=smtp://user:password@host:587?from=address and start again."
    )


def _run(person: Person, address: str) -> Outcome:
    done = public.check_mail(person, address)
    if done.sent:
        return Outcome(
            Tone.OK,
            (_("The mail server has taken the message for %(to)s. Look into that mailbox.") % {"to": done.to},),
        )
    return Outcome(
        Tone.URGENT,
        (
            _("The message for %(to)s was not sent.") % {"to": done.to},
            done.reason or _("The mail server has not answered yet; it is tried again."),
        ),
    )


STEP = FirstStep(
    code="mail",
    order=10,
    title=gettext_lazy("E-mail"),
    text=gettext_lazy("Send yourself a message, by the way that all notices take."),
    action=gettext_lazy("Send a test message"),
    entry=_entry,
    ready=_ready,
    run=_run,
)
