"""The rules of payments: codes, references, standings, signatures, polling, receipts, reconciliation."""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.lib.time import HCM
from vamco.systems.payments.rules import gateway, polling, receipts, reconciling, reference, standing, vietqr

GOLDEN = (
    "00020101021238570010A00000072701270006970415011300110019324180208QRIBFTTA530370454061200005802VN"
    "62170813ung ho lu lut6304C15C"
)
MONEY = st.integers(1, 10**9)


# ── VietQR ──


def test_the_golden_vector_is_read_and_its_checksum_is_ours() -> None:
    assert vietqr.crc(GOLDEN[:-4]) == "C15C"
    assert vietqr.read(GOLDEN) == vietqr.Order("970415", "0011001932418", 120_000, "ung ho lu lut")
    written = vietqr.payload(vietqr.Order("970415", "0011001932418", 120_000, "ung ho lu lut"))
    assert written[:-8].replace("UNG HO LU LUT", "ung ho lu lut") == GOLDEN[:-8]


def test_whole_dong_plain_letters_and_right_lengths() -> None:
    """PR-07."""
    made = vietqr.payload(vietqr.Order("970415", "0011001932418", 150_000, "Đóng lệ phí HS2026000123"))
    assert "5406150000" in made
    assert "62280824DONG LE PHI HS2026000123" in made
    assert made.endswith(vietqr.crc(made[:-4]))


@given(st.text(max_size=60))
def test_a_purpose_is_what_every_app_takes(text: str) -> None:
    made = vietqr.plain(text)
    assert len(made) <= vietqr.LONGEST_CONTENT
    assert set(made) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ")
    assert made == made.strip()


@given(MONEY, st.from_regex(r"[0-9]{6,19}", fullmatch=True), st.text(max_size=40))
def test_what_is_written_is_read(amount: int, account: str, text: str) -> None:
    made = vietqr.payload(vietqr.Order("970436", account, amount, text))
    assert vietqr.read(made) == vietqr.Order("970436", account, amount, vietqr.plain(text))


@given(st.integers(0, len(GOLDEN) - 1), st.sampled_from("0123456789ABCXYZ"))
def test_a_changed_sign_is_noticed(place: int, sign: str) -> None:
    changed = GOLDEN[:place] + sign + GOLDEN[place + 1 :]
    if changed != GOLDEN:
        with pytest.raises(ValueError, match="checksum"):
            vietqr.read(changed)


@pytest.mark.parametrize("order", [("97041", "1", 1), ("970415", "", 1), ("970415", "1" * 20, 1), ("970415", "1", 0)])
def test_what_no_bank_would_read_is_not_written(order: tuple[str, str, int]) -> None:
    with pytest.raises(ValueError, match=r"BIN|account|amount"):
        vietqr.payload(vietqr.Order(*order, "x"))


# ── references ──


@given(st.binary(min_size=7, max_size=7), st.text(max_size=20), st.text(max_size=20))
def test_a_reference_is_found_in_any_text_around_it(drawn: bytes, before: str, after: str) -> None:
    made = reference.make(drawn)
    assert len(made) == reference.LENGTH
    assert made in reference.found_in(f"{before} {made.lower()} {after}")
    assert made in reference.found_in(f"{before}-{made[:4]} {made[4:]}.{after}")


@given(st.binary(min_size=7, max_size=7), st.integers(1, 9))
def test_a_reference_that_was_cut_is_none_but_a_candidate(drawn: bytes, kept: int) -> None:
    made = reference.make(drawn)
    assert reference.found_in(f"LE PHI {made[:kept]}") == []
    if kept > 6:
        assert reference.resembling(f"LE PHI {made[:kept]}", [made]) == [made]


@given(st.binary(min_size=7, max_size=7), st.integers(2, 9), st.sampled_from(reference.ALPHABET))
def test_one_wrong_sign_never_names_another_invoice(drawn: bytes, place: int, sign: str) -> None:
    made = reference.make(drawn)
    wrong = made[:place] + sign + made[place + 1 :]
    if wrong != made:
        assert made not in reference.found_in(wrong)
        assert reference.resembling(wrong, [made]) == [made]


# ── standing ──

STEPS = st.lists(st.tuples(st.sampled_from(["pay", "refund", "cancel"]), MONEY), max_size=12)


