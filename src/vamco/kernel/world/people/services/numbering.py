"""Identity numbers: written sealed, seen whole only with a purpose, sealed anew when keys rotate."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Count, Q

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people.models import IdentityNumber, Organisation
from vamco.kernel.world.people.queries import keys
from vamco.kernel.world.people.queries.persons import home, opened
from vamco.kernel.world.people.rules import formats
from vamco.kernel.world.people.services.appointing import CHAIN
from vamco.lib.errors import N_, Missing, Refused, Unavailable

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from uuid import UUID

    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.contracts import NumberKind
    from vamco.kernel.world.people.models import Person, Sealed
    from vamco.kernel.world.people.queries.persons import Holder

SEE = "people.see_number"
BATCH = 500
log = logging.getLogger(__name__)
_LOCK = "people.identity_keys"


def record_number(
    holder: Holder, kind: NumberKind, written: str, *, since: dt.date | None = None, actor: str = audit.SYSTEM
) -> IdentityNumber:
    """Keep a number of a person or organisation, sealed; the same number again gives the row that is there.

    Refused when it is no such number, or when another holds it; one that has ended may be another's, or the same person's again.
    """
    number = formats.normal(kind, written, clock.today())
    with transaction.atomic():
        _hold_keys(shared=True)
        ring = keys.keyring()
        in_force = Q(valid_to=None) | Q(valid_to__gte=since or clock.today())
        known = IdentityNumber.objects.filter(in_force, kind=kind, blind__in=ring.blinds(number, kind)).first()
        owner = {"organisation": holder} if isinstance(holder, Organisation) else {"person": holder}
        if known is not None:
            if (known.organisation_id if "organisation" in owner else known.person_id) != holder.pk:
                raise Refused("people.number_taken", N_("This number belongs to somebody else."), kind=kind)
            return known
        row = IdentityNumber(kind=kind, valid_from=since or clock.today(), **owner)
        row.sealed, row.blind, row.key = ring.seal(number, row.context), ring.blind(number, kind), ring.current.id
        row.save(force_insert=True)
        audit.record("people.record_number", actor=actor, chain=CHAIN, subject=_subject(row), detail={"kind": kind})
    return row


def end_number(number: UUID, *, until: dt.date, actor: str = audit.SYSTEM) -> None:
    """End a number after a day: the passport expired, the code was replaced."""
    with transaction.atomic():
        row = _row(number)
        if row.valid_to is not None and until > row.valid_to:
            raise Refused("people.number_grows", N_("A number that has ended is not taken up again; record it anew."))
        row.valid_to = until
        row.save(update_fields=["valid_to"])
        detail = {"kind": row.kind, "until": until.isoformat()}
        audit.record("people.end_number", actor=actor, chain=CHAIN, subject=_subject(row), detail=detail)


def see_number(
    number: UUID, *, by: Person, purpose: str, agency: Agency | None, place: int | None = None, state: str = ""
) -> str:
    """Give a number whole to who may see it and says why; both go into the audit log before the number is given.

    `agency`, `place` and `state` are those of the case in which it is needed, agency None for none: only who reaches everywhere may
    look without one. Source: Luật 91/2025/QH15 (personal data): use for a stated purpose.
    """
    if not purpose.strip():
        raise Refused("people.no_purpose", N_("Please say what the number is needed for."))
    access.demand(by, SEE, agency, place=place, state=state)
    with transaction.atomic():
        row = _row(number)
        clear = opened(row)
        audit.record(
            SEE,
            actor=str(by.pk),
            chain=home(by).code,
            subject=_subject(row),
            purpose=purpose.strip(),
            detail={"kind": row.kind, **access.on_behalf(by, SEE, agency, place=place, state=state)},
        )
    return clear


def disclose_number(person: Person, kind: NumberKind, *, to: str) -> str:
    """Return a person's own number, whole, for whom they agreed that it is passed on: `to`, such as "client:bao-cao". "" for none.

    Whoever asks has the person's consent; the audit log says to whom it went before it is given.
    """
    with transaction.atomic():
        day = clock.today()
        rows = IdentityNumber.objects.filter(person=person, kind=kind, valid_from__lte=day).exclude(valid_to__lt=day)
        row = rows.order_by("-valid_from").first()
        if row is None:
            return ""
        clear = opened(row)
        detail = {"kind": kind, "to": to}
        audit.record("people.disclose_number", actor=person.actor, chain=CHAIN, subject=_subject(row), detail=detail)
    return clear


def rotate(
    progress: Callable[[int, int], None] | None = None, *, new_key: bool = True, actor: str = audit.SYSTEM
) -> int:
    """Make a new key, if told, and seal with the newest what older ones sealed; gives how many numbers were sealed anew.

    Safe to repeat and to break off: a number is under one key or the other, and both open. `progress(done, all)`. No key is added
    while the newest holds nothing. Unavailable at the end when some could not be opened; the others are done.
    """
    if new_key and any(table.objects.filter(key=keys.keyring().current.id).exists() for table in keys.tables()):
        _add_key(actor)
    newest, done = keys.keyring().current.id, 0
    damaged: list[object] = []
    total = sum(table.objects.exclude(key=newest).count() for table in keys.tables())
    for table in keys.tables():
        while (sealed := _rotate_some(table, newest, damaged)) is not None:
            done += sealed
            if progress:
                progress(done, max(done, total))
    if done:
        with transaction.atomic():
            audit.record("people.rotate", actor=actor, chain=CHAIN, subject=f"key:{newest}", detail={"numbers": done})
    if damaged:
        raise Unavailable(
            "people.cannot_open_some",
            N_("%(count)s numbers could not be opened and stay under the old key; all others were sealed anew."),
            count=len(damaged),
        )
    return done


def key_use() -> dict[str, int]:
    """Give how many numbers and addresses stand under each key, the oldest first; keys that are lost come last."""
    counts: dict[str, int] = {}
    for table in keys.tables():
        for key, number in table.objects.order_by().values_list("key").annotate(number=Count("pk")):
            counts[key] = counts.get(key, 0) + number
    known = {key.id: counts.pop(key.id, 0) for key in keys.keyring().keys}
    return known | counts


def retire(key: str, *, actor: str = audit.SYSTEM) -> None:
    """Throw an old key away; Refused while a number needs it or when it is the newest."""
    with transaction.atomic():
        _hold_keys(shared=False)
        ring = keys.keyring()
        if key not in {old.id for old in ring.keys}:
            raise Missing("people.no_key", N_("There is no key %(key)s."), key=key)
        if key == ring.current.id or any(table.objects.filter(key=key).exists() for table in keys.tables()):
            raise Refused("people.key_in_use", N_("The key %(key)s is still needed: rotate first."), key=key)
        audit.record("people.retire_key", actor=actor, chain=CHAIN, subject=f"key:{key}")
        keys.replace(type(ring)([old for old in ring.keys if old.id != key]))


def _add_key(actor: str) -> None:
    from vamco.kernel.world.people.rules.sealing import new_key

    with transaction.atomic():
        _hold_keys(shared=False)
        ring, fresh = keys.keyring(), new_key()
        audit.record("people.add_key", actor=actor, chain=CHAIN, subject=f"key:{fresh.id}")
        keys.replace(type(ring)([*ring.keys, fresh]))


def seal(row: Sealed, clear: str) -> None:
    """Put a text into a row of a table that was told to `keep`, sealed; the row is not saved. Part of the act's transaction."""
    _hold_keys(shared=True)
    ring = keys.keyring()
    row.sealed, row.blind, row.key = ring.seal(clear, row.context), ring.blind(clear, row.found_as), ring.current.id


