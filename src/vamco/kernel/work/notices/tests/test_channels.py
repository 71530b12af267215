"""One suite for all channels: each adapter against a provider that speaks the real interface on loopback, and the one without."""

from __future__ import annotations

import contextlib
import itertools
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from vamco.kernel.work.notices.adapters import channels
from vamco.kernel.work.notices.adapters.channels.email import Email
from vamco.kernel.work.notices.adapters.channels.http import Answer, refusal, retry_after
from vamco.kernel.work.notices.adapters.channels.push import Push
from vamco.kernel.work.notices.adapters.channels.simulated import Simulated
from vamco.kernel.work.notices.adapters.channels.sms import Sms
from vamco.kernel.work.notices.adapters.channels.zalo import Zalo, _meaning
from vamco.kernel.work.notices.adapters.simulators import mail, web
from vamco.kernel.work.notices.adapters.simulators.provider import RETRY_AFTER_S, Mood, Provider
from vamco.kernel.work.notices.contracts import Outcome, Parcel, Receipt
from vamco.kernel.work.notices.rules.webpush import encrypt, padded, point, unpadded
from vamco.lib.errors import Missing, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.kernel.work.notices.contracts import Channel

TIMEOUT_S = 0.5
VAPID = padded(bytes(31) + b"\x07")
KINDS = ("email", "sms", "push", "zalo", "simulated")
_numbers = itertools.count(1)


@dataclass
class Served:
    """A channel with its provider, and an address at it."""

    kind: str
    channel: Channel
    provider: Provider
    to: str
    name: str  # of the address, as the provider sees it

    def parcel(self, key: str = "") -> Parcel:
        key = key or f"{next(_numbers):032x}"
        text = "" if self.kind == "zalo" else "Hồ sơ H53 đã có kết quả.\n.\nNhận tại Một cửa."
        return Parcel(key, self.to, "Đã có kết quả", text, "http://x/", template="390101", data={"ma": "H53 – ờ"})

    def send(self, parcel: Parcel) -> Receipt:
        with self.channel.open() as line:
            return line.send(parcel)


def address_of(kind: str, server: str) -> tuple[Channel, str, str]:
    host = server.partition("//")[2]
    if kind == "email":
        return Email(f"{server}?tls=no&from=vamco@tayninh.example", TIMEOUT_S), "lan@example.vn", "lan@example.vn"
    if kind == "sms":
        return (
            Sms(f"http://{web.KEY}:{web.SECRET}@{host}/?brandname=TAYNINH", "http://x/r", TIMEOUT_S),
            "84912345678",
            "84912345678",
        )
    if kind == "zalo":
        url = f"http://:{web.SECRET}@{host}/message/template?app={web.ZALO_APP}&secret={web.ZALO_SECRET}"
        return Zalo(url, TIMEOUT_S), "84912345678", "84912345678"
    return Push(f"vapid://{VAPID}@x?contact=mailto:a@b.vn&hosts=127.0.0.1", TIMEOUT_S), "", "/push/1"


@pytest.fixture(params=KINDS)
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    kind = request.param
    provider = Provider(idempotent=kind == "sms")
    provider.late_s = TIMEOUT_S * 1.5
    if kind == "simulated":
        yield Served(kind, Simulated("email", provider), provider, "lan@example.vn", "lan@example.vn")
        return
    browser = web.Browser()
    answers = {"sms": web.sms, "zalo": web.zalo, "push": web.pushes(browser)}
    with mail.running(provider) if kind == "email" else web.running(answers[kind], provider) as server:
        channel, to, name = address_of(kind, server)
        yield Served(kind, channel, provider, to or browser.subscription(server), name)


def test_what_is_sent_arrives_whole(served: Served) -> None:
    parcel = served.parcel()
    receipt = served.send(parcel)
    (taken,) = served.provider.taken
    assert (receipt.outcome, receipt.reason) == (Outcome.TAKEN, "")
    assert receipt.reference in {taken.reference, parcel.key}
    assert (taken.key, taken.to) == (parcel.key, served.name)
    if served.kind == "zalo":
        assert (taken.title, taken.text) == ("390101", '{"ma": "H53 – ờ"}')
    else:
        assert taken.text.rstrip("\n") == parcel.text
        assert taken.title == ("" if served.kind == "sms" else parcel.title)