@given(MONEY, STEPS)
def test_what_is_held_and_the_standing_always_agree(total: int, steps: list[tuple[str, int]]) -> None:
    """Paid minus refunded is what is held; nobody is told to pay what is held, and never goes back more than came in."""
    paid = back = promised = 0
    cancelled = False
    for step, amount in steps:
        if step == "pay":
            paid += amount
            found = standing.Ledger(total=total, paid=paid, refunded=back, promised=promised, cancelled=cancelled)
            excess = standing.given_back(found, amount=amount)
            promised += excess[0] if excess else 0
        elif step == "refund" and promised:
            done = min(amount, promised)
            promised, back = promised - done, back + done
        elif step == "cancel" and not cancelled:
            cancelled = True
            found = standing.Ledger(total=total, paid=paid, refunded=back, promised=promised, cancelled=True)
            promised += standing.refundable(found)
    ledger = standing.Ledger(total=total, paid=paid, refunded=back, promised=promised, cancelled=cancelled)
    held, word = paid - back, standing.of(ledger)
    assert 0 <= back + promised <= paid
    if cancelled:
        assert word == ("refunding" if held else "refunded" if back else "cancelled")
        assert standing.due(ledger) == 0
        assert held == promised
    else:
        assert held - promised == min(total, held - promised)
        assert word == ("paid" if held >= total else "underpaid" if held else "open")
        assert standing.due(ledger) == max(0, total - held)


def test_a_fee_that_goes_back_is_refunding_and_then_refunded() -> None:
    ledger = {"total": 100, "paid": 100, "cancelled": True}
    assert standing.of(standing.Ledger(**ledger, promised=100)) == "refunding"  # type: ignore[arg-type]
    assert standing.of(standing.Ledger(**ledger, refunded=100)) == "refunded"  # type: ignore[arg-type]
    assert standing.of(standing.Ledger(total=100, paid=130, promised=30)) == "paid"
    assert standing.of(standing.Ledger(total=100, checking=True)) == "checking"


# ── the gateway ──


def test_the_signature_is_over_sorted_encoded_parameters() -> None:
    parameters = {
        "vnp_TxnRef": "a1",
        "vnp_OrderInfo": "le phi",
        "vnp_Amount": "15000000",
        "vnp_SecureHash": "x",
        "vnp_E": "",
    }
    assert gateway.encoded(parameters) == "vnp_Amount=15000000&vnp_OrderInfo=le+phi&vnp_TxnRef=a1"
    assert gateway.sign(parameters, "khoa") == (
        __import__("hmac").new(b"khoa", b"vnp_Amount=15000000&vnp_OrderInfo=le+phi&vnp_TxnRef=a1", "sha512").hexdigest()
    )


@given(
    st.dictionaries(
        st.from_regex(r"vnp_[A-Z][a-z]{1,8}", fullmatch=True), st.text(min_size=1, max_size=12), min_size=1
    ),
    st.data(),
)
def test_any_change_breaks_the_signature(parameters: dict[str, str], data: st.DataObject) -> None:
    signed = {**parameters, gateway.SIGNATURE: gateway.sign(parameters, "khoa")}
    assert gateway.verified(signed, "khoa")
    assert not gateway.verified(signed, "khac")
    assert not gateway.verified(signed, "")
    name = data.draw(st.sampled_from(sorted(parameters)))
    assert not gateway.verified({**signed, name: parameters[name] + "0"}, "khoa")
    assert dict(parse_qsl(gateway.encoded(parameters), keep_blank_values=True)) == parameters


@pytest.mark.parametrize(("text", "dong"), [("15000000", 150_000), ("15000001", None), ("-100", None), ("1.5", None), ("", None), ("٣٠٠", None)])  # fmt: skip
def test_amounts_are_hundredths_of_whole_dong(text: str, dong: int | None) -> None:
    assert gateway.amount_in(text) == dong
    assert gateway.amount_out(150_000) == "15000000"