def blinds(clear: str, found_as: str) -> list[bytes]:
    """Return what a text of a kind is found by in rows that keep it sealed, under each of the keys."""
    return list(keys.keyring().blinds(clear, found_as))


def unseal(row: Sealed) -> str:
    """Give the text that a row keeps sealed."""
    return keys.keyring().open(bytes(row.sealed), row.context)


def _rotate_some(table: type[Sealed], newest: str, damaged: list[object]) -> int | None:
    with transaction.atomic():
        _hold_keys(shared=True)
        ring = keys.keyring()
        waiting = table.objects.exclude(key=newest).exclude(pk__in=list(damaged))
        found, rows = list(waiting.select_for_update(skip_locked=True)[:BATCH]), []
        for row in found:
            try:
                clear = ring.open(bytes(row.sealed), row.context)
            except Unavailable:
                log.error("%s %s cannot be opened", table.__name__, row.pk)  # noqa: TRY400  # which one, never what
                damaged.append(row.pk)
                continue
            row.sealed, row.blind, row.key = ring.seal(clear, row.context), ring.blind(clear, row.found_as), newest
            rows.append(row)
        table.objects.bulk_update(rows, ["sealed", "blind", "key"])
    return len(rows) if found else None


def _hold_keys(*, shared: bool) -> None:
    """Keep the set of keys as it is until the transaction ends, or wait until nobody uses it and change it."""
    name = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name}(hashtext(%s::text))", [_LOCK])


def _row(number: UUID) -> IdentityNumber:
    row = IdentityNumber.objects.filter(pk=number).first()
    if row is None:
        raise Missing("people.no_number", N_("There is no such number."))
    return row


def _subject(row: IdentityNumber) -> str:
    return f"person:{row.person_id}" if row.person_id else f"organisation:{row.organisation_id}"
