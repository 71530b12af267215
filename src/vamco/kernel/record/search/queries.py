from __future__ import annotations

import datetime as dt
import math
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from django.db import connection, transaction

from vamco.kernel.record.search import rules
from vamco.kernel.record.search.contracts import PUBLIC, Hit, Order, Page, Source
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import N_, Refused
from vamco.lib.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from vamco.kernel.world.people.models import Person

CANDIDATES: Final = 200  # of each tier that are ranked
MOST: Final = 100  # hits on a page
_WALK: Final = 1500  # of the newest rows of all, looked at one by one: a third of a microsecond each
_FEW: Final = 400  # rows of both tiers that are fetched and sorted without a thought
_PLENTY: Final = 5  # so many times what is wanted, too
_MORE: Final = 2  # so many times more than a few there may be
_MARKS: Final = 40  # of agencies in one question; who sees more sees so much that they would not help
_STALE: Final = 600.0  # seconds
_TOP: Final = rules.Place(1, float("inf"), dt.datetime.max.replace(tzinfo=dt.UTC), (1 << 63) - 1)


SOURCES: Final[Registry[str, Source]] = Registry("source of the search")


@dataclass(frozen=True)
class _Asked:
    """What limits an answer, as SQL. `marks` narrows the index; `limits` is what decides."""

    limits: str
    values: dict[str, Any]
    marks: tuple[tuple[str, ...], ...]


def search(  # each part of a question may be left out
    person: Person | None,
    text: str,
    *,
    order: Order = "newest",
    kinds: Sequence[str] = (),
    places: Sequence[int] = (),
    after: str = "",
    limit: int = 20,
) -> Page:
    """Give what the person may see and all words of `text` stand in, by pages; nothing when there is no word in it.

    What holds the words with the marks that they were typed with comes first. Within that: the newest first, or what fits best
    among the newest CANDIDATES. `kinds` and `places` (their ids) narrow; `after` is the last page's key.
    """
    question = rules.question(text, _stock())
    asked = _asked(_reaches(person), kinds, places)
    start = _start(after)
    if question is None or asked is None:
        return Page(())
    limit = max(1, min(limit, MOST))
    find = _newest if order == "newest" else _ranked
    found, bounded = find(asked, question, start, limit + 1)
    more = len(found) > limit
    return Page(_hits(asked, found[:limit], text), rules.write_key(found[limit - 1]) if more else "", bounded)


def _start(after: str) -> rules.Place:
    if not after:
        return _TOP
    start = rules.read_key(after)
    if start is None:
        raise Refused("search.bad_key", N_("The address of this page is damaged. Search again."))
    return start


# The few acts that the many rows bear, each met by one step down the index.
_ACTS = """
WITH RECURSIVE borne AS (
    (SELECT act FROM search_entry ORDER BY act LIMIT 1)
    UNION ALL
    SELECT (SELECT act FROM search_entry WHERE act > borne.act ORDER BY act LIMIT 1) FROM borne WHERE borne.act IS NOT NULL
)
SELECT act FROM borne WHERE act IS NOT NULL
"""


def _reaches(person: Person | None) -> list[rules.Reach]:
    """Return where the person may do what, acts with the same scope together; "nowhere" among them.

    What is found is in no state, so who may act only in some finds nothing by that.
    """
    scopes: dict[access.Scope, list[str]] = {}
    acts = {act for (act,) in _rows(_ACTS, {})}.union(*(source.also() for source in SOURCES.values()))
    for act in sorted(acts - {PUBLIC}):
        scopes.setdefault(access.scope(person, act), []).append(act)
    everywhere = all(scope.everywhere or scope.nowhere for scope in scopes)
    tree = () if everywhere else tuple(agencies.of_kind().values_list("pk", "path"))
    everybodys = [rules.Reach((PUBLIC,), None)] if PUBLIC in acts else []
    return everybodys + [reach for scope, held in scopes.items() for reach in _parts(scope, tuple(held), tree)]


def _parts(scope: access.Scope, acts: tuple[str, ...], tree: Iterable[tuple[int, str]]) -> Iterator[rules.Reach]:
    if scope.everywhere:
        yield rules.Reach(acts, None)
        return
    yield rules.Reach(
        acts,
        tuple(
            sorted(pk for pk, path in tree if path in scope.exactly or any(path.startswith(top) for top in scope.below))
        ),
    )
    for area in scope.limited:
        if area.states is None and area.places:
            ids = None if area.reach == "all" else tuple(sorted(pk for pk, path in tree if area.meets(path)))
            yield rules.Reach(acts, ids, tuple(sorted(area.places)))


