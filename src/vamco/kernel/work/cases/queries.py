from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.db import connection
from django.db.models import Count, Min, Q

from vamco.kernel.base import clock
from vamco.kernel.work.cases import definitions, rules
from vamco.kernel.work.cases.holding import ASSIGN
from vamco.kernel.work.cases.ledger import BESIDE, NOTHING
from vamco.kernel.work.cases.models import Case, Entry, KindVersion, Promise
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies.models import Agency
from vamco.kernel.world.people.models import Person
from vamco.lib.errors import N_, Forbidden, Missing, Refused

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from vamco.kernel.work.cases.contracts import Act, Definition, Given, Party

MOST_COUNTED = 1000
"""Beyond it a list says “more than”: nobody works off a thousand cases by looking at their number."""
_PARTY_FIELD: dict[Party, str] = {"handler": "agency", "issuer": "issuer"}
View = Literal["waiting", "following"]


@dataclass(frozen=True)
class Filter:
    """Which cases of a list are wanted; what is left empty does not narrow it."""

    kind: str = ""
    state: str = ""
    agency: str = ""
    taken: Literal["", "mine", "nobody"] = ""
    due_before: dt.datetime | None = None


@dataclass(frozen=True)
class Page:
    """Some cases of a list, what is due first, and the key with which the next ones begin; None at the end."""

    cases: list[Case]
    after: tuple[dt.datetime, int] | None


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
    case = visible(person).filter(pk=case_id).select_related(*BESIDE, "taken_by", "parent").first()
    if case is None:
        raise Missing("cases.no_case", N_("There is no case %(case)s."), case=case_id)
    return case


def visible(person: Person | None) -> QuerySet[Case]:
    """Give the cases of which the person may do at least one act, in whatever state, or which are being handed to them."""
    found = Q(pk__in=[])
    for version, definition in _definitions():
        for party, may in {(act.party, act.may) for act in definition.acts.values()}:
            reach = access.scope(person, may)
            if reach.nowhere:
                continue
            where = access.within(reach, _PARTY_FIELD[party], state="state")
            if party == "handler":
                where |= Q(handed_to__isnull=False) & access.within(reach, "handed_to", state="state")
            found |= Q(kind=version) & where
    return Case.objects.filter(found)


def inbox(
    person: Person | None,
    *,
    view: View = "waiting",
    only: Filter | None = None,
    after: tuple[dt.datetime, int] | None = None,
    count: int = 25,
) -> Page:
    """Give the open cases that wait for the person, or that they follow while others have the turn, what is due first.

    `after` is the key that the page before ended with.
    """
    ids = _Inbox(person, view, only or Filter()).ids(after, count + 1)
    found = Case.objects.select_related(*BESIDE, "taken_by").defer("kind__content").in_bulk(ids[:count])
    shown = [found[number] for number in ids[:count] if number in found]
    return Page(shown, (shown[-1].due_at, shown[-1].pk) if len(ids) > count and shown else None)


def count(person: Person | None, *, view: View = "waiting", only: Filter | None = None) -> int:
    """Give how many cases `inbox` holds; MOST_COUNTED + 1 stands for more."""
    return len(_Inbox(person, view, only or Filter()).ids(None, MOST_COUNTED + 1))


@dataclass(frozen=True)
class _Reach:
    """Agencies, None for all; states, None for any; and the acts of access that are meant, none where any side will do."""

    agencies: tuple[int, ...] | None
    states: tuple[str, ...] | None
    acts: tuple[str, ...] = ()


