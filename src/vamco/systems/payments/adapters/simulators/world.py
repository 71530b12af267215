"""What the simulated banks, gateway and carrier know and do, apart from HTTP: built from the published formats, and able to misbehave.

Money that a payer sends is in the account whatever is reported of it: the statement tells the truth, the notices may lie, repeat, come late,
in another order, or never.
"""

from __future__ import annotations

import base64
import csv
import datetime as dt
import io
import secrets
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import requests

from vamco.lib.errors import N_
from vamco.lib.time import HCM
from vamco.systems.payments.rules import gateway, vietqr

if TYPE_CHECKING:
    from collections.abc import Mapping

TRANSFERS: Final[Mapping[str, str]] = {
    "honest": N_("as it should be"),
    "twice": N_("reported twice"),
    "late": N_("reported after 30 seconds"),
    "reordered": N_("reported together with the next one, after it"),
    "lost": N_("never reported: it stands on the statement only"),
    "less": N_("1,000 đồng too little"),
    "more": N_("1,000 đồng too much"),
    "no_text": N_("the bank passes no text on"),
    "cut": N_("the bank cuts the text"),
    "decorated": N_("the bank adds its own words and strips spaces"),
    "other_account": N_("into another account"),
    "contradicted": N_("reported again with another amount"),
    "forged": N_("reported with a forged token"),
}
CARDS: Final[Mapping[str, str]] = {
    "honest": N_("as it should be"),
    "twice": N_("notified twice"),
    "late": N_("notified after 30 seconds"),
    "lost": N_("never notified: only who asks is told"),
    "closed": N_("the payer closes the browser, and nothing is notified"),
    "forged": N_("a forged notice comes first"),
    "other_amount": N_("notified with another amount"),
    "failed_after": N_("paid, and then notified as failed"),
    "declined": N_("the bank declines"),
}
LATE_S: Final = 30
_TIMEOUT_S: Final = 15
_CUT: Final = 12
_KEPT: Final = 500
_BANKS: Final = "NCB"


@dataclass(slots=True)
class Booking:
    """A line of an account's statement."""

    id: str
    at: dt.datetime
    account: str
    amount: int
    content: str


@dataclass(slots=True)
class Order:
    """A payment at the gateway."""

    parameters: dict[str, str]
    status: str = "pending"  # pending, paid, failed
    number: str = ""
    paid_at: str = ""


