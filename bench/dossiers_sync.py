"""The national portal told of 10,000 acts by senders that are killed at random, over a line that drops, doubles, fails and refuses.

The portal is the simulator as a program of its own, with its memory in a file; the senders are processes that die by kill -9 in the
middle of whatever they do. At the end every message must lie there once, in the order of its dossier.
"""

from __future__ import annotations

import os
import random
import secrets
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vamco.cli.bench import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CHECKOUT = Path(__file__).resolve().parents[1]
MESSAGES = int(os.environ.get("VAMCO_BENCH_MESSAGES", "10000"))
SENDERS, SEED, KILL_EVERY, PATIENCE_S = 2, 15, 200, 3000
ACTS = (
    ("accept", 0),
    ("take_on", 1),
    ("propose", 1),
    ("approve", 2),
    ("sign", 2),
    ("number", 0),
    ("issue", 0),
    ("deliver", 0),
)
EACH = 13  # messages of a dossier that goes all its way


def run() -> Iterable[Figure]:
    """Tell everything, kill, and compare."""
    from vamco.cli import postgres

    with (
        tempfile.TemporaryDirectory(prefix="vamco-bench-") as name,
        postgres.running(Path(name) / "pg") as server,
        _portal(Path(name)) as kept,
    ):
        _start(Path(name), server)
        told = _acts()
        begun = time.monotonic()
        kills, resent = _send()
        took = time.monotonic() - begun
        yield from _compare(told, kept, kills, resent, took)


@contextmanager
def _portal(folder: Path) -> Iterator[Path]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    secret = secrets.token_urlsafe(24)
    os.environ.update(
        VAMCO_NATIONAL_PORTAL=f"http://127.0.0.1:{port}",
        VAMCO_NATIONAL_CLIENT="vamco",
        VAMCO_NATIONAL_SECRET=secret,
        VAMCO_NATIONAL_PROFILE="standard",
    )
    words = ["--folder", str(folder / "portal"), "--port", str(port), "--storm", "--seed", str(SEED)]
    program = subprocess.Popen([sys.executable, "-m", "vamco.systems.national.adapters.simulators", *words])
    try:
        _until_it_answers(port)
        yield folder / "portal" / "portal.sqlite"
    finally:
        program.terminate()
        program.wait(20)