def _asked(reaches: list[rules.Reach], kinds: Sequence[str], places: Sequence[int]) -> _Asked | None:
    """Give what limits the answer, None when nothing may be seen."""
    seen, values = [], dict[str, Any]()
    for n, reach in enumerate(reach for reach in reaches if not reach.empty):
        conditions = [f"act = ANY(%(acts{n})s::text[])"]
        values[f"acts{n}"] = list(reach.acts)
        if reach.agencies is not None:
            values[f"agencies{n}"] = list(reach.agencies)
            conditions.append(f"agency_id = ANY(%(agencies{n})s::bigint[])")
        if reach.places is not None:
            values[f"spots{n}"] = list(reach.places)
            conditions.append(f"place_id = ANY(%(spots{n})s::bigint[])")
        values[f"rights{n}"] = rules.rights(reach)
        own, *places_too = conditions if reach.agencies is None else (" AND ".join(conditions[:2]), *conditions[2:])
        seen.append(" AND ".join((f"({own} OR also && %(rights{n})s::text[])", *places_too)))
    if not seen:
        return None
    seen.append("also && %(anywhere)s::text[]")
    values["anywhere"] = sorted(
        {rules.right_anywhere(act) for reach in reaches if not reach.empty for act in reach.acts}
    )
    limits, marks = [f"({' OR '.join(f'({one})' for one in seen)})"], [rules.seen_under(reaches, _MARKS)]
    if kinds:
        limits.append("kind = ANY(%(kinds)s::text[])")
        values["kinds"] = list(kinds)
        marks.append([rules.of_kind(kind) for kind in kinds])
    if places:
        limits.append("place_id = ANY(%(places)s::bigint[])")
        values["places"] = list(places)
        marks.append([rules.in_place(place) for place in places])
    return _Asked(" AND ".join(limits), values, tuple(tuple(some) for some in marks if some))


def _newest(asked: _Asked, question: rules.Question, start: rules.Place, limit: int) -> tuple[list[rules.Place], bool]:
    """Give the next hits, the newest of each tier first."""
    found: list[rules.Place] = []
    for here, _whole in _tiers(asked, question, start, limit):
        found += here
        if len(found) >= limit:
            break
    return found[:limit], False


def _ranked(asked: _Asked, question: rules.Question, start: rules.Place, limit: int) -> tuple[list[rules.Place], bool]:
    """Give the next hits, the best of each tier first; of a tier with more than CANDIDATES those of the newest."""
    found: list[rules.Place] = []
    bounded = False
    for here, whole in _tiers(asked, question, _TOP, CANDIDATES + 1):  # so that each page ranks the same
        few = here if whole else here[:CANDIDATES]
        bounded |= len(few) < len(here)
        ranks = _ranks([place.id for place in few], question.everything)
        ranked = (replace(place, rank=ranks[place.id]) for place in few if place.id in ranks)
        found += sorted((place for place in ranked if place < start), reverse=True)
        if len(found) >= limit:
            break
    return found[:limit], bounded


def _tiers(
    asked: _Asked, question: rules.Question, start: rules.Place, limit: int
) -> Iterator[tuple[list[rules.Place], bool]]:
    """Give the newest `limit` places of each tier from the start on; or all of both at once, with True, when they are few."""
    walk, nothing = None, True
    for tier in range(start.tier if question.spelled else 0, -1, -1):
        spot = _Spot(asked, question, tier, start if tier == start.tier else replace(_TOP, tier=tier))
        if walk is None or walk.begun != (spot.start.at, spot.start.id):
            walk = _walk(spot, limit) if spot.frequent() else None
        here, whole = _find(spot, walk, limit, both=nothing)
        yield here, whole
        if whole:
            break
        nothing = nothing and not here


def _find(spot: _Spot, walk: _Walk | None, limit: int, *, both: bool) -> tuple[list[rules.Place], bool]:
    """Give the newest `limit` places of the tier, or all of it and of the next, if that is allowed and they are few.

    What is frequent is met soon on a short walk down the newest rows. What is not is asked of the index, which knows no order:
    what is rare at once, else by as many weeks at a time as should hold enough.
    """
    met = walk.met[spot.tier] if walk else []
    if walk and (walk.since is None or len(met) >= limit):
        return met[:limit], False
    both = both and not (any(walk.met) if walk else replace(spot, tier=0).frequent())
    with _by_index_only() as times:
        if times is None:
            return [], True
        newest = min(times[1], spot.start.at)
        weeks = (rules.week(times[0]), rules.week(newest))
        whole = _whole(spot, min(_FEW, _PLENTY * limit)) if both else None
        if whole is not None:
            return whole, True
        width = weeks[1] - weeks[0] + 1
        if walk and walk.since and met:
            walked = (newest - walk.since) / dt.timedelta(weeks=1)
            width = min(width, math.ceil(walked * limit / len(met)) or 1)
        elif both:  # there were more than a few
            width = math.ceil(width / _PLENTY / _MORE)
        return _by_weeks(spot, limit, weeks, width)[:limit], False


