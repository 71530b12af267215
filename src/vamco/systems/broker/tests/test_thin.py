"""One walk: a client sends a person, who agrees; the client learns who it is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from vamco.kernel.base.audit.models import Entry
from vamco.systems.broker.tests.conftest import BACK, agree, ask, claims, said, tokens, userinfo

if TYPE_CHECKING:
    from django.test import Client as Browser

    from vamco.kernel.world.people.models import Person
    from vamco.systems.broker.tests.conftest import Party

pytestmark = pytest.mark.django_db


def test_a_client_learns_who_somebody_is(window: Browser, party: Party, holder: Person) -> None:
    page = ask(window, party, scope="openid profile")
    text = page.content.decode()
    assert "Cổng báo cáo" in text
    assert "Để biết ai lập báo cáo." in text
    assert "form-action 'self' https://baocao.example.vn" in page.headers["Content-Security-Policy"]
    answer = agree(window, page)
    assert answer.headers["Location"].startswith(BACK + "?")
    assert said(answer)["iss"] == "http://127.0.0.1:8000"
    found = party.redeem(said(answer)["code"]).json()
    told = claims(found["id_token"])
    assert told["aud"] == "bao-cao"
    assert told["nonce"] == "n-1"
    assert (told["acr"], told["amr"]) == ("1", ["pwd"])
    assert abs(told["auth_time"] - time.time()) < 60
    assert told["sid"] == window.session["assurance"]["sid"]
    info = userinfo(found["access_token"]).json()
    assert info == {"sub": told["sub"], "name": "Nguyễn Văn Thử"}
    assert told["sub"] not in {"canbo", str(holder.pk)}
    entry = Entry.objects.get(act="broker.agree")
    assert entry.detail == {"client": "bao-cao", "items": ["openid", "profile"]}


def test_who_agreed_once_is_not_asked_again(window: Browser, party: Party) -> None:
    first = tokens(window, party)
    assert set(said(ask(window, party))) == {"code", "state", "iss"}
    second = tokens(window, party)
    assert claims(first["id_token"])["sub"] == claims(second["id_token"])["sub"]
    assert ask(window, party, scope="openid profile").status_code == 200
