from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.lib.errors import N_, Missing, Refused
from vamco.systems.identity.models import Account, RecoveryCode, SecondFactor
from vamco.systems.identity.services import stays

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

CHAIN: Final = "identity"
PUBLISHED: Final = "vam-co-dong-vam-co-tay"  # the demonstration's password: known to everybody
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")


def open_account(
    username: str, password: str | None, person: Person, *, demonstration: bool = False, actor: str = audit.SYSTEM
) -> Account:
    """Open an account; the name must be free. Without a password nobody can log in until a link has set one."""
    with transaction.atomic():
        if Account.objects.filter(username=username).exists():
            raise Refused("identity.name_taken", N_("The account name %(username)s is taken."), username=username)
        account = Account(username=username, person=person, demonstration=demonstration, created_at=clock.now())
        account.set_password(password)
        account.save()
        audit.record("identity.open_account", actor=actor, chain=CHAIN, subject=f"person:{person.pk}")
    return account


def exists(username: str) -> bool:
    """Whether there is an account of that name."""
    return Account.objects.filter(username=username).exists()


def lock(username: str, *, actor: str = audit.SYSTEM, reason: str = "") -> None:
    """Close an account: nobody logs in with it, its sessions end at once, and its links are void."""
    with transaction.atomic():
        account = held(username)
        if not account.is_active:
            raise Refused("identity.locked", N_("The account %(username)s is locked already."), username=username)
        account.is_active = False
        account.generation += 1
        account.save(update_fields=["is_active", "generation"])
        account.links.filter(ended_at=None).update(ended_at=clock.now())
        stays.end_all(account, "locked")
        note("lock", account, actor, reason=reason)


def unlock(username: str, *, actor: str = audit.SYSTEM, reason: str = "") -> None:
    """Open a locked account again; sessions from before stay ended."""
    with transaction.atomic():
        account = held(username)
        if account.is_active:
            raise Refused("identity.not_locked", N_("The account %(username)s is not locked."), username=username)
        account.is_active = True
        account.save(update_fields=["is_active"])
        note("unlock", account, actor, reason=reason)


def remove_second_factor(account: Account, *, actor: str = audit.SYSTEM) -> None:
    """Remove the second factor of an account with its recovery codes, and end its sessions. Part of the act's transaction."""
    RecoveryCode.objects.filter(account=account).delete()
    removed, _each = SecondFactor.objects.filter(account=account).delete()
    end_sessions(account)
    if removed:
        note("remove_second_factor", account, actor)


def end_sessions(account: Account, why: str = "replaced") -> None:
    """End all sessions and stays of an account. Part of the act's transaction."""
    account.generation += 1
    account.save(update_fields=["generation"])
    stays.end_all(account, why)


def held(username: str) -> Account:
    """Return the account of a name, locked until the transaction ends."""
    account = Account.objects.select_for_update(of=("self",)).filter(username=username).first()
    if account is None:
        raise Missing("identity.no_account", N_("There is no account %(username)s."), username=username)
    return account


def checked_name(username: str) -> str:
    """Return an account name that can be typed everywhere; Refused for another, or one that is taken."""
    if exists(well_formed(username)):
        raise Refused("identity.name_taken", N_("The account name %(username)s is taken."), username=username)
    return username


def well_formed(username: str) -> str:
    """Return an account name that can be typed everywhere; Refused for another."""
    if not _NAME.fullmatch(username):
        raise Refused(
            "identity.bad_name",
            N_("An account name has 2 to 60 small letters a-z, digits, dots, hyphens or underscores: %(username)s"),
            username=username,
        )
    return username


def check_new_password(password: str, account: Account) -> list[str]:
    """Return what is wrong with a password that somebody chose, in the reader's language; the published one never passes."""
    from django.utils.translation import gettext

    faults = []
    if password == PUBLISHED:
        faults.append(gettext("This password is published with the demonstration. Choose another one."))
    try:
        password_validation.validate_password(password, account)
    except ValidationError as error:
        faults += error.messages
    return faults


def note(act: str, account: Account, actor: str, *, reason: str = "", **detail: object) -> None:
    """Record an act on an account; `reason` is what it was done for."""
    audit.record(
        f"identity.{act}",
        actor=actor,
        chain=CHAIN,
        subject=f"person:{account.person_id}",
        detail=detail,
        purpose=reason,
    )
