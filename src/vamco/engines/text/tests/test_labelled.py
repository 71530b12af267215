"""The generator of labelled texts, and what it promises to whoever measures on them."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from ruamel.yaml import YAML

from vamco.engines.text.labelled import (
    CATEGORIES,
    Example,
    Family,
    Manner,
    examples,
    pack_training_set,
    training_families,
    training_set,
)
from vamco.engines.text.labelled.events import reports
from vamco.engines.text.labelled.pack_codes import known, pack_code
from vamco.lib.text import fold

FAMILY = Family("t", {"a": ["(x|y) ở {noi}"], "b": ["z"]}, {"noi": ["(đây|kia)"], "open": ["Chào"], "close": ["Hết"]})


def test_every_category_has_as_many_texts_in_every_family() -> None:
    codes = {item["code"] for item in YAML(typ="safe").load(CATEGORIES) if "." in item["code"]}
    found = Counter((example.family, example.codes[0]) for example in training_set(each=4))
    assert found == {(family, code): 4 for family in "abce" for code in codes}


def test_the_same_seed_gives_the_same_texts_and_another_other_ones() -> None:
    assert training_set(2, seed=1) == training_set(2, seed=1)
    assert training_set(2, seed=1) != training_set(2, seed=2)


def test_no_slot_or_choice_is_left_in_a_text() -> None:
    assert [example for example in training_set() if set(example.text) & set("{}|")] == []


def test_a_phrase_is_filled() -> None:
    filled = {FAMILY.fill("(x|y) ở {noi}", random.Random(n)) for n in range(40)}
    assert filled == {"x ở đây", "y ở đây", "x ở kia", "y ở kia"}


def test_without_a_manner_a_text_is_typed_as_it_is() -> None:
    texts = [example for example in examples(FAMILY, Manner(), 200, 1) if example.codes == ("b",)]
    assert {example.text.removeprefix("Chào ").removesuffix(" Hết") for example in texts} == {"z"}
    assert all(fold(example.text) in {example.text.lower(), fold(example.text)} for example in texts)


def test_bare_means_bare() -> None:
    for example in examples(FAMILY, Manner(bare=1), 20, 1):
        assert example.text.lower() == fold(example.text)


def test_events_are_told_near_them_and_after_them() -> None:
    told = reports(list(training_families()), 60, 1)
    assert [telling.report.id for telling in told] == [f"r{n}" for n in range(len(told))]
    assert [telling.report.at for telling in told] == sorted(telling.report.at for telling in told)
    assert len({telling.event for telling in told}) == 60
    assert told == reports(list(training_families()), 60, 1)


@pytest.mark.parametrize("kind", [Example, Family])
def test_shapes_are_frozen(kind: type) -> None:
    assert kind.__dataclass_params__.frozen


def test_the_categories_of_the_pack_have_texts_too_each_about_as_many() -> None:
    found = Counter(
        example.codes[0] for example in pack_training_set({"lamp_day", "pothole", "dig", "complaint"}, each=20)
    )
    assert set(found) == {"lamp_day", "pothole", "dig"}  # of "complaint" there are none: it has a channel of its own
    assert all(20 <= number <= 25 for number in found.values())


def test_no_text_names_a_second_matter_that_was_not_asked_for() -> None:
    assert {code for example in pack_training_set({"flood", "leak"}, each=30) for code in example.codes} == {
        "flood",
        "leak",
    }


@pytest.mark.parametrize(
    ("code", "phrase", "to"),
    [
        ("road.pothole", "ổ gà lớn", "pothole"),
        ("road.pothole", "Đào đường xong bỏ đó", "dig"),
        ("power.street_light", "đèn sáng ban ngày", "lamp_day"),
        ("pollution.smoke", "khói nhà máy", "smoke"),
        ("pollution.smoke", "đốt rác", "burning"),
        ("farm.disease", "heo chết", None),
    ],
)
def test_a_phrase_finds_its_category_in_the_pack(code: str, phrase: str, to: str | None) -> None:
    assert pack_code(code, phrase) == to
    assert to is None or to in known()