@dataclass(frozen=True)
class _Spot:
    """A question, the tier that is looked for and where in it."""

    asked: _Asked
    question: rules.Question
    tier: int
    start: rules.Place

    @property
    def values(self) -> dict[str, Any]:
        """The values of a statement."""
        exact, everything = self.question.exact, self.question.everything
        words = exact if self.tier else f"{everything} & !({exact})" if exact else everything
        return {**self.asked.values, "words": words, "at": self.start.at, "id": self.start.id}

    @property
    def lexemes(self) -> list[str]:
        """What all words of the tier are found by."""
        return self.question.lexemes(exact=self.tier == 1)

    def frequent(self) -> bool:
        """Whether all words are among those that the index counts as frequent, or none has been counted yet."""
        stock = _stock()
        return not stock.parts or all(lexeme in stock.parts for lexeme in self.lexemes)


def _by_index(conditions: Sequence[str]) -> tuple[str, dict[str, str]]:
    """Give the condition that the index answers, with its values; with what it finds, the statement itself is strict."""
    values = {f"index{n}": condition for n, condition in enumerate(conditions)}
    return " AND ".join(f"words @@ %({name})s::text::tsquery" for name in values), values


@dataclass(frozen=True)
class _Walk:
    """A way down the newest rows: where it begins, how far back it goes, None for all there are, and the places met, by tier."""

    begun: tuple[dt.datetime, int]
    since: dt.datetime | None
    met: tuple[list[rules.Place], list[rules.Place]]


def _walk(spot: _Spot, limit: int) -> _Walk:
    """Walk from a spot on; `limit` places of the tier are enough, or of each where one begins with the upper."""
    exact = "words @@ %(exact)s::text::tsquery" if spot.tier else "false"
    rows = _rows(
        f"""
        SELECT id, at, exact FROM (
            SELECT id, at, exact, row_number() OVER (PARTITION BY exact ORDER BY at DESC, id DESC) AS place FROM (
                SELECT id, at, {exact} AS exact FROM (
                    SELECT id, at, kind, act, also, agency_id, place_id, words FROM search_entry
                    WHERE (at, id) < (%(at)s, %(id)s) ORDER BY at DESC, id DESC LIMIT {_WALK}
                ) AS newest
                WHERE {spot.asked.limits} AND words @@ %(words)s::text::tsquery
            ) AS met
        ) AS placed WHERE place <= {limit}
        UNION ALL SELECT NULL, (
            SELECT at FROM search_entry
            WHERE (at, id) < (%(at)s, %(id)s) ORDER BY at DESC, id DESC OFFSET {_WALK - 1} LIMIT 1
        ), NULL
        """,  # noqa: S608  # our own words and whole numbers; values travel beside
        spot.values | ({"words": spot.question.everything, "exact": spot.question.exact} if spot.tier else {}),
    )
    met = sorted((rules.Place(int(exact), 0.0, at, number) for number, at, exact in rows[:-1]), reverse=True)
    tiers = [place for place in met if place.tier == 0], [place for place in met if place.tier]
    return _Walk((spot.start.at, spot.start.id), rows[-1][1], tiers)


# In the inner part the operator asks the index, the function looks at what that finds.
def _whole(spot: _Spot, few: int) -> list[rules.Place] | None:
    """Give all places of both tiers from the start on, or None when they are more than a `few`."""
    question = spot.question
    index, asked = _by_index(_stock().conditions(question.lexemes(exact=False), *spot.asked.marks))
    values = {
        **spot.values,
        **asked,
        "everything": question.everything,
        "exact": question.exact or question.everything,
    }
    rows = _rows(
        f"""
        SELECT id, at, ts_match_vq(words, %(exact)s::text::tsquery) FROM search_entry
        WHERE {index} AND ts_match_vq(words, %(everything)s::text::tsquery) AND {spot.asked.limits}
        LIMIT {few + 1}
        """,  # noqa: S608  # our own words and whole numbers; values travel beside
        values,
    )
    if len(rows) > few:
        return None
    places = (rules.Place(int(exact and bool(question.spelled)), 0.0, at, number) for number, at, exact in rows)
    return sorted((place for place in places if place < spot.start), reverse=True)


def _by_weeks(spot: _Spot, limit: int, weeks: tuple[int, int], width: int) -> list[rules.Place]:
    """Give at least the first `limit` places, from `width` weeks at first; more when they hold too little, fewer when too much."""
    found: list[rules.Place] = []
    few = _PLENTY * limit
    first, high = weeks
    all_at_once = True
    while high >= first and len(found) < limit:
        low, marks = rules.span(high, width)
        here = _weeks(spot, (low, high), marks if low > first else (), few)
        if here is None:
            width, all_at_once = rules.narrower(width), False
            continue
        found += here
        high = low - 1 if here or low <= first else min(low - 1, _week_before(low))
        width = rules.wider(width, high - first + 1 if all_at_once else None)
    return found


