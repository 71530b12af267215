"""Parts of the benchmark of dossiers, each run in a process of its own inside a province: `main(["fill", …])` prints its answer as JSON."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import os
import random
import statistics
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from vamco.systems.onestop.tests.many import Year

SEED: Final = 20261201
WARM_UP, ASKED = 5, 60
SHARES: Final = {"look_up": 60, "catalogue": 25, "form": 10, "send": 5}


class _Undo(Exception):  # noqa: N818  # it is no error
    """Ends what is told again: nothing of it stays."""


def main(argv: Sequence[str]) -> None:
    """Run a part."""
    import django

    django.setup()
    part: dict[str, Callable[..., dict[str, Any]]] = {"fill": fill, "ask": ask, "load": load}
    sys.stdout.write(json.dumps(part[argv[0]](*argv[1:])) + "\n")


# ── filling ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def fill(count: str, alike: str, processes: str) -> dict[str, Any]:
    """Tell some again with the engine and compare; write the year; compare what lies in the tables."""
    import psycopg
    from django.db import connection, connections

    from vamco.systems.onestop.tests import filled, many

    owner = os.environ["VAMCO_BENCH_OWNER"]
    year = filled.prepare(int(count), SEED)
    chosen = sorted(random.Random(SEED).sample(range(year.count), min(int(alike), year.count)))
    with filled.counters_free(owner):
        differ = _told_again(year, chosen)
        begun = time.monotonic()
        connections.close_all()
        shares = [range(n, many.DAYS, int(processes)) for n in range(int(processes))]
        writers = [
            multiprocessing.get_context("fork").Process(target=filled.fill, args=(year, days)) for days in shares
        ]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        took = time.monotonic() - begun
    with psycopg.connect(owner, autocommit=True) as line:
        for table in many.TABLES:
            line.execute(f"VACUUM (ANALYZE) {table}")
    for place in chosen:
        story = year.told(place)
        differ += _differences(filled.found(year, story), year.rows(story))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), pg_database_size(current_database()) FROM onestop_dossier")
        dossiers, size = cursor.fetchone()
    return {"dossiers": dossiers, "seconds": took, "bytes": size, "alike": len(chosen), "differ": differ}


def _told_again(year: Year, chosen: Sequence[int]) -> int:
    from django.db import transaction

    from vamco.kernel.base import clock
    from vamco.systems.onestop.tests import filled

    real, differ = clock.now, 0

    def set_clock(moment: dt.datetime) -> None:
        clock.now = lambda: moment

    for place in chosen:
        story = year.told(place)
        with suppress(_Undo), transaction.atomic():
            differ += _differences(filled.lived(year, story, set_clock), year.rows(story))
            raise _Undo
    clock.now = real
    return differ


def _differences(found: dict[str, list[tuple[Any, ...]]], wanted: dict[str, list[tuple[Any, ...]]]) -> int:
    """How many fields differ; a row that is missing or too much counts as one."""
    differ = 0
    for table, rows in wanted.items():
        differ += abs(len(found[table]) - len(rows))
        for one, other in zip(found[table], rows, strict=False):
            wrong = [(a, b) for a, b in zip(one, other, strict=True) if a != b and (a, b) not in _EQUAL]
            differ += len(wrong)
            if wrong:
                print(table, wrong, file=sys.stderr)
    return differ


_EQUAL: Final = [({}, "{}")]


# ── officials' statements ─────────────────────────────────────────────────────────────────────────────────────────────


def ask(clients: str) -> dict[str, dict[str, float]]:
    """Let clerks, specialists and heads list and search, each client in a process of its own that never pauses."""
    from django.db import connections

    from vamco.kernel.world.people.models import Membership

    roles = ("onestop_clerk", "onestop_specialist", "onestop_head")
    people = [
        Membership.objects.filter(role=role, agency__kind="commune")
        .order_by("pk")
        .values_list("person", flat=True)[:40]
        for role in roles
    ]
    readers = [int(one) for group in people for one in group]
    connections.close_all()
    forks = multiprocessing.get_context("fork")
    answers = forks.Queue()
    started = [forks.Process(target=_reader, args=(readers, number, answers)) for number in range(int(clients))]
    for client in started:
        client.start()
    found: dict[str, list[float]] = {}
    for _client in started:
        for what, times in json.loads(answers.get(timeout=600)).items():
            found.setdefault(what, []).extend(times)
    for client in started:
        client.join()
    return {what: {"p95": _p95(times) * 1e3, "p50": statistics.median(times) * 1e3} for what, times in found.items()}


def _reader(readers: list[int], number: int, answers: Any) -> None:
    """Sum up the statements of each page."""
    from django.db import connection

    from vamco.kernel.world.people.models import Person
    from vamco.systems.onestop.tests import many

    rng = random.Random(number)
    found: dict[str, list[float]] = {"list": [], "search": []}
    for turn in range(ASKED + WARM_UP):
        name = many.person(rng.randrange(300_000))[2].split()
        words = rng.choice((" ".join(name), " ".join(name[-2:]), f"{name[0]} {name[-1]}"))
        for what, typed in (("list", ""), ("search", words)):
            spent = 0.0

            def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001  # Django's own signature
                nonlocal spent
                begun = time.perf_counter()
                try:
                    return execute(sql, params, many, context)
                finally:
                    spent += time.perf_counter() - begun

            person = Person.objects.get(pk=rng.choice(readers))
            with connection.execute_wrapper(watch):
                rows = _listed(person, typed)
            assert rows or what == "search", "a list was empty"
            if turn >= WARM_UP:
                found[what].append(spent)
    answers.put(json.dumps(found))


def _listed(person: Any, words: str) -> list[Any]:
    """A page of the list as the officials' page asks for it: newest first, or what the words find, with what is counted above."""
    from vamco.systems.onestop.services import listing

    rows = listing.dossiers(person)
    if words:
        return list(listing.search(rows, words, person).rows.order_by("-case")[:26])
    listing.counts(person)
    return list(rows.order_by("-case")[:26])