def test_it_is_asked_after_1_5_15_minutes_and_for_a_day() -> None:
    """PR-10."""
    begun = dt.datetime(2026, 11, 18, 9, tzinfo=HCM)
    at, minutes = begun, []
    while (following := polling.next_at(begun, at)) is not None:
        minutes.append(int((following - begun).total_seconds()) // 60)
        at = following
    assert minutes[:3] == [1, 5, 15]
    assert minutes[-1] == 24 * 60
    assert minutes == sorted(set(minutes))


# ── receipts ──


def test_a_receipt_voided_after_its_summary_stands_in_the_next() -> None:
    first = receipts.summary([receipts.Entry(1, 100, False, False, False), receipts.Entry(2, 50, True, False, False)])
    assert (first.issued, first.voided, first.voided_since, first.total) == ((1, 2), (2,), (), 100)
    later = receipts.summary([receipts.Entry(1, 100, True, True, False), receipts.Entry(3, 70, False, False, False)])
    assert (later.issued, later.voided_since, later.total, later.taken_back) == ((3,), (1,), 70, 100)
    assert receipts.summary([receipts.Entry(1, 100, True, True, True)]).empty


def test_paper_ends_with_the_year() -> None:
    until = dt.date(2026, 12, 31)
    assert receipts.paper_allowed(until, until)
    assert not receipts.paper_allowed(dt.date(2027, 1, 1), until)


# ── reconciliation ──


def notice(number: int, **changes: object) -> reconciling.Notice:
    given = {
        "id": number,
        "external": f"F{number}",
        "amount": 100,
        "content": "VC",
        "outcome": "settled",
        "invoice": "A",
        "due": 100,
    }
    return reconciling.Notice(**given | changes)  # type: ignore[arg-type]


def line(number: int, amount: int = 100, content: str = "") -> reconciling.Booked:
    return reconciling.Booked(id=number, external=f"F{number}", amount=amount, content=content)


@pytest.mark.parametrize(
    ("one", "booked", "bucket", "cause"),
    [
        (notice(1), line(1), "matched", "none"),
        (notice(1), line(1, 90), "amount", "amounts_differ"),
        (notice(1, amount=90), line(1, 90), "amount", "typed_amount"),
        (notice(1, outcome="queued"), line(1), "unknown_notice", "text_cut"),
        (notice(1, outcome="queued", content=" "), line(1), "unknown_notice", "no_text"),
        (notice(1, outcome="queued", other_account=True), line(1), "unknown_notice", "other_account"),
        (notice(1), None, "missing_notice", "not_on_statement"),
        (notice(1, second=True, due=0), line(1), "duplicate", "paid_twice"),
        (notice(1, late=True), line(1), "late", "after_deadline"),
        (notice(1, contradicted=True), line(1), "amount", "contradicted"),
    ],
)
def test_each_case_has_a_bucket_and_a_cause(
    one: reconciling.Notice, booked: reconciling.Booked | None, bucket: str, cause: str
) -> None:
    found = reconciling.reconcile([one], [booked] if booked else [], named={}, refunds={})
    assert [(case.bucket, case.cause) for case in found] == [(bucket, cause)]


def test_a_line_without_a_notice_and_money_that_went_out() -> None:
    booked = [line(1), line(2, -70, "UNC-1 hoan phi"), line(3, -70, "khac")]
    found = reconciling.reconcile([], booked, named={1: "A"}, refunds={"UNC-1": 70})
    assert [(case.bucket, case.cause, case.invoice) for case in found] == [
        ("missing_notice", "notice_lost", "A"),
        ("refunded", "refunded", ""),
        ("refunded", "outgoing", ""),
    ]
    assert [case.key for case in reconciling.open_cases(found)] == ["line:1", "line:3"]


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 3)), max_size=12), st.lists(st.integers(1, 6), max_size=12))
def test_every_notice_and_every_line_stands_in_one_case(notices: list[tuple[int, int]], lines: list[int]) -> None:
    given_notices = [
        notice(100 + place, external=f"F{external}", amount=amount) for place, (external, amount) in enumerate(notices)
    ]
    given_lines = [
        reconciling.Booked(id=place, external=f"F{external}", amount=1, content="")
        for place, external in enumerate(lines)
    ]
    found = reconciling.reconcile(given_notices, given_lines, named={}, refunds={})
    assert sorted(case.notice for case in found if case.notice is not None) == [each.id for each in given_notices]
    assert sorted(case.booked for case in found if case.booked is not None) == [each.id for each in given_lines]
    assert len({case.key for case in found}) == len(found)
