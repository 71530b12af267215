"""The page of the first day: mail by the way of all notices, the first source, and only for whom it is."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from vamco.kernel.base.audit.models import Entry
from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.systems.identity import public as identity

if TYPE_CHECKING:
    from pathlib import Path

    from vamco.kernel.world.people.models import Person

PASSWORD = "hai dòng sông Vàm Cỏ"


def signed_in(role: str) -> tuple[Client, Person]:
    person = people.add("Nguyễn Thị An")
    people.appoint(person, agencies.get("H53"), role, since=dt.date(2025, 7, 1))
    account = identity.open_account("an", PASSWORD, person)
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client, person


@pytest.mark.usefixtures("fresh_db")
def test_a_test_message_takes_the_way_of_all_notices(settings: Any) -> None:
    settings.VAMCO_CHANNELS = {**settings.VAMCO_CHANNELS, "email": "simulated"}
    client, person = signed_in("administrator")
    answer = client.post("/first-day", {"step": "mail", "entry": "an@tayninh.gov.vn"})
    assert answer.headers["Location"] == "/first-day#mail"
    page = client.get("/first-day").content.decode()
    assert "Máy chủ thư đã nhận thư gửi" in page
    assert "an@tayninh.gov.vn" not in page  # masked, as everywhere
    assert [line.state for line in notices.log(person=person)] == [notices.State.SENT]
    assert Entry.objects.filter(act="notices.set_contact").exists()


@pytest.mark.usefixtures("fresh_db")
def test_what_is_no_address_and_what_is_not_set_is_said(settings: Any) -> None:
    settings.VAMCO_CHANNELS = {**settings.VAMCO_CHANNELS, "email": ""}
    client, _ = signed_in("administrator")
    assert "Chưa cấu hình máy chủ thư" in client.get("/first-day").content.decode()
    settings.VAMCO_CHANNELS = {**settings.VAMCO_CHANNELS, "email": "simulated"}
    client.post("/first-day", {"step": "mail", "entry": "không phải địa chỉ"})
    assert 'role="alert"' in client.get("/first-day").content.decode()
    assert client.post("/first-day", {"step": "khac"}).status_code == 404


@pytest.mark.usefixtures("fresh_db")
def test_a_source_says_what_it_needs_and_what_it_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client, _ = signed_in("administrator")
    monkeypatch.delenv("VAMCO_SHARED_FOLDER", raising=False)
    client.post("/first-day", {"step": "source", "entry": "cong-an"})
    assert "VAMCO_SHARED_FOLDER" in client.get("/first-day").content.decode()
    (tmp_path / "cong-an").mkdir()
    monkeypatch.setenv("VAMCO_SHARED_FOLDER", str(tmp_path))
    client.post("/first-day", {"step": "source", "entry": "cong-an"})
    assert "không có gì mới" in client.get("/first-day").content.decode()


@pytest.mark.django_db
def test_it_is_for_administrators() -> None:
    client, _ = signed_in("leader")
    assert client.get("/first-day").status_code == 403
    assert client.post("/first-day", {"step": "mail", "entry": "an@tayninh.gov.vn"}).status_code == 403