def test_one_line_carries_many(served: Served) -> None:
    with served.channel.open() as line:
        receipts = [line.send(served.parcel()) for _ in range(20)]
    assert {receipt.outcome for receipt in receipts} == {Outcome.TAKEN}
    assert len(served.provider.taken) == 20


@pytest.mark.parametrize(
    ("mood", "outcome", "taken"),
    [
        (Mood.BUSY, Outcome.BUSY, 0),
        (Mood.DOWN, Outcome.LATER, 0),
        (Mood.LOSES, Outcome.DOUBTFUL, 1),
        (Mood.SILENT, Outcome.DOUBTFUL, 1),
        (Mood.REFUSES, Outcome.REFUSED, 0),
        (Mood.BROKE, Outcome.STOPPED, 0),
    ],
)
def test_each_failure_is_what_it_is(served: Served, mood: Mood, outcome: Outcome, taken: int) -> None:
    """What was surely not taken is never called doubtful, and what may have been is never called a failure."""
    served.provider.expect(mood)
    parcel = served.parcel()
    with served.channel.open() as line:
        receipt = line.send(parcel)
        after = line.send(served.parcel())  # the line, or a new one, serves again
    if (served.kind, mood) == ("push", Mood.BROKE):
        outcome = Outcome.LATER  # it may mean this one browser
    assert receipt.outcome == outcome
    assert receipt.reason
    assert len(served.provider.taken) == taken + 1
    assert after.outcome == Outcome.TAKEN
    if mood == Mood.BUSY:
        assert receipt.after == (60 if served.kind == "email" else RETRY_AFTER_S)
    assert receipt.bars == (mood == Mood.REFUSES and served.kind != "sms")
    assert parcel.to not in str(receipt)


def test_a_second_attempt_is_one_message_where_the_provider_knows_keys(served: Served) -> None:
    parcel = served.parcel()
    served.provider.expect(Mood.LOSES)
    assert served.send(parcel).outcome == Outcome.DOUBTFUL
    assert served.send(parcel).outcome == Outcome.TAKEN
    assert len(served.provider.taken) == (1 if served.channel.idempotent else 2)
    assert {taken.key for taken in served.provider.taken} == {parcel.key}


