"""Recovery at the counter: who lost their devices is let in again by two officials. Decision 0032, ID-04.

One official makes sure who it is, another approves within a day. Then everything that opened the account before is closed, the person
is notified by every contact that is known, and a one-time link lets them add a passkey.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Forbidden, Missing, Refused, VamcoError
from vamco.systems.identity.models import Account, Recovery, RecoveryCode, SecondFactor
from vamco.systems.identity.rules import codes
from vamco.systems.identity.services import accounts, passkeys

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

CONFIRM: Final = "identity.confirm_recovery"
APPROVE: Final = "identity.approve_recovery"
WAITS: Final = dt.timedelta(hours=24)
LINK_LASTS: Final = dt.timedelta(minutes=30)
PURPOSE: Final = "recovery at the counter"
HOW: Final = {
    "chip_card": N_("Chip of the citizen card read"),
    "face": N_("Face compared with the photo on the card"),
    "document": N_("Another document with a photo checked"),
}
_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is taken for another
_SHORT: Final = 8


@dataclass(frozen=True)
class Passage:
    """What lets the person in once: the word of the link, and the code that can be typed instead."""

    word: str
    short: str
    until: dt.datetime


def look_up(official: Person, written: str) -> Account:
    """Return the account of a citizen ID number or an account name; that the official looked is recorded. Missing for nobody's."""
    account = _by_number(written) or Account.objects.filter(username=written.strip()).first()
    if account is None or not account.is_active:
        raise Missing("identity.nobody_found", N_("No open account was found for this number or name."))
    _may(official, CONFIRM, account)
    audit.record_access(
        f"person:{account.person_id}", actor=official.actor, chain=accounts.CHAIN, purpose=PURPOSE, fields=["name"]
    )
    return account


def confirm(official: Person, account: Account, how: str) -> int:
    """Note that an official has made sure who stands before them, and how; return the number of the recovery that waits."""
    if how not in HOW:
        raise Refused("identity.how_missing", N_("Choose how you made sure who it is."))
    _may(official, CONFIRM, account)
    now = clock.now()
    try:
        with transaction.atomic():
            Recovery.objects.filter(account=account, state="waiting", expires_at__lte=now).update(state="expired")
            recovery = Recovery.objects.create(
                account=account,
                agency=people.home(official).code,
                how=how,
                confirmed_by=official,
                confirmed_at=now,
                expires_at=now + WAITS,
                state="waiting",
            )
            accounts.note("confirm_recovery", account, official.actor, recovery=recovery.pk, how=how)
    except IntegrityError:
        raise Refused("identity.recovery_waits", N_("A recovery of this account is waiting already.")) from None
    return recovery.pk


def approve(official: Person, number: int) -> Passage:
    """Approve a recovery as the second official: close all that opened the account before, notify, and return the link's word."""
    word, short, now = secrets.token_urlsafe(32), _short(), clock.now()
    with transaction.atomic():
        recovery = _waiting(official, number)
        account = Account.objects.select_for_update(of=("self",)).get(pk=recovery.account_id)
        if not account.is_active:
            raise Refused("identity.recovery_locked", N_("The account is locked: it cannot be recovered."))
        _close(account, now)
        recovery.state, recovery.decided_by, recovery.decided_at = "approved", official, now
        recovery.digest, recovery.short = codes.digest(word), codes.digest(short)
        recovery.link_expires_at = now + LINK_LASTS
        recovery.save()
        accounts.note(
            "approve_recovery", account, official.actor, recovery=number, confirmed_by=recovery.confirmed_by_id
        )
        notices.send(
            "identity.recovered", account.person, {"at": now}, key=f"identity.recovered:{number}", url="/account/stays"
        )
    return Passage(word, short, recovery.link_expires_at)


def refuse(official: Person, number: int, reason: str) -> None:
    """Refuse a recovery as the second official, and say why. Nothing of the account changes."""
    if not reason.strip():
        raise Refused("identity.reason_missing", N_("Say why you refuse."))
    with transaction.atomic():
        recovery = _waiting(official, number)
        recovery.state, recovery.decided_by, recovery.decided_at = "refused", official, clock.now()
        recovery.reason = reason.strip()[:300]
        recovery.save()
        accounts.note("refuse_recovery", recovery.account, official.actor, recovery=number)


def visible(official: Person) -> list[Recovery]:
    """Return the recoveries of the last days that an official may see, the newest first."""
    since = clock.now() - 7 * WAITS
    rows = Recovery.objects.filter(confirmed_at__gt=since).select_related("account", "confirmed_by", "decided_by")
    return [each for each in rows.order_by("-confirmed_at")[:200] if _sees(official, each)]


