"""Which attack is shown by what: the log alone, the checkpoints inside it, or only one kept elsewhere. docs/audit.md says the same."""

from __future__ import annotations

import io
import itertools
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from vamco.cli import audit as command
from vamco.kernel.base.audit import jobs, queries
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.audit.adapters import keys
from vamco.kernel.base.audit.models import Checkpoint, Entry
from vamco.kernel.base.audit.tests.forging import CHAIN, TABLES, bind_anew, forger, owner, record
from vamco.lib.chain_export import check
from vamco.lib.checkpoints import Doubt, Fault, sign
from vamco.lib.errors import Refused
from vamco.lib.hashchain import Break, Place, Reason

if TYPE_CHECKING:
    from pathlib import Path

    from vamco.lib.chain_export import Report

Attack = "Callable[[psycopg.Connection], object]"
_numbers = itertools.count()

DELETE = "DELETE FROM audit_entry WHERE seq = 3"
EDIT = "UPDATE audit_entry SET actor = '8' WHERE seq = 3"
INSERT = """
    UPDATE audit_entry SET seq = seq + 100 WHERE seq > 3; UPDATE audit_entry SET seq = seq - 99 WHERE seq > 100;
    INSERT INTO audit_entry (chain_id, seq, at, act, actor, subject, purpose, detail, commitments, hash)
    SELECT chain_id, 4, at, 'test.never', actor, subject, purpose, detail, commitments, hash FROM audit_entry WHERE seq = 3
"""
REORDER = """
    UPDATE audit_entry SET seq = 99 WHERE seq = 3; UPDATE audit_entry SET seq = 3 WHERE seq = 4;
    UPDATE audit_entry SET seq = 4 WHERE seq = 99
"""
TAIL = "DELETE FROM audit_entry WHERE seq > 3"
EMPTIED = "DELETE FROM audit_entry; UPDATE audit_chain SET seq = 0, head = decode(repeat('00', 32), 'hex')"
SWAPPED = """
    UPDATE audit_entry SET id = -id WHERE seq IN (3, 5);
    UPDATE audit_entry entry SET id = -other.id FROM audit_entry other WHERE entry.seq + other.seq = 8 AND other.seq IN (3, 5)
"""
NO_CHECKPOINTS = "DELETE FROM audit_checkpoint"
LATER_CHECKPOINTS = "DELETE FROM audit_checkpoint WHERE number > 1"

# name: statements, whether all is bound anew afterwards, the first broken entry seen by: the log alone, its own checkpoints,
# one kept elsewhere. None: it does not show. Six entries; checkpoints after the second and the sixth.
ATTACKS: dict[str, tuple[str, bool, tuple[int | None, int | None, int | None]]] = {
    "edit": (EDIT, False, (3, 3, 3)),
    "edit, bound anew": (EDIT, True, (None, 6, 6)),
    "edit, bound anew, later checkpoints gone": (f"{EDIT}; {LATER_CHECKPOINTS}", True, (None, None, 6)),
    "delete": (DELETE, False, (3, 3, 3)),
    "delete, bound anew": (DELETE, True, (None, 6, 6)),
    "delete, bound anew, all checkpoints gone": (f"{DELETE}; {NO_CHECKPOINTS}", True, (None, None, 6)),
    "insert": (INSERT, False, (4, 4, 4)),
    "insert, bound anew": (INSERT, True, (None, 6, 6)),
    "insert, bound anew, all checkpoints gone": (f"{INSERT}; {NO_CHECKPOINTS}", True, (None, None, 6)),
    "reorder": (REORDER, False, (3, 3, 3)),
    "reorder, bound anew": (REORDER, True, (None, 6, 6)),
    "reorder, bound anew, later checkpoints gone": (f"{REORDER}; {LATER_CHECKPOINTS}", True, (None, None, 6)),
    "tail cut": (TAIL, False, (4, 4, 4)),
    "tail cut, head moved": (TAIL, True, (None, 4, 4)),
    "tail cut, head moved, later checkpoints gone": (f"{TAIL}; {LATER_CHECKPOINTS}", True, (None, None, 4)),
    "rows swapped": (SWAPPED, False, (3, 3, 3)),
    "rows swapped, bound anew": (SWAPPED, True, (None, 6, 6)),
    "rows swapped, bound anew, all checkpoints gone": (f"{SWAPPED}; {NO_CHECKPOINTS}", True, (None, None, 6)),
    "emptied": ("DELETE FROM audit_entry", False, (1, 1, 1)),
    "emptied, head moved": (EMPTIED, False, (1, 1, 1)),
    "emptied, head moved, all checkpoints gone": (f"{EMPTIED}; {NO_CHECKPOINTS}", False, (1, 1, 1)),
    "whole chain gone": (f"DELETE FROM audit_entry; DELETE FROM audit_chain; {NO_CHECKPOINTS}", False, (None, None, 1)),
}


