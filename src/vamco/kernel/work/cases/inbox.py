"""What waits for a person, and what they follow while others have the turn."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from django.db import connection

from vamco.kernel.work.cases import definitions
from vamco.kernel.work.cases.ledger import BESIDE
from vamco.kernel.work.cases.models import Case
from vamco.kernel.world.access import public as access

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from vamco.kernel.work.cases.contracts import Definition, Party
    from vamco.kernel.world.people.models import Person

MOST_COUNTED = 200
"""Beyond it a list says “more than”: nobody works off so many cases by looking at their number."""
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


class Inbox:
    """The open cases of a person, what is due first. What the person may do is asked once, so it serves one request."""

    def __init__(self, person: Person | None) -> None:
        self.person = person

    def page(
        self,
        view: View = "waiting",
        *,
        only: Filter | None = None,
        after: tuple[dt.datetime, int] | None = None,
        count: int = 25,
    ) -> Page:
        """Give the cases that wait for the person, or that they follow while others have the turn.

        `after` is the key that the page before ended with.
        """
        ids = self._listing(view, only).ids(after, count + 1)
        found = Case.objects.select_related(*BESIDE, "taken_by").defer("kind__content").in_bulk(ids[:count])
        shown = [found[number] for number in ids[:count] if number in found]
        return Page(shown, (shown[-1].due_at, shown[-1].pk) if len(ids) > count and shown else None)

    def count(self, view: View = "waiting", *, only: Filter | None = None) -> int:
        """Give how many cases there are; MOST_COUNTED + 1 stands for more."""
        return len(self._listing(view, only).ids(None, MOST_COUNTED + 1))

    def _listing(self, view: View, only: Filter | None) -> _Listing:
        return _Listing(self.person, self._turns, self._sides if view == "following" else None, only or Filter())

    @cached_property
    def _definitions(self) -> list[Definition]:
        return [definition for _version, definition in definitions.all_versions()]

    @cached_property
    def _turns(self) -> list[_Reach]:
        """Where the person may do what cases wait for."""
        turns = {state.turn.may for of in self._definitions for state in of.states.values() if state.turn}
        by_reach = defaultdict(list)
        for may in sorted(turns):
            for part in _parts(access.scope(self.person, may)):
                by_reach[part].append(may)
        return [_Reach(ids, states, tuple(acts)) for (ids, states), acts in by_reach.items()]

    @cached_property
    def _sides(self) -> list[tuple[str, _Reach]]:
        """Where the person may do something as a party of a case, each with the column of that party."""
        return [("issuer_id", reach) for reach in self._side("issuer")] + [
            ("agency_id", reach) for reach in self._side("handler")
        ]

    def _side(self, party: Party) -> list[_Reach]:
        acts = {act.may for of in self._definitions for act in of.acts.values() if act.party == party}
        parts = {part for may in acts for part in _parts(access.scope(self.person, may))}
        if (None, None) in parts:
            parts = {(None, None)}
        return [_Reach(ids, states) for ids, states in parts]


@dataclass(frozen=True)
class _Reach:
    """Agencies, None for all; states, None for any; and the acts of access that are meant, none where any side will do."""

    agencies: tuple[int, ...] | None
    states: tuple[str, ...] | None
    acts: tuple[str, ...] = ()


class _Listing:
    """The statement of a list: for each agency in reach the first cases of its range of an index, then the first of all.

    `sides` is None for what waits for the person, else where they are a party of cases for which others have the turn.
    """

    def __init__(
        self, person: Person | None, turns: list[_Reach], sides: list[tuple[str, _Reach]] | None, only: Filter
    ) -> None:
        self.data: dict[str, Any] = {"person": person.pk if person else None}
        mine = [self._turn(n, reach) for n, reach in enumerate(turns)]
        if sides is None:
            self._ranges = [("holder_id", reach.agencies, turn) for reach, turn in zip(turns, mine, strict=True)]
        else:
            waits = " OR ".join(mine) or "FALSE"
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
