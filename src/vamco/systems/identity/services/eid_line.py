"""The line to the issuer of the eID, as all processes share it: what it publishes, and whether it answers. Case ID-07.

No transaction is open while it is asked: a slow issuer holds no row and no connection's lock.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from vamco.kernel.base import clock
from vamco.lib.errors import N_, Unavailable
from vamco.lib.time import HCM
from vamco.systems.identity.adapters import eid as port
from vamco.systems.identity.adapters import tokens
from vamco.systems.identity.adapters.eid import Deadline, NoAnswer, OpenIdIssuer, Registration
from vamco.systems.identity.models import EidIssuer
from vamco.systems.identity.rules.breaker import FRESH, KEYS_LAST, MINUTE, Contact
from vamco.systems.identity.rules.eid import Unproven

if TYPE_CHECKING:
    from collections.abc import Callable

    from vamco.systems.identity.adapters.eid import Issuer

T = TypeVar("T")
BACK: Final = "/eid/back"
_SPARED: Final = dt.timedelta(seconds=10)  # an answer this soon after another one is not written down


class Away(Unavailable):
    """The issuer does not answer; `since` says since when."""

    def __init__(self, since: dt.datetime) -> None:
        self.since = since
        super().__init__(
            "identity.eid_away",
            N_("%(issuer)s has not answered since %(since)s."),
            issuer=settings.VAMCO_EID_NAME,
            since=since.astimezone(HCM).strftime("%H:%M"),
        )


def registration() -> Registration | None:
    """Return as whom this platform is known to which issuer; None where the operator has named none."""
    if not settings.VAMCO_EID_ISSUER:
        return None
    return Registration(
        issuer=settings.VAMCO_EID_ISSUER.rstrip("/"),
        client=settings.VAMCO_EID_CLIENT,
        secret=settings.VAMCO_EID_SECRET.get_secret_value() if settings.VAMCO_EID_SECRET else "",
        profile=port.profile(settings.VAMCO_EID_PROFILE),
        back=f"{settings.VAMCO_SITE_URL}{BACK}",
    )


class Line:
    """The line to one issuer."""

    def __init__(self, known: Registration, issuer: Issuer | None = None) -> None:
        self.known = known
        self.issuer = issuer or OpenIdIssuer(known, simulated=settings.VAMCO_DEMO)

    def metadata(self) -> dict[str, Any]:
        """Return what the issuer publishes of itself, sure within a minute that it is there; Away where it is not."""
        row, now = self._row(), clock.now()
        contact = contact_of(row)
        if row.metadata and (contact.proven(now) or (not contact.away and not self._my_turn("probed_at", now))):
            return dict(row.metadata)
        found = self.call(lambda: self.issuer.metadata(Deadline(port.PROBE)))
        self._rows().update(metadata=found)
        return found

    def published(self) -> dict[str, Any]:
        """Return what is known of what the issuer publishes, without asking; {} where nothing is."""
        row = self._rows().first()
        return dict(row.metadata or {}) if row else {}

    def read(self, tokens_given: dict[str, Any], metadata: dict[str, Any], deadline: Deadline) -> dict[str, Any]:
        """Return the claims of the ID token, whose signature holds by a key that the issuer publishes now."""
        token, access = tokens_given.get("id_token"), tokens_given.get("access_token")
        row, now = self._row(), clock.now()
        keys = row.keys
        if not keys or row.keys_at is None or not dt.timedelta(0) <= now - row.keys_at < KEYS_LAST:
            keys = self._fetch_keys(metadata, deadline)
        try:
            return tokens.read(token, keys, access=access)
        except tokens.UnknownKey:
            if not self._my_turn("keys_sought_at", now):
                raise Unproven("kid") from None
        try:
            return tokens.read(token, self._fetch_keys(metadata, deadline), access=access)
        except tokens.UnknownKey:
            raise Unproven("kid") from None

    def _fetch_keys(self, metadata: dict[str, Any], deadline: Deadline) -> dict[str, Any]:
        keys = self.call(lambda: self.issuer.keys(metadata, deadline))
        self._rows().update(keys=keys, keys_at=clock.now())
        return keys

    def call(self, ask: Callable[[], T]) -> T:
        """Ask the issuer, unless it has been asked often enough while it does not answer; what comes of it is noted for all."""
        begun = clock.now()
        if contact_of(self._row()).away:
            self._claim(begun)
        try:
            answer = ask()
        except NoAnswer:
            self._note(lambda contact: contact.failed(begun))
            raise Away(contact_of(self._row()).since or begun) from None
        except Unproven:
            self._note(lambda contact: contact.answered(begun, clock.now()))
            raise
        self._note(lambda contact: contact.answered(begun, clock.now()))
        return answer

    def _claim(self, begun: dt.datetime) -> None:
        """Count a call to an issuer that does not answer; Away where this minute has had its calls."""
        with transaction.atomic():
            row = self._held()
            contact = contact_of(row)
            if contact.since is not None and not contact.may_call(begun):
                raise Away(contact.since)
            _write(row, contact.called(begun))

    def _note(self, after: Callable[[Contact], Contact]) -> None:
        contact = contact_of(self._row())
        changed = after(contact)
        lately = contact.answered_at is not None and dt.timedelta(0) <= clock.now() - contact.answered_at < _SPARED
        if changed == contact or (lately and not contact.away and not changed.away):
            return
        with transaction.atomic():
            row = self._held()
            _write(row, after(contact_of(row)))

    def _my_turn(self, column: str, now: dt.datetime) -> bool:
        """Whether this process does what one does once a minute; the others go on with what is known."""
        past = Q(**{column: None}) | Q(**{f"{column}__lte": now - MINUTE}) | Q(**{f"{column}__gt": now + FRESH})
        return bool(self._rows().filter(past).update(**{column: now}))

    def _rows(self) -> Any:
        return EidIssuer.objects.filter(issuer=self.known.issuer)

    def _row(self) -> EidIssuer:
        return EidIssuer.objects.get_or_create(issuer=self.known.issuer)[0]

    def _held(self) -> EidIssuer:
        self._row()
        return EidIssuer.objects.select_for_update().get(issuer=self.known.issuer)


def contact_of(row: EidIssuer) -> Contact:
    """Return what a row says of the calls."""
    calls = tuple(dt.datetime.fromisoformat(call) for call in row.calls)
    return Contact(row.away_since, calls, row.answered_at)


def _write(row: EidIssuer, contact: Contact) -> None:
    row.away_since, row.answered_at = contact.since, contact.answered_at or row.answered_at
    row.calls = [call.isoformat() for call in contact.calls]
    row.save(update_fields=["away_since", "answered_at", "calls"])
