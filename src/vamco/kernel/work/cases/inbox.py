"""What waits for a person, and what they follow while others have the turn."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

from django.db import connection

from vamco.kernel.work.cases import definitions, rows
from vamco.kernel.world.access import public as access

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.kernel.work.cases.contracts import Definition, Party
    from vamco.kernel.work.cases.models import Case
    from vamco.kernel.world.people.models import Person

MOST_COUNTED = 200
"""Beyond it a list says “more than”: nobody works off so many cases by looking at their number."""
View = Literal["waiting", "following"]
Key = tuple[dt.datetime, int]
"""Where a case stands in a list: when it is due, and its number."""
_Part = tuple[tuple[int, ...] | None, tuple[str, ...] | None]


@dataclass(frozen=True)
class Filter:
    """Which cases of a list are wanted; what is left empty does not narrow it."""

    kind: str = ""
    state: str = ""
    agency: str = ""
    taken: Literal["", "mine", "nobody"] = ""
    due_before: dt.datetime | None = None


EVERYTHING: Final = Filter()


@dataclass(frozen=True)
class Page:
    """Some cases of a list, what is due first, and the keys of the pages behind and before it; None where there is none."""

    cases: list[Case]
    after: Key | None
    before: Key | None = None


class Inbox:
    """The open cases of a person, what is due first. What the person may do is asked once, so it serves one request."""

    def __init__(self, person: Person | None) -> None:
        self.person = person
        self._known: dict[tuple[View, Filter], list[Key]] = {}
        self._reached: dict[access.Scope, tuple[_Part, ...]] = {}

    def page(
        self,
        view: View = "waiting",
        *,
        only: Filter = EVERYTHING,
        after: Key | None = None,
        before: Key | None = None,
        count: int = 25,
    ) -> Page:
        """Give the cases that wait for the person, or that they follow while others have the turn.

        They are the first ones, or those behind or before the key of a page; at most MOST_COUNTED.
        """
        if after or before:
            keys = self._listing(view, only).keys(count + 1, after=after, before=before)
        else:
            keys = self._first(view, only)
        more, keys = len(keys) > count, keys[-count:] if before else keys[:count]
        found = rows.listed([number for _due, number in keys])
        shown = [found[number] for _due, number in keys if number in found]
        onwards, backwards = (bool(before) or more), (more if before else bool(after))
        return Page(shown, keys[-1] if onwards and keys else None, keys[0] if backwards and keys else None)

    def count(self, view: View = "waiting", *, only: Filter = EVERYTHING) -> int:
        """Give how many cases there are; MOST_COUNTED + 1 stands for more."""
        return len(self._first(view, only))

    def _first(self, view: View, only: Filter) -> list[Key]:
        """Give the keys of the first cases, as many as are counted: a page and its number are asked as one."""
        if (view, only) not in self._known:
            self._known[view, only] = self._listing(view, only).keys(MOST_COUNTED + 1)
        return self._known[view, only]

    def _listing(self, view: View, only: Filter) -> _Listing:
        return _Listing(self.person, self._turns, self._sides if view == "following" else None, only)

    @cached_property
    def _versions(self) -> list[tuple[int, Definition]]:
        return definitions.all_versions()

    @cached_property
    def _turns(self) -> list[_Reach]:
        """Where the person may do what cases wait for."""
        turns = {state.turn.may for _version, of in self._versions for state in of.states.values() if state.turn}
        by_reach: dict[tuple[int | None, _Part], list[str]] = defaultdict(list)
        for may in sorted(turns):
            for part in self._parts(may):
                by_reach[None, part].append(may)
            for absent, scope in access.stands_for(self.person, may).items():
                for part in _parts(scope):
                    by_reach[absent, part].append(may)
        return [_Reach(ids, states, tuple(acts), absent=absent) for (absent, (ids, states)), acts in by_reach.items()]

    @cached_property
    def _sides(self) -> list[tuple[str, _Reach]]:
        """Where the person may do something as a party of a case, each with the column of that party."""
        return [("issuer_id", reach) for reach in self._side("issuer")] + [
            ("agency_id", reach) for reach in self._side("handler")
        ]

    def _side(self, party: Party) -> list[_Reach]:
        """Give where the person may act for a party, each with the kinds in which that is so: as `visible` has it."""
        kinds = defaultdict(set)
        for version, of in self._versions:
            for may in {act.may for act in of.acts.values() if act.party == party}:
                for part in self._parts(may):
                    kinds[part].add(version)
        everywhere = kinds.get((None, None), set())
        found = []
        for (ids, states), versions in kinds.items():
            more = versions if (ids, states) == (None, None) else versions - everywhere
            if more:
                found.append(_Reach(ids, states, kinds=tuple(sorted(more))))
        return found

    def _parts(self, may: str) -> tuple[_Part, ...]:
        """Give where the person may do an act; most acts reach as far as another one, which is asked once."""
        reach = access.scope(self.person, may)
        if reach not in self._reached:
            self._reached[reach] = tuple(_parts(reach))
        return self._reached[reach]


@dataclass(frozen=True)
class _Reach:
    """Agencies, None for all; states, None for any; of a turn the acts of access that are meant, of a side the versions of kinds.

    With `absent` only what that person has claimed, for whom the person stands there.
    """

    agencies: tuple[int, ...] | None
    states: tuple[str, ...] | None
    acts: tuple[str, ...] = ()
    kinds: tuple[int, ...] = ()
    absent: int | None = None


class _Listing:
    """The statement of a list: for each agency in reach the first cases of its range of an index, then the first of all.

    `sides` is None for what waits for the person, else where they are a party of cases for which others have the turn.
    """

    def __init__(
        self, person: Person | None, turns: list[_Reach], sides: list[tuple[str, _Reach]] | None, only: Filter
    ) -> None:
        absent = {reach.absent for reach in turns if reach.absent is not None}
        self.data: dict[str, Any] = {"holders": [person.pk, *sorted(absent)] if person else []}
        self.person = person.pk if person else None
        mine = [self._turn(n, reach) for n, reach in enumerate(turns)]
        if sides is None:
            self._ranges = [("holder_id", reach.agencies, turn) for reach, turn in zip(turns, mine, strict=True)]
        else:
            waits = " OR ".join(mine) or "FALSE"
            self._ranges = [
                (column, reach.agencies, f"NOT ({waits}){self._of_kinds(n, reach)}{self._in_states(n, reach)}")
                for n, (column, reach) in enumerate(sides, len(turns))
            ]
        self._narrowed = " AND ".join(["open", *self._conditions(only)])

    def keys(self, count: int, *, after: Key | None = None, before: Key | None = None) -> list[Key]:
        """Give the keys of the first cases, or of those next to a key, what is due first."""
        if not self._ranges:
            return []
        place, down = after or before, " DESC" if before else ""
        self.data |= {"count": count, "due": place[0] if place else None, "id": place[1] if place else None}
        where, order = self._narrowed, f"ORDER BY due_at{down}, id{down} LIMIT %(count)s"
        if place:
            where += f" AND (due_at, id) {'<' if before else '>'} (%(due)s::timestamptz, %(id)s::bigint)"
        parts = [
            self._range(n, column, ids, f"{where} AND {mine} {order}")
            for n, (column, ids, mine) in enumerate(self._ranges)
        ]
        statement = f"SELECT DISTINCT due_at, id FROM ({' UNION ALL '.join(parts)}) AS found {order}"  # noqa: S608  # our own words, values beside
        with connection.cursor() as cursor:
            cursor.execute(statement, self.data)
            found: list[Key] = cursor.fetchall()
        return found[::-1] if before else found

    def _range(self, n: int, column: str, ids: tuple[int, ...] | None, where: str) -> str:
        if ids is None:  # everywhere
            return f"(SELECT due_at, id FROM cases_case WHERE {where})"  # noqa: S608  # see above
        self.data[f"range{n}"] = list(ids)
        return f"""(SELECT c.due_at, c.id FROM unnest(%(range{n})s::bigint[]) AS reach(agency) CROSS JOIN LATERAL
            (SELECT due_at, id FROM cases_case WHERE {column} = reach.agency AND {where}) AS c)"""  # noqa: S608  # see above

    def _turn(self, n: int, reach: _Reach) -> str:
        self.data[f"acts{n}"] = list(reach.acts)
        self.data[f"holder{n}"] = self.person if reach.absent is None else reach.absent
        free = "taken_by_id IS NULL OR " if reach.absent is None else ""
        mine = f"needed = ANY(%(acts{n})s::text[]) AND ({free}taken_by_id = %(holder{n})s::bigint)"
        mine += self._in_states(n, reach)
        if reach.agencies is None:
            return f"({mine})"
        self.data[f"turn{n}"] = list(reach.agencies)
        return f"(holder_id = ANY(%(turn{n})s::bigint[]) AND {mine})"

    def _of_kinds(self, n: int, reach: _Reach) -> str:
        self.data[f"kinds{n}"] = list(reach.kinds)
        return f" AND kind_id = ANY(%(kinds{n})s::bigint[])"

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
            yield "taken_by_id = ANY(%(holders)s::bigint[])" if only.taken == "mine" else "taken_by_id IS NULL"
        if only.due_before:
            self.data["due_before"] = only.due_before
            yield "due_at < %(due_before)s::timestamptz"


def _parts(reach: access.Scope) -> Iterator[_Part]:
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
