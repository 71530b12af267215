from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing, Refused
from vamco.systems.identity import queries
from vamco.systems.identity.contracts import FIRST_ROLE, LINK_LASTS, NewAccount, Offer
from vamco.systems.identity.models import Account, Link
from vamco.systems.identity.rules import codes
from vamco.systems.identity.services import accounts, stays
from vamco.systems.identity.services.second_factor import set_up

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person


def issue_first_link(*, actor: str = audit.SYSTEM) -> str | None:
    """Return the secret word of a link that makes the first administrator's account; None where somebody can log in already.

    Earlier ones are void from now on.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('identity.first_link', 0))")
        if queries.somebody_can_log_in():
            return None
        Link.objects.filter(account=None, ended_at=None).update(ended_at=clock.now())
        word = _issue(None, second_factor=True)
        audit.record("identity.issue_first_link", actor=actor, chain=accounts.CHAIN, subject="account:")
    return word


def issue_link(account: Account, *, second_factor: bool, actor: str = audit.SYSTEM) -> str:
    """Return the secret word of a link that sets the password of an account; earlier ones are void from now on."""
    with transaction.atomic():
        account.links.filter(ended_at=None).update(ended_at=clock.now())
        word = _issue(account, second_factor=second_factor)
        accounts.note("issue_link", account, actor, second_factor=second_factor)
    return word


def make_account(username: str, person: Person, *, second_factor: bool, actor: str = audit.SYSTEM) -> str:
    """Open an account without a password and return the secret word of the link that sets it."""
    with transaction.atomic():
        account = accounts.open_account(accounts.checked_name(username), None, person, actor=actor)
        return issue_link(account, second_factor=second_factor, actor=actor)


def reset(
    username: str, *, remove_second_factor: bool, second_factor: bool, actor: str = audit.SYSTEM, reason: str = ""
) -> str:
    """End the password and the sessions of an account and return the secret word of the link that sets a new one."""
    with transaction.atomic():
        account = accounts.held(username)
        if not account.is_active:
            raise Refused(
                "identity.reset_locked", N_("The account %(username)s is locked: unlock it first."), username=username
            )
        account.set_unusable_password()
        account.save(update_fields=["password"])
        accounts.end_sessions(account)
        if remove_second_factor:
            accounts.remove_second_factor(account, actor=actor)
        accounts.note("reset", account, actor, reason=reason)
        return issue_link(account, second_factor=second_factor, actor=actor)


def offer(word: str) -> Offer:
    """Return what a link offers; Missing where there is none, or it was used, replaced or has expired. Nothing is used up."""
    link = _valid(word)
    account = link.account
    return Offer(
        username=account.username if account else "",
        name=account.person.name if account else "",
        first=account is None,
        second_factor=link.second_factor,
        has_second_factor=account is not None and queries.has_second_factor(account),
        secret=_secret(link, word),
    )


def accept(word: str, chosen: NewAccount, *, seconds: float) -> tuple[Account, list[str]]:
    """Use a link up: set the password and, with a code, the second factor; return the account and its recovery codes.

    The first link makes the person, the account and its appointment as administrator of the province's root agency. Refused with
    what is wrong, and then the link stays as it is. `seconds`: since 1970, for the code.
    """
    with transaction.atomic():
        link = _valid(word, hold=True)
        account = link.account or _first_account(chosen)
        if not account.may_log_in:
            raise _gone()
        faults = accounts.check_new_password(chosen.password, account)
        if faults:
            raise Refused(
                "identity.weak_password", N_("The password is not accepted. %(faults)s"), faults=" ".join(faults)
            )
        account.set_password(chosen.password)
        account.save(update_fields=["password"])
        stays.end_all(account, "replaced")  # their sessions end with the password
        link.ended_at, secret = clock.now(), _secret(link, word)
        link.seed = ""
        link.save(update_fields=["ended_at", "seed"])
        accounts.note("accept_link", account, str(account.person_id))
        recovery: list[str] = []
        if queries.has_second_factor(account):  # only the link was shown: the log-in asks for the code
            return account, recovery
        if chosen.code:
            recovery = set_up(account, secret, chosen.code, seconds=seconds)
        elif link.second_factor:
            raise Refused("identity.code_missing", N_("Enter the six digits that the app shows."))
        accounts.note("log_in", account, str(account.person_id))
    return account, recovery


def _first_account(chosen: NewAccount) -> Account:
    """Make the first person with an account, appointed as administrator."""
    if queries.somebody_can_log_in():
        raise _gone()
    if not chosen.name.strip():
        raise Refused("identity.name_missing", N_("Enter your name."))
    if not queries.role_exists(FIRST_ROLE):
        raise Missing("identity.no_role", N_("The pack has no role “%(role)s”."), role=FIRST_ROLE)
    username = accounts.checked_name(chosen.username)
    person = people.add(chosen.name.strip())
    people.appoint(person, agencies.get(queries.root_agency()), FIRST_ROLE, since=clock.today())
    return accounts.open_account(username, None, person)


def _issue(account: Account | None, *, second_factor: bool) -> str:
    word, now = secrets.token_urlsafe(32), clock.now()
    Link.objects.create(
        digest=codes.digest(word),
        seed=secrets.token_hex(32),
        account=account,
        second_factor=second_factor,
        created_at=now,
        expires_at=now + LINK_LASTS,
    )
    return word


def _valid(word: str, *, hold: bool = False) -> Link:
    rows = Link.objects.select_for_update(of=("self",)) if hold else Link.objects
    link = rows.select_related("account__person").filter(digest=codes.digest(word)).first()
    if link is None or link.ended_at is not None or link.expires_at <= clock.now():
        raise _gone()
    return link


def _gone() -> Missing:
    return Missing(
        "identity.link_gone",
        N_(
            "This link was used before, has expired, or was replaced by a newer one. Ask your administrator for another."
        ),
    )


def _secret(link: Link, word: str) -> bytes:
    """Return the secret that the link offers to an app: known only to who holds the link, and to nobody once it is used."""
    made = salted_hmac(f"vamco.identity.link {link.seed}", word, algorithm="sha256").digest()
    return hashlib.sha256(made).digest()[: codes.SECRET_BYTES]
