"""The simulated bank, gateway and carrier: they speak the published formats, misbehave as asked, and the books still agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from django.test import Client
from pydantic import SecretStr

from vamco.kernel.base import clock
from vamco.kernel.world.agencies import public as agencies
from vamco.systems.payments import public
from vamco.systems.payments.adapters.simulators import world as simulated
from vamco.systems.payments.adapters.simulators.server import Server, running
from vamco.systems.payments.models import Attempt, Difference, Notification, Receipt, Refund
from vamco.systems.payments.rules import vietqr
from vamco.systems.payments.services import attempts, issuing
from vamco.systems.payments.tests import made

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.systems.payments.models import Invoice

pytestmark = pytest.mark.django_db
SITE = "http://vamco.test"


@pytest.fixture
def bank(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[simulated.World]:
    """The simulator on a port; what it sends to the platform goes to Django's test client, in the test's transaction."""
    made.open_channels(settings)
    server = Server("127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.server_address[1]}"
    settings.VAMCO_GATEWAY_URL = settings.VAMCO_RECEIPT_CARRIER = address
    settings.VAMCO_RECEIPT_CARRIER_KEY = SecretStr("khoa")
    server.world = simulated.World(SITE, made.USER, made.PASSWORD, made.MERCHANT, made.SECRET, "khoa")
    real = requests.post

    def post(url: str, *, json: Any = None, headers: Any = None, timeout: int = 0) -> Any:
        if not url.startswith(SITE):
            return real(url, json=json, headers=headers, timeout=timeout)
        return Client().post(url.removeprefix(SITE), json, content_type="application/json", headers=headers or {})

    def get(url: str, *, params: Any = None, timeout: int = 0) -> Any:
        assert timeout
        return Client().get(url.removeprefix(SITE), params)

    monkeypatch.setattr(requests, "post", post)
    monkeypatch.setattr(simulated.requests, "get", get)
    monkeypatch.setattr(simulated, "LATE_S", 3600)
    with running(server) as world:
        yield world


def code(held: Invoice) -> str:
    return vietqr.payload(vietqr.Order(held.bank, held.account, held.total, f"LE PHI {held.reference}"))


@pytest.mark.parametrize(
    ("behaviour", "standing", "paid"),
    [
        ("honest", "paid", 150_000),
        ("twice", "paid", 150_000),
        ("decorated", "paid", 150_000),
        ("contradicted", "paid", 150_000),
        ("less", "underpaid", 149_000),
        ("more", "paid", 151_000),
        ("no_text", "open", 0),
        ("cut", "open", 0),
        ("other_account", "open", 0),
        ("forged", "open", 0),
        ("lost", "open", 0),
        ("late", "open", 0),
    ],
)
def test_a_transfer_in_each_way(behaviour: str, standing: str, paid: int, bank: simulated.World) -> None:
    held = made.invoice(made.citizen())
    bank.transfer(code(held), behaviour)
    found = made.again(held)
    assert (found.standing, found.paid) == (standing, paid)
    assert Receipt.objects.count() == (standing == "paid")
    assert Refund.objects.count() == (behaviour == "more")


def test_reordered_notices_pay_both(bank: simulated.World) -> None:
    first, second = made.invoice(made.citizen()), made.invoice(made.citizen("Lê Văn Hai"))
    bank.transfer(code(first), "reordered")
    assert made.again(first).standing == "open"
    bank.transfer(code(second), "honest")
    assert (made.again(first).standing, made.again(second).standing) == ("paid", "paid")
    assert Notification.objects.count() == 2


def test_the_statement_tells_what_the_notices_hide(bank: simulated.World) -> None:
    good, lost, cut = (made.invoice(made.citizen(f"Người {n}")) for n in "ABC")
    for held, behaviour in ((good, "honest"), (lost, "lost"), (cut, "cut")):
        bank.transfer(code(held), behaviour)
    office = agencies.get(made.OFFICE)
    rows = public.read_statement(bank.statement(made.ACCOUNT).encode())
    assert public.take_statement(office, rows, source="bank", by="1") == 3
    day = public.look(office, clock.today())
    found = set(Difference.objects.values_list("bucket", "cause"))
    assert day.matched == 1
    assert found == {("missing_notice", "notice_lost"), ("unknown_notice", "text_cut")}


@pytest.mark.parametrize(
    ("behaviour", "standing"),
    [
        ("honest", "paid"),
        ("twice", "paid"),
        ("forged", "paid"),
        ("failed_after", "paid"),
        ("declined", "open"),
        ("other_amount", "open"),
        ("closed", "open"),
        ("lost", "open"),
    ],
)
def test_the_gateway_in_each_way(behaviour: str, standing: str, bank: simulated.World) -> None:
    held = made.invoice(made.citizen())
    address = public.begin(held, back=f"{SITE}/payments/back", address="127.0.0.1", language="vi")
    page = real_get(address)
    assert page.status_code == 200
    assert "1.500" not in page.text
    assert "150.000 đồng" in page.text
    attempt = Attempt.objects.get()
    bank.decide(attempt.code, behaviour)
    assert made.again(held).standing == standing
    attempts.poll(attempt.pk)  # whoever asks is told the truth
    assert made.again(held).standing == ("open" if behaviour == "declined" else "paid")
    assert Receipt.objects.count() == (behaviour != "declined")


def real_get(address: str) -> requests.Response:
    with requests.Session() as session:
        return session.get(address, timeout=10)


def test_an_order_that_was_changed_on_the_way_is_not_taken(bank: simulated.World) -> None:
    held = made.invoice(made.citizen())
    address = public.begin(held, back=f"{SITE}/payments/back", address="127.0.0.1", language="vi")
    assert real_get(address.replace("vnp_Amount=15000000", "vnp_Amount=100000")).status_code == 403
    assert bank.orders == {}
    assert dict(parse_qsl(urlsplit(address).query))["vnp_Amount"] == "15000000"


def test_the_carrier_takes_a_receipt_its_voiding_and_the_summary_once(bank: simulated.World) -> None:
    held = made.invoice(made.citizen())
    bank.transfer(code(held), "honest")
    receipt = Receipt.objects.get()
    issuing.send(receipt.pk)
    issuing.send(receipt.pk)
    public.void(receipt.pk, "Sai tên", by=made.official("cashier", "Mai Thị Kim Thoa"))
    issuing.send(receipt.pk)
    summary = issuing.summarise_agency(agencies.get(made.OFFICE), clock.today())
    assert summary is not None
    issuing.send_summary(summary.pk)
    issuing.send_summary(summary.pk)
    assert sorted(key.partition(":")[0] for key in bank.carried) == ["receipt", "summary", "void"]
    assert Receipt.objects.get().carrier_id
    assert Receipt.objects.get().void_sent_at is not None
