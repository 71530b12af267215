"""One-time links: the first account, passwords that nobody else has seen, and links that are over."""

from __future__ import annotations

import datetime as dt
import re
import time
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from vamco.kernel.base import clock
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Missing, Refused
from vamco.systems.identity import public as identity
from vamco.systems.identity.models import Account, Link, SecondFactor
from vamco.systems.identity.rules import codes

if TYPE_CHECKING:
    from django.http import HttpResponse

pytestmark = pytest.mark.django_db
PASSWORD = "hai dòng sông Vàm Cỏ"


def app_code(word: str) -> str:
    return codes.code(identity.offer(word).secret, codes.step_at(time.time()))


def send(client: Client, word: str, **more: str) -> HttpResponse:
    fields = {"name": "Nguyễn Thị An", "username": "quantri", "password": PASSWORD, "again": PASSWORD, **more}
    return client.post(f"/start/{word}", fields)  # type: ignore[return-value]


def test_the_first_link_makes_an_administrator_with_a_second_factor(client: Client) -> None:
    word = identity.issue_first_link()
    assert word is not None
    page = client.get(f"/start/{word}")
    assert page.status_code == 200
    assert identity.spoken_secret(identity.offer(word).secret) in page.content.decode()
    answer = send(client, word, code=app_code(word))
    assert answer.headers["Location"] == f"/start/{word}"
    shown = client.get(f"/start/{word}").content.decode()
    recovery = re.findall(r"<code>([A-Z2-7 ]{19})</code>", shown)
    assert len(recovery) == 10
    assert 'href="/first-day"' in shown
    assert client.get("/first-day").status_code == 200

    account = Account.objects.get()
    assert (account.username, account.person.name, account.demonstration) == ("quantri", "Nguyễn Thị An", False)
    assert [(m.role, m.agency.code) for m in people.memberships(account.person)] == [("administrator", "H53")]
    assert SecondFactor.objects.filter(account=account).exists()
    assert identity.issue_first_link() is None
    acts = set(Entry.objects.filter(chain="identity").values_list("act", flat=True))
    assert acts >= {
        "identity.issue_first_link",
        "identity.open_account",
        "identity.accept_link",
        "identity.set_up_second_factor",
        "identity.log_in",
    }


def test_a_used_link_opens_nothing_more_and_the_codes_are_shown_once(client: Client) -> None:
    word = identity.issue_first_link() or ""
    code = app_code(word)
    send(client, word, code=code)
    client.get(f"/start/{word}")
    for reader in (client, Client()):
        assert reader.get(f"/start/{word}").status_code == 404
        assert send(reader, word, username="khac", code=code).status_code == 404
    assert Account.objects.count() == 1
    assert Link.objects.get().seed == ""  # the secret of the app cannot be made again


def test_a_second_first_link_takes_the_place_of_the_first_one(client: Client) -> None:
    old, new = identity.issue_first_link() or "", identity.issue_first_link() or ""
    assert client.get(f"/start/{old}").status_code == 404
    assert client.get(f"/start/{new}").status_code == 200


def test_a_link_ends_after_a_day(client: Client) -> None:
    word = identity.issue_first_link() or ""
    Link.objects.update(expires_at=clock.now() + dt.timedelta(seconds=5))
    assert client.get(f"/start/{word}").status_code == 200
    Link.objects.update(expires_at=clock.now())
    answer = send(client, word, code="000000")
    assert answer.status_code == 404
    assert "không còn hiệu lực" in answer.content.decode()


