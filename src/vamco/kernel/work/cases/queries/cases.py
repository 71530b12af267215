from __future__ import annotations

import json
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, Min, OuterRef, Q

from vamco.kernel.base import clock
from vamco.kernel.work.cases.models import Case, Entry, Promise, Watch
from vamco.kernel.work.cases.queries import definitions, kinds, rights, rows, timing
from vamco.kernel.work.cases.queries.rights import ASSIGN, holds
from vamco.kernel.work.cases.queries.rows import NOTHING, missing
from vamco.kernel.work.cases.rules import moves
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Forbidden, Refused

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from django.db.models import QuerySet

    from vamco.kernel.work.cases.contracts import Act, Definition, Given, Party
    from vamco.kernel.work.cases.queries.rights import Actor
    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person

_PARTY_FIELD: dict[str, str] = {"handler": "agency", "issuer": "issuer"}


@dataclass(frozen=True)
class Load:
    """How much waits at one agency for one person, or for nobody yet."""

    agency: Agency
    person: Person | None
    open: int
    overdue: int
    soon: int
    oldest_due: dt.datetime


def get(case_id: int, person: Person | None) -> Case:
    """Give a case that the person may see; to others it does not exist."""
    case = (
        visible(person)
        .filter(pk=case_id)
        .select_related(*rows.BESIDE, "taken_by", "parent__kind", "merged_into__kind")
        .defer("kind__content", "parent__kind__content", "merged_into__kind__content")
        .first()
    )
    if case is None:
        raise missing(case_id)
    return case


def unlocked(case_id: int) -> Case:
    """Give a case as it stands, whoever asks: for judging what is tried on it."""
    case = Case.objects.select_related(*rows.BESIDE).filter(pk=case_id).first()
    if case is None:
        raise missing(case_id)
    return case


def visible(person: Person | None) -> QuerySet[Case]:
    """Return the cases that the person takes part in, and those that they may read without acting on them.

    What somebody applied for they see as the applicant (`own`), never as an official: what is internal in it is not for them.
    """
    reads = access.scope(person, rights.READ)
    if reads.everywhere:
        return Case.objects.exclude(access.involving(person))
    found = _party(person)
    for field in _PARTY_FIELD.values() if not reads.nowhere else ():
        found |= access.within(reads, field, place="place", state="state")
    return Case.objects.filter(found).exclude(access.involving(person))


def readers(case: Case) -> list[tuple[str, Agency]]:
    """Return by which acts of access officials see a case, and in which agency: what `visible` asks, for the search."""
    sides = {"handler": [case.agency, *([case.handed_to] if case.handed_to else [])], "issuer": [case.issuer]}
    rights_of = json.loads(case.audience.rights)
    found = [(may, agency) for party, may in rights_of for agency in sides.get(party, [])]
    return list(dict.fromkeys([*found, (rights.READ, case.issuer)]))


def takes_part(case: Case, person: Person | None) -> bool:
    """Return whether a case concerns the person as an official, and is not only open to them for reading."""
    return Case.objects.filter(_party(person), pk=case.pk).exclude(access.involving(person)).exists()


def _party(person: Person | None) -> Q:
    """Return the condition on cases of which the person may do at least one act, or which are being handed to them.

    Who may act on a case for its handler sees its parts, too: what others found is meant for them.
    """
    groups: dict[tuple[Party, access.Scope], set[int]] = defaultdict(set)
    for audience, pairs in definitions.audiences():
        for party, may in pairs:
            if party in moves.AGENCIES and not (reach := access.scope(person, may)).nowhere:
                groups[party, reach].add(audience)
    found, handled = Q(pk__in=[]), Q(pk__in=[])
    for (party, reach), audiences in groups.items():
        where = access.within(reach, _PARTY_FIELD[party], place="place", state="state")
        if party == "handler" and not reach.everywhere:
            where |= Q(handed_to__isnull=False) & access.within(reach, "handed_to", place="place", state="state")
        if party == "handler":
            handled |= Q(audience__in=audiences) & where
        found |= Q(audience__in=audiences) & where
    # One parent at a time: a list of all that the person handles would be made for each part.
    of_theirs = Exists(Case.objects.filter(handled, pk=OuterRef("parent")))
    return found | Q(of_theirs, parent__isnull=False)


