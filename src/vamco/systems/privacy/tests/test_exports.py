"""A copy of one's data: whole, for the person alone, once, and then nowhere."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import uuid
import zipfile
from typing import TYPE_CHECKING

import pytest

from vamco.kernel.base import clock
from vamco.kernel.record.files import public as files
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Missing, Refused, Unavailable
from vamco.systems.privacy import public as privacy
from vamco.systems.privacy.models import Export
from vamco.systems.privacy.rules import sealing
from vamco.systems.privacy.services import exports
from vamco.systems.privacy.tests import made

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

pytestmark = pytest.mark.django_db


def ready(person: Person) -> Export:
    case = made.asked(person, "export", text="")
    row = Export.objects.get(request=case.pk)
    exports.make(row.pk)
    row.refresh_from_db()
    return row


def test_the_copy_holds_what_is_held_and_is_proven(lan: Person, official: Person) -> None:
    people.record_number(lan, "citizen_id", "072190001234")
    notices.set_contact(lan, "email", "lan@vidu.vn", consent=True)
    privacy.set_consent(lan, "reminders", given=True, seen=1)
    row = ready(lan)
    case = cases.by_id([row.request_id])[row.request_id]
    assert (row.state, case.state) == ("ready", "done")
    assert row.sha256 in cases.timeline(case).get(act="carry_out").note
    closed = files.content_path(row.file).read_bytes()  # type: ignore[arg-type]
    assert closed[:2] != b"PK"
    assert "Nguyễn Thị Lan".encode() not in closed
    content = privacy.fetch_export(row.pk, lan)
    assert hashlib.sha256(content).hexdigest() == row.sha256
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        data = json.loads(archive.read("data.json"))
        page = archive.read("index.html").decode()
        sums = archive.read("SHA256SUMS").decode()
    assert hashlib.sha256(page.encode()).hexdigest() in sums
    held = {section["title"]: section["records"] for section in data["sections"]}
    assert ["Name", "Nguyễn Thị Lan"] in held["Person"][0]
    assert len(held["Consents"]) == 1
    assert held["Identity numbers"][0][1][1].startswith("072")
    assert "072190001234" not in json.dumps(data)
    assert "Nhắc việc và gợi ý dịch vụ" in page


def test_it_is_given_once_and_then_neither_key_nor_content_is_left(lan: Person, official: Person) -> None:
    row = ready(lan)
    file = row.file
    assert file is not None
    privacy.fetch_export(row.pk, lan)
    with pytest.raises(Refused) as refusal:
        privacy.fetch_export(row.pk, lan)
    assert refusal.value.code == "privacy.export_gone"
    row.refresh_from_db()
    assert (row.state, people.unseal(row), row.file) == ("fetched", "", None)
    file.refresh_from_db()
    assert file.dropped_at is not None


def test_to_others_it_does_not_exist(lan: Person, official: Person) -> None:
    row = ready(lan)
    for other in (made.citizen("Trần Văn Minh"), official, made.official("H53.15", "Lý Khôi", role="administrator")):
        with pytest.raises(Missing):
            privacy.fetch_export(row.pk, other)
        assert (
            made.reader(other).post(f"/account/privacy/requests/{row.request_id}", {"act": "fetch"}).status_code == 404
        )
    with pytest.raises(Missing):
        privacy.fetch_export(uuid.uuid4(), lan)
    assert privacy.fetch_export(row.pk, lan)


def test_what_is_not_fetched_in_time_is_gone(lan: Person, official: Person) -> None:
    row = ready(lan)
    assert row.expires_at is not None
    assert row.made_at is not None
    assert row.expires_at - row.made_at == dt.timedelta(days=7)
    assert exports.sweep() == 0
    Export.objects.update(expires_at=clock.now() - dt.timedelta(seconds=1))
    with pytest.raises(Refused):
        privacy.fetch_export(row.pk, lan)
    assert exports.sweep() == 1
    row.refresh_from_db()
    assert (row.state, people.unseal(row), row.file) == ("expired", "", None)


def test_making_it_twice_makes_one(lan: Person, official: Person) -> None:
    row = ready(lan)
    exports.make(row.pk)
    again = Export.objects.get(pk=row.pk)
    assert (again.sha256, again.file_id) == (row.sha256, row.file_id)
    assert [told.template for told in notices.inbox(lan, "vi").notices].count("privacy.export_ready") == 1


def test_a_copy_opens_only_with_its_key_and_for_its_row() -> None:
    key, closed = sealing.close(b"x" * 1000, "a")
    assert sealing.open_(closed, key, "a") == b"x" * 1000
    for wrong in (
        (closed, key, "b"),
        (closed[:-1], key, "a"),
        (closed, sealing.close(b"", "a")[0], "a"),
        (closed, "", "a"),
    ):
        with pytest.raises(Unavailable):
            sealing.open_(*wrong)


def test_a_weak_sign_in_neither_asks_nor_fetches(lan: Person, official: Person) -> None:
    row = ready(lan)
    weak = made.reader(lan, level=1)
    for address in ("/account/privacy/requests/new/export", f"/account/privacy/requests/{row.request_id}"):
        assert weak.get(address).status_code in {302, 503}
    answer = weak.post(f"/account/privacy/requests/{row.request_id}", {"act": "fetch"})
    assert answer.status_code in {302, 503}
    row.refresh_from_db()
    assert row.state == "ready"
    sure = made.reader(lan)
    answer = sure.post(f"/account/privacy/requests/{row.request_id}", {"act": "fetch"})
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (
        200,
        "application/zip",
        "private, no-store",
    )
    assert hashlib.sha256(answer.content).hexdigest() == row.sha256
    assert sure.post(f"/account/privacy/requests/{row.request_id}", {"act": "fetch"}).status_code == 302