class _Inbox:
    """The statement of an inbox: for each agency in reach the first cases of its range of an index, then the first of all."""

    def __init__(self, person: Person | None, view: View, only: Filter) -> None:
        self.data: dict[str, Any] = {"person": person.pk if person else None}
        turns = list(_turns(person))
        mine = [self._turn(n, reach) for n, reach in enumerate(turns)]
        if view == "waiting":
            self._ranges = [("holder_id", reach.agencies, turn) for reach, turn in zip(turns, mine, strict=True)]
        else:
            waits = " OR ".join(mine) or "FALSE"
            sides = [("issuer_id", reach) for reach in _sides(person, "issuer")]
            sides += [("agency_id", reach) for reach in _sides(person, "handler")]
            self._ranges = [
                (column, reach.agencies, f"NOT ({waits}){self._in_states(n, reach)}")
                for n, (column, reach) in enumerate(sides, len(turns))
            ]
        self._narrowed = " AND ".join(["open", *self._conditions(only)])

    def ids(self, after: tuple[dt.datetime, int] | None, count: int) -> list[int]:
        """Give the numbers of the first cases, what is due first."""
        if not self._ranges:
            return []
        self.data |= {"count": count, "due": after[0] if after else None, "id": after[1] if after else None}
        where = self._narrowed + (" AND (due_at, id) > (%(due)s::timestamptz, %(id)s::bigint)" if after else "")
        parts = [
            self._range(n, column, ids, f"{where} AND {mine}") for n, (column, ids, mine) in enumerate(self._ranges)
        ]
        statement = f"SELECT DISTINCT due_at, id FROM ({' UNION ALL '.join(parts)}) AS found ORDER BY due_at, id LIMIT %(count)s"  # noqa: S608  # our own words, values beside
        with connection.cursor() as cursor:
            cursor.execute(statement, self.data)
            return [number for _due, number in cursor.fetchall()]

    def _range(self, n: int, column: str, ids: tuple[int, ...] | None, where: str) -> str:
        first = "ORDER BY due_at, id LIMIT %(count)s"
        if ids is None:  # everywhere
            return f"(SELECT due_at, id FROM cases_case WHERE {where} {first})"  # noqa: S608  # see above
        self.data[f"range{n}"] = list(ids)
        return f"""(SELECT c.due_at, c.id FROM unnest(%(range{n})s::bigint[]) AS reach(agency) CROSS JOIN LATERAL
            (SELECT due_at, id FROM cases_case WHERE {column} = reach.agency AND {where} {first}) AS c)"""  # noqa: S608  # see above

    def _turn(self, n: int, reach: _Reach) -> str:
        self.data[f"acts{n}"] = list(reach.acts)
        mine = f"needed = ANY(%(acts{n})s::text[]) AND (taken_by_id IS NULL OR taken_by_id = %(person)s::bigint)"
        mine += self._in_states(n, reach)
        if reach.agencies is None:
            return f"({mine})"
        self.data[f"turn{n}"] = list(reach.agencies)
        return f"(holder_id = ANY(%(turn{n})s::bigint[]) AND {mine})"

    def _in_states(self, n: int, reach: _Reach) -> str:
        if reach.states is None:
            return ""
        self.data[f"states{n}"] = list(reach.states)
        return f" AND state = ANY(%(states{n})s::text[])"

    def _conditions(self, only: Filter) -> Iterator[str]:
        for name in ("state", "kind", "agency"):
            self.data[name] = getattr(only, name)
        if only.kind:
            yield "kind_id IN (SELECT id FROM cases_kindversion WHERE code = %(kind)s::text)"
        if only.state:
            yield "state = %(state)s::text"
        if only.agency:
            yield "agency_id = (SELECT id FROM agencies_agency WHERE code = %(agency)s::text)"
        if only.taken:
            yield "taken_by_id = %(person)s::bigint" if only.taken == "mine" else "taken_by_id IS NULL"
        if only.due_before:
            self.data["due_before"] = only.due_before
            yield "due_at < %(due_before)s::timestamptz"


def _definitions() -> list[tuple[int, Definition]]:
    """Give all versions of all kinds, by number: running cases stay on theirs."""
    return [(version.pk, definitions.of(version)) for version in KindVersion.objects.defer("content")]


def _turns(person: Person | None) -> Iterator[_Reach]:
    """Give where the person may do what cases wait for."""
    turns = {state.turn.may for _version, of in _definitions() for state in of.states.values() if state.turn}
    by_reach = defaultdict(list)
    for may in sorted(turns):
        for part in _parts(access.scope(person, may)):
            by_reach[part].append(may)
    for (ids, states), acts in by_reach.items():
        yield _Reach(ids, states, tuple(acts))


def _sides(person: Person | None, party: Party) -> list[_Reach]:
    """Give where the person may do something as a party of a case."""
    acts = {act.may for _version, of in _definitions() for act in of.acts.values() if act.party == party}
    parts = {part for may in acts for part in _parts(access.scope(person, may))}
    if (None, None) in parts:
        parts = {(None, None)}
    return [_Reach(ids, states) for ids, states in parts]


def _parts(reach: access.Scope) -> Iterator[tuple[tuple[int, ...] | None, tuple[str, ...] | None]]:
    """Give a scope as agencies, None for all, each with the states to which it is limited, None for any.

    A case lies at no place, so that who may act only in some places reaches none.
    """
    whole = access.agency_ids(reach)
    if whole is None or whole:
        yield None if whole is None else tuple(sorted(whole)), None
    for area in reach.limited:
        if area.places is None and area.states:
            ids = access.agency_ids(area.agencies)
            yield None if ids is None else tuple(sorted(ids)), tuple(sorted(area.states))


