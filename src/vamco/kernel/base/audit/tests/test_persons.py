"""Who looked at my data; and after an erasure nobody can tell whom an entry was about, while the log still holds."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.audit import rules
from vamco.kernel.base.audit.models import Entry, Mention
from vamco.kernel.base.audit.tests.forging import CHAIN, forger, owner, record
from vamco.lib.errors import Refused
from vamco.lib.hashchain import digest

ME, OTHER = "person:471100815", "person:471200815"  # so long that no hash holds one by chance
CARD = "079085001234"


def look(person: str = ME, purpose: str = "Thẩm định hồ sơ", **more: Any) -> None:
    audit.record_access(person, actor="9", chain=CHAIN, purpose=purpose, fields=["cccd"], **more)


@pytest.mark.usefixtures("fresh_db")
def test_who_looked_at_my_data_and_what_for() -> None:
    with transaction.atomic():
        audit.record("people.add", actor="3", chain="people", subject=ME)
        audit.record("cases.open", actor="3", chain=CHAIN, subject="case:1", persons=[ME, OTHER])
    look()
    look(OTHER)
    found = audit.seen(ME)
    assert [(each.act, each.actor, each.subject, each.purpose) for each in found] == [
        ("audit.access", "9", "person", "Thẩm định hồ sơ"),
        ("people.add", "3", "person", ""),
        ("cases.open", "3", "case:1", ""),
    ]
    assert [each.act for each in audit.seen(ME, limit=1)] == ["audit.access"]
    assert [each.act for each in audit.seen(ME, since=found[0].at)] == ["audit.access"]
    assert len(audit.seen(OTHER)) == 2
    assert audit.seen("person:471") == []
    assert not audit.examine().wrong


@pytest.mark.django_db
@pytest.mark.parametrize("purpose", ["", "  "])
def test_nobody_looks_or_erases_without_a_purpose(purpose: str) -> None:
    before = Entry.objects.count()
    with pytest.raises(Refused):
        look(purpose=purpose)
    with pytest.raises(Refused):
        audit.erase(ME, actor="1", chain=CHAIN, purpose=purpose)
    assert Entry.objects.count() == before


def everything() -> str:
    """All that the tables of the log hold, and an export, as text."""
    parts = []
    with connection.cursor() as cursor:
        for table in ("audit_entry", "audit_chain", "audit_mention", "audit_checkpoint"):
            cursor.execute(f"SELECT t::text FROM {table} t")
            parts += [row[0] for row in cursor.fetchall()]
    text = io.StringIO()
    audit.export(text)
    return "\n".join([*parts, text.getvalue()])


def guesses(person: str, value: str, salts: list[bytes]) -> set[str]:
    """The hashes by which somebody could recognise the person, knowing the number, the card and the salts that are left."""
    texts = {person, value, f"person\0{person}", f"value\0cccd\0{value}"}
    plain = {hashlib.sha256(text.encode()).hexdigest() for text in texts}
    salted = {commit(salt) for salt in [*salts, b"", bytes(16)] for commit in (
        lambda salt: rules.commit_person(salt, person), lambda salt: rules.commit_value(salt, "cccd", value))}  # fmt: skip
    return plain | salted


@pytest.mark.usefixtures("fresh_db")
def test_after_an_erasure_the_log_holds_and_knows_nothing_of_the_person() -> None:
    with transaction.atomic():
        audit.record("people.put_card", actor="3", chain=CHAIN, subject=ME, sealed={"cccd": CARD})
        audit.record("people.put_card", actor="3", chain=CHAIN, subject=OTHER, sealed={"cccd": "1"})
    look()
    record(1, persons=[OTHER, ME])
    seq = Entry.objects.get(mentions__person=ME, act="people.put_card").seq
    assert audit.attests(CHAIN, seq, ME, "cccd", CARD)
    assert not audit.attests(CHAIN, seq, ME, "cccd", CARD[::-1])
    assert not audit.attests(CHAIN, seq, ME, "name", CARD)
    assert not audit.attests(CHAIN, seq, OTHER, "cccd", CARD)
    salts = [bytes(salt) for salt in Mention.objects.filter(person=ME).values_list("salt", flat=True)]
    kept, before = audit.checkpoint(), everything()
    assert ME in before
    assert CARD not in before
    assert any(guess in before for guess in guesses(ME, CARD, salts))

    assert audit.erase(ME, actor="1", chain=CHAIN, purpose="Luật 91/2025/QH15") == 3

    assert audit.seen(ME) == []
    assert not audit.attests(CHAIN, seq, ME, "cccd", CARD)
    after = everything()
    left = [bytes(salt) for salt in Mention.objects.values_list("salt", flat=True)]
    assert ME not in after
    assert "471100815" not in after
    assert not [guess for guess in guesses(ME, CARD, left) if guess in after]
    assert not [salt for salt in salts if salt.hex() in after]
    commitments = [each for entry in Entry.objects.all() for each in entry.commitments.get("persons", [])]
    assert len(commitments) == len(set(commitments))  # entries about one person cannot be laid together either
    report = audit.examine([kept], kept.key)
    assert (report.wrong, report.unexplained) == (False, 0)
    assert len(audit.seen(OTHER)) == 2
    last = Entry.objects.get(act="audit.erase")
    assert (last.subject, last.detail, last.commitments, last.purpose) == (
        "person",
        {"entries": 3},
        {},
        "Luật 91/2025/QH15",
    )


def test_links_that_were_touched_show(fresh_db: str) -> None:
    with forger(fresh_db) as someone:
        look()
        look(OTHER)
        look(OTHER)
        someone.execute("UPDATE audit_mention SET person = %s WHERE person = %s", [OTHER, ME])
        assert audit.examine().mentions == {CHAIN: 1}
        someone.execute("DELETE FROM audit_mention WHERE id = (SELECT min(id) FROM audit_mention)")
        report = audit.examine()
        assert (report.mentions, report.unexplained, report.broken, report.wrong) == ({}, 1, {}, True)
        someone.execute(
            "INSERT INTO audit_mention (entry_id, place, person, salt) VALUES (0, 0, 'person:1', ''), (0, 1, '', '')"
        )
        report = audit.examine()
        assert (report.unexplained, report.dangling) == (1, 2)


NOWHERE = "INSERT INTO audit_mention (entry_id, place, person, salt) VALUES (999999, 0, 'person:9', '')"
AGAIN = "INSERT INTO audit_mention (entry_id, place, person, salt) SELECT entry_id, {}, person, salt FROM audit_mention"


@pytest.mark.parametrize(
    ("added", "dangling", "linked"),
    [(NOWHERE, 1, {}), (AGAIN.format(-1), 0, {CHAIN: 2}), (AGAIN.format(1), 0, {CHAIN: 2}), (AGAIN.format(0), 0, {})],
    ids=["to no entry", "from the end", "beyond the persons", "twice"],
)
def test_a_link_too_many_never_makes_up_for_one_that_is_gone(
    added: str, dangling: int, linked: dict[str, int], fresh_db: str
) -> None:
    with forger(fresh_db) as someone:
        someone.execute("ALTER TABLE audit_mention DROP CONSTRAINT audit_mention_place_check")
        someone.execute("ALTER TABLE audit_mention DROP CONSTRAINT audit_mention_place")
        look()
        look(OTHER)
        someone.execute("DELETE FROM audit_mention WHERE person = %s", [ME])
        someone.execute(added)
        report = audit.examine()
        assert (report.unexplained, report.dangling, report.mentions) == (1, dangling, linked)
        someone.execute("DELETE FROM audit_mention")
        look(ME)
        someone.execute(NOWHERE)
        report = audit.examine()
        assert (report.dangling, report.wrong) == (1, True)


def test_the_database_takes_no_place_below_0(fresh_db: str) -> None:
    look()
    with owner(fresh_db) as someone, pytest.raises(psycopg.errors.CheckViolation):
        someone.execute(AGAIN.format(-1))


@pytest.mark.usefixtures("fresh_db")
@pytest.mark.parametrize(
    ("purpose", "code"),
    [("ị" * 201, "audit.purpose_too_long"), ("a\0", "audit.purpose_no_text"), ("a\udc80", "audit.purpose_no_text")],
)
def test_a_purpose_that_no_entry_takes_is_refused_like_any_other_answer(purpose: str, code: str) -> None:
    for act in (look, lambda purpose: audit.erase(ME, actor="1", chain=CHAIN, purpose=purpose)):
        with pytest.raises(Refused) as refused:
            act(purpose=purpose)
        assert refused.value.code == code
    look(purpose="ị" * 200)
    assert Entry.objects.get(chain=CHAIN).purpose == "ị" * 200


@pytest.mark.usefixtures("fresh_db")
def test_the_application_that_unlinks_without_an_act_is_seen() -> None:
    look()
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_forget(%s::text)", [ME])
    assert audit.examine().unexplained == 1


@given(
    subject=st.sampled_from(["case:1", ME, "person", "persons:1"]),
    others=st.lists(st.sampled_from([ME, OTHER, "citizen:1"])),
)
def test_a_person_who_is_the_subject_is_never_named(subject: str, others: list[str]) -> None:
    named, concerned = rules.persons(subject, others)
    assert named == ("person" if subject in {ME, "person"} else subject)
    assert set(concerned) == {*others, *([ME] if subject == ME else [])}
    assert len(concerned) == len(set(concerned))


SAID = {"chain": "c", "at": "x", "act": "a.b", "actor": "7", "subject": "case:1", "purpose": ""}


@given(st.lists(st.tuples(st.text(max_size=64), st.binary(min_size=16, max_size=16)), max_size=3))
def test_a_draft_is_bound_to_its_persons_but_names_none(pairs: list[tuple[str, bytes]]) -> None:
    mentions = [rules.Mention(f"p{n}", salt) for n, (_, salt) in enumerate(pairs)]
    draft = rules.draft(SAID, {"n": 1}, mentions, {})
    written = json.loads(draft.written())
    assert written.pop("mentions") == [{"person": each.person, "salt": each.salt.hex()} for each in mentions]
    assert written.pop("digest") == digest(draft.text).hex()
    assert written == json.loads(draft.text)
    assert len(written["commitments"].get("persons", [])) == len(mentions)


@pytest.mark.parametrize(
    ("said", "person"),
    [
        ({"act": "a" * 101}, "p"),
        ({"actor": "a\0"}, "p"),
        ({"chain": "c" * 65}, "p"),
        ({}, "p" * 65),
        ({"subject": "s" * 201}, "p"),
    ],
)
def test_what_no_column_takes_is_refused_when_it_is_said(said: dict[str, str], person: str) -> None:
    with pytest.raises(ValueError, match="audit entry"):
        rules.draft(SAID | said, {}, [rules.Mention(person, bytes(16))], {})


def test_sealed_values_need_a_person() -> None:
    with pytest.raises(ValueError, match="about a person"):
        rules.draft(SAID, {}, [], {"cccd": CARD})