@pytest.mark.parametrize("kind", ["email", "sms", "push", "zalo"])
def test_nobody_there_is_a_failure_for_now(kind: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and nobody listens
        server = f"http://127.0.0.1:{taken.getsockname()[1]}"
        channel, to, _name = address_of(kind, server.replace("http", "smtp") if kind == "email" else server)
        to = to or web.Browser().subscription(server)
        with channel.open() as line:
            receipt = line.send(Parcel("0" * 32, to, "t", "x"))
    assert (receipt.outcome, receipt.reason) == (Outcome.LATER, "no_connection")


@pytest.mark.parametrize("kind", ["sms", "zalo"])
def test_a_wrong_key_stops_the_channel_not_the_message(kind: str) -> None:
    with web.running(getattr(web, kind), Provider(idempotent=False)) as server:
        host = server.partition("//")[2]
        channel = Sms(f"http://a:b@{host}/") if kind == "sms" else Zalo(f"http://:b@{host}/")
        with channel.open() as line:
            assert line.send(Parcel("0" * 32, "84912345678", "t", "x", template="1")).outcome == Outcome.STOPPED


def test_a_mail_server_without_tls_gets_no_letter() -> None:
    provider = Provider(idempotent=False)
    with mail.running(provider) as server, Email(server, TIMEOUT_S).open() as line:
        receipt = line.send(Parcel("0" * 32, "lan@example.vn", "t", "x"))
    assert receipt == Receipt(Outcome.STOPPED, "no_tls")
    assert provider.requests == 0


def test_a_letter_says_what_it_is() -> None:
    letter = Email("smtp://h?from=vamco@tayninh.example&name=Tây Ninh").letter(
        Parcel("ab", "a@b.vn", "Tiêu đề", "Nội dung")
    )
    text = letter.decode("ascii")
    assert "Message-ID: <ab@tayninh.example>\r\n" in text
    assert "Auto-Submitted: auto-generated\r\n" in text
    assert text.endswith("\r\n")


def test_a_title_cannot_add_headers() -> None:
    with pytest.raises(ValueError, match="linefeed"):
        Email("smtp://h").letter(Parcel("ab", "a@b.vn", "x\r\nBcc: all@b.vn", "x"))


# --- reports ---


def test_the_gateway_is_understood() -> None:
    channel = Sms("https://a:b@h/")
    provider = Provider(idempotent=True)
    provider.receive("a" * 32, "84912345678", "", "x")
    (taken,) = provider.taken
    good, bad = (
        channel.read_report({}, web.sms_report(taken, delivered=delivered), b"") for delivered in (True, False)
    )
    assert good is not None
    assert bad is not None
    assert (good.delivered, good.key, bad.delivered) == (True, "a" * 32, False)
    assert channel.read_report({}, {**web.sms_report(taken), "SendStatus": "2"}, b"") is None
    forged = channel.read_report({}, {**web.sms_report(taken), "RequestId": "1; DROP TABLE"}, b"")
    assert forged is not None
    assert forged.key == ""


def test_zalo_signs_its_events() -> None:
    channel = Zalo(f"https://:t@h/?app={web.ZALO_APP}&secret={web.ZALO_SECRET}")
    provider = Provider(idempotent=False)
    provider.receive("a" * 32, "84912345678", "", "x")
    headers, body = web.zalo_report(provider.taken[0])
    report = channel.read_report(headers, {}, body)
    assert report is not None
    assert (report.delivered, report.reference) == (True, "ref-1")
    for wrong in ({}, web.zalo_report(provider.taken[0], "guess")[0]):
        with pytest.raises(Refused):
            channel.read_report(wrong, {}, body)
    with pytest.raises(Refused):
        channel.read_report(headers, {}, body.replace(b"ref-1", b"ref-2"))
    for nonsense in (b"", b"[]", b"{}", b"[" * 100_000, b'{"timestamp":1,"message":7}'):
        with contextlib.suppress(Refused):
            assert channel.read_report({}, {}, nonsense) is None


def test_only_who_knows_the_path_is_heard(settings: Any) -> None:
    settings.VAMCO_CHANNELS = {"email": "", "sms": "https://a:b@h/", "push": "", "zalo": ""}
    token = channels.report_path("sms").rpartition("/")[2]
    report = {"RequestId": "a" * 32, "SendStatus": "5", "SendSuccess": "1"}
    assert channels.read_report("sms", token, {}, report, b"") is not None
    for name, given in (("sms", "x"), ("sms", "ờ"), ("zalo", token), ("email", token), ("nothing", token)):
        with pytest.raises(Missing):
            channels.read_report(name, given, {}, report, b"")


# --- Web Push ---


def test_push_is_encrypted_as_the_standard_shows() -> None:
    """RFC 8291, Appendix A."""
    from cryptography.hazmat.primitives.asymmetric import ec

    number = int.from_bytes(unpadded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
    own = ec.derive_private_key(number, ec.SECP256R1())
    receiver = unpadded("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4")
    secret, salt = unpadded("BTBZMqHH6r4Tts7J_aSIgg"), unpadded("DGv6ra1nlYgDCS1FRnbzlw")
    body = encrypt(b"When I grow up, I want to be a watermelon", receiver, secret, own, salt)
    assert padded(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_y"
        "l95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_push_proves_who_sends() -> None:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, utils

    channel = Push(f"vapid://{VAPID}@x?contact=mailto:a@b.vn")
    headers = channel.headers("https://fcm.googleapis.com/fcm/send/abc", Parcel("ab", "", "", "", urgent=True))
    token, _comma, public = headers["Authorization"].removeprefix("vapid t=").partition(", k=")
    said, _dot, signature = token.rpartition(".")
    r, s = (int.from_bytes(part) for part in (unpadded(signature)[:32], unpadded(signature)[32:]))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unpadded(public))
    key.verify(utils.encode_dss_signature(r, s), said.encode(), ec.ECDSA(hashes.SHA256()))
    assert b'"aud":"https://fcm.googleapis.com"' in unpadded(said.partition(".")[2])
    assert headers["Urgency"] == "high"
    assert (
        channel.headers("https://fcm.googleapis.com/x", Parcel("ab", "", "", ""))["Authorization"]
        == headers["Authorization"]
    )
    assert len(point(channel._key)) == 65


@pytest.mark.parametrize(
    ("endpoint", "allowed"),
    [
        ("https://fcm.googleapis.com/fcm/send/abc", True),
        ("https://web.push.apple.com/abc", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/abc", True),
        ("http://fcm.googleapis.com/fcm/send/abc", False),
        ("https://fcm.googleapis.com:22/", False),
        ("https://127.0.0.1/", False),
        ("https://169.254.169.254/latest", False),
        ("https://evil.example/fcm.googleapis.com", False),
        ("https://fcm.googleapis.com@evil.example/", False),
        ("https://fcm.googleapis.com.evil.example/", False),
    ],
)
def test_a_browser_cannot_point_us_into_our_own_network(endpoint: str, *, allowed: bool) -> None:
    channel = Push(f"vapid://{VAPID}@x?contact=mailto:a@b.vn")
    assert channel.allowed(endpoint) is allowed
    if not allowed:
        to = web.Browser().subscription(endpoint)
        with channel.open() as line:
            receipt = line.send(Parcel("0" * 32, to, "t", "x"))
        assert (receipt.outcome, receipt.reason, receipt.bars) == (Outcome.REFUSED, "foreign_host", True)


def test_a_key_that_is_none_bars_the_address() -> None:
    to = f'{{"endpoint":"https://fcm.googleapis.com/x","keys":{{"p256dh":"{padded(bytes(65))}","auth":"{padded(bytes(16))}"}}}}'
    with Push(f"vapid://{VAPID}@x").open() as line:
        assert line.send(Parcel("0" * 32, to, "t", "x")) == Receipt(Outcome.REFUSED, "wrong_key", bars=True)


# --- what statuses and codes mean ---


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, None), (204, None), (400, Outcome.LATER), (415, Outcome.REFUSED), (422, Outcome.REFUSED), (401, Outcome.STOPPED), (403, Outcome.STOPPED),
        (404, Outcome.STOPPED), (408, Outcome.LATER), (429, Outcome.BUSY), (500, Outcome.DOUBTFUL), (502, Outcome.DOUBTFUL),
        (503, Outcome.LATER), (504, Outcome.DOUBTFUL), (599, Outcome.LATER), (301, Outcome.STOPPED), (413, Outcome.REFUSED),
    ],
)  # fmt: skip
def test_statuses(status: int, outcome: Outcome | None) -> None:
    receipt = refusal(Answer(status, {}, b""))
    assert (receipt.outcome if receipt else None) == outcome


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("7", 7), ("0", 1), ("-3", 1), ("999999", 3600), ("Wed, 21 Oct 2026 07:28:00 GMT", 30), ("", 30)],
)
def test_how_long_to_wait(said: str, seconds: int) -> None:
    assert retry_after(Answer(429, {"retry-after": said}, b"")) == seconds


