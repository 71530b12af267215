"""A case as its applicant sees it: what the kind shows, and nothing that is internal in it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from vamco.kernel.work.cases.models import Case
from vamco.kernel.work.cases.queries import cases, definitions, rights, rows
from vamco.kernel.work.cases.queries.rows import missing
from vamco.kernel.work.cases.rules import moves
from vamco.kernel.world.access import public as access
from vamco.lib.errors import Named

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet

    from vamco.kernel.record.files.models import File
    from vamco.kernel.work.cases.contracts import Act, Definition
    from vamco.kernel.work.cases.models import Entry
    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person


@dataclass(frozen=True)
class OwnEntry:
    """One line of a case's timeline as the applicant is shown it. `by_applicant`: they did it, or who acts for them.

    `who` is the name of the person, "" for a machine, whose room `machine` names. Source: NĐ 224/2026: agency, person and times
    are shown.
    """

    seq: int
    act: str
    name: Named | None
    at: dt.datetime
    by_applicant: bool
    who: str
    machine: str
    agency: Agency
    reason: str
    note: str
    files: tuple[File, ...]


@dataclass(frozen=True)
class OwnCase:
    """A case as the applicant sees it. `for_whom` is the principal where the person holds a mandate, else nobody.

    `seq` goes back with an act as what was seen. `waits_for_applicant`: it is their turn. `paused`: the deadline does not run.
    """

    pk: int
    number: str
    kind: Named
    title: str
    seq: int
    state: str
    state_name: Named
    open: bool
    agency: Agency
    opened_at: dt.datetime
    due_at: dt.datetime
    closed_at: dt.datetime | None
    paused: bool
    waits_for_applicant: bool
    for_whom: access.Owner
    acts: tuple[Act, ...]
    entries: tuple[OwnEntry, ...]


def own(person: Person | None) -> QuerySet[Case]:
    """Return the cases that a person applied for, or sees for somebody whose mandate they hold. Show each by `own_case` only."""
    groups: dict[access.Ownership, set[int]] = defaultdict(set)
    for audience, pairs in definitions.audiences():
        for party, may in pairs:
            if party == "applicant" and not (reach := access.ownership(person, may)).nobody:
                groups[reach].add(audience)
    found = Q(pk__in=[])
    for reach, audiences in groups.items():
        found |= Q(audience__in=audiences) & access.owned(reach, matter="matter")
    return Case.objects.filter(found)


def own_case(case_id: int, person: Person | None) -> OwnCase:
    """Return a case of the person's own as they may see it; to others it does not exist."""
    case = own(person).filter(pk=case_id).select_related(*rows.BESIDE).first()
    if case is None or person is None:
        raise missing(case_id)
    definition = definitions.definition_of(case.kind)
    state = definition.states[case.state]
    shown = cases.timeline(case).filter(act__in=moves.shown(definition))
    return OwnCase(
        pk=case.pk,
        number=cases.number(case),
        kind=Named(definition.name, definition.name_en),
        title=case.title,
        seq=case.seq,
        state=case.state,
        state_name=moves.shown_name(state),
        open=case.open,
        agency=case.agency,
        opened_at=case.opened_at,
        due_at=case.due_at,
        closed_at=case.closed_at,
        paused=case.paused_at is not None,
        waits_for_applicant=state.turn is not None and state.turn.party == "applicant",
        for_whom=rights.for_whom(case, person),
        acts=tuple(cases.acts_for(case, person)),  # of their own case only those of the applicant
        entries=tuple(_entry(entry, definition) for entry in shown),
    )


def _entry(entry: Entry, definition: Definition) -> OwnEntry:
    act = definition.acts.get(entry.act)
    return OwnEntry(
        seq=entry.seq,
        act=entry.act,
        name=moves.name(act) if act else None,
        at=entry.at,
        by_applicant=act.party == "applicant" if act else False,
        who=entry.by.name if entry.by else "",
        machine=entry.machine,
        agency=entry.agency,
        reason=entry.reason,
        note=entry.note,
        files=tuple(entry.files.all()),
    )
