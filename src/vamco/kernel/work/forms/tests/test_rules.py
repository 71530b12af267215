from __future__ import annotations

import copy
import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from vamco.kernel.work.forms.contracts import Kind
from vamco.kernel.work.forms.rules import answers, checking, nodes, validating
from vamco.kernel.work.forms.tests import made

TODAY = dt.date(2026, 11, 22)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


# ── there and back ──


@given(st.data(), st.sampled_from(["vi", "en"]))
def test_what_a_page_shows_is_read_back_unchanged(data: Any, language: str) -> None:
    form = data.draw(made.forms())
    given_answers = data.draw(made.answers(form))
    assert list(checking.faults(form)) == []

    filled = answers.fill(form, {}, answers.posted(form, given_answers, language), language)

    assert filled.data == given_answers
    assert json.dumps(filled.data, sort_keys=True) == json.dumps(given_answers, sort_keys=True)  # true is not 1
    assert filled.problems == []


@given(st.data(), st.sampled_from(["vi", "en"]))
def test_one_page_after_another_gives_the_same_as_all_at_once(data: Any, language: str) -> None:
    form = made.example()
    wanted = data.draw(st.sampled_from([made.EXAMPLE, MARRIED, OTHER]))
    posted, filled = answers.posted(form, wanted, language), answers.Filled({})
    for page in form.pages:
        filled = answers.fill(form, filled.data, posted, language, page)
        assert filled.problems == []
    assert filled.data == wanted
    again = answers.fill(
        form, filled.data, {}, language, form.page("residence")
    )  # an empty page takes away its own only
    assert again.data == {name: value for name, value in wanted.items() if name != "residence"}


MARRIED = made.EXAMPLE | {
    "partner": {"name": "John Smith", "born": "1990-01-01", "foreign": True, "passport": "C1234567"},
    "lived": [{"place": "Long An", "since": "2014-03-01"}, {"place": "Mỹ Tho", "since": "2016-01-31", "until": "2018-09-02"}],
    "notices": ["sms", "zalo"],
}  # fmt: skip
OTHER = {name: value for name, value in made.EXAMPLE.items() if name != "partner"} | {
    "purpose": "property", "value": 1_500_000_000, "area": 125.5, "status": "divorced", "proof": [3, 1], "delivery": "post",
    "post_address": "Ấp 3",
}  # fmt: skip


@pytest.mark.parametrize("data", [MARRIED, OTHER])
@pytest.mark.django_db
def test_the_examples_are_valid_also_for_other_peoples_validators(data: dict[str, Any]) -> None:
    form = made.example()
    assert validating.accept(form, data, today=TODAY, files=made.FILES) == data
    Draft202012Validator(validating.published(form)).validate(data)


@given(st.data())
@settings(max_examples=60)
def test_valid_answers_are_accepted_as_they_are_and_the_published_schema_agrees(data: Any) -> None:
    form = data.draw(made.forms())
    found = data.draw(made.answers(form))
    assert validating.problems(form, found, today=TODAY, files=made.FILES) == []
    assert validating.accept(form, found, today=TODAY, files=made.FILES) == found
    assert Draft202012Validator(validating.published(form)).is_valid(_with_empty_groups(form, found))


def _with_empty_groups(form: Any, data: Any) -> Any:
    return validating._with_groups(form.shape, data)


@given(st.data(), JSON)
@settings(max_examples=200)
def test_whatever_is_sent_is_accepted_or_refused_and_never_breaks(data: Any, junk: Any) -> None:
    """Junk in the place of the whole or of any part: what is accepted, the published schema accepts too."""
    form = data.draw(made.forms())
    sent = copy.deepcopy(data.draw(made.answers(form)))
    if data.draw(st.booleans()):
        sent[data.draw(st.sampled_from([*sent, "a", "list", "constructor", "__proto__"]))] = junk
    else:
        sent = junk
    try:
        kept = validating.accept(form, sent, today=TODAY, files=made.FILES)
    except validating.Invalid as refused:
        assert refused.problems  # noqa: PT017  # both are right, and neither is empty
    else:
        assert Draft202012Validator(validating.published(form)).is_valid(_with_empty_groups(form, kept))
        assert json.loads(json.dumps(kept, allow_nan=False)) == kept


@given(st.data(), st.dictionaries(st.text(), st.lists(st.text(), max_size=3), max_size=5))
def test_whatever_a_page_posts_is_read_and_shown_again(data: Any, junk: dict[str, list[str]]) -> None:
    form = data.draw(made.forms())
    names = [node.name for node in nodes.nodes(form, data.draw(made.answers(form)))]
    posted = junk | {name: data.draw(st.lists(st.text(max_size=20), max_size=2)) for name in names}
    filled = answers.fill(form, {}, posted, "vi")
    assert nodes.prune(form, filled.data) == filled.data
    validating.problems(form, filled.data, today=TODAY)
    asked = {node.path for node in nodes.nodes(form, filled.data)}
    assert {problem.path for problem in filled.problems} <= asked


# ── conditions ──