def first_broken(report: Report) -> int | None:
    return report.broken[CHAIN].seq if CHAIN in report.broken else None


def exported() -> str:
    text = io.StringIO()
    audit.export(text)
    return text.getvalue()


@pytest.mark.parametrize("attack", ATTACKS)
def test_which_attack_shows_where(attack: str, fresh_db: str) -> None:
    statements, anew, (alone, inside, outside) = ATTACKS[attack]
    with forger(fresh_db) as someone:
        for n in range(1, 7):
            record(n)
            if n in {2, 6}:
                kept = audit.checkpoint()
        assert not audit.examine([kept], kept.key).wrong
        someone.execute(statements)
        if anew:
            bind_anew(someone)
        assert first_broken(audit.examine([kept], kept.key)) == outside
        assert first_broken(check(io.StringIO(exported()), [kept], kept.key)) == outside
        assert first_broken(audit.examine()) == inside
        assert audit.examine().wrong is (inside is not None)
        someone.execute(NO_CHECKPOINTS)
        assert first_broken(audit.examine()) == alone
        assert first_broken(check(io.StringIO(exported()))) == alone


def test_a_chain_emptied_after_the_newest_checkpoint_is_no_chain_at_all(fresh_db: str) -> None:
    with forger(fresh_db) as someone:
        record(1, chain="a")
        kept = audit.checkpoint()
        record(2, chain="b")
        someone.execute("DELETE FROM audit_entry WHERE chain_id = 'b'")
        someone.execute("UPDATE audit_chain SET seq = 0, head = decode(repeat('00', 32), 'hex') WHERE code = 'b'")
        expected = {"b": Break(1, Reason.EMPTY)}
        assert audit.examine([kept], kept.key).broken == expected
        assert check(io.StringIO(exported()), [kept], kept.key).broken == expected


def test_rows_swapped_between_two_chains_show(fresh_db: str) -> None:
    """The history of a case that two agencies handled would be told in another order."""
    with forger(fresh_db) as someone:
        record(1, chain="a")
        record(2, chain="b")
        kept = audit.checkpoint()
        (first, second) = Entry.objects.order_by("chain").values_list("pk", flat=True)
        assert first < second
        for row, moved in ((first, -1), (second, first), (-1, second)):
            someone.execute("UPDATE audit_entry SET id = %s WHERE id = %s", [moved, row])
        expected = {"a": Break(1, Reason.ALTERED), "b": Break(1, Reason.ALTERED)}
        assert audit.examine([kept], kept.key).broken == expected
        assert check(io.StringIO(exported()), [kept], kept.key).broken == expected


def test_entries_from_before_rows_were_bound_hold_and_their_rows_rise(fresh_db: str) -> None:
    with forger(fresh_db) as someone:
        for n in range(1, 4):
            record(n)
        bind_anew(someone, bound_rows=False)  # as the versions before wrote them
        for n in range(4, 6):
            record(n)
        kept = audit.checkpoint()
        assert not audit.examine([kept], kept.key).wrong
        assert not check(io.StringIO(exported()), [kept], kept.key).wrong
        rows = list(Entry.objects.order_by("seq").values_list("pk", flat=True))
        someone.execute("UPDATE audit_entry SET id = -1 WHERE id = %s", [rows[0]])
        someone.execute("UPDATE audit_entry SET id = %s WHERE id = %s", [rows[0], rows[1]])
        someone.execute("UPDATE audit_entry SET id = %s WHERE id = -1", [rows[1]])
        assert audit.examine([kept], kept.key).broken == {CHAIN: Break(2, Reason.ALTERED)}
        assert check(io.StringIO(exported()), [kept], kept.key).broken == {CHAIN: Break(2, Reason.ALTERED)}


