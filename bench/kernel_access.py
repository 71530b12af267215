"""What access costs a request and a list, and what sealing costs a number.

A province of 300 agencies (departments with divisions, communes), 96 places, people who hold three roles and act for one other.
`grants` is asked as the first thing of a request, over the connection that a page uses; `allow` and `scope` on what it gave.
The list: the newest 50 and the count of 100,000 rows, with the scope as `within` makes it against the same without a scope.
"""

from __future__ import annotations

import datetime as dt
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vamco.cli.bench import Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROWS = 100_000
CALLS, LISTS = 2_000, 40
DAY = dt.date(2025, 7, 1)
NAME = "kernel_access"


def run() -> Iterable[Figure]:
    """All figures."""
    from vamco.cli import postgres

    with tempfile.TemporaryDirectory(prefix="vamco-bench-") as name, postgres.running(Path(name) / "pg") as server:
        server.grant()
        os.environ.update(
            DATABASE_URL=server.url("app"),
            DATABASE_OWNER_URL=server.url("owner"),
            VAMCO_DATA=str(Path(name) / "data"),
            DJANGO_SETTINGS_MODULE="vamco.config.settings",
        )
        from vamco.cli import migrate

        migrate.bring_up_to_date()
        official = _province()
        yield from _request(official)
        yield from _lists(official)
        yield from _numbers()


def _province() -> Any:
    from vamco.kernel.world.access.models import Role
    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people import public as people

    def agency(code: str, parent: Agency | None) -> Agency:
        path = (parent.path if parent else "") + code + "/"
        named = dict.fromkeys(("name", "name_en", "short_name", "sort_key"), code)
        return Agency.objects.create(code=code, **named, kind="office", parent=parent, path=path, valid_from=DAY)

    top = agency("H53", None)
    departments = [agency(f"H53.{n:02}", top) for n in range(20)]
    divisions = [agency(f"{one.code}.{n:02}", one) for one in departments for n in range(9)]
    communes = [agency(f"H53.{25000 + n}", top) for n in range(99)]
    acts = {f"bench.act{n}": None for n in range(30)} | {"bench.stated": ["new", "open"]}
    for reach in ("all", "subtree", "agency"):
        named = {"name": reach, "name_en": reach, "reach": reach}
        Role.objects.create(code=reach, acts={**acts, f"bench.{reach}": None}, **named)
    _rows([*departments, *divisions, *communes])
    official, absent = people.add("Cán bộ"), people.add("Người vắng")
    for role, where in (("subtree", departments[3]), ("agency", communes[5]), ("agency", communes[6])):
        people.appoint(official, where, role, since=DAY)
    people.appoint(absent, communes[7], "agency", since=DAY)
    people.substitute(absent, official, since=DAY, until=dt.date(2099, 1, 1))
    return official


def _rows(agencies: list[Any]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO files_file (sha256, size, name, media_type, agency_id, stored_by, stored_at, signed, owner) "
            "SELECT NULL, n, 'x', 'x', (%s::bigint[])[1 + n %% %s::int], '1', now() - n * interval '1 minute', false, '' "
            "FROM generate_series(1, %s::int) AS n",
            [[agency.pk for agency in agencies], len(agencies), ROWS],
        )
    _as_owner("CREATE INDEX bench_by_agency ON files_file (agency_id, stored_at)")
    _as_owner("VACUUM ANALYZE")


def _as_owner(statement: str) -> None:
    import psycopg

    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute(statement)  # type: ignore[call-overload]


def _request(official: Any) -> Iterable[Figure]:
    from vamco.kernel.world.access import public as access
    from vamco.kernel.world.agencies.models import Agency

    def grants() -> None:
        official._grants = None  # noqa: SLF001  # as in the next request
        access.grants(official)

    agency = Agency.objects.get(code="H53.03.04")
    told = _times(grants, CALLS)
    yield Figure(NAME, "grants_p50", statistics.median(told) * 1e3, "ms", reach="<= 1")
    yield Figure(NAME, "grants_p95", _p95(told) * 1e3, "ms")
    yield Figure(NAME, "allow", _each(lambda: access.allow(official, "bench.act7", agency)) * 1e6, "µs", reach="<= 20")
    yield Figure(
        NAME,
        "allow_limited_by_state",
        _each(lambda: access.allow(official, "bench.stated", agency, state="new")) * 1e6,
        "µs",
    )
    yield Figure(
        NAME,
        "explain_p50",
        statistics.median(_times(lambda: access.explain(official, "bench.act7", agency), 200)) * 1e3,
        "ms",
    )


def _lists(official: Any) -> Iterable[Figure]:
    from vamco.kernel.record.files.models import File
    from vamco.kernel.world.access import public as access

    scope = access.scope(official, "bench.act7")
    every = File.objects.order_by("-stored_at")
    for name, found in {
        "scoped": lambda: every.filter(access.within(scope)),
        "scoped_by_ids": lambda: every.filter(agency_id__in=access.agency_ids(scope)),
    }.items():
        newest = statistics.median(_times(lambda found=found: list(found()[:50]), LISTS)) * 1e3
        counted = statistics.median(_times(lambda found=found: found().count(), LISTS)) * 1e3
        plain = statistics.median(_times(lambda: list(every[:50]), LISTS)) * 1e3
        count = statistics.median(_times(every.count, LISTS)) * 1e3
        yield Figure(
            NAME, f"newest_50_of_100000_{name}", newest, "ms", reach="<= 50", peer="unscoped", peer_value=plain
        )
        yield Figure(NAME, f"count_of_100000_{name}", counted, "ms", reach="<= 50", peer="unscoped", peer_value=count)


def _numbers() -> Iterable[Figure]:
    from vamco.kernel.world.people import public as people

    persons = [people.add(f"Người {n}") for n in range(500)]
    numbers = [f"072085{n:06}" for n in range(500)]
    begin = time.perf_counter()
    for person, number in zip(persons, numbers, strict=True):
        people.record_number(person, "citizen_id", number)
    yield Figure(NAME, "numbers_recorded_with_audit", len(persons) / (time.perf_counter() - begin), "/s")
    found = _times(lambda: people.find_by_number("citizen_id", numbers[250]), 300)
    yield Figure(NAME, "number_found_p50", statistics.median(found) * 1e3, "ms")
    begin = time.perf_counter()
    people.rotate()
    yield Figure(NAME, "numbers_sealed_anew", len(persons) / (time.perf_counter() - begin), "/s")


def _times(call: Callable[[], object], calls: int) -> list[float]:
    call()
    found = []
    for _ in range(calls):
        begin = time.perf_counter()
        call()
        found.append(time.perf_counter() - begin)
    return found


def _each(call: Callable[[], object], calls: int = 20_000) -> float:
    begin = time.perf_counter()
    for _ in range(calls):
        call()
    return (time.perf_counter() - begin) / calls


def _p95(found: list[float]) -> float:
    return sorted(found)[int(len(found) * 0.95)]
