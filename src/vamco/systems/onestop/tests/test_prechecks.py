"""What is looked at before sending, where filled-in answers come from, and what an estimate may say: pure rules."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.systems.onestop.declaration import AskedIf, DateCheck, NeededPaper, PaperItem, Prefill, Told
from vamco.systems.onestop.rules import estimating, prechecks, prefilling
from vamco.systems.onestop.rules.prechecks import GivenFile, Need
from vamco.systems.onestop.rules.prefilling import Known

TODAY = dt.date(2026, 12, 1)
TOLD = Told(vi="x", en="x")
NAMES = st.sampled_from(["a", "b", "c"])
SCALARS = (
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "x", "1938", "1990-03-27", "2026-13-40"])
)
ANSWERS = st.recursive(
    SCALARS, lambda inner: st.dictionaries(NAMES, inner) | st.lists(inner, max_size=3), max_leaves=12
)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(".".join)


def paper(code: str = "p", **more: Any) -> PaperItem:
    return PaperItem(code=code, name="Giấy", name_en="Paper", **more)


@pytest.mark.parametrize(
    ("needed", "item", "answers", "expected"),
    [
        ({"originals": 1}, {}, {}, Need.NEEDED),
        ({"originals": 1}, {"filled_in": True}, {}, Need.FILLED_IN),
        ({"shown": True}, {}, {}, Need.OPTIONAL),
        ({"shown": True, "originals": 1}, {}, {}, Need.NEEDED),
        ({"originals": 1}, {"from_register": True}, {}, Need.LOOKED_UP),
        ({"originals": 1, "when": "k", "when_en": "w"}, {}, {}, Need.CHOICE),
        ({"copies": 1, "asked_if": AskedIf(answer="a.b", equals=[True])}, {}, {"a": {"b": True}}, Need.NEEDED),
        ({"copies": 1, "asked_if": AskedIf(answer="a.b", equals=[True])}, {}, {"a": {"b": 1}}, Need.NONE),
        ({"copies": 1, "asked_if": AskedIf(answer="a.b", equals=[True])}, {}, {}, Need.NONE),
        ({"copies": 1, "asked_if": AskedIf(answer="a", equals=["x"])}, {}, {"a": ["x"]}, Need.NONE),
    ],
)
def test_how_a_paper_stands(needed: Any, item: Any, answers: Any, expected: Need) -> None:
    assert prechecks.need(NeededPaper(paper="p", **needed), paper(**item), answers, own_form=True) is expected


def test_a_general_form_stands_in_no_declarations_place() -> None:
    declaration = paper(filled_in=True)
    assert prechecks.need(NeededPaper(paper="p", originals=1), declaration, {}, own_form=False) is Need.NEEDED


NEEDS = st.lists(
    st.tuples(st.sampled_from(["p", "q", "r"]), st.sampled_from(list(Need))), max_size=3, unique_by=lambda pair: pair[0]
)
FILES = st.lists(
    st.builds(GivenFile, st.sampled_from(["p", "q", "r", "s"]), st.integers(-1, 9), st.sampled_from(["", "gone", "infected"])),
    max_size=6,
)  # fmt: skip
CHOSEN = st.dictionaries(st.sampled_from(["p", "q", "r"]), st.sampled_from(["not_needed", "register", "other"]))


@given(NEEDS, FILES, CHOSEN)
def test_each_paper_is_missing_given_or_not_asked_for(needs: Any, files: Any, chosen: Any) -> None:
    found = prechecks.papers(needs, files, chosen)
    missing = [finding.target for finding in found if finding.code in {"paper_missing", "paper_undecided"}]
    given_codes = {each.paper for each in files}
    assert len(missing) == len(set(missing))
    for code, how in needs:
        way_out = {Need.CHOICE: "not_needed", Need.LOOKED_UP: "register"}.get(how)
        asked = how not in {Need.NONE, Need.FILLED_IN, Need.OPTIONAL}
        expected = asked and code not in given_codes and (way_out is None or chosen.get(code) != way_out)
        assert (code in missing) == expected
        bad = [each for each in files if each.paper == code and (each.size <= 0 or each.state)]
        said = [finding for finding in found if finding.target == code and finding.code.startswith("file_")]
        assert len(said) == (0 if how in {Need.NONE, Need.FILLED_IN} else len(bad))
    assert {finding.target for finding in found} <= {code for code, _how in needs}


@given(NEEDS, FILES, CHOSEN, st.sampled_from(["p", "q", "r"]))
def test_giving_a_good_file_never_makes_more_missing(needs: Any, files: Any, chosen: Any, code: str) -> None:
    before = prechecks.papers(needs, files, chosen)
    after = prechecks.papers(needs, [*files, GivenFile(code, 10)], chosen)
    assert len(after) <= len(before)


@given(ANSWERS, PATHS)
def test_looking_for_an_answer_never_fails(answers: Any, path: str) -> None:
    prechecks.answer_at(answers, path)
    prechecks.need(NeededPaper(paper="p", copies=1, asked_if=AskedIf(answer=path, equals=["x", 1])), None, answers, own_form=True)  # fmt: skip
    prechecks.dates([DateCheck(earlier=path, later="today", text=TOLD)], answers, TODAY)
    prechecks.locked_changed({path: {"locked": True, "value": "x"}}, answers)


@pytest.mark.parametrize(
    ("earlier", "later", "wrong"),
    [
        ("2026-11-30", "2026-11-30", False),
        ("2026-12-01", "2026-11-30", True),
        ("1938", "1938-06-01", False),  # some day of that year may be before it
        ("1939", "1938-06-01", True),
        ("1938-06-02", "1938-06", False),
        ("1938-07", "1938-06", True),
        ("2026-02-30", "1900-01-01", False),  # no date: the form says so
        ("", "1900-01-01", False),
    ],
)
def test_dates_are_wrong_only_where_they_surely_are(earlier: str, later: str, wrong: bool) -> None:  # noqa: FBT001
    check = DateCheck(earlier="born", later="died", text=TOLD)
    found = prechecks.dates([check], {"born": earlier, "died": later}, TODAY)
    assert bool(found) is wrong


def test_a_date_after_today_is_said_at_its_own_question() -> None:
    check = DateCheck(earlier="born", later="today", text=TOLD)
    [(said, finding)] = prechecks.dates([check], {"born": "2026-12-02"}, TODAY)
    assert (said, finding.target) == (check, "born")
    assert prechecks.dates([check], {"born": "2026-12-01"}, TODAY) == []


@given(st.dates(), st.dates())
def test_whole_dates_are_judged_as_they_stand(one: dt.date, other: dt.date) -> None:
    check = DateCheck(earlier="a", later="b", text=TOLD)
    found = prechecks.dates([check], {"a": one.isoformat(), "b": other.isoformat()}, TODAY)
    assert bool(found) == (one > other)


# ── filled-in answers ────────────────────────────────────────────────────────────────────────────────────────────────


@given(st.lists(PATHS, max_size=5, unique=True), st.booleans())
def test_what_is_filled_in_stands_where_its_origin_says(paths: list[str], locked: bool) -> None:  # noqa: FBT001
    prefills = [Prefill(answer=path, source="born", locked=locked) for path in paths]
    data, origins = prefilling.fill(prefills, {"born": Known("1938", "population", TODAY)})
    last = {path: origin for path, origin in origins.items() if prechecks.answer_at(data, path) == origin["value"]}
    assert set(last) <= set(origins) <= set(paths)
    for path in last:
        assert prefilling.restored(data, origins) == data
        assert prechecks.answer_at(prefilling.without(data, [path]), path) is None
    assert all(origin["locked"] is locked for origin in origins.values())


def test_a_locked_answer_comes_back_and_an_open_one_stays_as_typed() -> None:
    origins = {
        "a.born": {"value": "1990", "locked": True},
        "a.phone": {"value": "1", "locked": False},
        "b.x": {"value": "y", "locked": True},
    }
    assert prefilling.restored({"a": {"born": "2000", "phone": "2"}}, origins) == {"a": {"born": "1990", "phone": "2"}}


def test_the_own_record_locks_nothing() -> None:
    known = {"name": Known("Mai", prefilling.OWN, TODAY)}
    _data, origins = prefilling.fill([Prefill(answer="n", source="name", locked=True)], known)
    assert origins["n"]["locked"] is False


# ── estimates ────────────────────────────────────────────────────────────────────────────────────────────────────────

HOURS = st.integers(0, 5000).map(lambda hours: dt.timedelta(hours=hours))


@given(st.lists(HOURS, max_size=60))
def test_an_estimate_holds_for_eight_of_ten_and_no_smaller_one_does(durations: list[dt.timedelta]) -> None:
    found = estimating.estimate(durations)
    if len(durations) < 20:
        assert found.within is None
        return
    assert found.within is not None
    reached = sum(each <= found.within for each in durations)
    smaller = sum(each < found.within for each in durations)
    assert reached * 10 >= 8 * len(durations) > smaller * 10