def _until_it_answers(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the simulated portal does not answer")


def _start(folder: Path, server: Any) -> None:
    server.grant()
    os.environ.update(
        DATABASE_URL=server.url("app"),
        DATABASE_OWNER_URL=server.url("owner"),
        VAMCO_DATA=str(folder / "data"),
        DJANGO_SETTINGS_MODULE="vamco.config.settings",
    )
    from vamco.cli import migrate

    migrate.bring_up_to_date()
    from vamco.kernel.base.packs import public as packs

    packs.load(CHECKOUT / "packs" / "tayninh")


def _acts() -> list[str]:
    """Let dossiers go their way through the real engine, tell their news twice and in another order, and return the keys expected."""
    from vamco.kernel.work.cases import public as cases
    from vamco.systems.national import public as national
    from vamco.systems.onestop.tests import made

    chance = random.Random(SEED)
    mother, version = made.citizen("Trần Thị Mai"), made.provincial()
    staff = [made.official(f"onestop_{role}", f"Cán bộ {role}") for role in ("clerk", "specialist", "head")]
    for _ in range(-(-MESSAGES // EACH)):
        dossier = made.dossier(mother, procedure=version)
        for act, who in ACTS:
            cases.act(dossier.pk, act, by=staff[who])
        news = [*range(1, 10), *chance.sample(range(1, 10), 4)]
        chance.shuffle(news)
        for seq in news:
            national.put(dossier.pk, dossier.number, seq)
    from vamco.systems.national.models import Message

    return list(Message.objects.order_by("line", "place").values_list("key", flat=True))


def _send() -> tuple[int, int]:
    """Let senders work, kill one of them every now and then, and have refused messages sent again; until nothing waits."""
    from django.db import connections

    from vamco.systems.national.models import Line, Message

    chance, kills, resent = random.Random(SEED), 0, 0
    connections.close_all()
    senders = [_new_sender() for _ in range(SENDERS)]
    end, next_kill = time.monotonic() + PATIENCE_S, KILL_EVERY * chance.uniform(0.2, 1)
    while Message.objects.exclude(state="sent").exists():
        assert time.monotonic() < end, "something waits for ever"
        time.sleep(0.2)
        resent += _resend()
        Line.objects.filter(leased_until__isnull=False, pk__in=_orphans()).update(leased_until=None)
        if Message.objects.filter(state="sent").count() > next_kill:
            place = chance.randrange(SENDERS)
            victim = senders[place]
            kills += victim.poll() is None
            victim.kill()
            victim.wait()
            senders[place] = _new_sender()
            next_kill += KILL_EVERY * chance.uniform(0.5, 1.5)
    for sender in senders:
        sender.kill()
        sender.wait()
    return kills, resent


def _orphans() -> list[int]:
    """Return the dossiers whose lease is older than any call can last; the product waits 90 s for it, the bench 10."""
    import datetime as dt

    from vamco.kernel.base import clock
    from vamco.systems.national.models import Line
    from vamco.systems.national.services.sending import LEASE

    before = clock.now() + LEASE - dt.timedelta(seconds=10)
    return list(Line.objects.filter(leased_until__lt=before).values_list("pk", flat=True))


def _resend() -> int:
    """Settle refused messages, as the head of the office does on the page."""
    from vamco.kernel.world.people import public as people
    from vamco.systems.national import public as national

    found = national.troubles(limit=100)
    if found:
        head = people.holders(["onestop_head"], _today()).first()
        assert head is not None
        for each in found:
            national.resend(each.message, by=head.person)
    return len(found)


def _today() -> Any:
    from vamco.kernel.base import clock

    return clock.today()


def _new_sender() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, __file__])


def _sender() -> None:
    """Send what is due, dossier after dossier, until somebody kills it."""
    from vamco.config.start import start

    start()
    from vamco.kernel.base import clock
    from vamco.systems.national import public as national
    from vamco.systems.national.models import Line

    chance = random.Random(os.getpid())
    while True:
        due = list(Line.objects.filter(next_at__lte=clock.now()).values_list("pk", flat=True)[:200])
        chance.shuffle(due)
        for case in due:
            national.send(case)
        if not due:
            time.sleep(0.2)


def _compare(told: list[str], kept: Path, kills: int, resent: int, took: float) -> Iterator[Figure]:
    with sqlite3.connect(kept) as portal:
        rows = portal.execute("SELECT key, number, times FROM taken ORDER BY id").fetchall()
    order: dict[str, list[str]] = {}
    for key, number, _times in rows:
        order.setdefault(number, []).append(key)
    expected: dict[str, list[str]] = {}
    for key in told:
        expected.setdefault(key.split(":")[0], []).append(key)
    taken = [key for key, _, _ in rows]
    wrong = sum(1 for number, keys in expected.items() if order.get(number) != keys)
    yield Figure("dossiers_sync", "messages", len(told), "messages", f">= {MESSAGES}")
    yield Figure("dossiers_sync", "lost", len(set(told) - set(taken)), "messages", "<= 0")
    yield Figure(
        "dossiers_sync", "doubled", len(taken) - len(set(taken)) + len(set(taken) - set(told)), "messages", "<= 0"
    )
    yield Figure("dossiers_sync", "dossiers_out_of_order", wrong, "dossiers", "<= 0")
    yield Figure("dossiers_sync", "sent_again", sum(times - 1 for _, _, times in rows), "messages")
    yield Figure("dossiers_sync", "refused_and_settled", resent, "messages")
    yield Figure("dossiers_sync", "senders_killed", kills, "kills", ">= 1")
    yield Figure("dossiers_sync", "messages_per_second", len(told) / took, "messages/s")


if __name__ == "__main__":
    _sender()