@pytest.mark.parametrize(
    ("code", "outcome", "bars"),
    [
        (-118, Outcome.REFUSED, True), (-114, Outcome.REFUSED, False), (-131, Outcome.REFUSED, False),
        (-124, Outcome.STOPPED, False), (-115, Outcome.STOPPED, False), (-144, Outcome.STOPPED, False),
        (-133, Outcome.LATER, False), (-9999, Outcome.LATER, False), (-100, Outcome.DOUBTFUL, False), (None, Outcome.DOUBTFUL, False),
    ],
)  # fmt: skip
def test_zalo_codes(code: object, outcome: Outcome, *, bars: bool) -> None:
    receipt = _meaning(code)
    assert (receipt.outcome, receipt.bars) == (outcome, bars)


def test_an_answer_that_makes_no_sense_is_doubtful() -> None:
    assert Answer(200, {}, b"[" * 100_000).json() == {}
    assert Answer(200, {}, b"[]").json() == {}

    def nonsense(*_args: object) -> web.Said:
        return 200, {}, {}

    with web.running(nonsense, Provider(idempotent=False)) as server:
        host = server.partition("//")[2]
        for channel in (Sms(f"http://a:b@{host}/"), Zalo(f"http://:b@{host}/")):
            with channel.open() as line:
                receipt = line.send(Parcel("0" * 32, "84912345678", "t", "x", template="1"))
                assert (receipt.outcome, receipt.reason) == (Outcome.DOUBTFUL, "unreadable")
