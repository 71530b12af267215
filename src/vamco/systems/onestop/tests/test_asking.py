"""Search as people speak: small cases by hand, then the question set on the pack's own catalogue, beside a plain search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.lib.text import fold, words
from vamco.systems.onestop import queries
from vamco.systems.onestop.rules import asking
from vamco.systems.onestop.tests import more_questions, questions

MARKED = [*questions.MARKED, *more_questions.MARKED]
UNMARKED = [*questions.UNMARKED, *more_questions.UNMARKED]
QUESTIONS = [*MARKED, *UNMARKED]
TUNING = [*questions.TUNING, *more_questions.TUNING]
HELD_OUT = [*questions.HELD_OUT, *more_questions.HELD_OUT]

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ENTRIES = (
    asking.Entry("birth", ("Đăng ký khai sinh", "làm giấy khai sinh")),
    asking.Entry("copy", ("Cấp bản sao trích lục", "mất giấy khai sinh")),
    asking.Entry("land", ("Cấp lại giấy chứng nhận", "mất sổ đỏ")),
    asking.Entry("wed", ("Đăng ký kết hôn",)),
    asking.Entry("stay", ("Đăng ký tạm trú",)),
)
INDEX = asking.Index(ENTRIES, {"can giay gi": "", "ks": "khai sinh", "ko": "không", "that lac": "mất"})


def first(text: str, index: asking.Index = INDEX) -> str:
    found = index.ask(text)
    return found[0].key if found else ""


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Làm giấy khai sinh", "birth"),
        ("lam giay khai sinh can giay gi", "birth"),
        ("LÀM GIẤY KHAI SINH", "birth"),
        ("lam giay ks", "birth"),
        ("lam giay khaisinh", "birth"),
        ("lam giay khai sihn", "birth"),
        ("giấy khai sinh bị thất lạc", "copy"),
        ("mat so do", "land"),
        ("dang ky ket hom", "wed"),
        ("phim hay tối nay", ""),
        ("can giay gi", ""),
        ("", ""),
        ("!!! ???", ""),
    ],
)
def test_what_is_meant(typed: str, meant: str) -> None:
    assert first(typed) == meant


def test_marks_decide_between_words_that_fold_alike() -> None:
    index = asking.Index([asking.Entry("sell", ("bán đất",)), asking.Entry("friend", ("bạn đất",))], {})
    assert first("bạn đất", index) == "friend"
    assert first("bán đất", index) == "sell"
    assert {each.key for each in index.ask("ban dat")} == {"sell", "friend"}


def test_what_was_replaced_is_said() -> None:
    assert [word.folded for word in INDEX.read("lam giay ks").words] == ["lam", "giay", "khai", "sinh"]
    assert INDEX.read("lam giay ks").changed
    assert not INDEX.read("lam giay khai sinh can giay gi").changed


@pytest.mark.parametrize(
    ("a", "b", "near"),
    [("sinh", "sihn", True), ("sinh", "sin", True), ("sinh", "sinhh", True), ("sinh", "sính", True),
     ("sinh", "minh", True), ("sinh", "mink", False), ("sinh", "si", False), ("abcd", "badc", False)],
)  # fmt: skip
def test_near_words(a: str, b: str, *, near: bool) -> None:
    assert asking.is_near(a, b) is near
    assert asking.is_near(b, a) is near


@given(st.text(max_size=120))
def test_anything_may_be_typed(text: str) -> None:
    assert all(0 <= meant.score <= 1.05 for meant in INDEX.ask(text))


@given(st.sampled_from([name for entry in ENTRIES for name in entry.names]))
def test_folding_a_name_changes_no_answer(name: str) -> None:
    assert first(name) == first(fold(name))


# ── the question set ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_question_set_is_what_it_says() -> None:
    asked = [question for question, _ in QUESTIONS]
    assert len(set(asked)) == len(asked) >= 300
    assert sum(not right for _, right in QUESTIONS) * 10 >= len(QUESTIONS) * 0.98
    assert len(more_questions.HELD_OUT) * 5 >= len(more_questions.QUESTIONS) * 2
    assert not [question for question, _ in UNMARKED if fold(question) != question.lower()]
    assert len(UNMARKED) * 2 >= len(QUESTIONS) * 0.98
    assert all(any(word.spelled != word.folded for word in words(question)) for question, _ in MARKED)
    assert not {question for question, _ in TUNING} & {question for question, _ in HELD_OUT if question not in asked}


def measure(
    questions: Sequence[tuple[str, frozenset[str]]], answer: Callable[[str], list[str]]
) -> tuple[float, float, float]:
    """Return the shares of right first answers, of right ones among three, and of questions rightly left without one."""
    inside = [(answer(asked), right) for asked, right in questions if right]
    outside = [answer(asked) for asked, right in questions if not right]
    top = [sum(bool(set(found[:n]) & right) for found, right in inside) / len(inside) for n in (1, 3)]
    return top[0], top[1], sum(not found for found in outside) / len(outside)


def by_catalogue(text: str) -> list[str]:
    return [hit.code for hit in queries.search(text).hits if hit.kind == "procedure"]


def by_official_name(text: str) -> list[str]:
    """The naive search: the share of words that a question and an official name have in common."""
    asked = {word.folded for word in words(text)}
    scored = []
    for each in queries.procedures():
        name = {word.folded for word in words(each.item.name)}
        if asked & name:
            scored.append((-len(asked & name) / len(asked | name), each.item.code))
    return [code for _, code in sorted(scored)]


@pytest.mark.django_db
def test_held_out_questions_are_answered() -> None:
    top1, top3, silent = measure(HELD_OUT, by_catalogue)
    naive1, naive3, _ = measure(HELD_OUT, by_official_name)
    assert top1 >= 0.85, f"{top1:.1%}, plain {naive1:.1%}"
    assert top3 >= 0.95, f"{top3:.1%}, plain {naive3:.1%}"
    assert silent >= 0.6
    assert top1 > naive1 + 0.25
    assert top3 > naive3 + 0.1


@pytest.mark.django_db
def test_a_code_finds_its_procedure() -> None:
    assert [hit.code for hit in queries.search(" 1.004873 ").hits] == ["1.004873"]
    assert queries.search("9.999999").hits == ()


@pytest.mark.django_db
def test_a_life_event_is_found_beside_procedures() -> None:
    hits = queries.search("sinh con").hits
    assert ("life_event", "birth") in {(hit.kind, hit.code) for hit in hits}
