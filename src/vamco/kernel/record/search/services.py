from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.record.search import rules
from vamco.kernel.record.search.contracts import ANYWHERE
from vamco.kernel.record.search.models import Entry
from vamco.kernel.record.search.queries import SOURCES
from vamco.lib.errors import N_, Missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vamco.kernel.record.search.contracts import Item, Source

BATCH = 500  # things that are indexed anew in one transaction

_PUT = """
INSERT INTO search_entry AS entry (kind, ref, title, url, agency_id, place_id, act, also, at, words)
SELECT %(kind)s::text, %(ref)s::text, %(title)s::text, %(url)s::text, %(agency)s::bigint, %(place)s::bigint, %(act)s::text,
    %(also)s::text[], %(at)s::timestamptz, %(words)s::text::tsvector
FROM (SELECT pg_advisory_xact_lock_shared(hashtextextended('search ' || %(kind)s::text, 0))) AS held
ON CONFLICT (kind, ref) DO UPDATE SET
    title = EXCLUDED.title, url = EXCLUDED.url, agency_id = EXCLUDED.agency_id, place_id = EXCLUDED.place_id,
    act = EXCLUDED.act, also = EXCLUDED.also, at = EXCLUDED.at, words = EXCLUDED.words
WHERE (entry.title, entry.url, entry.agency_id, entry.place_id, entry.act, entry.also, entry.at, entry.words) IS DISTINCT FROM
    (EXCLUDED.title, EXCLUDED.url, EXCLUDED.agency_id, EXCLUDED.place_id, EXCLUDED.act, EXCLUDED.also, EXCLUDED.at, EXCLUDED.words)
"""


def put(*items: Item) -> None:
    """Let things be found, or as they are now instead of before, inside the act's own transaction."""
    _demand_act()
    if not items:
        return
    with connection.cursor() as cursor:
        cursor.executemany(_PUT, [row(item) for item in items])


def remove(kind: str, *ids: str) -> None:
    """Let things be found no more, inside the act's own transaction; one that is not there is no error."""
    _demand_act()
    Entry.objects.filter(kind=kind, ref__in=ids).delete()


def row(item: Item) -> dict[str, Any]:
    """Give an item as a row of the table."""
    if item.at.tzinfo is None:
        msg = "a moment needs its time zone"
        raise ValueError(msg)
    agency, place = item.agency.pk if item.agency else None, item.place.pk if item.place else None
    marks = [rules.of_kind(item.kind), rules.of_act(item.act), *rules.of_time(item.at)]
    if agency is not None:
        marks.append(rules.of_act_in(item.act, agency))
    if place is not None:
        marks.append(rules.in_place(place))
    also: list[str] = []
    for act, where in item.also:
        if where == ANYWHERE:
            also.append(rules.right_anywhere(act))
            marks.append(rules.of_act_anywhere(act))
        else:
            also += (rules.right_everywhere(act), rules.right_in(act, where.pk))
            marks += (rules.of_act(act), rules.of_act_in(act, where.pk))
    return {
        "kind": item.kind,
        "ref": item.id,
        "title": rules.shown(item.title),
        "url": item.url,
        "agency": agency,
        "place": place,
        "act": item.act,
        "also": sorted(set(also)),
        "at": item.at,
        "words": rules.vector(item.title, item.text, dict.fromkeys(marks)),
    }


def register(kind: str, source: Source) -> None:
    """Say how all things of a kind are had again."""
    SOURCES.add(kind, source)


def kinds() -> list[str]:
    """Give the kinds that can be indexed anew."""
    return sorted(SOURCES)


def refresh(*, everything: bool = False) -> list[str]:
    """Have the worker index anew what comes with a pack, and each kind of which nothing is found yet; gives the kinds.

    So what was there before a kind could be found is found from the next load of the pack on. `everything`: each kind.
    """
    with transaction.atomic():
        found = [
            kind for kind in kinds() if everything or SOURCES[kind].pack or not Entry.objects.filter(kind=kind).exists()
        ]
        for kind in found:
            jobs.later("search.reindex", key=f"search.reindex:{kind}", kind=kind)
    return found


def reindex(kind: str) -> tuple[int, int]:
    """Index all things of a kind anew and let go what is no more; gives how many were put and how many went.

    Each BATCH is a transaction of its own, so people go on finding, and it may break off and begin again. Acts on things of the
    kind wait for a batch: what a batch loads is what all acts before it have committed, so nothing old overwrites anything new.
    """
    source = SOURCES.get(kind)
    if source is None:
        raise Missing("search.no_kind", N_("Nobody says how all things of the kind %(kind)s are found."), kind=kind)
    known = set(Entry.objects.filter(kind=kind).values_list("ref", flat=True))
    there, gone = 0, 0
    everything = dict.fromkeys((*source.ids(), *known))
    for batch in _batches(everything):
        with transaction.atomic(durable=True):
            _hold(kind)
            items = {item.id: item for item in source.load(batch)}
            put(*items.values())
            lost = [ref for ref in batch if ref not in items]
            remove(kind, *lost)
        there, gone = there + len(items), gone + len(known.intersection(lost))
    return there, gone


def _batches(ids: Iterable[str]) -> Iterator[list[str]]:
    waiting = iter(ids)
    while batch := list(islice(waiting, BATCH)):
        yield batch


def _hold(kind: str) -> None:
    """Wait for the acts that have put things of the kind, and keep others from it, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('search ' || %s::text, 0))", [kind])


def _demand_act() -> None:
    if not connection.in_atomic_block:
        msg = "what is found belongs to the transaction of its act"
        raise transaction.TransactionManagementError(msg)
