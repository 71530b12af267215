"""Words, addresses, hours and attempts: pure, with properties over generated worlds."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from vamco.kernel.base.packs import public as packs
from vamco.kernel.work.notices.contracts import CHANNELS, ENDS, Outcome, Quiet, Receipt, State
from vamco.kernel.work.notices.declaration import Template
from vamco.kernel.work.notices.rules import messages, segments
from vamco.kernel.work.notices.tests import made
from vamco.lib.errors import Refused
from vamco.lib.time import HCM

MOMENTS = st.integers(0, 20 * 365 * 1440).map(lambda minutes: made.NOON + dt.timedelta(minutes=minutes, seconds=7))
TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=400)
VIETNAMESE = st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyÁẮẤĐẾỐỚỨ àằầèềìòồờùừỳ[]{}€–…“”😀\n0123456789", max_size=500)


def template(**change: Any) -> Template:
    words = {"title": "Hồ sơ {dossier}", "text": "Hồ sơ {dossier}: {what}", "sms": "Ho so {dossier}"}
    content: dict[str, Any] = {
        "code": "onestop.test",
        "kind": "dossier",
        "channels": ["sms"],
        "fields": {
            "dossier": {"type": "text", "name": "Mã", "longest": 30},
            "what": {"type": "text", "name": "Gì", "private": True},
        },
        "vi": words,
        "en": words,
    }
    return Template.model_validate({**content, **change})


def wrong(**change: Any) -> list[str]:
    return [f"{'.'.join(map(str, place))}: {expected}" for place, expected in messages.faults(template(**change))]


def words(**change: str) -> dict[str, str]:
    return {"title": "Hồ sơ {dossier}", "text": "{what}", "sms": "Ho so {dossier}", **change}


# --- templates ---


def test_a_right_template_has_no_faults() -> None:
    assert wrong() == []


def test_the_pack_is_right() -> None:
    located = packs.check(settings.VAMCO_PACK)["notices"]
    assert len(located) >= 7
    assert [fault for entry in located for fault in messages.faults(entry.item)] == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"vi": words(title="{dossier} {nobody}")}, ["vi.title: a declared field, found {nobody}"]),
        ({"en": words(text="{what")}, ["en.text: each brace part of a place such as {dossier}, or doubled"]),
        ({"vi": words(title="{what}")}, ["vi.title: no private field such as {what}: a lock screen shows this"]),
        ({"vi": words(short="{what}")}, ["vi.short: no private field such as {what}: a lock screen shows this"]),
        ({"en": words(sms="{dossier} {what}")}, ["en.sms: no private field such as {what}: a lock screen shows this"]),
        ({"channels": ["sms", "sms"]}, ["channels: each channel once"]),
        ({"channels": ["sms", "zalo"]}, ["channels: `zalo` here and its registered template, or neither"]),
        (
            {"channels": ["sms", "zalo"], "zalo": {"template": "1", "params": {"a": "{what}"}}},
            ["zalo.params.a: no private field such as {what}: a lock screen shows this"],
        ),
        (
            {"channels": []},
            [f"{language}.sms: `sms` among the channels and its words in both languages, or neither" for language in ("vi", "en")],
        ),
        (
            {"vi": words(sms="")},
            ["vi.sms: `sms` among the channels and its words in both languages, or neither"],
        ),
        (
            {"vi": words(sms="Hồ sơ {dossier}")},
            ["vi.sms: letters without diacritics, such as 'Ho so {dossier}', or `accents: true`"],
        ),
        ({"vi": words(sms="{dossier}" + "x" * 400)}, ["vi.sms: at most 2 segments with the longest values, found 4 (460 units of gsm-7)"]),
        ({"vi": words(sms="Hồ sơ {dossier}" + "x" * 100), "accents": True}, ["vi.sms: at most 2 segments with the longest values, found 3 (166 units of ucs-2)"]),
        (
            {"fields": {**template().model_dump()["fields"], "more": {"type": "date", "name": "Ngày"}}},
            ["fields.more: a text that uses {more}"],
        ),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_its_place(change: dict[str, Any], expected: list[str]) -> None:
    assert wrong(**change) == expected


def test_doubled_braces_are_braces() -> None:
    assert messages.places("{{x}} {a}") == ["a"]
    assert messages.fill("{{x}} {a} {b}", {"a": "1"}) == "{x} 1 "


# --- values ---


TYPED = template(
    channels=["sms"],
    fields={
        "text": {"type": "text", "name": "a", "longest": 10},
        "count": {"type": "whole", "name": "b"},
        "fee": {"type": "money", "name": "c"},
        "day": {"type": "date", "name": "d"},
        "at": {"type": "moment", "name": "e"},
    },
    vi={"title": "x", "text": "{text} {count} {fee} {day} {at}", "sms": "{text} {count} {fee} {day} {at}"},
    en={"title": "x", "text": "{text} {count} {fee} {day} {at}", "sms": "{text} {count} {fee} {day} {at}"},
)
VALUES: dict[str, object] = {
    "text": "Ngô\tÂn",
    "count": 1234,
    "fee": 50000,
    "day": dt.date(2026, 11, 20),
    "at": made.NOON,
}


def test_values_are_written_in_both_languages() -> None:
    kept = messages.checked(TYPED, VALUES)
    assert json.loads(json.dumps(kept)) == kept
    assert messages.fill("{text}|{count}|{fee}|{day}|{at}", messages.written(TYPED, kept, "vi")) == (
        "Ngô Ân|1.234|50.000 đồng|20/11/2026|12:00 20/11/2026"
    )
    assert messages.fill("{text}|{count}|{fee}|{day}|{at}", messages.written(TYPED, kept, "en")) == (
        "Ngô Ân|1,234|VND 50,000|20 Nov 2026|12:00, 20 Nov 2026"
    )
    assert messages.sms(TYPED, kept, "vi") == "Ngo An 1.234 50.000 dong 20/11/2026 12:00 20/11/2026"


def test_what_was_kept_under_another_version_still_reads() -> None:
    written = messages.written(TYPED, {"day": 7, "at": "x", "count": "y"}, "vi")
    assert written == {"text": "", "count": "–", "fee": "–", "day": "–", "at": "–"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("text", 7), ("text", None), ("count", "7"), ("count", True), ("count", 10**15), ("fee", 1.5), ("day", made.NOON),
        ("day", "2026-11-20"), ("at", dt.date(2026, 1, 1)), ("at", made.NOON.replace(tzinfo=None)),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_refused(name: str, value: object) -> None:
    with pytest.raises(Refused) as refused:
        messages.checked(TYPED, {**VALUES, name: value})
    assert refused.value.data["fields"] == name


def test_no_value_may_be_missing_and_none_more() -> None:
    for data in ({}, {**VALUES, "more": 1}):
        with pytest.raises(Refused):
            messages.checked(TYPED, data)


@given(VIETNAMESE, st.integers(-(10**15) + 1, 10**15 - 1), st.dates(), st.datetimes(timezones=st.just(HCM)))
def test_no_sms_takes_more_segments_than_its_template_allows(
    text: str, number: int, day: dt.date, at: dt.datetime
) -> None:
    if not 2 <= at.year <= 9998:
        return
    kept = messages.checked(TYPED, {"text": text, "count": number, "fee": number, "day": day, "at": at})
    assert list(messages.faults(TYPED)) == []
    for language in ("vi", "en"):
        size = segments.size(messages.sms(TYPED, kept, language))
        assert size.alphabet == "gsm-7"
        assert size.segments <= TYPED.segments


@given(VIETNAMESE, st.integers(0, 140))
def test_no_sms_with_accents_does_either(text: str, fixed: int) -> None:
    other = {"title": "x", "text": "{text}", "sms": "Chào {text}" + "x" * fixed}
    accented = template(
        fields={"text": {"type": "text", "name": "a", "longest": 40}}, vi=other, en=other, accents=True, segments=3
    )
    if list(messages.faults(accented)):
        return
    kept = messages.checked(accented, {"text": text})
    assert segments.size(messages.sms(accented, kept, "vi")).segments <= 3


# --- segments ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("gsm-7", 0, 1)),
        ("x" * 160, ("gsm-7", 160, 1)),
        ("x" * 161, ("gsm-7", 161, 2)),
        ("x" * 306, ("gsm-7", 306, 2)),
        ("x" * 307, ("gsm-7", 307, 3)),
        ("[" * 80, ("gsm-7", 160, 1)),
        ("[" * 153, ("gsm-7", 306, 3)),  # 76 brackets a segment: none is cut in two
        ("ế" * 70, ("ucs-2", 70, 1)),
        ("ế" * 71, ("ucs-2", 71, 2)),
        ("ế" * 134, ("ucs-2", 134, 2)),
        ("😀" * 35, ("ucs-2", 70, 1)),
        ("😀" * 67, ("ucs-2", 134, 3)),
        ("à", ("gsm-7", 1, 1)),
        ("ã", ("ucs-2", 1, 1)),
    ],
)
def test_what_an_sms_costs(text: str, expected: tuple[str, int, int]) -> None:
    size = segments.size(text)
    assert (size.alphabet, size.units, size.segments) == expected


@given(TEXT)
def test_plain_text_is_in_the_alphabet(text: str) -> None:
    plain = segments.plain(text)
    assert all(sign in segments.GSM or sign in segments.EXTENSION for sign in plain)
    assert segments.plain(plain) == plain


@given(st.text(alphabet="ab[]€\n", max_size=700) | st.text(alphabet="aế😀", max_size=400))
def test_segments_lie_between_the_two_bounds(text: str) -> None:
    size = segments.size(text)
    room = segments.PART[size.alphabet]
    at_least = 1 if size.units <= segments.ONE[size.alphabet] else -(-size.units // room)
    assert at_least <= size.segments <= segments.most(size.units, size.alphabet)


def test_vietnamese_loses_its_marks_and_nothing_else() -> None:
    assert segments.plain("Đặng Thị Ỷ, 50.000₫ – “Hòa Thành”…\u200b½") == 'Dang Thi Y, 50.000d - "Hoa Thanh"...1/2'
    assert segments.plain("漢") == "?"


# --- addresses ---


@pytest.mark.parametrize(
    ("channel", "written", "normal", "masked"),
    [
        ("sms", "0912 345 678", "84912345678", "091*****78"),
        ("sms", "+84.912-345-678", "84912345678", "091*****78"),
        ("zalo", "84912345678", "84912345678", "091*****78"),
        ("email", " Lan.Nguyen@Example.VN ", "Lan.Nguyen@example.vn", "L***@example.vn"),
    ],
)
def test_addresses_have_one_form(channel: Any, written: str, normal: str, masked: str) -> None:
    assert messages.normal(channel, written) == normal
    assert messages.mask(channel, normal) == masked
    assert messages.normal(channel, normal) == normal


def test_a_subscription_is_kept_without_what_it_does_not_need() -> None:
    given_ = {**json.loads(made.SUBSCRIPTION), "expirationTime": None}
    assert messages.normal("push", json.dumps(given_)) == made.SUBSCRIPTION
    assert messages.mask("push", made.SUBSCRIPTION) == "fcm.googleapis.com/***"


@pytest.mark.parametrize(
    ("channel", "written"),
    [
        ("sms", ""), ("sms", "0212345678"), ("sms", "091234567"), ("sms", "09123456789"), ("sms", "+1 212 555 0100"),
        ("email", "lan"), ("email", "a@b"), ("email", "a b@c.vn"), ("email", "a@b.vn\nBcc: x@y.vn"), ("email", "a@@b.vn"),
        ("email", ".a@b.vn"), ("email", "a..b@c.vn"), ("email", "a@b..vn"), ("email", f"{'a' * 65}@b.vn"), ("email", f"a@{'b.' * 99}vn"),
        ("email", "ấ@b.vn"), ("push", ""), ("push", "{}"), ("push", "[]"), ("push", '{"endpoint":1,"keys":{}}'), ("push", "[" * 100_000),
        ("push", made.SUBSCRIPTION.replace("https", "file")), ("push", made.SUBSCRIPTION.replace("BTBZ", "!!!!")),
        ("push", made.SUBSCRIPTION.replace("BTBZ", "")), ("push", made.SUBSCRIPTION.replace('"endpoint"', '"other"')),
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_without_being_repeated(channel: Any, written: str) -> None:
    with pytest.raises(Refused) as refused:
        messages.normal(channel, written)
    assert refused.value.data == {"channel": channel}


@given(st.sampled_from(CHANNELS), TEXT)
def test_any_text_is_an_address_or_refused(channel: Any, text: str) -> None:
    try:
        normal = messages.normal(channel, text)
    except Refused:
        return
    assert messages.normal(channel, normal) == normal
    assert normal not in messages.mask(channel, normal)


# --- hours ---


def at(hour: int, minute: int = 0, day: int = 20) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=HCM)


@pytest.mark.parametrize(
    ("now", "quiet", "until"),
    [
        (at(20, 59), messages.QUIET, None),
        (at(21), messages.QUIET, at(7, day=21)),
        (at(23, 59), messages.QUIET, at(7, day=21)),
        (at(0), messages.QUIET, at(7)),
        (at(6, 59), messages.QUIET, at(7)),
        (at(7), messages.QUIET, None),
        (at(12, 30), Quiet(720, 780), at(13)),
        (at(13), Quiet(720, 780), None),
        (at(22), Quiet(1260, 0), at(0, day=21)),
        (at(3), Quiet(0, 0), None),
    ],
)
def test_quiet_hours(now: dt.datetime, quiet: Quiet, until: dt.datetime | None) -> None:
    assert messages.quiet_until(now, quiet) == until


@given(
    MOMENTS,
    st.integers(0, 1439),
    st.integers(0, 1439),
)
def test_quiet_ends_within_a_day_and_then_it_is_over(now: dt.datetime, start: int, end: int) -> None:
    quiet = Quiet(start, end)
    until = messages.quiet_until(now, quiet)
    if until is None:
        return
    assert now < until <= now + dt.timedelta(days=1)
    assert messages.quiet_until(until, quiet) is None
    local = until.astimezone(HCM)
    assert local.hour * 60 + local.minute == end


@pytest.mark.parametrize(("now", "then"), [(at(7, 29), at(7, 30)), (at(7, 30), at(7, 30, 21)), (at(12), at(7, 30, 21))])
def test_the_digest_leaves_in_the_morning(now: dt.datetime, then: dt.datetime) -> None:
    assert messages.digest_at(now) == then


# --- attempts ---


@given(st.sampled_from(Outcome), st.integers(1, 100), st.integers(0, 10**6), st.text(max_size=80))
def test_every_attempt_has_a_sequel(outcome: Outcome, attempts: int, after: int, said: str) -> None:
    then = messages.after(Receipt(outcome, said, after=after), attempts)
    assert (then.state == State.SENT) == (outcome == Outcome.TAKEN)
    assert (then.state == State.FAILED) == (outcome == Outcome.REFUSED)
    assert (then.state == State.DEAD) == (
        outcome in {Outcome.LATER, Outcome.DOUBTFUL} and attempts >= messages.MAX_ATTEMPTS
    )
    assert (then.wait > 0) == (then.state == State.QUEUED)
    assert then.counted == (outcome not in {Outcome.BUSY, Outcome.STOPPED})
    assert then.reason == messages.reason(said)
    assert len(then.reason) <= 40


def test_a_provider_may_ask_for_more_patience_not_for_less() -> None:
    assert messages.after(Receipt(Outcome.LATER, after=3600), 1).wait == 3600
    assert messages.after(Receipt(Outcome.LATER, after=1), 3).wait == 480
    assert messages.after(Receipt(Outcome.BUSY), 1).wait == messages.BUSY_WAIT
    assert [messages.backoff(n) for n in (0, 1, 2, 7, 50)] == [30, 30, 120, 21600, 21600]


@given(st.lists(st.booleans(), max_size=8), st.sampled_from(State))
def test_reports_in_any_order_end_alike(reports: list[bool], begun: State) -> None:
    """One word that it arrived is the last; without one, nothing that was given up comes back."""
    state = begun
    for delivered in reports:
        state = messages.reported(state, delivered=delivered) or state
    if any(reports) or begun == State.DELIVERED:
        assert state == State.DELIVERED
    elif begun in ENDS or not reports:
        assert state == begun
    else:
        assert state == State.FAILED


@given(st.text())
def test_a_reason_holds_no_address(text: str) -> None:
    said = messages.reason(text)
    assert "@" not in said
    assert " " not in said
