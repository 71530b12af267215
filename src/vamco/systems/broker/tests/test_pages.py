"""Pages: what a person agreed to, and the administration of clients."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client as Browser

from vamco.kernel.base.audit.models import Entry
from vamco.lib.errors import Forbidden, Refused
from vamco.systems.broker import pack
from vamco.systems.broker import public as broker
from vamco.systems.broker.declaration import ClientItem
from vamco.systems.broker.models import Client, Consent
from vamco.systems.broker.services import put_packed, withdraw_packed
from vamco.systems.broker.tests.conftest import (
    BACK,
    Party,
    admin,
    ask,
    code_of,
    error,
    person,
    signed_in,
    tokens,
    userinfo,
)
from vamco.systems.identity import public as identity

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

pytestmark = pytest.mark.django_db
FIELDS = {
    "code": "thu-nghiem",
    "name": "Hệ thống thử nghiệm",
    "purpose": "Để thử.",
    "agency": "H53.04",
    "redirect_uris": "https://thu.example.vn/cb\n\nhttps://thu.example.vn/cb2",
    "scopes": ["profile", "post"],
}


@pytest.fixture
def administrator() -> Browser:
    identity.open_account("quantri", "sông Vàm Cỏ Đông", admin())
    return signed_in("quantri")


def secret_in(page: Any) -> str:
    found = re.search(r"client_secret: <code[^>]*>([^<]+)</code>", page.content.decode())
    assert found, page.content.decode()[-3000:]
    return found[1]


# ── a person's own ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_person_sees_and_withdraws_what_they_agreed_to(window: Browser, party: Party, holder: Person) -> None:
    waiting = code_of(window, party)
    found = tokens(window, party, scope="openid profile offline_access")
    page = window.get("/account/services/").content.decode()
    assert "Cổng báo cáo" in page
    assert "Họ và tên của bạn" in page
    consent = Consent.objects.get(withdrawn_at=None)
    answer = window.post(f"/account/services/{consent.pk}/withdraw")
    assert answer.headers["Location"] == "/account/services/"
    assert userinfo(found["access_token"]).status_code == 401
    again = party.post("/oidc/token", grant_type="refresh_token", refresh_token=found["refresh_token"])
    assert error(again) == "invalid_grant"
    assert error(party.redeem(waiting)) == "invalid_grant"
    assert ask(window, party, prompt="none").headers["Location"].count("consent_required") == 1
    page = window.get("/account/services/").content.decode()
    assert "Bạn chưa đồng ý với nội dung nào" in page
    assert "Trước đây" in page
    entry = Entry.objects.get(act="broker.withdraw")
    assert (entry.actor, entry.detail) == (str(holder.pk), {"client": "bao-cao"})
    assert window.post(f"/account/services/{consent.pk}/withdraw").status_code == 302
    assert Entry.objects.filter(act="broker.withdraw").count() == 1


def test_another_person_neither_sees_nor_withdraws_it(window: Browser, party: Party) -> None:
    found = tokens(window, party)
    consent = Consent.objects.get()
    person("Trần Thị Khác", "khac")
    other = signed_in("khac")
    assert "Cổng báo cáo" not in other.get("/account/services/").content.decode()
    assert other.post(f"/account/services/{consent.pk}/withdraw").status_code == 404
    assert other.post("/account/services/987654/withdraw").status_code == 404
    assert Browser().post(f"/account/services/{consent.pk}/withdraw").status_code == 302
    assert userinfo(found["access_token"]).status_code == 200


# ── administration ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_client_is_registered_and_its_secret_is_shown_once(administrator: Browser, holder: Person) -> None:
    page = administrator.post("/desk/clients/new", FIELDS)
    assert page.status_code == 200
    secret = secret_in(page)
    row = Client.objects.get(code="thu-nghiem")
    assert row.redirect_uris == ["https://thu.example.vn/cb", "https://thu.example.vn/cb2"]
    assert row.scopes == ["openid", "profile", "post"]
    for address in ("/desk/clients/", "/desk/clients/thu-nghiem"):
        shown = administrator.get(address).content.decode()
        assert secret not in shown
        assert row.secret_digest not in shown
        assert "Hệ thống thử nghiệm" in shown
    party = Party("thu-nghiem", secret, "https://thu.example.vn/cb2")
    window = signed_in()
    assert "access_token" in tokens(window, party)
    entry = Entry.objects.get(act="broker.new_client")
    assert secret not in str(entry.detail)
    newer = secret_in(administrator.post("/desk/clients/thu-nghiem", {"task": "secret"}))
    assert party.redeem("x").status_code == 401
    assert Party("thu-nghiem", newer).redeem("x").status_code == 400
    administrator.post("/desk/clients/thu-nghiem", {"task": "off"})
    assert ask(window, party).status_code == 400
    assert "Đã tắt" in administrator.get("/desk/clients/").content.decode()
    administrator.post("/desk/clients/thu-nghiem", {"task": "on"})
    assert ask(window, party).status_code == 302


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "Không Hợp Lệ"),
        ("code", ""),
        ("redirect_uris", ""),
        ("redirect_uris", "http://thu.example.vn/cb"),
        ("redirect_uris", "https://thu.example.vn/cb#x"),
        ("redirect_uris", "https://*.example.vn/"),
        ("redirect_uris", "http://localhost:9/cb"),
        ("post_logout_uris", "javascript:alert(1)"),
        ("backchannel_uri", "http://10.0.0.1/"),
        ("backchannel_uri", "https://169.254.169.254/latest"),
        ("scopes", ["everything"]),
        ("agency", "H99"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_registered(administrator: Browser, field: str, value: Any) -> None:
    answer = administrator.post("/desk/clients/new", FIELDS | {field: value})
    assert answer.status_code == 422
    assert not Client.objects.exists()
    assert "client_secret" not in answer.content.decode()


def test_a_code_is_taken_once(administrator: Browser) -> None:
    administrator.post("/desk/clients/new", FIELDS)
    again = administrator.post("/desk/clients/new", FIELDS)
    assert (again.status_code, Client.objects.count()) == (409, 1)
    assert "thu-nghiem" in again.content.decode()


def test_what_may_no_longer_be_asked_ends(administrator: Browser, window: Browser) -> None:
    secret = secret_in(administrator.post("/desk/clients/new", FIELDS))
    party = Party("thu-nghiem", secret, "https://thu.example.vn/cb")
    access = tokens(window, party, scope="openid post")["access_token"]
    change = {**FIELDS, "task": "change", "scopes": ["profile"], "name": "Tên mới"}
    assert administrator.post("/desk/clients/thu-nghiem", change).status_code == 302
    assert userinfo(access).status_code == 401
    assert error(ask(window, party, scope="openid post")) == "invalid_scope"
    assert "Tên mới" in ask(window, party, scope="openid profile").content.decode()
    wrong = administrator.post("/desk/clients/thu-nghiem", {**change, "redirect_uris": "ftp://x"})
    assert wrong.status_code == 422


def test_only_who_may_manages(party: Party, window: Browser) -> None:
    for address in ("/desk/clients/", "/desk/clients/new", "/desk/clients/bao-cao"):
        assert window.get(address).status_code == 403
        assert window.post(address, {"task": "off"}).status_code == 403
        assert Browser().get(address).status_code == 302
    stranger = person("Trần Thị Khác", "khac")
    for attempt in (
        lambda: broker.switch("bao-cao", on=False, by=stranger),
        lambda: broker.new_secret("bao-cao", by=stranger),
        lambda: broker.new_client(wanted("moi"), by=stranger),
        lambda: broker.change_client("bao-cao", wanted("bao-cao"), by=stranger),
    ):
        with pytest.raises(Forbidden):
            attempt()
    assert broker.client("bao-cao").active


def wanted(code: str) -> broker.NewClient:
    return broker.NewClient(code=code, name="X", purpose="X", agency="H53.04", redirect_uris=(BACK,))


# ── the pack ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_pack_describes_clients_without_secrets(administrator: Browser, window: Browser) -> None:
    item = ClientItem(
        code="goi", name="Từ gói", purpose="Để thử.", agency="H53.04", redirect_uris=("https://goi.example.vn/cb",)
    )
    pack.put([item])
    party = Party("goi", "x", "https://goi.example.vn/cb")
    assert Client.objects.get(code="goi").secret_digest == ""
    assert party.redeem("x").status_code == 401
    assert Party("goi", "").redeem("x").status_code == 401
    assert "Chưa có khóa bí mật" in administrator.get("/desk/clients/").content.decode()
    party.secret = secret_in(administrator.post("/desk/clients/goi", {"task": "secret"}))
    access = tokens(window, party)["access_token"]
    pack.put([item.model_copy(update={"name": "Tên khác"})])
    assert Client.objects.get(code="goi").name == "Tên khác"
    assert userinfo(access).status_code == 200  # loading again keeps secret and tokens
    with pytest.raises(Refused):
        broker.change_client("goi", wanted("goi"), by=admin())
    withdraw_packed(["goi"])
    assert userinfo(access).status_code == 401
    assert ask(window, party).status_code == 400


def test_a_pack_with_wrong_addresses_is_not_applied() -> None:
    with pytest.raises(Refused):
        put_packed([broker.NewClient("goi", "X", "X", "H53.04", ("http://goi.example.vn/",))])


def test_the_demonstrations_client_is_of_a_demonstration_alone(settings: Any) -> None:
    settings.VAMCO_DEMO = False
    with pytest.raises(Refused):
        broker.open_demonstration(wanted("mo-phong"))
    assert not Client.objects.exists()
