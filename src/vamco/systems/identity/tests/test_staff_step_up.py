"""Acts on officials ask for two factors, not long ago; who has only one is led to set up another, and back."""

from __future__ import annotations

import base64
import datetime as dt
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from vamco.demo.people import app_key, app_secret
from vamco.kernel.base import clock
from vamco.kernel.world.people.models import Membership
from vamco.lib.errors import Refused
from vamco.systems.desk.tests import made
from vamco.systems.identity import public as identity
from vamco.systems.identity.models import Account
from vamco.systems.identity.rules import codes
from vamco.systems.identity.tests import entering
from vamco.web import assurance

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

pytestmark = pytest.mark.django_db
ACTS = (
    "/staff/invite",
    "/staff/import",
    "/staff/{official}/appoint",
    "/staff/{official}/substitute",
    "/staff/{official}/lock",
    "/staff/{official}/unlock",
    "/staff/{official}/link",
    "/staff/{official}/account",
    "/staff/posts/{post}/move",
    "/staff/posts/{post}/end",
)


@pytest.fixture(autouse=True)
def _site(settings: Any) -> None:
    settings.VAMCO_TODAY = made.TODAY
    settings.VAMCO_SITE_URL = entering.SITE


def official() -> Person:
    found = made.person("department_official", made.FINANCE, "Phạm Văn Đức")
    identity.open_account("duc", entering.PASSWORD, found)
    return found


def administrator(**more: Any) -> Account:
    person = made.person("administrator", made.IOC, "Lý Minh Khôi")
    return identity.open_account("quantri", entering.PASSWORD, person, **more)


@pytest.mark.parametrize("act", ACTS)
def test_a_password_alone_does_not_open_an_act(act: str) -> None:
    person = official()
    path = act.format(official=person.pk, post=Membership.objects.get(person=person).pk)
    administrator()
    client = entering.entered("quantri")
    asked = client.get(path)
    assert asked.status_code == 302
    assert asked.headers["Location"].startswith("/confirm?next=%2Fstaff%2F")
    assert asked.headers["Location"].endswith("&level=2&within=900")
    assert entering.sure(client).get(path).status_code == 200
    held = client.session["assurance"]
    session = client.session
    session["assurance"] = {**held, "at": (clock.now() - dt.timedelta(minutes=16)).isoformat()}
    session.save()
    assert client.get(path).status_code == 302


def test_what_was_entered_waits_and_nothing_is_done_before(settings: Any) -> None:
    person = official()
    entering.with_app(administrator())
    client = entering.entered("quantri")
    client.post("/log-in/code", {"code": entering.app_code()})
    session = client.session
    session["assurance"] = {**session["assurance"], "at": (clock.now() - dt.timedelta(hours=1)).isoformat()}
    session.save()
    path = f"/staff/{person.pk}/lock"
    way = client.post(path, {"seen": "x", "reason": "QĐ 9/QĐ-SNV", "sure": "1"})
    assert way.headers["Location"].startswith("/confirm")
    assert Account.objects.get(username="duc").is_active
    sent = {"next": path, "level": "2", "within": "900", "password": entering.PASSWORD}
    back = client.post("/confirm", {**sent, "code": entering.app_code(ahead=1)})
    assert back.headers["Location"] == f"/confirm/done?next=%2Fstaff%2F{person.pk}%2Flock"
    assert "QĐ 9/QĐ-SNV" in client.get(back.headers["Location"]).content.decode()


def test_who_has_only_a_password_sets_up_an_app_and_is_back() -> None:
    administrator()
    client = entering.entered("quantri")
    way = client.get("/staff/invite").headers["Location"]
    page = client.get(way).content.decode()
    assert "/account/app?next=%2Fstaff%2Finvite" in page
    assert "/account/passkeys/add?next=%2Fstaff%2Finvite" in page
    there = "/account/app?next=%2Fstaff%2Finvite"
    client.get(there)
    secret = base64.b64decode(client.session["identity.new_app"])
    step = codes.step_at(time.time())
    shown = client.post(there, {"code": codes.code(secret, step)}).content.decode()
    assert 'href="/staff/invite"' in shown
    assert (
        assurance.Assurance(**client.session["assurance"]).level == 1
    )  # binding an app is not yet showing two factors
    assert client.get("/staff/invite").status_code == 302
    sent = {"next": "/staff/invite", "level": "2", "within": "900", "password": entering.PASSWORD}
    assert client.post("/confirm", {**sent, "code": codes.code(secret, step)}).status_code == 422  # used
    assert client.post("/confirm", {**sent, "code": codes.code(secret, step + 1)}).status_code == 302
    assert client.get("/staff/invite").status_code == 200


def test_the_way_on_leads_to_no_other_site() -> None:
    administrator()
    client = entering.entered("quantri")
    there = "/account/app?next=https%3A%2F%2Fevil.example%2F"
    client.get(there)
    secret = base64.b64decode(client.session["identity.new_app"])
    shown = client.post(there, {"code": codes.code(secret, codes.step_at(time.time()))}).content.decode()
    assert "evil.example" not in shown[shown.index("<main") :]


# ── the demonstration ──


def offered(settings: Any) -> Account:
    """An administrator of a demonstration, whose app is published."""
    settings.VAMCO_DEMO = True
    account = administrator(demonstration=True)
    identity.publish_app(account, app_secret("quantri"))
    folder = Path(settings.VAMCO_DATA)
    folder.mkdir(parents=True, exist_ok=True)
    who = {"username": "quantri", "name": "X", "title": "Y", "app_key": app_key("quantri")}
    (folder / "demo-logins.json").write_text(json.dumps({"password": "p", "people": [who]}), encoding="utf-8")
    return account


def test_the_demonstration_shows_the_code_that_it_asks_for_and_each_only_once(settings: Any) -> None:
    account = offered(settings)
    for _ in range(2):  # at once again: the next code is shown
        client = entering.entered("quantri", client=Client())
        page = client.get("/log-in/code").content.decode()
        code = page.split("data-demonstration-code>")[1][:6]
        assert code == identity.demonstration_code(account, seconds=time.time())
        assert client.post("/log-in/code", {"code": code}).status_code == 302
        assert client.get("/staff/invite").status_code == 200
        assert Client().post("/log-in/code", {"code": code}).headers["Location"] == "/log-in"
        other = entering.entered("quantri", client=Client())
        assert other.post("/log-in/code", {"code": code}).status_code == 422


def test_outside_a_demonstration_no_code_is_shown(settings: Any) -> None:
    account = offered(settings)
    settings.VAMCO_DEMO = False
    assert identity.demonstration_code(account, seconds=time.time()) == ""
    settings.VAMCO_DEMO = True
    real = entering.account("that")
    entering.with_app(real)
    assert identity.demonstration_code(real, seconds=time.time()) == ""
    with pytest.raises(Refused):
        identity.publish_app(entering.account("khac"), app_secret("khac"))
