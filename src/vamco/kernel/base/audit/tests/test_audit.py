from __future__ import annotations

import datetime as dt
import io
import threading
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.audit import rules
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.base.audit.tests.forging import CHAIN, forger, owner, record
from vamco.lib.chain_export import check
from vamco.lib.hashchain import Break, Reason


@pytest.mark.django_db
def test_entries_follow_one_another_and_verify() -> None:
    for n in range(3):
        record(n)
    record(0, chain="H53.02")
    assert list(Entry.objects.filter(chain=CHAIN).order_by("seq").values_list("seq", "subject")) == [
        (1, "thing:0"),
        (2, "thing:1"),
        (3, "thing:2"),
    ]
    assert list(Entry.objects.filter(chain="H53.02").values_list("seq", flat=True)) == [1]
    assert audit.verify() == {}


@pytest.mark.usefixtures("fresh_db")
def test_an_entry_needs_the_transaction_of_an_act() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        audit.record("test.act", actor="7", chain="x", subject="thing:1")
    assert not Entry.objects.filter(chain="x").exists()


@pytest.mark.django_db
def test_an_act_that_rolls_back_leaves_no_entry_and_no_gap() -> None:
    record(1)
    with transaction.atomic():
        audit.record("test.act", actor="7", chain=CHAIN, subject="thing:2")
        transaction.set_rollback(True)
    record(3)
    assert list(Entry.objects.filter(chain=CHAIN).order_by("seq").values_list("seq", "subject")) == [
        (1, "thing:1"),
        (2, "thing:3"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET act = 'other'",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_chain",
        "TRUNCATE audit_entry",
        "TRUNCATE audit_chain CASCADE",
        "DROP TRIGGER audit_append_only ON audit_entry",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "DROP TABLE audit_entry",
    ],
)
def test_the_database_refuses_to_change_the_log(statement: str) -> None:
    record(1)
    expected = pytest.raises(DatabaseError, match=r"append-only|permission denied|must be owner")
    with expected, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Entry.objects.get(chain=CHAIN).act == "test.act"
    assert audit.verify() == {}


