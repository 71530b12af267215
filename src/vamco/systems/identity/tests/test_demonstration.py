"""The log-ins that a demonstration offers to everybody, and that a real province never does."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.systems.identity import public as identity

if TYPE_CHECKING:
    from django.test import Client

PASSWORD = "hai-dòng-sông-vàm-cỏ"


@pytest.fixture
def offered(db: None, settings: Any) -> None:
    person = people.add("Trần <b>Quốc</b> Bảo")
    people.appoint(person, agencies.get("H53.01"), "office", since=dt.date(2025, 7, 1))
    identity.open_account("vanphong", PASSWORD, person)
    folder = Path(settings.VAMCO_DATA)
    folder.mkdir(parents=True)
    who = {"username": "vanphong", "name": "Trần <b>Quốc</b> Bảo", "title": "Chuyên viên"}
    (folder / "demo-logins.json").write_text(json.dumps({"password": PASSWORD, "people": [who]}), encoding="utf-8")


def test_the_demonstration_offers_its_log_ins(client: Client, settings: Any, offered: None) -> None:
    settings.VAMCO_DEMO = True
    page = client.get("/log-in?next=/desk/").content.decode()
    assert PASSWORD in page
    assert "Trần &lt;b&gt;Quốc&lt;/b&gt; Bảo" in page

    answer = client.post("/log-in", {"username": "vanphong", "password": PASSWORD, "next": "/desk/"})
    assert answer.headers["Location"] == "/desk/"


def test_a_real_province_offers_none_even_where_the_file_lies(client: Client, settings: Any, offered: None) -> None:
    settings.VAMCO_DEMO = False
    page = client.get("/log-in").content.decode()
    assert PASSWORD not in page
    assert "vanphong" not in page


def test_a_demonstration_without_the_file_is_a_plain_log_in(client: Client, settings: Any, db: None) -> None:
    settings.VAMCO_DEMO = True
    assert client.get("/log-in").status_code == 200


def test_a_wrong_password_is_said_and_the_name_kept(client: Client, settings: Any, offered: None) -> None:
    settings.VAMCO_DEMO = True
    answer = client.post("/log-in", {"username": "vanphong", "password": "nhầm", "next": "https://elsewhere.example/"})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert 'value="vanphong"' in answer.content.decode()
    answer = client.post(
        "/log-in", {"username": "vanphong", "password": PASSWORD, "next": "https://elsewhere.example/"}
    )
    assert answer.headers["Location"] == "/"
