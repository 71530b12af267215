"""Passkeys (WebAuthn): making one, signing in with one, and what a person does with theirs. Decision 0032."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import webauthn
from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers import structs as wire
from webauthn.helpers.exceptions import WebAuthnException

from vamco.kernel.base import clock
from vamco.lib.errors import N_, Missing, Refused
from vamco.systems.identity.models import Account, Passkey
from vamco.systems.identity.rules import ways
from vamco.systems.identity.rules.counters import Counted, judge
from vamco.systems.identity.services.accounts import note

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webauthn.authentication.verify_authentication_response import VerifiedAuthentication

log = logging.getLogger(__name__)
MOST: Final = 20  # passkeys of one account
LONGEST: Final = 16 << 10  # bytes of what a browser sends
_SHARED = wire.CredentialDeviceType.MULTI_DEVICE


@dataclass(frozen=True)
class Options:
    """What a browser is asked to do, as JSON, and the challenge in it."""

    text: str
    challenge: bytes


def origin() -> str:
    """Return the only origin from which passkeys are taken: that of the site's address."""
    found = urlsplit(settings.VAMCO_SITE_URL)
    return f"{found.scheme}://{found.netloc}"


def relying_party() -> str:
    """Return the domain that passkeys are bound to."""
    return urlsplit(settings.VAMCO_SITE_URL).hostname or "localhost"


def handle(account: Account) -> bytes:
    """Return what passkeys know an account by: no name, and no number that means anything elsewhere."""
    return salted_hmac("vamco.identity.passkey", str(account.pk), algorithm="sha256").digest()