def acts_for(case: Case, person: Person | None) -> list[Act]:
    """Return the acts that the person may do on the case now, as an official or, on their own case, as the applicant."""
    if person is None:
        return []
    definition, earlier, found = definitions.definition_of(case.kind), past(case), []
    for act in moves.possible(definition, case.state):
        with suppress(Refused, Forbidden):
            tried = attempt(case, definition, act.code, person, earlier=earlier)
            offered = moves.offered(definition, case.state, tried)
            kinds.demand_fits(case, definition.code, offered)
            found.append(offered)
    return found


def attempt(
    case: Case,
    definition: Definition,
    code: str,
    by: Actor,
    given: Given = NOTHING,
    *,
    earlier: list[tuple[str, frozenset[int]]] | None = None,
) -> moves.Attempt:
    """Return what somebody tries, as the rules want it; `earlier` is the past of the case where it is known already."""
    known = definition.acts.get(code)
    if earlier is None:
        earlier = past(case) if known is not None and (known.not_by or known.at_most) else []
    person = None if isinstance(by, access.Machine) else by
    return moves.Attempt(
        act=code,
        by=person.pk if person else None,
        allowed=known is not None and _allowed(case, known, by),
        own=access.concerned(person, rights.owner(case)),
        behalf=_behalf(case, known, person) if known and person else None,
        has_note=bool(given.note.strip()),
        has_evidence=bool(given.files),
        reason=given.reason,
        past=tuple(earlier),
        taken_by=None if case.taken_by_id is None or (person and holds(case, person)) else case.taken_by_id,
        open_parts=case.open_parts,
        handing_over=case.handed_to_id is not None,
    )


def _allowed(case: Case, act: Act, by: Actor) -> bool:
    if isinstance(by, access.Machine):
        return act.party == "system" and act.may == by.room
    if act.party == "applicant":
        return access.owns(by, act.may, rights.owner(case), case.matter)
    return act.party != "system" and rights.may(by, act.may, _side(case, act.party), case)


def _behalf(case: Case, act: Act, by: Person) -> int | None:
    """Return the absent official by whose right alone the act is allowed."""
    if act.party not in moves.AGENCIES:
        return None
    found = access.on_behalf(by, act.may, _side(case, act.party), place=case.place_id, state=case.state)
    return found.get("acting_for")


def _side(case: Case, party: Party) -> Agency:
    return case.issuer if party == "issuer" else case.agency


def number(case: Case) -> str:
    """Give how people call a case; its kind is looked up where it was not read with it."""
    return f"{definitions.definition_of(case.kind).prefix}-{case.pk}"


def numbers(cases: Iterable[int]) -> dict[int, str]:
    """Return how people call cases, by id: a statement for all of them."""
    found = Case.objects.filter(pk__in=list(cases)).select_related("kind").defer("kind__content")
    return {case.pk: number(case) for case in found}


def watched(case: Case, person: Person) -> bool:
    """Tell whether the person follows the case."""
    return Watch.objects.filter(case=case, person=person).exists()


def past(case: Case) -> list[tuple[str, frozenset[int]]]:
    """Give the acts that were done on a case, each with who did it and for whom."""
    return [(act, frozenset(person for person in persons if person)) for act, *persons in rows.past(case)]


def holding_for(case: Case, person: Person | None) -> list[str]:
    """Give which of claim, release, assign, receive, give_back and recall the person may do now."""
    if not case.open or case.holder is None or person is None:
        return []
    if case.handed_to_id is not None:
        answers = ["receive", "give_back"] if rights.may(person, case.needed, case.handed_to, case) else []
        return [*answers, "recall"] if rights.may(person, case.needed, case.agency, case) else answers
    head = rights.may(person, ASSIGN, case.holder, case)
    found = []
    if case.taken_by_id is None and rights.may(person, case.needed, case.holder, case):
        found.append("claim")
    if case.taken_by_id is not None and (head or holds(case, person)):
        found.append("release")
    return [*found, "assign"] if head else found