def seen(official: Person, number: int) -> Recovery:
    """Return a recovery; Missing for whoever may not see it."""
    rows = Recovery.objects.select_related("account", "confirmed_by", "decided_by")
    found = rows.filter(pk=number).first() if number < 2**63 else None
    if found is None or not _sees(official, found):
        raise _none()
    return found


def may_decide(official: Person, recovery: Recovery) -> bool:
    """Whether this official can be the second one: it waits, they did not begin it, and it is not their own account."""
    own = official.pk in {recovery.confirmed_by_id, recovery.account.person_id}
    lasts = recovery.state == "waiting" and recovery.expires_at > clock.now()
    return lasts and not own and _reaches(official, APPROVE, recovery)


def offered(word: str) -> Account:
    """Return the account that a link lets in; Missing where it was used, has expired or never was."""
    return _open(word).account


def word_of(short: str) -> str:
    """Return what stands for the typed code in the link's place. Missing for a wrong one; who may try, the page counts."""
    typed = codes.normal(short)
    _open(typed)
    return typed


def finish(word: str, answer: str, challenge: bytes, name: str) -> Account:
    """Use the link up: keep the passkey that the person's browser has made, and return their account."""
    with transaction.atomic():
        recovery = _open(word, hold=True)
        account = recovery.account
        passkeys.add_passkey(account, answer, challenge, name)
        recovery.state, recovery.used_at, recovery.digest, recovery.short = "used", clock.now(), "", ""
        recovery.save(update_fields=["state", "used_at", "digest", "short"])
        accounts.note("recovered", account, str(account.person_id), recovery=recovery.pk)
    return account


def _close(account: Account, now: dt.datetime) -> None:
    account.set_unusable_password()
    account.passkey_asked = False
    account.save(update_fields=["password", "passkey_asked"])
    account.passkeys.filter(suspended_at=None).update(suspended_at=now)
    SecondFactor.objects.filter(account=account).update(suspended_at=now)
    RecoveryCode.objects.filter(account=account).delete()
    account.links.filter(ended_at=None).update(ended_at=now)
    Recovery.objects.filter(account=account, state="approved").update(state="expired", digest="", short="")
    accounts.end_sessions(account, "recovered")


def _by_number(written: str) -> Account | None:
    try:
        found = people.find_by_number("citizen_id", written)
    except VamcoError:  # no such number is possible: then it may be a name
        return None
    return Account.objects.filter(person_id=found.pk).first() if isinstance(found, people.Person) else None


def _may(official: Person, act: str, account: Account) -> None:
    """Forbid what would let a counter open the accounts of those who stand above it, and one's own."""
    if account.person_id == official.pk:
        raise Forbidden("identity.own_recovery", N_("Nobody can recover their own account."))
    if not all(access.allow(official, act, post.agency) for post in people.memberships(account.person)):
        raise Forbidden(
            "identity.recovery_beyond",
            N_("This account belongs to an official of another agency: their administrator has to reset it."),
        )


def _waiting(official: Person, number: int) -> Recovery:
    """Return a recovery for its second official, held until the transaction ends; it must wait, and be begun by another."""
    seen(official, number)
    recovery = Recovery.objects.select_for_update(of=("self",)).select_related("account__person").get(pk=number)
    if not _reaches(official, APPROVE, recovery):
        raise Forbidden("identity.no_approval", N_("You may not approve recoveries."))
    _may(official, APPROVE, recovery.account)
    if recovery.confirmed_by_id == official.pk:
        raise Forbidden("identity.same_official", N_("You made sure who it is, so another official has to approve."))
    if recovery.state != "waiting" or recovery.expires_at <= clock.now():
        raise Refused("identity.recovery_over", N_("This recovery was decided before, or its 24 hours are over."))
    return recovery


def _open(word: str, *, hold: bool = False) -> Recovery:
    rows = Recovery.objects.select_for_update(of=("self",)) if hold else Recovery.objects
    digest = codes.digest(word)
    by = {"short": digest} if len(word) == _SHORT else {"digest": digest}
    found = rows.select_related("account__person").filter(state="approved", **by).first()
    over = found is None or found.link_expires_at is None or found.link_expires_at <= clock.now()
    if found is None or over or not found.account.may_log_in:
        raise Missing(
            "identity.recovery_gone",
            N_("This link or code was used before, is wrong, or its 30 minutes are over. Ask at the counter again."),
        )
    return found


def _sees(official: Person, recovery: Recovery) -> bool:
    if official.pk == recovery.account.person_id:
        return False
    return _reaches(official, CONFIRM, recovery) or _reaches(official, APPROVE, recovery)


def _reaches(official: Person, act: str, recovery: Recovery) -> bool:
    return access.allow(official, act, agencies.find(recovery.agency))


def _short() -> str:
    return "".join(secrets.choice(_LETTERS) for _each in range(_SHORT))


def _none() -> Missing:
    return Missing("identity.no_recovery", N_("There is no such recovery."))