def acts_for(case: Case, person: Person | None) -> list[Act]:
    """Give the acts that the person may do on the case now."""
    if person is None:
        return []
    definition, earlier, found = definitions.of(case.kind), past(case), []
    for act in rules.possible(definition, case.state):
        with suppress(Refused, Forbidden):
            tried = attempt(case, definition, act.code, person, earlier=earlier)
            found.append(rules.offered(definition, case.state, tried))
    return found


def attempt(
    case: Case,
    definition: Definition,
    code: str,
    by: Person,
    given: Given = NOTHING,
    *,
    earlier: list[tuple[str, frozenset[int]]] | None = None,
) -> rules.Attempt:
    """Give what a person tries, as the rules want it; `earlier` is the past of the case where it is known already."""
    known = definition.acts.get(code)
    party = case.issuer if known and known.party == "issuer" else case.agency
    if earlier is None:
        earlier = past(case) if known is not None and (known.not_by or known.at_most) else []
    behalf = access.on_behalf(by, known.may, party, state=case.state) if known else {}
    return rules.Attempt(
        act=code,
        by=by.pk,
        allowed=known is not None and access.allow(by, known.may, party, state=case.state),
        behalf=behalf.get("acting_for"),
        has_note=bool(given.note.strip()),
        has_evidence=bool(given.files),
        reason=given.reason,
        past=tuple(earlier),
        taken_by=case.taken_by_id,
        open_parts=case.open_parts,
        handing_over=case.handed_to_id is not None,
    )


def past(case: Case) -> list[tuple[str, frozenset[int]]]:
    """Give the acts that were done on a case, each with who did it and for whom."""
    rows = case.entries.values_list("act", "by_id", "acting_for_id")
    return [(act, frozenset(person for person in persons if person)) for act, *persons in rows]


def holding_for(case: Case, person: Person | None) -> list[str]:
    """Give which of claim, release, assign, receive and give_back the person may do now."""
    if not case.open or case.holder is None or person is None:
        return []
    if case.handed_to_id is not None:
        return ["receive", "give_back"] if access.allow(person, case.needed, case.handed_to, state=case.state) else []
    head = access.allow(person, ASSIGN, case.holder, state=case.state)
    found = []
    if case.taken_by_id is None and access.allow(person, case.needed, case.holder, state=case.state):
        found.append("claim")
    if case.taken_by_id is not None and (head or case.taken_by_id == person.pk):
        found.append("release")
    return [*found, "assign"] if head else found


def side(case: Case, person: Person) -> Agency:
    """Give the party of a case for which the person speaks: the handler where they may act for it, else the issuer."""
    definition = definitions.of(case.kind)
    mays = {act.may for act in definition.acts.values() if act.party == "handler"}
    return case.agency if any(access.allow(person, may, case.agency, state=case.state) for may in mays) else case.issuer


def timeline(case: Case) -> QuerySet[Entry]:
    """Give what happened, newest first, with people, agencies and files."""
    return case.entries.select_related("by", "acting_for", "agency").prefetch_related("files").order_by("-seq")


def promises(case: Case) -> QuerySet[Promise]:
    """Give all deadlines that were ever promised, the one in force first."""
    return case.promises.order_by("-seq")


def load(person: Person | None, *, soon: dt.datetime) -> list[Load]:
    """Give how much waits for whom in the agencies whose cases the person may assign; `soon` ends what counts as due soon."""
    reach = access.scope(person, ASSIGN)
    rows = (
        Case.objects.filter(access.within(reach, "holder", state="state"), open=True, holder__isnull=False)
        .values("holder", "taken_by")
        .annotate(
            number=Count("pk"),
            overdue=Count("pk", filter=Q(due_at__lt=clock.now())),
            soon=Count("pk", filter=Q(due_at__gte=clock.now(), due_at__lt=soon)),
            oldest=Min("due_at"),
        )
    )
    found = list(rows) if not reach.nowhere else []
    agencies = Agency.objects.in_bulk({row["holder"] for row in found})
    people = Person.objects.in_bulk({row["taken_by"] for row in found} - {None})
    loads = [
        Load(
            agencies[row["holder"]],
            people.get(row["taken_by"]),
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
