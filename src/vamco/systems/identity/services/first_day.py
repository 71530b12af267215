from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Final

from django.db import transaction

from vamco.kernel.work.notices import public as notices
from vamco.systems.identity.contracts import MailCheck

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

_PATIENCE_S: Final = 15.0  # until the worker has sent what it took up before us
_EVERY_S: Final = 0.2


def check_mail(person: Person, address: str) -> MailCheck:
    """Send a test message to a person by the channel that all notices take, and return what the mail server said.

    The address is kept as the person's, who has just entered it for themselves.
    """
    about = f"mail_check:{uuid.uuid4()}"
    with transaction.atomic():
        notices.set_contact(person, "email", address, consent=True, actor=person.actor)
        notices.send("identity.mail_check", person, key=about, about=about, url="/first-day")
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        notices.deliver("email")
        sent = notices.log(about=about, limit=1)
        waiting = bool(sent) and sent[0].state in {notices.State.QUEUED, notices.State.SENDING} and not sent[0].attempts
        if not waiting or time.monotonic() > deadline:
            break
        time.sleep(_EVERY_S)
    if not sent:
        return MailCheck(sent=False, to=address)
    done = sent[0].state in {notices.State.SENT, notices.State.DELIVERED}
    return MailCheck(sent=done, to=sent[0].shown, reason=sent[0].reason)
