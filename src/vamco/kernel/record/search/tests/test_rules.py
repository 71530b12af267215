from __future__ import annotations

import base64
import datetime as dt
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vamco.kernel.record.search import rules
from vamco.kernel.record.search.rules import Place, Reach, Stock

MOMENTS = st.datetimes(timezones=st.just(dt.UTC))
PLACES = st.builds(Place, st.sampled_from([0, 1]), st.floats(0, 1, width=32), MOMENTS, st.integers(0, (1 << 63) - 1))


def test_a_vector_holds_places_weights_spellings_and_marks() -> None:
    assert sorted(rules.vector("Đăng Ninh", "ninh 2 lô", ["#kind:it's"]).split(" ")) == [
        "'#kind:it''s'",
        "'2':14",
        "'=lô'",
        "'=đăng'",
        "'dang':1A",
        "'lo':15",
        "'ninh':2A,13",
    ]


def test_a_long_text_keeps_what_a_vector_can_hold() -> None:
    vector = rules.vector("", "ô " * 9000, [])
    assert vector.count(",") == 254
    assert vector.endswith("'=ô'")


@pytest.mark.parametrize(
    ("typed", "everything", "exact"),
    [
        ("dang ky", "('dang') & ('ky')", ""),
        ("Đăng ky", "('dang') & ('ky')", "'=đăng' & ('dang') & ('ky')"),
        ("1.004873", "('1' <-> '004873')", ""),
        ("15/QĐ-UBND x", "('15' <-> 'qd' <-> 'ubnd') & ('x')", "'=qđ' & ('15' <-> 'qd' <-> 'ubnd') & ('x')"),
        ("| ! & \\ ' %d :* a", "('d') & ('a')", ""),
        ("a a a", "('a')", ""),
        (" ".join("abcdefghijklmnopqrstuv"), " & ".join(f"('{c}')" for c in "abcdefghijklmnop"), ""),
        ("a.b c.d " * 5, "('a' <-> 'b') & ('c' <-> 'd')", ""),
        ("a.b " * 7 + "c.d.e", "('a' <-> 'b') & ('c' <-> 'd')", ""),
    ],
)
def test_what_is_typed_becomes_a_question(typed: str, everything: str, exact: str) -> None:
    question = rules.question(typed, Stock({}))
    assert question is not None
    assert (question.everything, question.exact) == (everything, exact)


def test_what_is_rare_stands_first() -> None:
    question = rules.question("xô Tân 1.77", Stock({"xo": 0.9, "tan": 0.1, "1": 0.5, "77": 0.04}))
    assert question is not None
    assert question.everything == "('1' <-> '77') & ('tan') & ('xo')"
    assert question.exact == "'=tân' & '=xô' & " + question.everything
    assert question.lexemes(exact=False) == ["1", "77", "tan", "xo"]
    assert question.lexemes(exact=True) == ["1", "77", "=tân", "=xô"]


LAST = dt.datetime.max.replace(tzinfo=dt.UTC)
STOCK = Stock({"frequent": 0.1, "most": 0.9, "#all": 1.0, "#one": 0.01, "#two": 0.04, "rare": 0.002})


@pytest.mark.parametrize(
    ("lexemes", "either", "conditions"),
    [
        (["frequent", "rare"], [], ["'rare'", "'frequent'"]),
        (["rare", "rare"], [], ["'rare'"]),
        (["most", "rare"], [["#all"]], ["'rare'"]),
        (["most"], [["#all"]], ["'most'"]),
        (["most"], [["#one"]], ["('#one')"]),
        (["frequent"], [["#one", "#two"], ["#two"]], ["('#two')", "('#one' | '#two')", "'frequent'"]),
        (["frequent", "unknown"], [], ["'unknown'", "'frequent'"]),
    ],
)
def test_the_index_is_asked_for_what_is_rare_first_and_not_for_what_most_rows_meet(
    lexemes: list[str], either: list[list[str]], conditions: list[str]
) -> None:
    assert STOCK.conditions(lexemes, *either) == conditions


def test_what_is_not_counted_is_as_rare_as_the_rarest_that_is() -> None:
    assert STOCK.part("unknown") == 0.002
    assert Stock({}).part("unknown") > 0


@pytest.mark.parametrize("typed", ["", " ", "!&|", "\u0301", "--'\";"])
def test_what_has_no_word_asks_for_nothing(typed: str) -> None:
    assert rules.question(typed, Stock({})) is None


