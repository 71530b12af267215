"""What waits for a person, and what they follow while others have the turn."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from django.db import connection

from vamco.kernel.work.cases.queries import definitions, rows
from vamco.kernel.world.access import public as access

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.kernel.work.cases.contracts import Party
    from vamco.kernel.work.cases.models import Case
    from vamco.kernel.world.people.models import Person

MOST_COUNTED = 200
"""Beyond it a list says “more than”: nobody works off so many cases by looking at their number."""
View = Literal["waiting", "following"]
Key = tuple[dt.datetime, int]
"""Where a case stands in a list: when it is due, and its number."""


class _Part(NamedTuple):
    """Agencies, None for all, of whose cases perhaps only those in some states, at some places (ids), None for any."""

    agencies: tuple[int, ...] | None
    states: tuple[str, ...] | None = None
    places: tuple[int, ...] | None = None


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
    def _audiences(self) -> list[tuple[int, frozenset[tuple[Party, str]]]]:
        return definitions.audiences()

    @cached_property
    def _turns(self) -> list[_Reach]:
        """Where the person may do what cases wait for."""
        # Whoever has the turn in a state can do an act there, so the acts of access of all acts are those of all turns, too.
        turns = {may for _audience, rights in self._audiences for party, may in rights if party != "applicant"}
        by_reach: dict[tuple[int | None, _Part], list[str]] = defaultdict(list)
        for may in sorted(turns):
            for part in self._parts(may):
                by_reach[None, part].append(may)
            for absent, scope in access.stands_for(self.person, may).items():
                for part in _parts(scope):
                    by_reach[absent, part].append(may)
        return [_Reach(part, tuple(acts), absent=absent) for (absent, part), acts in by_reach.items()]

    @cached_property
    def _sides(self) -> list[tuple[str, _Reach]]:
        """Where the person may do something as a party of a case, each with the column of that party."""
        return [("issuer_id", reach) for reach in self._side("issuer")] + [
            ("agency_id", reach) for reach in self._side("handler")
        ]

    def _side(self, party: Party) -> list[_Reach]:
        """Return where the person may act for a party, each with the audiences in which that is so: as `visible` has it."""
        audiences = defaultdict(set)
        for audience, rights in self._audiences:
            for may in {may for side, may in rights if side == party}:
                for part in self._parts(may):
                    audiences[part].add(audience)
        everywhere = audiences.get(_Part(None), set())
        found = []
        for part, numbers in audiences.items():
            more = numbers if part == _Part(None) else numbers - everywhere
            if more:
                found.append(_Reach(part, audiences=tuple(sorted(more))))
        return found

    def _parts(self, may: str) -> tuple[_Part, ...]:
        """Give where the person may do an act; most acts reach as far as another one, which is asked once."""
        reach = access.scope(self.person, may)
        if reach not in self._reached:
            self._reached[reach] = tuple(_parts(reach))
        return self._reached[reach]


@dataclass(frozen=True)
class _Reach:
    """A part of the world; of a turn the acts of access that are meant, of a side the audiences.

    With `absent` only what that person has claimed, for whom the person stands there.
    """

    part: _Part
    acts: tuple[str, ...] = ()
    audiences: tuple[int, ...] = ()
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
            self._ranges = [(*_ranged("holder_id", reach.part), turn) for reach, turn in zip(turns, mine, strict=True)]
        else:
            waits = " OR ".join(mine) or "FALSE"
            self._ranges = [
                (
                    *_ranged(column, reach.part),
                    f"({waits}) IS NOT TRUE{self._of_audiences(n, reach)}{self._within(n, reach)}",
                )
                for n, (column, reach) in enumerate(sides, len(turns))
            ]
        self._narrowed = " AND ".join(["open", *self._conditions(only), *self._not_own(person)])

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
        mine += self._within(n, reach)
        if reach.part.agencies is None:  # without a holder no agency has the turn, whatever is needed
            return f"(holder_id IS NOT NULL AND {mine})"
        self.data[f"turn{n}"] = list(reach.part.agencies)
        return f"(holder_id = ANY(%(turn{n})s::bigint[]) AND {mine})"

    def _of_audiences(self, n: int, reach: _Reach) -> str:
        self.data[f"audiences{n}"] = list(reach.audiences)
        return f" AND audience_id = ANY(%(audiences{n})s::bigint[])"

    def _within(self, n: int, reach: _Reach) -> str:
        found = ""
        if reach.part.states is not None:
            self.data[f"states{n}"] = list(reach.part.states)
            found += f" AND state = ANY(%(states{n})s::text[])"
        if reach.part.places is not None:
            self.data[f"places{n}"] = list(reach.part.places)
            found += f" AND place_id = ANY(%(places{n})s::bigint[])"
        return found

    def _not_own(self, person: Person | None) -> Iterator[str]:
        """Leave out what the person applied for, or somebody whose mandate they hold: as `visible` does."""
        persons, firms = access.principals(person)
        self.data |= {"principals": sorted(persons), "firms": sorted(firms)}
        if persons:
            yield "(applicant_id IS NULL OR applicant_id <> ALL(%(principals)s::bigint[]))"
        if firms:
            yield "(applicant_organisation_id IS NULL OR applicant_organisation_id <> ALL(%(firms)s::bigint[]))"

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
            # While the deadline of a case stands still it comes no nearer, but the end of its step does: `timing.overdue`.
            yield """due_at < %(due_before)s::timestamptz AND (
                paused_at IS NULL OR due_at < paused_at OR step_due_at < %(due_before)s::timestamptz)"""


def _parts(reach: access.Scope) -> Iterator[_Part]:
    """Return a scope as agencies, None for all, each with the states and places to which it is limited."""
    whole = access.agency_ids(reach)
    if whole is None or whole:
        yield _Part(None if whole is None else tuple(sorted(whole)))
    for area in reach.limited:
        ids = access.agency_ids(area.agencies)
        yield _Part(
            None if ids is None else tuple(sorted(ids)),
            None if area.states is None else tuple(sorted(area.states)),
            None if area.places is None else tuple(sorted(area.places)),
        )


def _ranged(column: str, part: _Part) -> tuple[str, tuple[int, ...] | None]:
    """Return the column of whose index a list is a range, with its values: of the place, where all agencies are meant."""
    return ("place_id", part.places) if part.agencies is None and part.places is not None else (column, part.agencies)