def test_only_a_digest_of_the_word_is_kept() -> None:
    word = identity.issue_first_link() or ""
    assert word not in str(list(Link.objects.values()))
    assert word not in str(list(Entry.objects.values("subject", "detail")))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"again": "khác"}, "Hai mật khẩu không giống nhau"),
        ({"password": "ngắn", "again": "ngắn"}, "Mật khẩu chưa được chấp nhận"),
        ({"password": "vam-co-dong-vam-co-tay", "again": "vam-co-dong-vam-co-tay"}, "công bố cùng bản trình diễn"),
        ({"username": "Quản Trị"}, "Tên tài khoản"),
        ({"name": " "}, "Nhập họ và tên"),
        ({"code": "000000"}, "Đây không phải mã"),
        ({"code": ""}, "Nhập sáu chữ số"),
    ],
)
def test_what_is_wrong_is_said_and_the_link_stays(client: Client, wrong: dict[str, str], said: str) -> None:
    word = identity.issue_first_link() or ""
    secret = identity.offer(word).secret
    answer = send(client, word, **{"code": app_code(word), **wrong})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Account.objects.exists()
    assert not people.Person.objects.filter(name="Nguyễn Thị An").exists()
    assert identity.offer(word).secret == secret
    assert send(client, word, code=app_code(word)).status_code == 302


def test_an_account_is_made_without_a_password_and_its_link_sets_one(client: Client) -> None:
    word = identity.make_account("an.nguyen", people.add("Nguyễn Văn An"), second_factor=False)
    with pytest.raises(Refused, match="wrong"):
        identity.check_password("an.nguyen", "", network="10.0.0.0/24")
    answer = client.post(f"/start/{word}", {"password": PASSWORD, "again": PASSWORD, "code": ""})
    assert answer.headers["Location"] == "/"
    assert "_auth_user_id" in client.session
    assert not SecondFactor.objects.exists()
    assert identity.check_password("an.nguyen", PASSWORD, network="10.0.0.0/24").username == "an.nguyen"


def test_a_reset_ends_password_sessions_and_older_links(client: Client) -> None:
    first = identity.make_account("an.nguyen", people.add("Nguyễn Văn An"), second_factor=False)
    client.post(f"/start/{first}", {"password": PASSWORD, "again": PASSWORD})
    before = identity.reset("an.nguyen", remove_second_factor=False, second_factor=False)
    word = identity.reset("an.nguyen", remove_second_factor=False, second_factor=False)
    assert client.get("/log-in").status_code == 200
    with pytest.raises(Refused):
        identity.check_password("an.nguyen", PASSWORD, network="10.0.0.0/24")
    with pytest.raises(Missing):
        identity.offer(before)
    assert identity.offer(word).username == "an.nguyen"


def test_a_reset_keeps_the_second_factor_unless_it_is_to_go(client: Client) -> None:
    word = identity.make_account("an.nguyen", people.add("Nguyễn Văn An"), second_factor=True)
    client.post(f"/start/{word}", {"password": PASSWORD, "again": PASSWORD, "code": app_code(word)})
    word = identity.reset("an.nguyen", remove_second_factor=False, second_factor=True)
    fresh = Client()
    answer = fresh.post(f"/start/{word}", {"password": PASSWORD, "again": PASSWORD})
    assert answer.headers["Location"] == "/log-in"  # a link alone does not stand in for the phone
    assert "_auth_user_id" not in fresh.session
    word = identity.reset("an.nguyen", remove_second_factor=True, second_factor=True)
    assert not SecondFactor.objects.exists()
    assert fresh.post(f"/start/{word}", {"password": PASSWORD, "again": PASSWORD}).status_code == 422


def test_a_locked_account_s_link_is_over() -> None:
    word = identity.make_account("an.nguyen", people.add("Nguyễn Văn An"), second_factor=False)
    identity.lock("an.nguyen")
    with pytest.raises(Missing):
        identity.offer(word)


def test_the_demonstration_s_password_opens_nothing_in_a_province(client: Client, settings: Any) -> None:
    identity.open_account("lanhdao", "vam-co-dong-vam-co-tay", people.add("Trần Thị Lãnh Đạo"), demonstration=True)
    fields = {"username": "lanhdao", "password": "vam-co-dong-vam-co-tay"}
    assert client.post("/log-in", fields).status_code == 422
    settings.VAMCO_DEMO = True
    assert client.post("/log-in", fields).status_code == 302
    assert client.get("/log-in").status_code == 302
    settings.VAMCO_DEMO = False
    assert client.get("/log-in").status_code == 200  # and no session of the demonstration goes on
