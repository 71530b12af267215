"""A message that is of use only now, to an address that is nobody's yet: a code. Nothing of it is kept, it is in no inbox."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import get_language

from vamco.kernel.work.notices.adapters import channels
from vamco.kernel.work.notices.contracts import Outcome, Parcel
from vamco.kernel.work.notices.queries import templates
from vamco.kernel.work.notices.rules import messages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vamco.kernel.work.notices.contracts import ChannelName

log = logging.getLogger(__name__)


def send_now(code: str, channel: ChannelName, address: str, data: Mapping[str, object], *, key: str) -> bool:
    """Send a notice by one channel at once, in the reader's language, and return whether the provider may have it.

    Call it outside of a transaction: it waits for the provider. `key`: with it the provider drops what comes twice.
    """
    if not channels.serves(channel):
        return False
    template = templates.template_of(templates.newest(code))
    language = "en" if (get_language() or "").startswith("en") else "vi"
    words = template.en if language == "en" else template.vi
    values = messages.written(template, data, language)
    url = settings.VAMCO_SITE_URL + "/"
    if channel == "sms":
        parcel = Parcel(key, address, "", messages.sms(template, data, language), url, urgent=True)
    else:
        parcel = Parcel(
            key, address, messages.fill(words.title, values), messages.fill(words.text, values), url, urgent=True
        )
    with channels.channel(channel).open() as line:
        receipt = line.send(parcel)
    if receipt.outcome in {Outcome.TAKEN, Outcome.DOUBTFUL}:
        return True
    log.warning("%s took no message of %s: %s", channel, code, receipt.reason)
    return False