def test_marks_of_what_is_seen() -> None:
    one, some, all_, none = Reach(("a",), (1,)), Reach(("b", "c"), (1, 2)), Reach(("d",), None), Reach(("e",), ())
    assert rules.seen_under([all_], 9) == []
    assert rules.seen_under([one], 9) == ["#act:a@1", "#any:a"]
    assert rules.seen_under([one, all_, none], 9) == ["#act:a@1", "#act:d", "#any:a", "#any:d"]
    assert rules.seen_under([some], 4) == ["#act:b@1", "#act:b@2", "#act:c@1", "#act:c@2", "#any:b", "#any:c"]
    assert rules.seen_under([some], 3) == ["#act:b", "#act:c", "#any:b", "#any:c"]
    spot, spots = Reach(("f",), None, (7,)), Reach(("f",), (1, 2), (7, 8))
    assert rules.seen_under([spot], 9) == ["#any:f", "#place:7"]
    assert rules.seen_under([all_, spots], 9) == ["#act:d", "#act:f@1", "#act:f@2", "#any:d", "#any:f"]
    assert rules.seen_under([spots], 1) == ["#act:f", "#any:f"]
    assert rules.any_of(["#act:a'b", "#x\\"]) == "('#act:a''b' | '#x\\\\')"
    assert (rules.of_kind("k"), rules.in_place(7)) == ("#kind:k", "#place:7")


@given(MOMENTS)
@example(dt.datetime.max.replace(tzinfo=dt.UTC))
@example(dt.datetime(2026, 11, 22, tzinfo=dt.UTC))
def test_a_moment_lies_in_its_week(at: dt.datetime) -> None:
    number = rules.week(at)
    if number:
        assert rules.begin_of_week(number) <= at
    assert at < rules.begin_of_week(number + 1) or at == LAST


def test_weeks_are_counted_by_utc() -> None:
    sunday = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    vietnam = dt.timezone(dt.timedelta(hours=7))
    assert rules.begin_of_week(rules.week(sunday)) == sunday
    assert rules.week(dt.datetime(2026, 11, 22, 6, 59, tzinfo=vietnam)) == rules.week(sunday) - 1


def test_weeks_grow_until_all_is_asked_for_and_shrink_to_one() -> None:
    assert [rules.wider(width, 260) for width in (2, 8, 32, 128)] == [8, 32, 128, 260]
    assert [rules.wider(width, None) for width in (1, 20, 32, 128, 260)] == [4, 80, 128, 128, 128]
    assert [rules.narrower(width) for width in (5000, 260, 32, 3, 1)] == [32, 32, 4, 1, 1]


@given(MOMENTS, st.integers(1, 400), st.integers(0, 400))
@example(dt.datetime.min.replace(tzinfo=dt.UTC), 128, 3)
def test_every_moment_of_a_span_bears_one_of_its_few_marks(at: dt.datetime, width: int, later: int) -> None:
    number = rules.week(at)
    low, marks = rules.span(number + later, width)
    assert low <= number + later - width + 1
    assert len(marks) <= max(9, width // 64 + 2)
    assert bool(set(marks) & set(rules.of_time(at))) == (low <= number), "and none that comes before"


@given(PLACES)
def test_a_key_leads_back_to_its_place(place: Place) -> None:
    assert rules.read_key(rules.write_key(place)) == place


def forged(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


@pytest.mark.parametrize(
    "key",
    [
        "",
        "x",
        "đ",
        "AAAA",
        "W10=",
        forged([]),
        forged([2, 0.0, "2026-11-22T00:00:00+00:00", 1]),
        forged([0, float("nan"), "2026-11-22T00:00:00+00:00", 1]),
        forged([0, float("inf"), "2026-11-22T00:00:00+00:00", 1]),
        forged([0, 0.0, "yesterday", 1]),
        forged([0, 0.0, "0001-01-01T00:00:00+14:00", 1]),
        forged([0, 0.0, 7, 1]),
        forged([0, 0.0, "2026-11-22T00:00:00+00:00", 1 << 63]),
        forged([0, 0.0, "2026-11-22T00:00:00+00:00", None]),
        forged({"tier": 0, "rank": 1, "at": 2, "id": 3}),
        forged([0, 0.0, "2026-11-22T00:00:00+00:00", 1] * 9),
    ],
)
def test_a_key_that_is_not_ours_is_none(key: str) -> None:
    assert rules.read_key(key) is None


@given(st.text())
def test_no_text_breaks_the_reading_of_keys(key: str) -> None:
    rules.read_key(key)


def test_a_title_is_kept_on_one_line_and_without_what_cannot_be_seen() -> None:
    assert rules.shown(" Hồ\tsơ\n1\x00 \u202eabc\ud800 e\u0302 ") == "Hồ sơ 1 abc ê"
    assert len(rules.shown("x" * 999)) == 300


def test_the_words_asked_for_are_marked_in_a_title() -> None:
    assert rules.title("Đăng ký lại – H53.13", "dang h53") == (
        ("Đăng", True),
        (" ký lại – ", False),
        ("H53", True),
        (".13", False),
    )
