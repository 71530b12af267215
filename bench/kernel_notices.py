"""Notices: given in an act's transaction, to everybody at once, and sent through providers on loopback.

An act is what the one-stop desk does: it writes its entry in the log and says so to one person with two addresses; beside it, in
turns, the same act without a notice. 400,000 inbox messages in 15 minutes (issue 3) are 444 a second. Deliveries go through the
simulators over real connections, and each is noted; the simulator runs in this process and takes its part of the two cores.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from vamco.cli.bench import Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from vamco.kernel.world.people.models import Person

NAME = "kernel_notices"
PERSONS, WITH_ADDRESS, LETTERS = 100_000, 1_000, 1_000
SECONDS, TURNS = 2.0, 3
CHECKOUT = Path(__file__).resolve().parents[1]
_keys = count()


def run() -> Iterable[Figure]:
    """Measures one after the other."""
    from vamco.cli import postgres

    with tempfile.TemporaryDirectory(prefix="vamco-bench-") as name, postgres.running(Path(name) / "pg") as server:
        server.grant()
        os.environ.update(
            DATABASE_URL=server.url("app"),
            DATABASE_OWNER_URL=server.url("owner"),
            VAMCO_DATA=str(Path(name) / "data"),
            DJANGO_SETTINGS_MODULE="vamco.config.settings",
        )
        persons = _lay_out()
        yield from _acts(persons)
        yield from _broadcast()
        for channel in ("sms", "email"):
            yield _delivered(channel, persons)


def _lay_out() -> list[Person]:
    from django.conf import settings

    from vamco.cli import migrate

    migrate.bring_up_to_date()
    from vamco.kernel.base import clock
    from vamco.kernel.base.packs import public as packs
    from vamco.kernel.work.notices import public as notices
    from vamco.kernel.world.people.models import Person

    packs.load(CHECKOUT / "packs" / "tayninh")
    settings.VAMCO_CHANNELS = dict.fromkeys(notices.CHANNELS, "simulated")
    now = clock.now()
    people = (Person(name=f"Người {n}", sort_key=f"{n}", folded=f"nguoi {n}", created_at=now) for n in range(PERSONS))
    Person.objects.bulk_create(people, batch_size=5000)
    chosen = list(Person.objects.order_by("pk")[:WITH_ADDRESS])
    for number, person in enumerate(chosen):
        notices.set_recipient(person, language="vi", quiet=notices.Quiet(0, 0))
        notices.set_contact(person, "sms", f"09{number:08}", consent=True)
        notices.set_contact(person, "email", f"n{number}@example.vn", consent=True)
    return chosen


def _acts(persons: list[Person]) -> Iterator[Figure]:
    rates: dict[str, list[float]] = {"with": [], "without": []}
    milliseconds: list[float] = []
    for _turn in range(TURNS):
        rates["with"].append(_rate(lambda: _act(persons, told=True), milliseconds))
        rates["without"].append(_rate(lambda: _act(persons, told=False), []))
    with_, without = (statistics.median(rates[arm]) for arm in ("with", "without"))
    yield Figure(NAME, "act_with_a_notice", with_, "acts/s", "", "the same act without a notice", without)
    yield Figure(NAME, "act_with_a_notice_p50", statistics.median(milliseconds), "ms")


def _act(persons: list[Person], *, told: bool) -> None:
    from django.db import transaction

    from vamco.kernel.base.audit import public as audit
    from vamco.kernel.work.notices import public as notices
    from vamco.kernel.work.notices.tests.made import RECEIVED

    number = next(_keys)
    with transaction.atomic():
        audit.record("bench.act", actor="system", chain="bench", subject=f"dossier:{number}")
        if told:
            notices.send(
                "onestop.received", persons[number % len(persons)], RECEIVED, key=f"dossier:{number}", url="/d/1"
            )


def _rate(act: Callable[[], None], milliseconds: list[float]) -> float:
    done, begun = 0, time.perf_counter()
    while (now := time.perf_counter()) < begun + SECONDS:
        act()
        milliseconds.append((time.perf_counter() - now) * 1000)
        done += 1
    return done / (time.perf_counter() - begun)


def _broadcast() -> Iterator[Figure]:
    """Everybody gets one, of whom some have an address; said a second time, nobody does."""
    from vamco.kernel.base import clock
    from vamco.kernel.work.notices import public as notices
    from vamco.kernel.world.people.models import Person

    window = {"from_at": clock.now(), "until": clock.now()}
    everybody = Person.objects.all()
    begun = time.perf_counter()
    told = notices.broadcast("province.downtime", window, to=everybody, by="system", key="bench")
    seconds = time.perf_counter() - begun
    assert told == everybody.count() >= PERSONS
    assert notices.broadcast("province.downtime", window, to=everybody, by="system", key="bench") == 0
    yield Figure(NAME, "broadcast", told / seconds, "inbox messages/s", ">= 450")


def _delivered(channel: str, persons: list[Person]) -> Figure:
    """Sends to some persons one notice each, over connections, and notes each answer."""
    from django.conf import settings
    from django.db import transaction

    from vamco.kernel.work.notices import public as notices
    from vamco.kernel.work.notices.adapters.simulators.provider import Provider
    from vamco.kernel.work.notices.models import Delivery
    from vamco.kernel.work.notices.tests.made import RECEIVED

    Delivery.objects.filter(state="queued").update(state="failed")
    provider = Provider(idempotent=channel == "sms")
    with _served(channel, provider) as url:
        settings.VAMCO_CHANNELS = {**dict.fromkeys(notices.CHANNELS, ""), channel: url}
        with transaction.atomic():
            notices.send("onestop.received", persons[:LETTERS], RECEIVED, key=f"bench:{channel}")
        begun = time.perf_counter()
        while notices.deliver(channel):
            pass
        seconds = time.perf_counter() - begun
    assert len({taken.key for taken in provider.taken}) == len(provider.taken) == LETTERS
    assert Delivery.objects.filter(notice__message__key=f"bench:{channel}", state="sent").count() == LETTERS
    return Figure(NAME, f"delivered_{channel}", LETTERS / seconds, "deliveries/s")


@contextlib.contextmanager
def _served(channel: str, provider: object) -> Iterator[str]:
    from vamco.kernel.work.notices.adapters.simulators import mail, web

    if channel == "email":
        with mail.running(provider) as server:  # type: ignore[arg-type]
            yield f"{server}?tls=no&from=vamco@tayninh.example"
    else:
        with web.running(web.sms, provider) as server:  # type: ignore[arg-type]
            yield f"http://{web.KEY}:{web.SECRET}@{server.partition('//')[2]}/?brandname=TAYNINH"