def test_even_the_owner_is_refused_until_the_trigger_is_gone(fresh_db: str) -> None:
    record(1)
    with owner(fresh_db) as someone:
        for statement in ("UPDATE audit_entry SET act = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
                someone.execute(statement)


FORGERIES = {
    "act": ("UPDATE audit_entry SET act = 'x' WHERE seq = 2", 2),
    "actor": ("UPDATE audit_entry SET actor = '8' WHERE seq = 3", 3),
    "subject": ("UPDATE audit_entry SET subject = 'thing:9' WHERE seq = 1", 1),
    "purpose": ("UPDATE audit_entry SET purpose = 'x' WHERE seq = 4", 4),
    "detail": ("UPDATE audit_entry SET detail = jsonb_set(detail, '{n}', '9') WHERE seq = 2", 2),
    "time": ("UPDATE audit_entry SET at = at + interval '1 microsecond' WHERE seq = 2", 2),
    "hash": ("UPDATE audit_entry SET hash = decode(repeat('00', 32), 'hex') WHERE seq = 2", 2),
    "gap": ("DELETE FROM audit_entry WHERE seq = 2", 2),
    "gap closed": ("DELETE FROM audit_entry WHERE seq = 2; UPDATE audit_entry SET seq = seq - 1 WHERE seq > 2", 2),
    "first gone": ("DELETE FROM audit_entry WHERE seq = 1", 1),
    "tail gone": ("DELETE FROM audit_entry WHERE seq = 4", 4),
    "tail gone, head moved": (
        "DELETE FROM audit_entry WHERE seq = 4; UPDATE audit_chain SET seq = 3",
        4,
    ),
    "head moved back": ("UPDATE audit_chain SET seq = 3, head = (SELECT hash FROM audit_entry WHERE seq = 3)", 4),
    "exchanged": (
        """
        UPDATE audit_entry SET seq = 9 WHERE seq = 2; UPDATE audit_entry SET seq = 2 WHERE seq = 3;
        UPDATE audit_entry SET seq = 3 WHERE seq = 9
        """,
        2,
    ),
    "added": (
        """
        INSERT INTO audit_entry (chain_id, seq, at, act, actor, subject, purpose, detail, commitments, hash)
        SELECT chain_id, 5, at, act, actor, subject, purpose, detail, commitments, hash FROM audit_entry WHERE seq = 4
        """,
        5,
    ),
    "all gone": ("DELETE FROM audit_entry", 1),
    "persons no list": ("""UPDATE audit_entry SET commitments = '{"persons": "x"}' WHERE seq = 2""", 2),
    "commitments no object": ("""UPDATE audit_entry SET commitments = '"persons"' WHERE seq = 2""", 2),
    "erased so many": ("""UPDATE audit_entry SET act = 'audit.erase', detail = '{"entries": "x"}' WHERE seq = 2""", 2),
    "erased too many": (
        """UPDATE audit_entry SET act = 'audit.erase', detail = '{"entries": 1e99999}' WHERE seq = 2""",
        2,
    ),
    "no moment": ("UPDATE audit_entry SET at = 'infinity' WHERE seq = 2", 2),
    "before all time": ("UPDATE audit_entry SET at = at - interval '5000 years' WHERE seq = 2", 2),
    "endless number": ("UPDATE audit_entry SET detail = ('[' || repeat('9', 5000) || ']')::jsonb WHERE seq = 2", 2),
    "no number": ("UPDATE audit_entry SET detail = ('[' || repeat('9', 400) || '.5]')::jsonb WHERE seq = 2", 2),
    "too deep to read": (
        "UPDATE audit_entry SET detail = (repeat('[', 3000) || repeat(']', 3000))::jsonb WHERE seq = 2",
        2,
    ),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_verify_names_the_first_entry_that_is_not_true(forgery: str, fresh_db: str) -> None:
    statement, broken = FORGERIES[forgery]
    with forger(fresh_db) as someone:
        for n in range(4):
            record(n)
        assert audit.verify() == {}
        someone.execute(statement)
    assert audit.verify() == {CHAIN: broken}
    if forgery in {"added", "head moved back"}:
        return  # what stands behind a chain's end is in no export
    text = io.StringIO()
    audit.export(text)  # it goes on, and the file shows the same
    report = check(text.getvalue().splitlines())
    assert ({chain: each.seq for chain, each in report.broken.items()}, report.damaged) == ({CHAIN: broken}, "")


def test_what_can_be_read_but_not_written_again_is_altered_too(fresh_db: str) -> None:
    """Somewhere in these depths Python reads what it cannot write: there the break is no less named."""
    deep = "UPDATE audit_entry SET detail = (repeat('[', %s) || repeat(']', %s))::jsonb WHERE seq = 2"
    with forger(fresh_db) as someone:
        for n in range(3):
            record(n)
        record(0, chain="z")
        for depth in range(880, 1001):
            someone.execute(deep, [depth, depth])
            report = audit.examine()
            assert (report.broken, report.entries, report.chains) == ({CHAIN: Break(2, Reason.ALTERED)}, 1 + 1, 2)
            audit.export(io.StringIO())


@pytest.mark.usefixtures("fresh_db")
def test_acts_at_once_make_one_chain_and_verify_may_look_on() -> None:
    wrong: list[object] = []
    done = threading.Event()

    def act(worker: int) -> None:
        for n in range(10):
            record(worker * 100 + n, chain="new")
        connection.close()

    def look() -> None:
        while not done.is_set():
            wrong.extend(audit.verify())
        connection.close()

    watcher = threading.Thread(target=look)
    actors = [threading.Thread(target=act, args=(n,)) for n in range(4)]
    for thread in (watcher, *actors):
        thread.start()
    for thread in actors:
        thread.join()
    done.set()
    watcher.join()
    assert wrong == []
    assert list(Entry.objects.filter(chain="new").order_by("seq").values_list("seq", flat=True)) == list(range(1, 41))
    assert audit.verify() == {}


TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
EXACT = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.django_db
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None, max_examples=60
)
@given(detail=st.dictionaries(TEXT, EXACT, max_size=4))
def test_every_detail_that_is_taken_comes_back_true(detail: dict[str, Any]) -> None:
    record(1, detail=detail)
    assert Entry.objects.filter(chain=CHAIN).latest("seq").detail == detail
    assert audit.verify() == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "detail",
    [
        {"x": 1e16},
        {"x": -0.0},
        {1: "x"},
        {"x": {2: 1}},
        {"x": ["a\0"]},
        {"a\0": 1},
        {"x": dt.date(2026, 1, 1)},
        {"x": {1}},
    ],
    ids=repr,
)
def test_what_the_database_would_change_is_no_detail(detail: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        record(1, detail=detail)
    assert not Entry.objects.filter(chain=CHAIN).exists()


def nested(levels: int) -> dict[str, Any]:
    inner: dict[str, Any] = {}
    for _ in range(levels - 1):
        inner = {"x": inner}
    return inner


@pytest.mark.django_db
def test_a_detail_is_not_deeper_than_all_can_read() -> None:
    record(1, detail=nested(rules.DEEPEST))
    for levels in (rules.DEEPEST + 1, 5000):
        with pytest.raises(ValueError, match="levels deep"):
            record(2, detail=nested(levels))
    assert audit.verify() == {}