def _weeks(spot: _Spot, weeks: tuple[int, int], marks: Sequence[str], few: int) -> list[rules.Place] | None:
    """Give all places in some weeks, or None when they are more than a `few` and the weeks more than one.

    `marks` are those of the weeks, none where no week comes before them.
    """
    low, high = weeks
    at, number = min((spot.start.at, spot.start.id), (rules.begin_of_week(high + 1), 0))
    either = (*spot.asked.marks, marks) if marks else spot.asked.marks
    index, asked = _by_index(_stock().conditions(spot.lexemes, *either))
    values = {**spot.values, **asked, "at": at, "id": number}
    if marks:
        values["since"] = rules.begin_of_week(low)
    single = low == high
    rows = _rows(
        f"""
        SELECT id, at FROM (
            SELECT id, at FROM search_entry
            WHERE {index} AND ts_match_vq(words, %(words)s::text::tsquery) AND {spot.asked.limits}
                AND (at, id) < (%(at)s, %(id)s) {"AND at >= %(since)s" if marks else ""}
            {"" if single else f"LIMIT {few + 1}"}
        ) AS found ORDER BY at DESC, id DESC
        """,  # noqa: S608  # our own words and whole numbers; values travel beside
        values,
    )
    if len(rows) > few and not single:
        return None
    return [rules.Place(spot.tier, 0.0, at, number) for number, at in rows]


def _week_before(week: int) -> int:
    """Give the newest week before one that holds anything, so that no gap is gone through step by step."""
    _by_order("on")
    rows = _rows(
        "SELECT at FROM search_entry WHERE at < %(at)s ORDER BY at DESC LIMIT 1", {"at": rules.begin_of_week(week)}
    )
    _by_order("off")
    return rules.week(rows[0][0]) if rows else -1


def _by_order(state: Literal["on", "off"]) -> None:
    _rows(f"SELECT set_config('enable_indexscan', '{state}', true)", {})


_known: tuple[float, rules.Stock] = (-_STALE, rules.Stock({}))


def _stock() -> rules.Stock:
    """Give what the index holds, as PostgreSQL last counted it."""
    global _known  # noqa: PLW0603  # a thousand words that change in months, asked for by each search
    asked_at, known = _known
    if time.monotonic() - asked_at > _STALE:
        sql = """
            SELECT unnest(most_common_elems::text::text[]), unnest(most_common_elem_freqs[:cardinality(most_common_elems::text::text[])])
            FROM pg_stats WHERE tablename = 'search_entry' AND attname = 'words' AND schemaname = current_schema()
        """
        known = rules.Stock(dict(_rows(sql, {})))
        _known = (time.monotonic(), known)
    return known


@contextmanager
def _by_index_only() -> Iterator[tuple[dt.datetime, dt.datetime] | None]:
    """Keep the planner, who cannot know how words go together, from reading the table or an order from end to end.

    Gives the times of the oldest and of the newest row, None when there is none.
    """
    off = ", ".join(f"set_config('enable_{way}', 'off', true)" for way in ("seqscan", "indexscan"))
    with transaction.atomic():
        oldest, newest, *_settings = _rows(f"SELECT min(at), max(at), {off} FROM search_entry", {})[0]  # noqa: S608
        yield None if oldest is None else (oldest, newest)
        transaction.set_rollback(True)  # nothing was written; it sets them back, also within another transaction


def _ranks(numbers: list[int], words: str) -> dict[int, float]:
    sql = (
        "SELECT id, ts_rank_cd(words, %(words)s::text::tsquery, 1) FROM search_entry WHERE id = ANY(%(ids)s::bigint[])"
    )
    return dict(_rows(sql, {"words": words, "ids": numbers}))


def _hits(asked: _Asked, places: list[rules.Place], text: str) -> tuple[Hit, ...]:
    rows = _rows(
        f"""
        SELECT id, kind, ref, title, url, at, agency_id, place_id FROM search_entry
        WHERE id = ANY(%(ids)s::bigint[]) AND {asked.limits}
        """,  # noqa: S608  # our own words; values travel beside
        {**asked.values, "ids": [place.id for place in places]},
    )
    known = {number: rest for number, *rest in rows}
    return tuple(
        Hit(kind, ref, rules.title(title, text), url, at, agency, place_id, place.tier == 1)
        for place in places
        if place.id in known
        for kind, ref, title, url, at, agency, place_id in (known[place.id],)
    )


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
