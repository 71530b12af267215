"""Days that are only half known, and lists that follow the day of another answer."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.kernel.work.forms.contracts import ReferenceList
from vamco.kernel.work.forms.rules import answers, checking, lists, nodes, validating
from vamco.kernel.work.forms.tests import made
from vamco.lib.errors import Named
from vamco.lib.partial_date import PartialDate

if TYPE_CHECKING:
    from collections.abc import Iterator

TODAY = dt.date(2026, 12, 5)
PARTIAL = {"type": "string", "format": "partial-date"}
LIST = "ended_or_new"


@pytest.fixture
def _register() -> Iterator[None]:
    """Until 30 June 2025 there was "old", since then there is "new"."""

    def options(on: dt.date) -> list[tuple[str, Named]]:
        return [("old", Named("Cũ", "Old"))] if on < dt.date(2025, 7, 1) else [("new", Named("Mới", "New"))]

    with lists._lists.restored():
        lists.register(LIST, ReferenceList(options, lambda code, on: code in dict(options(on))))
        yield


@pytest.mark.parametrize(
    ("typed", "stored", "shown"),
    [
        ("1938", "1938", "1938"),
        (" 1938 ", "1938", "1938"),
        ("5/1938", "1938-05", "05/1938"),
        ("05-1938", "1938-05", "05/1938"),
        ("1938-05", "1938-05", "05/1938"),
        ("20/5/1938", "1938-05-20", "20/05/1938"),
        ("29/2/1996", "1996-02-29", "29/02/1996"),
    ],
)
def test_a_day_that_is_half_known_stays_as_it_is(typed: str, stored: str, shown: str) -> None:
    form = made.form({"a": PARTIAL})
    filled = answers.fill(form, {}, {"f.a": [typed]}, "vi")
    assert filled.data == {"a": stored}
    assert validating.problems(form, filled.data, today=TODAY) == []
    assert answers.posted(form, filled.data, "vi") == {"f.a": [shown]}
    assert answers.fill(form, {}, {"f.a": [shown]}, "vi").data == {"a": stored}


@pytest.mark.parametrize(
    "text", ["38", "13/1938", "0/1938", "29/2/1938", "0000", "1938-13", "năm 1938", "1938-1", "19380520"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    form = made.form({"a": PARTIAL})
    assert [found.code for found in validating.problems(form, {"a": text}, today=TODAY)] == ["format"]


@pytest.mark.parametrize(
    ("text", "code"),
    [("2026", ""), ("12/2026", ""), ("2027", "too_late"), ("6/12/2026", "too_late"), ("1899", "too_early")],
)
def test_bounds_hold_for_all_days_that_it_may_be(text: str, code: str) -> None:
    form = made.form({"a": PARTIAL}, {"a": {"label": "Ngày sinh", "earliest": "1900-01-01", "latest": "today"}})
    data = answers.fill(form, {}, {"f.a": [text]}, "vi").data
    assert [found.code for found in validating.problems(form, data, today=TODAY)] == ([code] if code else [])


def test_a_year_is_no_first_of_january() -> None:
    year = PartialDate.read("1938")
    assert year is not None
    assert (year.label("vi"), year.label("en"), year.ages(TODAY)) == ("1938", "1938", (87, 88))
    month = PartialDate.read("12/1938")
    assert month is not None
    assert (month.label("vi"), month.ages(TODAY)) == ("12/1938", (87, 88))
    leap = PartialDate.read("29/2/1996")
    assert leap is not None
    assert (leap.ages(dt.date(2026, 2, 28)), leap.ages(dt.date(2026, 3, 1))) == ((29, 29), (30, 30))


@given(st.dates(min_value=dt.date(1, 1, 1)), st.sampled_from([4, 7, 10]))
def test_what_is_known_of_a_day_is_read_back(day: dt.date, known: int) -> None:
    found = PartialDate.read(day.isoformat()[:known])
    assert found is not None
    assert found.code == day.isoformat()[:known]
    assert found.first <= day <= found.last
    again = PartialDate.read(found.label("vi"))
    assert again == found


def _form(**more: Any) -> Any:
    schema = {
        "type": "object",
        "required": ["born", "place"],
        "properties": {"born": PARTIAL, "place": {"type": "string", "format": f"list-{LIST}"}},
    }
    return made.Form.model_validate(
        {
            "code": "test",
            "name": "Thử",
            "source": "–",
            "schema": schema,
            "fields": {"born": {"label": "Ngày sinh"}, "place": {"label": "Nơi sinh", "as_of": "born"}},
            "pages": [{"code": "born", "fields": ["born"]}, {"code": "place", "fields": ["place"]}],
            **more,
        }
    )


@pytest.mark.usefixtures("_register")
@pytest.mark.parametrize(
    ("born", "offered"),
    [("2025-06-20", ["old"]), ("2025-07-02", ["new"]), ("1938", ["old"]), ("2025", ["old", "new"]), ("", ["new"])],
)
def test_a_list_follows_the_day_of_another_answer(born: str, offered: list[str]) -> None:
    form = _form()
    assert list(checking.faults(form)) == []
    data = {"born": born} if born else {}
    place = next(node for node in nodes.nodes(form, data) if node.key == "place")
    assert [code for code, _ in lists.options(place, data, TODAY)] == offered
    for code in ("old", "new"):
        found = validating.problems(form, {**data, "place": code}, today=TODAY)
        assert ("not_then" in {each.code for each in found}) is (code not in offered)


@pytest.mark.usefixtures("_register")
def test_the_day_of_a_list_is_asked_before_it() -> None:
    together = _form(pages=[{"code": "all", "title": "Tất cả", "fields": ["born", "place"]}])
    assert [words for _, words in checking.faults(together)] == ["fields.place.as_of: a date that an earlier page asks"]
    fields = {"born": {"label": "Ngày sinh"}, "place": {"label": "Nơi sinh", "as_of": "place"}}
    assert [words for _, words in checking.faults(_form(fields=fields))] == [
        "fields.place.as_of: the key of a date of this form"
    ]
    fields = {"born": {"label": "Ngày sinh", "as_of": "born"}, "place": {"label": "Nơi sinh"}}
    assert [words for _, words in checking.faults(_form(fields=fields))] == [
        "fields.born.as_of: only of a code of a list"
    ]


def test_beside_stays_within_an_entry() -> None:
    assert nodes.beside(("people", 2, "place"), "people.born") == ("people", 2, "born")
    assert nodes.beside(("child", "place"), "child.born") == ("child", "born")
    assert nodes.beside(("place",), "child.born") == ("child", "born")