def side(case: Case, person: Person) -> Agency:
    """Give the party of a case for which the person speaks: the handler where they may act for it, else the issuer."""
    definition = definitions.definition_of(case.kind)
    mays = {act.may for act in definition.acts.values() if act.party == "handler"}
    return case.agency if any(rights.may(person, may, case.agency, case) for may in mays) else case.issuer


def timeline(case: Case) -> QuerySet[Entry]:
    """Give what happened, newest first, with people, agencies and files."""
    beside = ("by", "acting_for", "acting_for_organisation", "agency")
    return case.entries.select_related(*beside).prefetch_related("files").order_by("-seq")


def promises(case: Case) -> QuerySet[Promise]:
    """Give all deadlines that were ever promised, the one in force first."""
    return case.promises.order_by("-seq")


def load(person: Person | None, *, soon: dt.datetime) -> list[Load]:
    """Give how much waits for whom in the agencies whose cases the person may assign; `soon` ends what counts as due soon."""
    reach = access.scope(person, ASSIGN)
    rows = (
        Case.objects.filter(
            access.within(reach, "holder", place="place", state="state"), open=True, holder__isnull=False
        )
        .values("holder", "taken_by")
        .annotate(
            number=Count("pk"),
            overdue=Count("pk", filter=timing.overdue(clock.now())),
            soon=Count("pk", filter=Q(due_at__gte=clock.now(), due_at__lt=soon, paused_at=None)),
            oldest=Min("due_at"),
        )
    )
    found = list(rows) if not reach.nowhere else []
    holders = agencies.of_kind().in_bulk({row["holder"] for row in found})
    colleagues = people.by_id({row["taken_by"] for row in found} - {None})
    loads = [
        Load(
            holders[row["holder"]],
            colleagues.get(row["taken_by"]),
            row["number"],
            row["overdue"],
            row["soon"],
            row["oldest"],
        )
        for row in found
    ]
    return sorted(
        loads, key=lambda load: (load.agency.sort_key, load.person is None, load.person.sort_key if load.person else "")
    )


def with_parties(numbers: Iterable[int]) -> QuerySet[Case]:
    """Return cases of some ids with all that says who may find them, whoever asks: for what makes them findable."""
    beside = ("kind", "agency", "issuer", "handed_to", "place", "audience")
    return Case.objects.filter(pk__in=list(numbers)).select_related(*beside).defer("kind__content")


def every_id() -> Iterator[int]:
    """Return the ids of all cases, oldest first, a few at a time: for what makes all of them findable anew."""
    return Case.objects.order_by("pk").values_list("pk", flat=True).iterator()


def notes_by(acts: Iterable[str]) -> QuerySet[Entry]:
    """Return the entries of some acts that have a note, in the order of each case's history: for fetching beside cases."""
    return Entry.objects.filter(act__in=list(acts)).exclude(note="").order_by("seq")


def acted(act: str, by: Person) -> QuerySet[Entry]:
    """Return the entries of an act that a person made: for finding cases, or leaving them out, by who did what in them."""
    return Entry.objects.filter(act=act, by=by)


def by_id(numbers: Iterable[int]) -> dict[int, Case]:
    """Return cases with their kinds by id, whoever may see them: for machines, and for names that stand in a visible history."""
    return Case.objects.select_related("kind").in_bulk(list(numbers))


def entry(case: Case, seq: int) -> Entry:
    """Return an entry of a case's history."""
    return Entry.objects.get(case=case, seq=seq)


def entry_with(file: int, person: Person) -> Entry | None:
    """Return an entry that a file hangs on, of a case that the person may see; None to others."""
    return Entry.objects.filter(files=file, case__in=visible(person)).prefetch_related("files").first()
