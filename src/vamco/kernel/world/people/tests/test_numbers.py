"""Identity numbers: sealed in the store, masked on the page, whole only for a purpose, under keys that rotate."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import logging
import os
import threading
import uuid
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.forms.models import model_to_dict
from pydantic import SecretStr

from vamco.kernel.base.audit.models import Entry
from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import jobs as finish
from vamco.kernel.world.people import public as people
from vamco.kernel.world.people.contracts import Key
from vamco.kernel.world.people.models import IdentityNumber
from vamco.kernel.world.people.queries import keys
from vamco.kernel.world.people.rules import formats
from vamco.kernel.world.people.rules.sealing import Keyring, new_key
from vamco.kernel.world.people.services import numbering
from vamco.lib.errors import Forbidden, Missing, Refused, Unavailable

if TYPE_CHECKING:
    from pathlib import Path

CITIZEN, OTHER, FIRM = "072085001212", "080191004321", "0300588569"
TODAY = dt.date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _day(settings: Any) -> None:
    settings.VAMCO_TODAY = TODAY


def key_file(settings: Any) -> Path:
    return settings.VAMCO_DATA / keys.NAME


def official(role: str = "commune_official", agency: str = "H53.25708") -> people.Person:
    person = people.add("Cán bộ Một cửa")
    people.appoint(person, agencies.get(agency), role, since=TODAY)
    return person


@pytest.mark.django_db
def test_a_number_is_found_exactly_and_shown_masked() -> None:
    person, firm = people.add("Nguyễn Văn A"), people.add_organisation("Công ty Cổ phần Sữa", "enterprise")
    people.record_number(person, "citizen_id", "072 085 001 212")
    people.record_number(person, "passport", "c1234567")
    people.record_number(firm, "enterprise_code", FIRM)
    assert people.find_by_number("citizen_id", CITIZEN) == person
    assert people.find_by_number("citizen_id", "072.085.001.212") == person
    assert people.find_by_number("enterprise_code", FIRM) == firm
    assert people.find_by_number("tax_code", FIRM) is None  # another kind of number
    assert people.find_by_number("citizen_id", OTHER) is None
    assert [(one.kind, one.shown) for one in people.numbers(person)] == [
        ("citizen_id", "0720••••••12"),
        ("passport", "C•••••67"),
    ]
    with pytest.raises(Refused):
        people.find_by_number("citizen_id", CITIZEN[:11])


@pytest.mark.django_db
def test_a_number_belongs_to_one_and_is_kept_once() -> None:
    person, other = people.add("Nguyễn Văn A"), people.add("Nguyễn Văn A")
    firm = people.add_organisation("Hộ kinh doanh A", "household")
    first = people.record_number(person, "tax_code", FIRM)
    assert people.record_number(person, "tax_code", FIRM) == first
    for somebody in (other, firm):
        with pytest.raises(Refused) as refused:
            people.record_number(somebody, "tax_code", FIRM)
        assert (refused.value.code, refused.value.data) == ("people.number_taken", {"kind": "tax_code"})
    assert IdentityNumber.objects.count() == 1


@pytest.mark.django_db
def test_a_number_has_its_days() -> None:
    person = people.add("Nguyễn Văn A")
    row = people.record_number(person, "passport", "C1234567", since=TODAY - dt.timedelta(days=9))
    people.end_number(row.pk, until=TODAY - dt.timedelta(days=2), actor="3")
    assert people.numbers(person) == []
    assert people.find_by_number("passport", "C1234567") is None
    for days, known in ((9, True), (2, True), (10, False), (1, False)):
        day = TODAY - dt.timedelta(days=days)
        assert (people.find_by_number("passport", "C1234567", day) == person) is known
        assert bool(people.numbers(person, day)) is known
    entry = Entry.objects.get(act="people.end_number")
    assert (entry.actor, entry.detail) == ("3", {"kind": "passport", "until": "2026-11-18"})


@pytest.mark.django_db
def test_a_number_is_seen_whole_only_for_a_purpose_and_that_is_in_the_log() -> None:
    clerk, person = official(), people.add("Nguyễn Văn A")
    row = people.record_number(person, "citizen_id", CITIZEN)
    assert (
        people.see_number(row.pk, by=clerk, purpose=" Đối chiếu hồ sơ 0975 ", agency=agencies.get("H53.25708"))
        == CITIZEN
    )
    entry = Entry.objects.get(act="people.see_number")
    assert (entry.actor, entry.mentions.get().person, entry.purpose, entry.detail, entry.chain_id) == (
        str(clerk.pk),
        f"person:{person.pk}",
        "Đối chiếu hồ sơ 0975",
        {"kind": "citizen_id"},
        "H53.25708",
    )


@pytest.mark.django_db
def test_without_a_purpose_or_a_right_nothing_is_seen_and_nothing_logged() -> None:
    clerk, person = official(), people.add("Nguyễn Văn A")
    auditor = official("auditor", "H53.14")
    row = people.record_number(person, "citizen_id", CITIZEN)
    with pytest.raises(Refused) as refused:
        people.see_number(row.pk, by=clerk, purpose=" ", agency=agencies.get("H53.25708"))
    assert refused.value.code == "people.no_purpose"
    with pytest.raises(Forbidden):
        people.see_number(row.pk, by=auditor, purpose="Tò mò", agency=agencies.get("H53.25708"))
    with pytest.raises(Forbidden):
        people.see_number(row.pk, by=clerk, purpose="Hồ sơ của sở", agency=agencies.get("H53.04"))
    with pytest.raises(Missing):
        people.see_number(uuid.uuid4(), by=clerk, purpose="Đoán", agency=agencies.get("H53.25708"))
    assert not Entry.objects.filter(act="people.see_number").exists()


def every_text(url: str) -> bytes:
    """All tables of a database, as their owner would carry them away."""
    with psycopg.connect(
        os.environ["VAMCO_TEST_OWNER"], dbname=psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    ) as owner:
        tables = owner.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        assert len(tables) > 30
        found = b""
        for (table,) in tables:
            with owner.cursor().copy(f"COPY (SELECT * FROM {table}) TO STDOUT") as rows:
                found += b"".join(bytes(part) for part in rows)
        return found


def traces(number: str) -> list[bytes]:
    """How a number could be told in clear or be looked up without a key."""
    clear = number.encode()
    hashed = [hashlib.new(name, clear) for name in ("md5", "sha1", "sha256", "sha512")]
    return [
        clear,
        clear.hex().encode(),
        base64.b64encode(clear).rstrip(b"="),
        number[6:].encode(),
        *(digest.hexdigest().encode() for digest in hashed),
    ]


def test_no_number_lies_in_clear_in_the_database_the_logs_or_a_repr(
    fresh_db: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "django.db.backends")  # statements with their values
    connection.force_debug_cursor = True
    try:
        clerk, person, other = official(), people.add("Nguyễn Văn A"), people.add("Trần Thị B")
        row = people.record_number(person, "citizen_id", CITIZEN)
        assert people.see_number(row.pk, by=clerk, purpose="Đối chiếu", agency=agencies.get("H53.25708")) == CITIZEN
        assert people.find_by_number("citizen_id", CITIZEN) == person
        told = [repr(row), str(row), repr(model_to_dict(row)), repr(people.numbers(person)), repr(keys.keyring())]
        with pytest.raises(Refused) as refused:
            people.record_number(other, "citizen_id", CITIZEN)
        told += [repr(refused.value), repr(refused.value.data), repr(refused.value.problem())]
        people.rotate()
        copy = IdentityNumber(
            kind=row.kind,
            person=other,
            sealed=b"x",
            blind=IdentityNumber.objects.get().blind,
            key="x",
            valid_from=TODAY,
        )
        with pytest.raises(IntegrityError) as twice, transaction.atomic():
            copy.save(force_insert=True)
        told.append(repr(twice.value))
    finally:
        connection.force_debug_cursor = False
    dump = every_text(fresh_db)
    assert "Nguyễn Văn A".encode() in dump  # the search itself finds what is there
    assert "INSERT INTO" in caplog.text
    secret = keys.keyring().current.secret
    for trace in [*traces(CITIZEN), secret, secret.hex().encode(), base64.b64encode(secret)]:
        assert trace not in dump, dump[dump.index(trace) - 300 : dump.index(trace) + 60]
        assert trace not in caplog.text.encode()
        assert trace not in "".join(told).encode()


@pytest.mark.django_db
def test_a_sealed_number_opens_in_its_own_row_only() -> None:
    mine, theirs = people.add("Nguyễn Văn A"), people.add("Trần Thị B")
    one = people.record_number(mine, "citizen_id", CITIZEN)
    two = people.record_number(theirs, "citizen_id", OTHER)
    good = bytes(two.sealed)
    wrong = [bytes(one.sealed), good[:-1], good[:-1] + bytes([good[-1] ^ 1]), good[:8], b"", b"\x02" + good[1:]]
    for sealed in wrong:
        IdentityNumber.objects.filter(pk=two.pk).update(sealed=sealed)
        with pytest.raises(Unavailable) as closed:
            people.numbers(theirs)
        assert closed.value.code == "people.cannot_open"
    IdentityNumber.objects.filter(pk=two.pk).update(sealed=good)
    assert people.numbers(theirs)[0].shown == "0801••••••21"
    IdentityNumber.objects.filter(pk=two.pk).update(person=mine)  # the row given to another
    with pytest.raises(Unavailable):
        people.numbers(mine)


@pytest.mark.django_db
def test_equal_numbers_have_unequal_seals_and_other_kinds_other_names() -> None:
    ring = Keyring([new_key()])
    assert ring.seal(FIRM, "x") != ring.seal(FIRM, "x")
    assert ring.blind(FIRM, "tax_code") == ring.blind(FIRM, "tax_code") != ring.blind(FIRM, "enterprise_code")
    assert Keyring([new_key()]).blind(FIRM, "tax_code") != ring.blind(FIRM, "tax_code")


@pytest.mark.django_db
def test_keys_rotate_while_numbers_are_in_use(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbering, "BATCH", 3)
    persons = [people.add(f"Người {n}") for n in range(7)]
    rows = [people.record_number(one, "citizen_id", f"0720850012{n:02}") for n, one in enumerate(persons)]
    (old,) = people.key_use()
    seen: list[tuple[int, int]] = []
    assert people.rotate(lambda done, every: seen.append((done, every)), actor="3") == 7
    assert seen == [(3, 7), (6, 7), (7, 7)]
    _, new = people.key_use()
    assert people.key_use() == {old: 0, new: 7}
    fresh = {row.pk: row for row in IdentityNumber.objects.all()}
    assert all(fresh[row.pk].sealed != row.sealed and fresh[row.pk].blind != row.blind for row in rows)
    people.retire(old, actor="3")
    assert people.key_use() == {new: 7}
    for n, one in enumerate(persons):
        assert people.find_by_number("citizen_id", f"0720850012{n:02}") == one
        assert people.numbers(one)[0].shown == f"0720••••••{n:02}"
    assert [entry.act for entry in Entry.objects.filter(actor="3").order_by("pk")] == [
        "people.add_key",
        "people.rotate",
        "people.retire_key",
    ]
    assert key_file(settings).stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db
def test_a_rotation_that_broke_off_leaves_all_to_be_found_and_is_finished_by_the_job(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(numbering, "BATCH", 2)
    persons = [people.add(f"Người {n}") for n in range(5)]
    for n, one in enumerate(persons):
        people.record_number(one, "citizen_id", f"0720850012{n:02}")

    def broken(done: int, _every: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        people.rotate(broken)
    old, new = people.key_use()
    assert people.key_use() == {old: 3, new: 2}
    for n, one in enumerate(persons):
        assert people.find_by_number("citizen_id", f"0720850012{n:02}") == one
        with pytest.raises(Refused):  # nor can it be given again meanwhile
            people.record_number(people.add("Khác"), "citizen_id", f"0720850012{n:02}")
    with pytest.raises(Refused) as refused:
        people.retire(old)
    assert refused.value.code == "people.key_in_use"
    assert "people.rotate" in jobs.names()
    finish.rotate()
    assert people.key_use() == {old: 0, new: 5}
    with pytest.raises(Refused):
        people.retire(new)
    with pytest.raises(Missing):
        people.retire("00000000")


def test_a_number_given_to_two_at_once_while_keys_rotate_is_given_once(fresh_db: str) -> None:
    persons = [people.add(f"Người {n}") for n in range(6)]
    people.record_number(persons[5], "citizen_id", OTHER)
    begin, taken = threading.Barrier(7), []

    def give(person: people.Person) -> None:
        begin.wait()
        try:
            people.record_number(person, "citizen_id", CITIZEN)
        except (Refused, IntegrityError) as error:
            taken.append(error)
        finally:
            connection.close()

    def turn() -> None:
        begin.wait()
        try:
            people.rotate()
        finally:
            connection.close()

    threads = [threading.Thread(target=give, args=(one,)) for one in persons] + [threading.Thread(target=turn)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert IdentityNumber.objects.filter(kind="citizen_id").count() == 2
    assert len(taken) == 5
    assert people.find_by_number("citizen_id", CITIZEN) in persons


# Keys.


def test_keys_read_what_they_write_and_say_nothing_of_themselves() -> None:
    ring = Keyring([new_key(), new_key()])
    again = Keyring.read(ring.write())
    assert again.keys == ring.keys
    assert again.open(ring.seal("số", "here"), "here") == "số"
    for said in (repr(ring), repr(ring.current)):
        assert repr(ring.current.secret)[2:-1] not in said
        assert base64.b64encode(ring.current.secret).decode() not in said


@pytest.mark.parametrize(
    "text", ["", "x", "12345678:", "12345678:abc", "12345678:****", "1234567:" + "A" * 43 + "=", "twice"]
)
def test_what_is_no_keyring_is_refused_without_repeating_it(text: str) -> None:
    if text == "twice":
        text = Keyring([new_key()]).write() * 2
    with pytest.raises(Refused) as refused:
        Keyring.read(text)
    assert (refused.value.code, refused.value.data) == ("people.wrong_keys", {})
    assert refused.value.__cause__ is None


def test_a_key_that_is_not_there_opens_nothing() -> None:
    ring, other = Keyring([new_key()]), Keyring([new_key()])
    with pytest.raises(Unavailable):
        other.open(ring.seal("số", "here"), "here")
    with pytest.raises(Unavailable):
        ring.open(ring.seal("số", "here"), "there")
    same_name = Keyring([Key(ring.current.id, new_key().secret)])
    with pytest.raises(Unavailable):
        same_name.open(ring.seal("số", "here"), "here")


@pytest.mark.django_db
def test_the_key_file_is_its_owners_only(settings: Any) -> None:
    person = people.add("Nguyễn Văn A")
    people.record_number(person, "citizen_id", CITIZEN)
    path = key_file(settings)
    assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(one.name for one in path.parent.iterdir()) == [keys.NAME]  # nothing is left beside it
    path.chmod(0o640)
    with pytest.raises(Unavailable) as opened:
        people.numbers(person)
    assert opened.value.code == "people.open_keys"
    path.unlink()
    with pytest.raises(Unavailable) as missing:  # no new key hides that the old one is lost
        people.record_number(person, "passport", "C1234567")
    assert missing.value.code == "people.keys_missing"
    assert not path.exists()


@pytest.mark.django_db
def test_keys_may_come_from_the_environment(settings: Any) -> None:
    ring = Keyring([new_key()])
    settings.VAMCO_IDENTITY_KEYS = SecretStr(ring.write().strip())
    person = people.add("Nguyễn Văn A")
    people.record_number(person, "citizen_id", CITIZEN)
    assert not key_file(settings).exists()
    with pytest.raises(Refused) as refused:
        people.rotate()
    assert refused.value.code == "people.keys_from_environment"
    both = Keyring([*ring.keys, new_key()])
    settings.VAMCO_IDENTITY_KEYS = SecretStr(",".join(both.write().split()))
    assert people.rotate(new_key=False) == 1
    assert people.key_use() == {ring.current.id: 0, both.current.id: 1}
    settings.VAMCO_IDENTITY_KEYS = SecretStr(Keyring([both.current]).write())
    assert people.numbers(person)[0].shown == "0720••••••12"
    settings.VAMCO_IDENTITY_KEYS = SecretStr(Keyring([new_key()]).write())
    assert people.key_use()[both.current.id] == 1  # told last: it is lost
    assert list(people.key_use())[-1] == both.current.id


@pytest.mark.django_db
def test_a_number_that_was_written_down_for_the_wrong_person_goes_to_the_right_one() -> None:
    wrong, right = people.add("Nguyễn Văn A"), people.add("Trần Thị B")
    row = people.record_number(wrong, "citizen_id", CITIZEN, since=TODAY - dt.timedelta(days=9))
    people.end_number(row.pk, until=TODAY - dt.timedelta(days=1))
    with pytest.raises(Refused):
        people.end_number(row.pk, until=TODAY + dt.timedelta(days=9))
    assert people.record_number(right, "citizen_id", CITIZEN).pk != row.pk
    assert people.find_by_number("citizen_id", CITIZEN) == right
    assert people.find_by_number("citizen_id", CITIZEN, TODAY - dt.timedelta(days=3)) == wrong
    with pytest.raises(Refused):
        people.record_number(wrong, "citizen_id", CITIZEN)


@pytest.mark.django_db
def test_one_damaged_number_does_not_keep_the_others_under_an_old_key() -> None:
    holders = [people.add("Nguyễn Văn A"), people.add("Trần Thị B")]
    rows = [
        people.record_number(holder, "citizen_id", written)
        for holder, written in zip(holders, (CITIZEN, OTHER), strict=True)
    ]
    IdentityNumber.objects.filter(pk=rows[0].pk).update(sealed=bytes(rows[0].sealed)[:-1])
    for _ in range(3):  # each try is told, and none adds an empty key
        with pytest.raises(Unavailable) as told:
            people.rotate()
        assert told.value.code == "people.cannot_open_some"
    assert [use for use in people.key_use().values() if use] == [1, 1]
    assert IdentityNumber.objects.get(pk=rows[1].pk).key == keys.keyring().current.id
    assert people.find_by_number("citizen_id", OTHER) == holders[1]


def test_a_citizen_id_is_a_tax_code() -> None:
    assert formats.normal("tax_code", CITIZEN, TODAY) == CITIZEN