def test_an_old_backup_shows_only_by_a_checkpoint_kept_elsewhere(fresh_db: str) -> None:
    record(1)
    audit.checkpoint()
    backup = f"{psycopg.conninfo.conninfo_to_dict(fresh_db)['dbname']}_backup{next(_numbers)}"
    connection.close()
    with psycopg.connect(os.environ["VAMCO_TEST_OWNER"], dbname="postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {backup} TEMPLATE {psycopg.conninfo.conninfo_to_dict(fresh_db)['dbname']}")
        record(2)
        kept = audit.checkpoint()
        current = connection.settings_dict["NAME"]
        connection.close()
        try:
            connection.settings_dict["NAME"] = backup
            assert not audit.examine().wrong  # nothing in it is untrue
            report = audit.examine([kept])
            assert report.broken[CHAIN].seq == 2
            assert [fault.doubt for fault in report.faults] == ["unknown"]
        finally:
            connection.close()
            connection.settings_dict["NAME"] = current
            admin.execute(f"DROP DATABASE {backup}")


def test_who_has_the_database_but_not_the_key_cannot_sign_a_forged_end(fresh_db: str) -> None:
    with forger(fresh_db) as someone:
        for n in range(1, 4):
            record(n)
        kept = audit.checkpoint()
        someone.execute(EDIT)
        bind_anew(someone)
        someone.execute(NO_CHECKPOINTS)
        keys.path().unlink()  # another machine: it makes a key of its own
        audit.checkpoint()
        assert not audit.examine().wrong
        report = audit.examine(key=kept.key)
        assert [(fault.number, fault.doubt) for fault in report.faults] == [(1, "strange")]


GARBAGE = {
    "nothing": "''",
    "no JSON": "'x' || chr(10) || line",
    "no number": """replace(line, '"number":2', '"number":1e999')""",
    "too deep": "repeat('[', 100000)",
    "another's number": """replace(line, '"number":2', '"number":7')""",
    "written otherwise": "replace(line, ':', ': ')",
    "half a pair": """replace(line, '"at":"', '"at":"\\ud800')""",
}


@pytest.mark.parametrize("garbage", GARBAGE)
def test_a_checkpoint_that_nobody_can_read_is_a_fault_and_no_more(garbage: str, fresh_db: str) -> None:
    with forger(fresh_db) as someone:
        for n in (1, 2):
            record(n)
            audit.checkpoint()
        someone.execute(f"UPDATE audit_checkpoint SET line = {GARBAGE[garbage]} WHERE number = 2")
        record(3)
        for report in (audit.examine(), check(io.StringIO(exported()))):
            assert Fault(2, Doubt.FORGED) in report.faults
            assert (report.broken, report.entries, report.damaged) == ({}, 3, "")
        assert audit.checkpoint().number == 3
        report = audit.examine()
        assert ({fault.number for fault in report.faults}, report.broken) == ({2}, {})


@pytest.mark.usefixtures("fresh_db")
def test_a_checkpoint_is_made_when_a_chain_grew_and_names_the_one_before() -> None:
    record(1)
    jobs.checkpoint()
    first = audit.checkpoint()
    assert Checkpoint.objects.count() == first.number == 1
    assert first.heads[CHAIN].seq == 1
    record(2)
    second = audit.checkpoint()
    assert (second.number, second.previous, second.heads[CHAIN].seq) == (2, first.digest(), 2)
    assert second.holds()


@pytest.mark.django_db
def test_the_key_is_a_file_that_only_its_owner_reads() -> None:
    key = keys.private()
    assert (keys.path().stat().st_mode & 0o777, len(key), keys.private()) == (0o600, 32, key)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_checkpoint WHERE strpos(line, %s::text) > 0", [key.hex()])
        assert cursor.fetchone() == (0,)
    keys.path().chmod(0o640)
    with pytest.raises(Refused, match="0600"):
        keys.private()
    keys.path().chmod(0o600)
    keys.path().write_bytes(b"short")
    with pytest.raises(Refused, match="32 bytes"):
        keys.private()


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "act", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}", "INSERT INTO {} DEFAULT VALUES"]
)
def test_the_application_can_only_append(table: str, act: str) -> None:
    record(1, persons=["person:1"])
    audit.checkpoint()
    column = {"audit_chain": "code", "audit_checkpoint": "number"}.get(table, "id")
    expected = r"append-only|permission denied"
    with pytest.raises(DatabaseError, match=expected), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act.format(table, column, column))
    assert not audit.examine().wrong