def creation_options(account: Account) -> Options:
    """Return how a browser makes a passkey for an account. One that it has already is not made twice."""
    made = webauthn.generate_registration_options(
        rp_id=relying_party(),
        rp_name="Vàm Cỏ",
        user_id=handle(account),
        user_name=account.person.name if account.username.startswith("@") else account.username,
        user_display_name=account.person.name,
        authenticator_selection=wire.AuthenticatorSelectionCriteria(
            resident_key=wire.ResidentKeyRequirement.REQUIRED,
            user_verification=wire.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_described(account.passkeys.filter(suspended_at=None)),
    )
    return Options(webauthn.options_to_json(made), made.challenge)


def request_options(account: Account | None = None) -> Options:
    """Return how a browser shows a passkey: any that it has for this site, or one of an account's."""
    known = _described(account.passkeys.filter(suspended_at=None)) if account else None
    made = webauthn.generate_authentication_options(
        rp_id=relying_party(),
        allow_credentials=known,
        user_verification=wire.UserVerificationRequirement.REQUIRED,
    )
    return Options(webauthn.options_to_json(made), made.challenge)


def add_passkey(account: Account, answer: str, challenge: bytes, name: str) -> Passkey:
    """Keep the passkey that a browser has made; Refused where it does not fit what was asked."""
    try:
        made = webauthn.verify_registration_response(
            credential=_read(answer),
            expected_challenge=challenge,
            expected_rp_id=relying_party(),
            expected_origin=origin(),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        log.info("a new passkey was refused: %s", type(error).__name__)
        raise _not_accepted() from None
    with transaction.atomic():
        Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
        if account.passkeys.count() >= MOST:
            raise Refused("identity.many_passkeys", N_("You have %(most)s passkeys: remove one first."), most=MOST)
        if Passkey.objects.filter(credential=made.credential_id).exists():
            raise Refused("identity.passkey_known", N_("This passkey is registered already."))
        passkey = Passkey.objects.create(
            account=account,
            credential=made.credential_id,
            public_key=made.credential_public_key,
            counter=made.sign_count,
            backed_up=made.credential_backed_up,
            copyable=made.credential_device_type == _SHARED,
            name=_name(name),
            transports=_transports(answer),
            created_at=clock.now(),
        )
        note("add_passkey", account, str(account.person_id), passkey=passkey.pk)
    return passkey


def show_passkey(answer: str, challenge: bytes, *, account: Account | None = None, act: str = "log_in") -> Account:
    """Return whose passkey a browser has shown; Refused for any that does not open its account. `account`: it must be theirs.

    A counter that did not grow refuses a passkey that stays on one device; of one that several devices share it is only logged.
    """
    try:
        shown = parse_authentication_credential_json(_read(answer))
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise _not_accepted() from None
    with transaction.atomic():
        rows = Passkey.objects.select_for_update(of=("self",)).select_related("account__person")
        passkey = rows.filter(credential=shown.raw_id, suspended_at=None).first()
        refused = passkey is None or not passkey.account.may_log_in
        if passkey is None or refused or (account is not None and passkey.account_id != account.pk):
            raise _not_accepted()
        handed = shown.response.user_handle
        if handed is not None and handed != handle(passkey.account):
            raise _not_accepted()
        found = _verified(passkey, shown, challenge)
        copied = found is not None and not _counter_fits(passkey, found)
        if found is None or copied:
            note("passkey_refused", passkey.account, "system", passkey=passkey.pk, copied=copied)
        else:
            passkey.counter = max(passkey.counter, found.new_sign_count)
            passkey.backed_up, passkey.used_at = found.credential_backed_up, clock.now()
            passkey.save(update_fields=["counter", "backed_up", "used_at"])
            note(act, passkey.account, str(passkey.account.person_id), passkey=passkey.pk)
    if found is None or copied:  # after the transaction: that it was refused stays in the log
        raise _not_accepted()
    return passkey.account


def own_passkey(account: Account, number: int) -> Passkey:
    """Return a passkey of an account; Missing for anybody else's."""
    found = account.passkeys.filter(pk=number).first()
    if found is None:
        raise Missing("identity.no_passkey", N_("There is no such passkey."))
    return found


def rename_passkey(account: Account, number: int, name: str) -> None:
    """Give a passkey of an account another name."""
    with transaction.atomic():
        passkey = own_passkey(account, number)
        passkey.name = _name(name)
        passkey.save(update_fields=["name"])
        note("rename_passkey", account, str(account.person_id), passkey=number)


def remove_passkey(account: Account, number: int) -> None:
    """Remove a passkey of an account; Refused for the last way in."""
    with transaction.atomic():
        held = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
        passkey = own_passkey(held, number)
        if passkey.suspended_at is None and not ways.opens(
            password=held.has_usable_password(),
            eid=held.eid_links.exists(),
            passkeys=held.passkeys.filter(suspended_at=None).count() - 1,
        ):
            raise Refused(
                "identity.last_way_in",
                N_("This passkey is the only way into your account. Add another one first, then remove this one."),
            )
        passkey.delete()
        if held.passkey_asked and not held.passkeys.filter(suspended_at=None).exists():
            Account.objects.filter(pk=held.pk).update(passkey_asked=False)
        note("remove_passkey", account, str(account.person_id), passkey=number)


def ask_for_passkey(account: Account, *, asked: bool) -> None:
    """Set whether a passkey is asked for after the password. Without one there is nothing to ask for."""
    with transaction.atomic():
        if asked and not account.passkeys.filter(suspended_at=None).exists():
            raise Refused("identity.no_passkey_yet", N_("Add a passkey first."))
        Account.objects.filter(pk=account.pk).update(passkey_asked=asked)
        account.passkey_asked = asked
        note("ask_for_passkey", account, str(account.person_id), asked=asked)


def _verified(
    passkey: Passkey, shown: wire.AuthenticationCredential, challenge: bytes
) -> VerifiedAuthentication | None:
    """Return what was verified; None where signature, challenge, origin or site are wrong. The counter is judged by our rule."""
    try:
        return webauthn.verify_authentication_response(
            credential=shown,
            expected_challenge=challenge,
            expected_rp_id=relying_party(),
            expected_origin=origin(),
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        log.info("passkey %s was refused: %s", passkey.pk, type(error).__name__)
        return None


def _counter_fits(passkey: Passkey, found: VerifiedAuthentication) -> bool:
    """Whether the counter lets a passkey in. Whether it can be shared was fixed when it was made: a copy cannot claim it."""
    if (found.credential_device_type == _SHARED) != passkey.copyable:
        return False
    shared = passkey.copyable and (passkey.backed_up or found.credential_backed_up)
    judged = judge(passkey.counter, found.new_sign_count, shared=shared)
    if judged is Counted.ODD:
        log.warning("the counter of the backed-up passkey %s did not grow", passkey.pk)
        note("passkey_counter_odd", passkey.account, "system", passkey=passkey.pk)
    return judged is not Counted.COPIED


def _read(answer: str) -> dict[str, Any]:
    found = json.loads(answer[: LONGEST + 1]) if len(answer) <= LONGEST else None
    if not isinstance(found, dict):
        raise _not_accepted()
    return found


def _transports(answer: str) -> list[str]:
    """Return by what ways the browser reaches the passkey, as far as they are known ones."""
    said = _read(answer).get("response", {}).get("transports") or []
    known = {transport.value for transport in wire.AuthenticatorTransport}
    return [each for each in said if each in known] if isinstance(said, list) else []


def _described(passkeys: Iterable[Passkey]) -> list[wire.PublicKeyCredentialDescriptor]:
    return [
        wire.PublicKeyCredentialDescriptor(
            id=bytes(passkey.credential),
            transports=[wire.AuthenticatorTransport(each) for each in passkey.transports] or None,
        )
        for passkey in passkeys
    ]


def _name(written: str) -> str:
    name = " ".join(written.split())[:60]
    if not name:
        raise Refused("identity.passkey_name", N_("Enter a name for the passkey, such as “My phone”."))
    return name


def _not_accepted() -> Refused:
    return Refused("identity.passkey_refused", N_("The passkey was not accepted. Try again, or use another way."))
