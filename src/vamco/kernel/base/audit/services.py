from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import queries, rules
from vamco.kernel.base.audit.adapters import keys
from vamco.kernel.base.audit.adapters.backend.base import DatabaseWrapper
from vamco.kernel.base.audit.adapters.writing import Waiting
from vamco.lib import checkpoints
from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SYSTEM: Final = "system"
ERASE: Final = "audit.erase"


def record(  # an entry has that many parts
    act: str,
    *,
    actor: str,
    chain: str,
    subject: str,
    detail: dict[str, Any] | None = None,
    purpose: str = "",
    persons: Sequence[str] = (),
    sealed: Mapping[str, str] | None = None,
) -> None:
    """Append one entry to the chain of an agency; it is written by the last statement of the act's transaction.

    `actor` is a person's id or SYSTEM, `subject` is "kind:id". `detail` holds what changed, never personal data: texts, whole
    numbers, truth values, and lists and dicts of them. `persons`, each "kind:id", are those whom the act concerns beside a
    subject "person:id"; `sealed` holds values about the first of them, of which only salted hashes are kept.
    """
    if not connection.in_atomic_block:
        msg = "an audit entry belongs to the transaction of its act"
        raise transaction.TransactionManagementError(msg)
    if not isinstance(connections[DEFAULT_DB_ALIAS], DatabaseWrapper):
        raise ImproperlyConfigured("only the back end vamco.kernel.base.audit.adapters.backend writes the audit log")
    named, concerned = rules.persons(subject, persons)
    said = {
        "chain": chain,
        "at": queries.iso(clock.now()),
        "act": act,
        "actor": actor,
        "subject": named,
        "purpose": purpose,
    }
    mentions = [rules.Mention(person, secrets.token_bytes(rules.SALT_SIZE)) for person in concerned]
    transaction.on_commit(Waiting(rules.draft(said, detail or {}, mentions, sealed or {})))


def record_access(  # an entry has that many parts
    person: str,
    *,
    actor: str,
    chain: str,
    purpose: str,
    fields: Sequence[str] = (),
    act: str = "audit.access",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Append that somebody looked at a person's data: which fields, and what for. Needs no transaction of the caller's.

    Where it is not known whose data they are, `person` is what holds them, such as "run:12", and `detail` says which rows.
    """
    if not purpose.strip():
        raise Refused("audit.no_purpose", N_("Say what for: whoever looks at personal data does so for a purpose."))
    with transaction.atomic():
        found = {"fields": list(fields), **(detail or {})}
        record(act, actor=actor, chain=chain, subject=person, detail=found, purpose=purpose)


def erase(person: str, *, actor: str, chain: str, purpose: str) -> int:
    """Unlink a person from all entries; gives their number. `purpose` is the legal ground.

    The entries stay and hold; who they were about nobody can tell any more. What the person did as an actor stays too.
    """
    if not purpose.strip():
        raise Refused("audit.no_ground", N_("Say on what legal ground the person is to be erased from the log."))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT audit_forget(%s::text)", [person])
        unlinked = int(cursor.fetchone()[0])
        record(ERASE, actor=actor, chain=chain, subject=rules.PERSON, detail={"entries": unlinked}, purpose=purpose)
    return unlinked


def checkpoint() -> checkpoints.Checkpoint:
    """Sign where all chains end now; gives the last checkpoint when none has grown since."""
    with transaction.atomic():
        with connection.cursor() as cursor:  # two at once must not take one number
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('audit.checkpoint'))")
        before, heads = queries.last_checkpoint(), queries.heads()
        if before is not None and before.heads == heads:
            return before
        made = checkpoints.sign(keys.private(), before, queries.iso(clock.now()), heads)
        with connection.cursor() as cursor:
            cursor.execute("SELECT audit_pin(%s::text)", [made.line()])
    return made
