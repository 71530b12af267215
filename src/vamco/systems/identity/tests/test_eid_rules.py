"""What must be said to be believed, and what is read from it: without HTTP, keys or database."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.systems.identity.adapters.eid import profile
from vamco.systems.identity.rules import eid
from vamco.systems.identity.rules.eid import Expected, Unproven

NOW = 1_790_000_000.0
ASKED = Expected("https://sso.example", "vamco", "n-1")
RIGHT: dict[str, Any] = {
    "iss": "https://sso.example",
    "aud": "vamco",
    "sub": "s-1",
    "nonce": "n-1",
    "exp": NOW + 300,
    "iat": NOW,
    "auth_time": NOW - 5,
    "acr": "2",
}


def reason(changed: dict[str, Any], asked: Expected = ASKED) -> str:
    """Why claims with these changes are not believed; "" when they are. None takes a claim away."""
    claims = {name: value for name, value in (RIGHT | changed).items() if value is not None}
    try:
        eid.check(claims, asked, now=NOW)
    except Unproven as error:
        return error.reason
    return ""


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({}, ""),
        ({"iss": "https://sso.example/"}, "iss"),
        ({"iss": None}, "iss"),
        ({"aud": "another"}, "aud"),
        ({"aud": None}, "aud"),
        ({"aud": ["another"]}, "aud"),
        ({"aud": ["vamco"]}, ""),
        ({"aud": ["vamco", "another"]}, "azp"),
        ({"aud": ["vamco", "another"], "azp": "another"}, "azp"),
        ({"aud": ["vamco", "another"], "azp": "vamco"}, ""),
        ({"azp": "another"}, "azp"),
        ({"nonce": "n-2"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"nonce": ["n-1"]}, "nonce"),
        ({"sub": None}, "sub"),
        ({"sub": ""}, "sub"),
        ({"sub": 7}, "sub"),
        ({"sub": "s" * 256}, "sub"),
        ({"sub": "s\0"}, "sub"),
        ({"exp": None}, "no_time"),
        ({"iat": None}, "no_time"),
        ({"exp": "soon"}, "no_time"),
        ({"exp": True}, "no_time"),
        ({"exp": float("nan")}, "no_time"),
        ({"exp": NOW - 119}, ""),
        ({"exp": NOW - 120}, "expired"),
        ({"iat": NOW + 120}, ""),
        ({"iat": NOW + 121}, "not_yet"),
        ({"nbf": NOW + 120}, ""),
        ({"nbf": NOW + 121}, "not_yet"),
        ({"auth_time": NOW + 121}, "not_yet"),
        ({"auth_time": None}, ""),
    ],
)
def test_each_false_claim_is_seen(changed: dict[str, Any], why: str) -> None:
    assert reason(changed) == why


@pytest.mark.parametrize(
    ("at", "why"),
    [
        (NOW - 10, ""),
        (NOW - 60 - 119, ""),
        (NOW - 60 - 121, "auth_time"),
        (None, "auth_time"),
        (NOW - 86400, "auth_time"),
    ],
)
def test_who_must_confirm_anew_has_done_so(at: float | None, why: str) -> None:
    asked = Expected(ASKED.issuer, ASKED.client, ASKED.nonce, confirmed_after=NOW - 60)
    assert reason({"auth_time": at}, asked) == why


@given(
    st.dictionaries(
        st.sampled_from(["iss", "aud", "azp", "sub", "nonce", "exp", "iat", "nbf", "auth_time"]),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text()) | st.just({"a": 1}),
    )
)
def test_whatever_is_claimed_is_believed_or_refused_never_a_fault(changed: dict[str, Any]) -> None:
    assert isinstance(reason(changed), str)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("29/02/1996", "1996-02-29"),
        ("29/02/1995", ""),
        ("1/2/1990", "1990-02-01"),
        ("02/1990", "1990-02"),
        ("1938", "1938"),
        ("1996-02-29", "1996-02-29"),
        ("1996-02-30", ""),
        ("1996-02", "1996-02"),
        ("0000-02-28", ""),
        ("hôm qua", ""),
        ("", ""),
    ],
)
def test_a_day_of_birth_is_read_as_far_as_it_was_said(written: str, read: str) -> None:
    assert eid.read_day(written) == read


@pytest.mark.parametrize(
    ("born", "today", "years"),
    [
        ("2012-11-30", dt.date(2026, 11, 29), 13),
        ("2012-11-30", dt.date(2026, 11, 30), 14),
        ("2012-02-29", dt.date(2026, 2, 28), 13),
        ("2012-02-29", dt.date(2026, 3, 1), 14),
        ("2012", dt.date(2026, 12, 30), 13),
        ("2012", dt.date(2026, 12, 31), 14),
        ("2012-11", dt.date(2026, 11, 30), 13),
        ("", dt.date(2026, 11, 30), None),
    ],
)
def test_a_child_is_one_until_it_is_certain_that_they_are_not(born: str, today: dt.date, years: int | None) -> None:
    assert eid.age(born, today) == years
    assert eid.needs_guardian(born, today) is (years is not None and years < 14)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)), st.dates(dt.date(2026, 1, 1), dt.date(2126, 1, 1)))
def test_who_is_known_less_exactly_is_never_older(born: dt.date, today: dt.date) -> None:
    exact, month, year = (eid.age(born.isoformat()[:length], today) for length in (10, 7, 4))
    assert exact is not None
    assert month is not None
    assert year is not None
    assert year <= month <= exact <= year + 1


@pytest.mark.parametrize("name", ["Sóc", "Thị Sa Rương", "Đặng Thị Tuyết Hường", "H'Hen Niê", "Ê-ban"])
def test_any_name_is_a_name_and_its_accents_are_one_with_their_letters(name: str) -> None:
    apart = unicodedata.normalize("NFD", name)
    assert eid.clean_name(f"  {apart} \n") == name
    assert eid.same_name(apart.upper(), name)


def test_another_accent_is_another_name() -> None:
    assert not eid.same_name("Nguyễn Thị Hoa", "Nguyễn Thị Hòa")


@given(st.text())
def test_a_cleaned_name_is_clean(name: str) -> None:
    cleaned = eid.clean_name(name)
    assert eid.clean_name(cleaned) == cleaned
    assert len(cleaned) <= 150
    assert "\0" not in cleaned


@pytest.mark.parametrize(
    ("acr", "level"), [("1", 1), ("2", 2), ("3", 1), (2, 1), (None, 1), (["2"], 1), ("urn:x:2", 1)]
)
def test_only_the_words_of_the_profile_raise_the_level(acr: object, level: int) -> None:
    assert profile("vneid").level(acr) == level


def test_a_level_is_asked_for_by_all_words_that_suffice() -> None:
    assert profile("vneid").acr(2) == "2"
    assert profile("vneid").acr(1) == "1 2"


def test_what_is_no_text_or_no_known_word_is_not_said() -> None:
    claims = RIGHT | {"SoDinhDanh": 72188000901, "HoVaTen": ["A"], "GioiTinh": "khác", "amr": ["pin", "<b>", 7, "swk"]}
    found = eid.describe(claims, profile("vneid"))
    assert (found.number, found.name, found.sex, found.methods) == ("", "", "", ("pin", "swk"))
    assert eid.describe(RIGHT, profile("vneid")).methods == ("eid",)


def test_the_holder_is_not_shown_by_accident() -> None:
    claims = RIGHT | {"SoDinhDanh": "072188000901", "HoVaTen": "Nguyễn Thị Hồng Nhung", "NgaySinh": "12/04/1988"}
    shown = repr(eid.describe(claims, profile("vneid")))
    assert "072188000901" not in shown
    assert "Nhung" not in shown
    assert "1988" not in shown


@pytest.mark.parametrize(
    ("wanted", "in_outage", "away", "now"),
    [(2, None, True, 2), (2, 1, True, 1), (2, 1, False, 2), (1, 2, True, 1), (2, None, False, 2)],
)
def test_less_suffices_only_in_an_outage_and_only_where_the_page_says_so(
    *, wanted: int, in_outage: int | None, away: bool, now: int
) -> None:
    assert eid.level_now(wanted, in_outage=in_outage, away=away) == now