@dataclass
class World:
    """One platform, which the simulated services call and are called by."""

    site: str
    user: str
    password: str
    merchant: str
    secret: str
    carrier_key: str
    bookings: list[Booking] = field(default_factory=list)
    orders: dict[str, Order] = field(default_factory=dict)
    carried: dict[str, dict[str, Any]] = field(default_factory=dict)
    held_back: list[dict[str, Any]] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    # ── bank transfers ──

    def transfer(self, qr: str, behaviour: str) -> Booking:
        """Pay what a code asks for, in one of the ways; ValueError for a code that no bank would read."""
        order = vietqr.read(qr)
        amount = order.amount + {"less": -1000, "more": 1000}.get(behaviour, 0)
        account = "9990001112223" if behaviour == "other_account" else order.account
        content = self._text(order.content, behaviour)
        booking = Booking(f"FT{secrets.token_hex(6).upper()}", dt.datetime.now(dt.UTC), account, amount, content)
        with self.lock:
            self.bookings = [*self.bookings, booking][-_KEPT:]
        self._report(booking, behaviour)
        return booking

    @staticmethod
    def _text(content: str, behaviour: str) -> str:
        if behaviour == "no_text":
            return ""
        if behaviour == "cut":
            return content[:_CUT]
        return (
            f"MBVCB.{secrets.randbelow(10**9)}.{content.replace(' ', '')}.CT tu 0011002233"
            if behaviour == "decorated"
            else content
        )

    def _report(self, booking: Booking, behaviour: str) -> None:
        body = self._body(booking)
        if behaviour == "lost":
            return
        if behaviour == "reordered":
            with self.lock:
                self.held_back.append(body)
            return
        if behaviour == "late":
            self._later(lambda: self._send(body))
            return
        self._send(body, token="forged" if behaviour == "forged" else "")  # no token of anybody's
        if behaviour == "twice":
            self._send(body)
        if behaviour == "contradicted":
            self._send({**body, "amount": booking.amount * 10})
        with self.lock:
            waiting, self.held_back = self.held_back, []
        for each in reversed(waiting):
            self._send(each)

    @staticmethod
    def _body(booking: Booking) -> dict[str, Any]:
        return {
            "transactionid": booking.id,
            "transactiontime": int(booking.at.timestamp() * 1000),
            "referencenumber": booking.id,
            "amount": booking.amount,
            "content": booking.content,
            "bankaccount": booking.account,
            "transType": "C",
            "orderId": "",
            "sign": secrets.token_hex(16),
        }

    def _send(self, body: dict[str, Any], *, token: str = "") -> None:
        try:
            bearer = token or self._token()
            headers = {"Authorization": f"Bearer {bearer}"}
            answer = requests.post(
                f"{self.site}/vqr/bank/api/transaction-sync", json=body, headers=headers, timeout=_TIMEOUT_S
            )
            self._note(f"VietQR {body['transactionid']} {body['amount']} → {answer.status_code}")
        except (requests.RequestException, ValueError, KeyError) as error:
            self._note(f"VietQR {body['transactionid']} → {type(error).__name__}")

    def _token(self) -> str:
        basic = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        answer = requests.post(
            f"{self.site}/vqr/api/token_generate", headers={"Authorization": f"Basic {basic}"}, timeout=_TIMEOUT_S
        )
        return str(answer.json()["access_token"])

    def statement(self, account: str) -> str:
        """Return the statement of an account as CSV, for all days."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["id", "time", "account", "amount", "content"])
        for each in self.bookings:
            if each.account == account:
                at = each.at.astimezone(HCM).strftime("%d/%m/%Y %H:%M")
                writer.writerow([each.id, at, each.account, each.amount, each.content])
        return out.getvalue()

    # ── the gateway ──

    def begin(self, parameters: dict[str, str]) -> Order | None:
        """Take an order that the platform has signed; None for any other."""
        if not gateway.verified(parameters, self.secret) or parameters.get("vnp_TmnCode") != self.merchant:
            return None
        with self.lock:
            return self.orders.setdefault(parameters["vnp_TxnRef"], Order(parameters))

    def decide(self, code: str, behaviour: str) -> str:
        """Let the payer pay an order in one of the ways, and return where their browser goes; "" where it goes nowhere."""
        order = self.orders[code]
        order.status = "failed" if behaviour == "declined" else "paid"
        order.number = str(10**7 + secrets.randbelow(9 * 10**7))
        order.paid_at = gateway.moment_out(dt.datetime.now(dt.UTC))
        notice = self._notice(order)
        if behaviour == "forged":
            self._notify({**notice, gateway.SIGNATURE: "0" * 128})
        if behaviour == "other_amount":
            self._notify(self._signed({**notice, "vnp_Amount": gateway.amount_out(1000)}))
        elif behaviour == "late":
            self._later(lambda: self._notify(notice))
        elif behaviour not in {"lost", "closed"}:
            self._notify(notice)
        if behaviour == "twice":
            self._notify(notice)
        if behaviour == "failed_after":
            self._notify(self._signed({**notice, "vnp_ResponseCode": "24", "vnp_TransactionStatus": "02"}))
        return "" if behaviour == "closed" else f"{order.parameters['vnp_ReturnUrl']}?{urlencode(notice)}"

    def _notice(self, order: Order) -> dict[str, str]:
        paid = order.status == "paid"
        return self._signed(
            {
                "vnp_TmnCode": self.merchant,
                "vnp_Amount": order.parameters["vnp_Amount"],
                "vnp_BankCode": _BANKS,
                "vnp_BankTranNo": f"VNP{order.number}",
                "vnp_CardType": "ATM",
                "vnp_PayDate": order.paid_at,
                "vnp_OrderInfo": order.parameters["vnp_OrderInfo"],
                "vnp_TransactionNo": order.number,
                "vnp_ResponseCode": "00" if paid else "24",
                "vnp_TransactionStatus": "00" if paid else "02",
                "vnp_TxnRef": order.parameters["vnp_TxnRef"],
            }
        )

    def _signed(self, parameters: dict[str, str]) -> dict[str, str]:
        bare = {name: value for name, value in parameters.items() if name != gateway.SIGNATURE}
        return {**bare, gateway.SIGNATURE: gateway.sign(bare, self.secret)}

    def _notify(self, parameters: dict[str, str]) -> None:
        try:
            answer = requests.get(f"{self.site}/payments/ipn", params=parameters, timeout=_TIMEOUT_S)
            self._note(f"IPN {parameters['vnp_TxnRef']} → {answer.json().get('RspCode')}")
        except (requests.RequestException, ValueError) as error:
            self._note(f"IPN {parameters['vnp_TxnRef']} → {type(error).__name__}")

    def answer(self, question: dict[str, str]) -> dict[str, str]:
        """Answer a question about an order (querydr)."""
        right = gateway.sign_question(question, self.secret) == question.get(gateway.SIGNATURE)
        order = self.orders.get(question.get("vnp_TxnRef", "")) if right else None
        found = {
            "vnp_ResponseId": secrets.token_hex(16),
            "vnp_Command": "querydr",
            "vnp_ResponseCode": "00" if order else ("91" if right else "97"),
            "vnp_Message": "OK" if order else "None",
            "vnp_TmnCode": self.merchant,
            "vnp_TxnRef": question.get("vnp_TxnRef", ""),
            "vnp_OrderInfo": question.get("vnp_OrderInfo", ""),
            "vnp_TransactionType": "01",
        }
        if order is not None:
            found |= {
                "vnp_Amount": order.parameters["vnp_Amount"],
                "vnp_BankCode": _BANKS,
                "vnp_PayDate": order.paid_at,
                "vnp_TransactionNo": order.number,
                "vnp_TransactionStatus": {"paid": "00", "pending": "01", "failed": "02"}[order.status],
            }
        return {**found, gateway.SIGNATURE: gateway.sign_answer(found, self.secret)}

    # ── the carrier of receipts ──

    def carry(self, kind: str, content: dict[str, Any]) -> str:
        """Take a receipt, a voiding or a summary; the same id gives the same answer."""
        key = f"{kind}:{content['id']}"
        with self.lock:
            known = self.carried.setdefault(key, {"number": f"CR{len(self.carried) + 1:08}", **content})
        return str(known["number"])

    def _later(self, do: Any) -> None:
        timer = threading.Timer(LATE_S, do)
        timer.daemon = True
        timer.start()

    def _note(self, line: str) -> None:
        with self.lock:
            self.log = [*self.log, line][-50:]