# ── the running site ──────────────────────────────────────────────────────────────────────────────────────────────────


def load(address: str, clients: str, seconds: str) -> dict[str, Any]:
    """Ask the site, each client one request after the other, by the shares of the kinds that the site has."""
    from django.contrib.sessions.backends.db import SessionStore

    from vamco.kernel.world.people.models import Membership, Person
    from vamco.systems.identity import public as identity
    from vamco.systems.identity.models import Account
    from vamco.systems.onestop.models import Dossier

    def session(person: Person) -> str:
        account = Account.objects.filter(person=person).first() or identity.open_account(f"@{person.pk}", None, person)
        store = SessionStore()
        store["_auth_user_id"], store["_auth_user_backend"] = (
            str(account.pk),
            "django.contrib.auth.backends.ModelBackend",
        )
        store["_auth_user_hash"] = account.get_session_auth_hash()
        store.create()
        return str(store.session_key)

    clerks = Membership.objects.filter(role="onestop_clerk", agency__kind="commune").order_by("pk")[:40]
    officials = [session(one.person) for one in clerks]
    mine = [
        (dossier.number, session(dossier.case.applicant))
        for dossier in Dossier.objects.select_related("case__applicant").order_by("-pk")[:200]
    ]
    asked = _addresses(officials, mine)
    threads, found = [], []
    for number in range(int(clients)):
        times: list[tuple[str, float]] = []
        errors: list[str] = []
        found.append((times, errors))
        threads.append(threading.Thread(target=_client, args=(address, number, float(seconds), asked, times, errors)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    every = [took for times, _errors in found for _kind, took in times]
    kinds = {
        kind: _p95([took for times, _errors in found for one, took in times if one == kind]) * 1e3 for kind in asked
    }
    errors = [error for _times, some in found for error in some]
    print("\n".join(errors[:10]), file=sys.stderr)
    return {"p95": _p95(every) * 1e3, "speed": len(every) / float(seconds), "errors": len(errors), "kinds": kinds}


def _addresses(
    officials: list[str], mine: list[tuple[str, str]]
) -> dict[str, Callable[[random.Random], tuple[str, str]]]:
    """What each kind of request asks for, and as whom. Pages of forms and sending are not asked for yet: see the bench's words."""
    from vamco.systems.onestop.tests import filled, many

    questions = (
        "lam giay khai sinh cho con",
        "đăng ký kết hôn",
        "mo quan ca phe",
        "xin giay doc than",
        "chung thuc ban sao",
        "so do",
    )

    def look_up(rng: random.Random) -> tuple[str, str]:
        number, who = rng.choice(mine)
        name = quote(" ".join(many.person(rng.randrange(300_000))[2].split()[-2:]))
        return rng.choice(
            (
                ("/dossiers/", who),
                (f"/dossiers/{number}", who),
                ("/desk/dossiers/", rng.choice(officials)),
                (f"/desk/dossiers/?q={name}", rng.choice(officials)),
            )
        )

    def catalogue(rng: random.Random) -> tuple[str, str]:
        return rng.choice(
            ("/procedures", f"/procedures/{rng.choice(filled.CODES)}", f"/procedures?q={quote(rng.choice(questions))}")
        ), ""

    return {"look_up": look_up, "catalogue": catalogue}


def _client(
    address: str, number: int, seconds: float, asked: dict[str, Any], times: list[tuple[str, float]], errors: list[str]
) -> None:
    parts, rng = urlsplit(address), random.Random(number)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    kinds, weights = list(asked), [SHARES[kind] for kind in asked]
    for turn in range(20):
        _request(line, *asked[kinds[turn % len(kinds)]](rng))
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        kind = rng.choices(kinds, weights)[0]
        path, session = asked[kind](rng)
        begun = time.perf_counter()
        status = _request(line, path, session)
        times.append((kind, time.perf_counter() - begun))
        if status != 200:
            errors.append(f"{path} {status}")
    line.close()


def _request(line: http.client.HTTPConnection, path: str, session: str) -> int:
    line.request("GET", path, headers={"Cookie": f"sessionid={session}"} if session else {})
    answer = line.getresponse()
    answer.read()
    return answer.status


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else 0.0
