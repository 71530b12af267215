"""Acts that write several chains, hold rows and call one another can never wait for each other at the log."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, connections, transaction

from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.audit import rules, services
from vamco.kernel.base.audit.adapters import writing
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.base.audit.tests.forging import owner
from vamco.kernel.world.agencies.models import Agency
from vamco.kernel.world.people.models import Membership, Person

if TYPE_CHECKING:
    from collections.abc import Callable


def say(chain: str, act: str = "test.act") -> None:
    audit.record(act, actor="7", chain=chain, subject="thing:1")


def at_once(*works: Callable[[], None]) -> list[BaseException]:
    """What went wrong while all ran at the same time."""
    wrong: list[BaseException] = []
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], None]) -> None:
        try:
            gate.wait()
            work()
        except BaseException as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not [thread for thread in threads if thread.is_alive()]
    return wrong


def places(chain: str) -> list[int]:
    return list(Entry.objects.filter(chain=chain).order_by("seq").values_list("seq", flat=True))


@pytest.mark.usefixtures("fresh_db")
def test_two_chains_in_opposite_orders_never_deadlock() -> None:
    """Each waits, after it recorded in its first chain, until the other did in its own: with heads locked there both would stand."""
    meet = threading.Barrier(2)

    def act(first: str, second: str) -> None:
        for _ in range(10):
            with transaction.atomic():
                say(first)
                meet.wait(120)
                say(second)
                meet.wait(120)

    assert at_once(lambda: act("x", "y"), lambda: act("y", "x")) == []
    assert places("x") == places("y") == list(range(1, 21))
    assert audit.verify() == {}


@pytest.mark.usefixtures("fresh_db")
def test_a_row_locked_after_the_entry_was_recorded_never_deadlocks() -> None:
    row = Agency.objects.order_by("pk").first()
    assert row is not None
    meet = threading.Barrier(2)

    def records_then_locks() -> None:
        with transaction.atomic():
            say("x")
            meet.wait(120)
            Agency.objects.select_for_update().get(pk=row.pk)

    def locks_then_records() -> None:
        with transaction.atomic():
            Agency.objects.select_for_update().get(pk=row.pk)
            meet.wait(120)
            say("x")

    assert at_once(records_then_locks, locks_then_records) == []
    assert places("x") == [1, 2]


@pytest.mark.usefixtures("fresh_db")
def test_a_foreign_key_is_checked_before_a_head_is_taken() -> None:
    """The check waits for a row that another act holds; that one needs the same head to come to its end."""
    agency, person = (
        Agency.objects.order_by("pk").first(),
        Person.objects.create(name="x", created_at="2026-11-20T00:00Z"),
    )
    assert agency is not None
    held, wants = threading.Event(), threading.Event()

    def points_at_it() -> None:
        with transaction.atomic():
            say("x")
            Membership.objects.create(person=person, agency=agency, role="leader", valid_from="2026-11-20")
            held.wait(120)
            wants.set()

    def holds_it() -> None:
        with transaction.atomic():
            Agency.objects.select_for_update().get(pk=agency.pk)
            held.set()
            wants.wait(120)
            threading.Event().wait(0.3)  # the other one is at its commit by now
            say("x")

    assert at_once(points_at_it, holds_it) == []
    assert places("x") == [1, 2]


@pytest.mark.usefixtures("fresh_db")
def test_many_acts_over_many_chains_leave_no_gap() -> None:
    chains = ["a", "b", "c", "Đ", "z"]

    def act(worker: int) -> None:
        for n in range(12):
            with transaction.atomic():
                for step in range(3):
                    say(chains[(worker + n * step) % 5])

    assert at_once(*(lambda worker=worker: act(worker) for worker in range(6))) == []  # type: ignore[misc]
    assert sum(len(places(chain)) for chain in chains) == 6 * 12 * 3
    assert [places(chain) == list(range(1, len(places(chain)) + 1)) for chain in chains] == [True] * 5
    assert audit.verify() == {}


@pytest.mark.usefixtures("fresh_db")
def test_what_a_savepoint_undoes_is_never_written() -> None:
    with transaction.atomic():
        say("x", "test.first")
        with transaction.atomic():
            say("x", "test.undone")
            transaction.set_rollback(True)
        with transaction.atomic():
            say("x", "test.second")
    assert list(Entry.objects.filter(chain="x").order_by("seq").values_list("seq", "act")) == [
        (1, "test.first"),
        (2, "test.second"),
    ]


def add_and_say(chain: str) -> None:
    with transaction.atomic():
        Person.objects.create(name="x", created_at="2026-11-20T00:00Z")
        say(chain)


@pytest.mark.usefixtures("fresh_db")
def test_an_act_whose_entry_cannot_be_written_does_not_happen(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Person.objects.count()
    with pytest.raises(ValueError, match="64 characters"):
        add_and_say("x" * 65)
    monkeypatch.setattr(rules.Draft, "written", lambda _: '{"chain": "x", "at": "never"}')
    with pytest.raises(DatabaseError, match="invalid input"):
        add_and_say("x")
    monkeypatch.undo()
    assert (Person.objects.count(), places("x")) == (before, [])
    add_and_say("x")
    assert (Person.objects.count(), places("x")) == (before + 1, [1])


LONE = "x\ud800"  # half of a pair: no UTF-8


@pytest.mark.usefixtures("fresh_db")
@pytest.mark.parametrize(
    "said",
    [
        {"detail": {"a": LONE}},
        {"detail": {LONE: 1}},
        {"detail": {"a": 10**5000}},
        {"act": LONE},
        {"chain": LONE},
        {"persons": [LONE]},
        {"persons": ["person:1"], "sealed": {LONE: "x"}},
        {"persons": [f"person:{n}" for n in range(2**15 + 1)]},
    ],
    ids="-".join,
)
def test_what_cannot_be_written_is_refused_inside_the_act(said: dict[str, Any]) -> None:
    with transaction.atomic():
        Person.objects.create(name="x", created_at="2026-11-20T00:00Z")
        before = len(connection.run_on_commit)
        with pytest.raises(ValueError, match=r"surrogates|digits|32768 persons"):
            audit.record(**{"act": "test.act", "actor": "7", "chain": "x", "subject": "thing:1", **said})
        assert len(connection.run_on_commit) == before
        say("x")
    assert places("x") == [1]


@pytest.mark.usefixtures("fresh_db")
@pytest.mark.parametrize(
    "error", [UnicodeEncodeError("utf-8", LONE, 1, 2, "on purpose"), KeyboardInterrupt()], ids=repr
)
@pytest.mark.parametrize("connected", ["connected", "cut off"])
def test_whatever_fails_at_the_commit_leaves_nothing_to_the_next_act(
    error: BaseException, connected: str, fresh_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: object, **_more: object) -> None:
        if connected != "connected":
            connection.connection.close()
        raise error

    connection.ensure_connection()
    before = Person.objects.count()
    with monkeypatch.context() as patch:
        patch.setattr(writing, "write", fails)
        with pytest.raises(type(error)):
            add_and_say("x")
    assert (connection.in_atomic_block, connection.get_autocommit(), connection.run_on_commit) == (False, True, [])
    add_and_say("x")
    with owner(fresh_db) as someone:  # from outside: it is really committed
        assert someone.execute("SELECT seq FROM audit_entry WHERE chain_id = 'x'").fetchall() == [(1,)]
        assert someone.execute("SELECT count(*) FROM people_person").fetchone() == (before + 1,)


@pytest.mark.django_db
def test_a_connection_that_writes_no_entries_takes_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "DatabaseWrapper", type(connections))
    with pytest.raises(ImproperlyConfigured):
        say("x")
