from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from django.conf import settings

from vamco.kernel.base import clock
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing
from vamco.systems.broker.contracts import ClientView, ConsentView, VisitView
from vamco.systems.broker.models import Client, Consent, Failure, SigningKey, Subject, Token, Visit
from vamco.systems.broker.rules import keys, slowing
from vamco.systems.identity import public as identity

if TYPE_CHECKING:
    import datetime as dt
    import uuid

    from vamco.kernel.world.people.public import Person


def digest(secret: str) -> str:
    """Return what is kept of a code, a token or a secret: each has 256 random bits, so a plain digest hides it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def issuer() -> str:
    """Return the name of this issuer: the address of the site."""
    return str(settings.VAMCO_SITE_URL)


# ── clients ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def clients() -> list[ClientView]:
    """Return all clients, by name."""
    return [view(row) for row in Client.objects.select_related("agency").order_by("name", "code")]


def client(code: str) -> ClientView:
    """Return a client; Missing when there is none."""
    found = Client.objects.select_related("agency").filter(code=code).first()
    if found is None:
        raise Missing("broker.no_client", N_("There is no such service."))
    return view(found)


def active_client(code: str) -> ClientView | None:
    """Return a client that may sign people in, None for another."""
    found = (
        Client.objects.select_related("agency").filter(code=code, active=True).first() if code.isprintable() else None
    )
    return view(found) if found else None


def view(row: Client) -> ClientView:
    """Return a client as others see it."""
    return ClientView(
        pk=row.pk,
        code=row.code,
        name=row.name,
        purpose=row.purpose,
        agency=row.agency.code,
        agency_name=row.agency.name,
        redirect_uris=tuple(row.redirect_uris),
        post_logout_uris=tuple(row.post_logout_uris),
        scopes=tuple(row.scopes),
        sector=row.sector,
        backchannel_uri=row.backchannel_uri,
        private_network=row.private_network,
        active=row.active,
        packed=row.packed,
        has_secret=bool(row.secret_digest),
        since=row.since,
        last_used_at=row.last_used_at,
    )


def must_wait(client_code: str, network: str, *, now: dt.datetime) -> bool:
    """Whether a network has sent too many wrong secrets."""
    recent = Failure.objects.filter(network=network, at__gt=now - slowing.WINDOW)
    found = list(
        recent.values_list("client", flat=True)[: slowing.OF_ALL]
    )  # more change nothing: a flood makes no call slow
    return slowing.waits(found.count(client_code), len(found))


# ── persons ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def subject_of(sector: str, person: Person) -> str:
    """Return how a sector knows a person; "" if it does not yet."""
    found = Subject.objects.filter(sector=sector, person=person).values_list("value", flat=True).first()
    return str(found) if found else ""


def consents(person: Person) -> list[ConsentView]:
    """Return what a person agreed to, in force first, then the newest first."""
    rows = Consent.objects.filter(person=person).select_related("client__agency").order_by("-given_at", "-pk")
    found = [
        ConsentView(row.pk, row.client.name, row.client.agency.name, tuple(row.items), row.given_at, row.withdrawn_at)
        for row in rows
    ]
    return sorted(found, key=lambda consent: consent.withdrawn_at is not None)


def agreed(person: Person, client_pk: int) -> set[str]:
    """Return what a person has agreed that a client gets."""
    held = Consent.objects.filter(person=person, client_id=client_pk, withdrawn_at=None).first()
    return set(held.items) if held else set()


def visits(person: Person) -> list[VisitView]:
    """Return where a person is signed in through this account, the newest first."""
    rows = Visit.objects.filter(person=person, ended_at=None).select_related("client__agency").order_by("-last_at")
    return [VisitView(row.client.name, row.client.agency.name, row.sid, row.began_at, row.last_at) for row in rows]


def may_sign_in(person: int) -> bool:
    """Return whether a person has an account that opens."""
    return identity.may_log_in(person)


def posts(person: Person) -> list[dict[str, str]]:
    """Return the posts that a person holds today: agency and role by their codes, and the title."""
    return [
        {"agency": held.agency.code, "agency_name": held.agency.name, "role": held.role, "title": held.title}
        for held in people.memberships(person)
    ]


# ── tokens and keys ──────────────────────────────────────────────────────────────────────────────────────────────────


def live(token: str, *, now: dt.datetime) -> Token | None:
    """Return an access or refresh token that still counts."""
    found = (
        Token.objects.select_related("grant__client", "grant__person")
        .filter(digest=digest(token), ended_at=None, used_at=None, expires_at__gt=now, grant__ended_at=None)
        .first()
    )
    return found if found and found.grant.client.active else None


def visited(sid: uuid.UUID, client_pk: int) -> bool:
    """Whether somebody is signed in at a client through a stay."""
    return Visit.objects.filter(sid=sid, client_id=client_pk, ended_at=None).exists()


def signing_key() -> SigningKey | None:
    """Return the key that signs now."""
    return SigningKey.objects.filter(signs_from__isnull=False, signed_until=None).first()


def signing_kid() -> str:
    """Return the id of the key that signs now, "" when there is none yet. Asked for each token: a rotation counts at once."""
    found = list(SigningKey.objects.filter(signs_from__isnull=False, signed_until=None).values_list("kid", flat=True))
    return found[0] if found else ""


def published_keys() -> list[dict[str, Any]]:
    """Return the public keys that clients read: of the next key, the one that signs, and those whose tokens are in use."""
    now = clock.now()
    rows = SigningKey.objects.order_by("made_at", "kid")
    return [row.public for row in rows if keys.published(row.signed_until, now=now)]