CONDITIONS = st.fixed_dictionaries(
    {"properties": st.dictionaries(
        st.sampled_from("ab"),
        st.one_of(
            st.fixed_dictionaries({"const": st.sampled_from([True, False, 0, 1, "x"])}),
            st.fixed_dictionaries({"enum": st.lists(st.sampled_from([True, 1, "x", "y"]), min_size=1)}),
            st.fixed_dictionaries({"contains": st.just({"const": "x"})}),
            st.fixed_dictionaries({"minimum": st.integers(0, 2), "maximum": st.integers(0, 2)}),
        ),
    )},
    optional={"required": st.lists(st.sampled_from("ab"), unique=True)},
)  # fmt: skip
VALUES = st.dictionaries(
    st.sampled_from("ab"), st.sampled_from([True, False, 0, 1, 2, 1.0, "x", "y", ["x"], ["y"], []]), max_size=2
)


@given(CONDITIONS, VALUES)
@settings(max_examples=500)
def test_a_condition_holds_when_jsonschema_says_so(condition: dict[str, Any], value: dict[str, Any]) -> None:
    assert nodes.holds(condition, value) == Draft202012Validator(condition).is_valid(value)


def test_an_answer_that_closes_another_question_takes_its_answer_away() -> None:
    form = made.example()
    data = nodes.prune(form, MARRIED | {"purpose": "loan"})
    assert "partner" not in data
    assert data == nodes.prune(form, data)
    data = nodes.prune(form, MARRIED | {"partner": MARRIED["partner"] | {"foreign": False}})
    assert data["partner"] == {"name": "John Smith", "born": "1990-01-01", "foreign": False}


def test_a_chain_of_conditions_falls_as_a_whole() -> None:
    def when(name: str, then: str) -> dict[str, Any]:
        return {
            "if": {"properties": {name: {"const": True}}, "required": [name]},
            "then": {"properties": {then: {"type": "boolean"}}},
        }

    form = made.form({"a": {"type": "boolean"}}, allOf=[when("a", "b"), when("b", "c"), when("c", "d")])
    assert list(checking.faults(form)) == []
    assert nodes.prune(form, {"a": True, "b": True, "c": True, "d": True}) == {
        "a": True,
        "b": True,
        "c": True,
        "d": True,
    }
    assert nodes.prune(form, {"a": False, "b": True, "c": True, "d": True}) == {"a": False}
    assert [problem.code for problem in validating.problems(form, {"a": False, "b": True}, today=TODAY)] == ["unknown"]


def test_questions_come_in_the_order_of_asking_with_what_they_need() -> None:
    form = made.example()
    asked = {node.key: node for node in nodes.nodes(form, MARRIED)}
    assert list(asked)[:3] == ["applicant", "applicant.name", "applicant.born"]
    assert list(asked).index("purpose") < list(asked).index("partner.passport") < list(asked).index("status")
    assert asked["partner.passport"].required
    assert not asked["applicant.email"].required
    assert {
        key: node.kind for key, node in asked.items() if key in {"applicant", "lived", "truth", "purpose", "notices"}
    } == {
        "applicant": Kind.GROUP,
        "lived": Kind.REPEAT,
        "truth": Kind.TICK,
        "purpose": Kind.CHOICE,
        "notices": Kind.SEVERAL,
    }
    assert [node.name for node in nodes.nodes(form, MARRIED) if node.key == "lived.place"] == [
        "f.lived.0.place",
        "f.lived.1.place",
    ]
    assert "proof" not in asked
    needed = made.form({"a": {"type": "string"}, "b": {"type": "string"}}, dependentRequired={"a": ["b"]})
    assert [node.required for node in nodes.nodes(needed, {})] == [False, False]
    assert [node.required for node in nodes.nodes(needed, {"a": "x"})] == [False, True]


# ── values ──


@given(JSON)
def test_tidying_twice_is_tidying_once(value: Any) -> None:
    assert repr(nodes.tidy(nodes.tidy(value))) == repr(nodes.tidy(value))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"a": "x" * 10_001}, "too_much"),
        ({"a": ["x"] * 2_000}, "too_much"),
        ({"a": 10**400}, "too_large"),
        ({"a": 1e300}, "too_large"),
        ({"a": float("nan")}, "too_large"),
        ({"a": float("-inf")}, "too_large"),
        ({"a": "x\x00"}, "not_text"),
        ({"a\x00": "x"}, "not_text"),
        ({"a": "\ud800"}, "not_text"),
        ({"a": "abc\u202egpj.exe"}, "not_text"),
        ({"a": object()}, "not_answers"),
        ([], "not_answers"),
        ("text", "not_answers"),
        (None, "not_answers"),
    ],
)
def test_what_is_no_set_of_answers_is_refused_before_anything_else(data: Any, code: str) -> None:
    problem = nodes.too_much(data)
    assert problem is not None
    assert problem.code == code


def test_depth_has_an_end() -> None:
    deep: Any = "x"
    for _ in range(100_000):
        deep = {"a": deep}
    problem = nodes.too_much(deep)
    assert problem is not None
    assert problem.code == "too_much"
    while isinstance(deep, dict):  # taken apart here, for Python's own clean-up would recurse
        deep = deep["a"]
    assert nodes.too_much({"a": [{"b": ["c"]}]}) is None


@pytest.mark.parametrize("path", [("lived", 5, "place"), ("lived", "x"), ("purpose", 0), ("nothing", "at", 2)])
def test_an_answer_that_is_not_there_is_none(path: tuple[str | int, ...]) -> None:
    assert nodes.get(MARRIED, path) is None
    assert nodes.get(MARRIED, ("lived", 1, "place")) == "Mỹ Tho"
