"""Mandates: who may act for a person or an organisation in what is theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people.models import Mandate, Organisation, Person
from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection
CHAIN = "people"


def give_mandate(  # noqa: PLR0913  # a mandate has that many parts
    principal: Person | Organisation,
    agent: Person,
    *,
    since: dt.date,
    until: dt.date | None = None,
    acts: Collection[str] | None = None,
    matters: Collection[str] | None = None,
    basis: str = "",
    representative: bool = False,
    actor: str,
) -> Mandate:
    """Let a person act for another person or an organisation from one day to another, both inclusive.

    `until` None has no end. `acts`: codes of access, None for all; `matters`: fields of law, None for all. Whether `actor` may
    give it is for the caller to ask. `representative`: by law or charter, for all acts and matters, with the power to give mandates.
    """
    person = principal if isinstance(principal, Person) else None
    organisation = principal if isinstance(principal, Organisation) else None
    if person is not None and person.pk == agent.pk:
        raise Refused("people.own_mandate", N_("Nobody can be their own representative."))
    if until is not None and until < since:
        raise Refused("people.mandate_ends_first", N_("The last day lies before the first."))
    named = _chosen(acts)
    if named is not None and not access.acts().keys() >= set(named):
        raise Refused("people.unknown_acts", N_("Name at least one act, and only acts that exist."))
    with transaction.atomic():
        row = Mandate.objects.create(
            person=person,
            organisation=organisation,
            agent=agent,
            acts=named,
            matters=_chosen(matters),
            basis=basis,
            valid_from=since,
            valid_to=until,
            representative=representative,
        )
        detail = {
            "mandate": row.pk,
            "agent": agent.pk,
            "since": since.isoformat(),
            "until": until.isoformat() if until else "",
            **({"representative": True} if representative else {}),
            "acts": "all" if row.acts is None else row.acts,
            "matters": "all" if row.matters is None else row.matters,
        }
        _record("people.give_mandate", row, actor, detail)
    return row


def end_mandate(mandate: Mandate, *, until: dt.date, actor: str) -> None:
    """End a mandate after a day; one that has an end can only end earlier, a day before its first calls it off."""
    with transaction.atomic():
        row = Mandate.objects.select_for_update().get(pk=mandate.pk)
        if row.valid_to is not None and until > row.valid_to:
            raise Refused("people.mandate_grows", N_("A mandate can only be shortened; give a new one."))
        row.valid_to = until
        row.save(update_fields=["valid_to"])
        _record("people.end_mandate", row, actor, {"mandate": row.pk, "until": until.isoformat()})


def _chosen(codes: Collection[str] | None) -> list[str] | None:
    if codes is None:
        return None
    named = sorted(set(codes))
    if not named:
        raise Refused("people.empty_mandate", N_("A mandate must be for something; name at least one act or matter."))
    return named


def _record(act: str, row: Mandate, actor: str, detail: dict[str, object]) -> None:
    subject = f"person:{row.person_id}" if row.person_id else f"organisation:{row.organisation_id}"
    audit.record(act, actor=actor, chain=CHAIN, subject=subject, detail=detail, persons=(f"person:{row.agent_id}",))