@pytest.mark.usefixtures("fresh_db")
def test_the_application_adds_no_checkpoint_but_the_next_true_one() -> None:
    for n in range(2):
        record(n, chain="a")
        record(n, chain="b")
    first = audit.checkpoint()
    for n in range(2):
        record(n, chain="c")
    true = queries.heads()
    untrue = {
        "its number again": replace(first, heads=true),
        "a number too far": sign(keys.private(), replace(first, number=2), first.at, true),
        "another hash": sign(keys.private(), first, first.at, {**true, "c": Place(2, bytes(32))}),
        "an entry that is not there": sign(keys.private(), first, first.at, {**true, "c": Place(3, true["c"].hash)}),
        "a chain that is not there": sign(keys.private(), first, first.at, {**true, "d": true["c"]}),
        "a chain left out": sign(keys.private(), first, first.at, {chain: true[chain] for chain in "ac"}),
    }
    refused: dict[str, str] = {}
    for name, each in untrue.items():
        with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT audit_pin(%s::text)", [each.line()])
        refused[name] = str(error.value).splitlines()[0]
    assert refused == {
        "its number again": "the next checkpoint is number 2",
        "a number too far": "the next checkpoint is number 2",
        "another hash": "the chain c never ended so",
        "an entry that is not there": "the chain c never ended so",
        "a chain that is not there": "the chain d never ended so",
        "a chain left out": "the chain b is shorter than before",
    }
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Checkpoint.objects.create(number=2, line=sign(keys.private(), first, first.at, true).line())
    assert list(Checkpoint.objects.values_list("number", flat=True)) == [1]
    assert audit.checkpoint().number == 2
    assert not audit.examine().wrong


def test_the_owner_too_is_refused_while_the_triggers_stand(fresh_db: str) -> None:
    record(1, persons=["person:1"])
    audit.checkpoint()
    statements = [
        *(f"TRUNCATE {table}" for table in TABLES),
        *(
            f"DELETE FROM {table}" for table in TABLES if table != "audit_mention"
        ),  # erasing persons is the owner's function
        "UPDATE audit_entry SET act = act",
        "UPDATE audit_mention SET person = person",
        "UPDATE audit_checkpoint SET line = line",
        "UPDATE audit_chain SET seq = seq - 1",
        f"UPDATE audit_chain SET code = 'x', seq = seq + 1 WHERE code = '{CHAIN}'",
    ]
    with owner(fresh_db) as someone:
        for statement in statements:
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
                someone.execute(statement)
    assert not audit.examine().wrong


def test_the_command_writes_and_verifies(fresh_db: str, tmp_path: Path, capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    log, kept = tmp_path / "log.jsonl", tmp_path / "kept.jsonl"
    record(1)
    record(2)
    assert command.main(["checkpoint", "--out", str(kept)]) == 0
    assert command.main(["checkpoint", "--out", str(kept)]) == 0
    assert len(kept.read_text().splitlines()) == 1
    assert command.main(["export", "--out", str(log)]) == 0
    entries = Entry.objects.count()
    assert f"{entries} entries written" in capsys.readouterr().out
    for argv in ([], [str(log)]):
        assert command.main(["verify", *argv]) == 0
        said = capsys.readouterr().out
        assert f"True: {entries} entries" in said
        assert "No checkpoint kept elsewhere was given" in said
        assert command.main(["verify", *argv, "--checkpoint", str(kept)]) == 0
        assert "kept elsewhere" not in capsys.readouterr().out
        assert command.main(["verify", *argv, "--key", "00" * 32]) == 1
        assert "signed with another key" in capsys.readouterr().out
    changed = log.read_text().replace('"subject":"thing:2"', '"subject":"thing:3"')
    log.write_text(changed)
    assert command.main(["verify", str(log)]) == 1
    assert f"{CHAIN}: entry 2 was changed" in capsys.readouterr().out
    for text in ("", "\n", "{}", "[" * 100_000, kept.read_text().replace('"number":1', '"number":1e999')):
        kept.write_text(text)
        with pytest.raises(Refused):
            command.main(["verify", "--checkpoint", str(kept)])
    with pytest.raises(Refused):
        command.main(["verify", str(tmp_path / "none")])
    with forger(fresh_db) as someone:
        record(1)
        someone.execute(
            "INSERT INTO audit_mention (entry_id, place, person, salt) VALUES (0, 0, 'person:1', '')",
        )
        assert command.main(["verify"]) == 1
        assert "1 links to persons lead to no entry" in capsys.readouterr().out
    assert command.main(["export"]) == 0
    assert '"vamco_audit_export":2' in capsys.readouterr().out
    assert command.main(["checkpoint"]) == 0
    assert '"checkpoint":{' in capsys.readouterr().out
