"""What a person changes of their own account: the password and the authenticator app."""

from __future__ import annotations

from django.db import transaction

from vamco.lib.errors import N_, Refused
from vamco.systems.identity import queries
from vamco.systems.identity.models import Account, SecondFactor
from vamco.systems.identity.services import accounts, stays
from vamco.systems.identity.services.second_factor import new_codes, set_up


def change_password(account: Account, password: str, *, sid: str) -> None:
    """Set a password that the person chose; their other stays end."""
    faults = accounts.check_new_password(password, account)
    if faults:
        raise Refused("identity.weak_password", N_("The password is not accepted. %(faults)s"), faults=" ".join(faults))
    with transaction.atomic():
        account.set_password(password)
        account.save(update_fields=["password"])
        account.links.filter(ended_at=None).delete()
        stays.end_others(account, sid, "replaced")
        accounts.note("change_password", account, str(account.person_id))


def set_up_app(account: Account, secret: bytes, code: str, *, seconds: float) -> list[str]:
    """Bind an authenticator app to the account, in place of the one before; return the new recovery codes."""
    with transaction.atomic():
        held = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
        SecondFactor.objects.filter(account=held).delete()
        return set_up(held, secret, code, seconds=seconds)


def renew_codes(account: Account) -> list[str]:
    """Make new recovery codes; those from before count no more."""
    with transaction.atomic():
        if not queries.has_second_factor(account):
            raise Refused("identity.no_app", N_("You have no authenticator app."))
        words = new_codes(account)
        accounts.note("renew_recovery_codes", account, str(account.person_id))
    return words
