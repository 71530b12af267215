from __future__ import annotations

import base64
import secrets

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Refused
from vamco.systems.identity.models import Account, RecoveryCode, SecondFactor
from vamco.systems.identity.rules import codes
from vamco.systems.identity.services.accounts import note


def set_up(account: Account, secret: bytes, code: str, *, seconds: float) -> list[str]:
    """Bind an app to an account after a code has shown that it works; return the recovery codes, which are kept as digests only.

    Part of the act's transaction.
    """
    step = codes.matching_step(secret, codes.normal(code), seconds=seconds, after=0)
    if step is None:
        raise Refused(
            "identity.wrong_code",
            N_("This is not the code that the app shows now. Check that the clock of the phone is right."),
        )
    SecondFactor.objects.filter(account=account).exclude(suspended_at=None).delete()
    factor = SecondFactor(account=account, last_step=step, created_at=clock.now())
    people.seal(factor, base64.b32encode(secret).decode())
    factor.save(force_insert=True)
    words = new_codes(account)
    note("set_up_second_factor", account, str(account.person_id))
    return words


def publish_app(account: Account, secret: bytes) -> None:
    """Bind an app to an account of the demonstration whose key is published as its password is; Refused for every other account."""
    if not account.demonstration:
        raise Refused("identity.no_demonstration", N_("This is no account of a demonstration."))
    with transaction.atomic():
        factor = SecondFactor(account=account, created_at=clock.now())
        people.seal(factor, base64.b32encode(secret).decode())
        factor.save(force_insert=True)
        note("publish_second_factor", account, audit.SYSTEM)


def new_codes(account: Account) -> list[str]:
    """Make recovery codes in place of those from before; only digests are kept. Part of the act's transaction."""
    words = [codes.recovery_code(secrets.token_bytes(10)) for _ in range(codes.RECOVERY_CODES)]
    RecoveryCode.objects.filter(account=account).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(account=account, digest=codes.digest(codes.normal(word))) for word in words
    )
    return words


def spend(account: Account, entered: str, *, seconds: float) -> str:
    """Use a code up and return what it was, "app" or "recovery"; "" for a wrong one or one that was used. Part of a transaction."""
    factor = SecondFactor.objects.select_for_update().filter(account=account, suspended_at=None).first()
    if factor is None:
        return ""
    code = codes.normal(entered)
    if codes.is_app_code(code):
        secret = base64.b32decode(people.unseal(factor))
        step = codes.matching_step(secret, code, seconds=seconds, after=factor.last_step)
        if step is None:
            return ""
        SecondFactor.objects.filter(pk=factor.pk).update(last_step=step)
        return "app"
    rows = RecoveryCode.objects.filter(account=account, digest=codes.digest(code), used_at=None)
    return "recovery" if rows.update(used_at=clock.now()) else ""
