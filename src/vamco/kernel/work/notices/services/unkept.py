"""A letter that is kept nowhere: for what only its addressee may ever read, such as a one-time link."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from vamco.kernel.work.notices.adapters import channels
from vamco.kernel.work.notices.contracts import Outcome, Parcel
from vamco.kernel.work.notices.models import Contact
from vamco.kernel.world.people import public as people

if TYPE_CHECKING:
    from vamco.kernel.work.notices.contracts import ChannelName
    from vamco.kernel.world.people.models import Person


def send_unkept(channel: ChannelName, person: Person, title: str, text: str) -> str:
    """Send a letter at once and keep nothing of it; return the masked address where the provider has taken it, else "".

    It is tried once, outside any transaction of the caller's, and there is no word of what became of it later. The person has asked for
    it or is asked into office by it, so it goes out before they have agreed to other messages there; never after they have withdrawn.
    """
    contact = Contact.objects.filter(person=person, channel=channel, withdrawn_at=None, barred="").first()
    if contact is None or not channels.serves(channel):
        return ""
    parcel = Parcel(secrets.token_hex(16), people.unseal(contact), title, text, urgent=True)
    with channels.channel(channel).open() as line:
        receipt = line.send(parcel)
    return contact.shown if receipt.outcome is Outcome.TAKEN else ""
