"""Telephone numbers and e-mail addresses that a person has shown to be theirs: by a code that was sent there.

A number is a contact, not an identity: whoever shows it last has it, and it opens nobody's account (ID-01). The code counts only for
that number, that purpose and that stay (ID-05).
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import connection, transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.work.notices import public as notices
from vamco.lib.errors import N_, Refused, Unavailable
from vamco.systems.identity.models import ContactCode

if TYPE_CHECKING:
    from vamco.systems.identity.models import Account

LASTS: Final = dt.timedelta(minutes=10)
TRIES: Final = 5
_HOUR: Final = dt.timedelta(hours=1)
_PER_ACCOUNT, _PER_TARGET = 10, 5  # codes in an hour
_CHAIN: Final = "identity"
VERIFY: Final = "verify_contact"


@dataclass(frozen=True)
class SentCode:
    """Where a code went, masked. `demonstrated`: the code itself, where a demonstration's channel reaches nobody."""

    shown: str
    demonstrated: str = ""


def send_code(
    account: Account, channel: notices.ChannelName, address: str, *, sid: str, purpose: str = VERIFY
) -> SentCode:
    """Send a code to an address. Codes of this stay from before are void.

    Whose address it is now is neither asked nor said.
    """
    clear = notices.normal(channel, address)
    now, word = clock.now(), f"{secrets.randbelow(10**6):06}"
    target = _target(channel, clear)
    with transaction.atomic():
        _queue_up(target)
        recent = ContactCode.objects.filter(created_at__gt=now - _HOUR)
        many = recent.filter(target=target).count() >= _PER_TARGET
        if many or recent.filter(account=account).count() >= _PER_ACCOUNT:
            raise Refused("identity.many_codes", N_("Many codes were sent already. Please try again in an hour."))
        ContactCode.objects.filter(account=account, sid=sid, purpose=purpose, ended_at=None).update(ended_at=now)
        code = ContactCode.objects.create(
            account=account,
            target=target,
            digest=_digest(target, purpose, sid, word),
            purpose=purpose,
            sid=sid,
            created_at=now,
            expires_at=now + LASTS,
        )
        _note("send_contact_code", account, channel)
    minutes = int(LASTS.total_seconds() // 60)
    if not notices.send_now(
        "identity.contact_code", channel, clear, {"code": word, "minutes": minutes}, key=str(code.pk)
    ):
        raise Unavailable("identity.code_not_sent", N_("The code could not be sent. Please try again later."))
    simulated = settings.VAMCO_DEMO and settings.VAMCO_CHANNELS[channel] == "simulated"
    return SentCode(notices.mask(channel, clear), word if simulated else "")


def verify_contact(
    account: Account, channel: notices.ChannelName, address: str, entered: str, *, sid: str, purpose: str = VERIFY
) -> None:
    """Take the code for an address: from now on it is this person's, and nobody else's. Each wrong one uses an attempt up."""
    clear = notices.normal(channel, address)
    now = clock.now()
    with transaction.atomic():
        rows = ContactCode.objects.select_for_update().filter(account=account, sid=sid, purpose=purpose)
        code = rows.filter(ended_at=None, expires_at__gt=now).order_by("-pk").first()
        right = code is not None and constant_time_compare(
            code.digest, _digest(_target(channel, clear), purpose, sid, "".join(entered.split()))
        )
        if code is not None:
            code.attempts += 1
            if right or code.attempts >= TRIES:
                code.ended_at = now
            code.save(update_fields=["attempts", "ended_at"])
        if right:
            moved = notices.verify_contact(account.person, channel, clear, actor=account.person.actor)
            _note("verify_contact", account, channel)
            for person in moved:
                notices.send(
                    "identity.contact_moved",
                    person,
                    {"shown": notices.mask(channel, clear), "at": now},
                    key=f"identity.contact_moved:{code.pk}:{person.pk}",  # type: ignore[union-attr]  # right: there is one
                    url="/account/contacts",
                )
    if not right:
        raise Refused(
            "identity.contact_code_wrong",
            N_("This is not the code for this number or address, or it is too old. Check it, or ask for a new one."),
        )


def remove_contact(account: Account, channel: notices.ChannelName) -> None:
    """Forget a contact of a person at their wish."""
    notices.forget_contact(account.person, channel, actor=account.person.actor)


def forget_codes() -> None:
    """Delete the codes that count for nothing any more."""
    ContactCode.objects.filter(created_at__lt=clock.now() - 24 * _HOUR).delete()


def _target(channel: str, clear: str) -> str:
    return salted_hmac("vamco.identity.contact", f"{channel}\0{clear}", algorithm="sha256").hexdigest()


def _digest(target: str, purpose: str, sid: str, code: str) -> str:
    text = f"{target}\0{purpose}\0{sid}\0{code}"
    return salted_hmac("vamco.identity.contact_code", text, algorithm="sha256").hexdigest()


def _queue_up(target: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"identity.contact {target}"])


def _note(act: str, account: Account, channel: str) -> None:
    audit.record(
        f"identity.{act}",
        actor=str(account.person_id),
        chain=_CHAIN,
        subject=f"person:{account.person_id}",
        detail={"channel": channel},
    )
