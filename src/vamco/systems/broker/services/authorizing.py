"""A person agrees that a client is told who they are, and what they agreed to; or takes that back."""

from __future__ import annotations

import secrets
import uuid
from typing import TYPE_CHECKING

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.lib.errors import N_, Missing
from vamco.systems.broker import queries
from vamco.systems.broker.contracts import CLAIMS, CODE_LASTS
from vamco.systems.broker.models import Client, Consent, Grant, Subject, Token, Visit
from vamco.systems.broker.services.keys import CHAIN
from vamco.systems.broker.services.leaving import end_visits

if TYPE_CHECKING:
    from vamco.kernel.world.people.public import Person
    from vamco.systems.broker.contracts import AuthorizeRequest, ClientView, SignedIn


def agree(person: Person, client: ClientView, items: tuple[str, ...]) -> None:
    """Remember that a person agreed; what they agreed to before stays agreed."""
    with transaction.atomic():
        Client.objects.select_for_update().get(pk=client.pk)  # two windows at once give one consent
        held = Consent.objects.filter(person=person, client_id=client.pk, withdrawn_at=None).first()
        wanted = sorted({*(held.items if held else ()), *items})
        if held is not None and wanted == sorted(held.items):
            return
        now = clock.now()
        if held is not None:
            held.withdrawn_at = now  # replaced: the record of what was agreed when stays true
            held.save(update_fields=["withdrawn_at"])
        Consent.objects.create(person=person, client_id=client.pk, items=wanted, given_at=now)
        _note("agree", person, client.code, items=wanted)


def withdraw(consent: int, *, by: Person) -> None:
    """Take a consent back: the client's tokens about the person end, and it is told that they are gone."""
    with transaction.atomic():
        held = Consent.objects.select_for_update(of=("self",)).filter(pk=consent, person=by).first()
        if held is None:
            raise Missing("broker.no_consent", N_("There is no such consent."))
        if held.withdrawn_at is not None:
            return
        now = clock.now()
        held.withdrawn_at = now
        held.save(update_fields=["withdrawn_at"])
        about = {"client_id": held.client_id, "person": by}
        Token.objects.filter(ended_at=None, grant__in=Grant.objects.filter(**about).values("pk")).update(ended_at=now)
        Grant.objects.filter(ended_at=None, **about).update(ended_at=now)
        end_visits(Visit.objects.filter(ended_at=None, **about), at_once=True)
        _note("withdraw", by, held.client.code)


def answer_code(person: Person, client: ClientView, wish: AuthorizeRequest, how: SignedIn) -> str:
    """Return a code by which the client gets its tokens, once and soon. What they will say is saved with it."""
    code = secrets.token_urlsafe(32)
    now = clock.now()
    with transaction.atomic():
        Grant.objects.create(
            client_id=client.pk,
            person=person,
            sid=uuid.UUID(how.sid),
            subject=subject(client.sector, person),
            scopes=list(wish.scopes),
            id_claims=[name for name in wish.id_claims if name in CLAIMS],
            userinfo_claims=[name for name in wish.userinfo_claims if name in CLAIMS],
            redirect_uri=wish.redirect_uri,
            challenge=wish.challenge,
            nonce=wish.nonce,
            level=how.level,
            methods=list(how.methods),
            confirmed_at=how.at,
            code_digest=queries.digest(code),
            code_expires_at=now + CODE_LASTS,
            created_at=now,
        )
    return code


def subject(sector: str, person: Person) -> uuid.UUID:
    """Return how a sector knows a person; the first time a new random name."""
    return Subject.objects.get_or_create(sector=sector, person=person)[0].value


def _note(act: str, person: Person, client: str, **detail: object) -> None:
    audit.record(
        f"broker.{act}",
        actor=person.actor,
        chain=CHAIN,
        subject=f"person:{person.pk}",
        detail={"client": client, **detail},
    )
