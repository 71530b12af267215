"""Rules of the officials' side, without a database."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.lib.text import fold
from vamco.systems.onestop.declaration import FilingItem, ProcessingTime
from vamco.systems.onestop.rules import filling, fitting, looking, outgoing, promising, sealing

NAMES = st.lists(
    st.sampled_from(["Nguyễn", "Trần", "Đỗ", "Thị", "Văn", "Mai", "Đông", "Ân", "Ý", "Huỳnh"]), min_size=1, max_size=5
)
JSON = st.dictionaries(st.text("abc", min_size=1, max_size=3), st.text(max_size=5) | st.integers(), max_size=4)


@given(NAMES, st.integers(1, 9999), st.randoms(use_true_random=False))
def test_every_word_of_a_name_finds_it_in_any_order(names: list[str], count: int, random: Any) -> None:
    held = set(looking.folded(" ".join(names), f"H53.25708-261118-{count:04d}").split(" "))
    asked = random.sample(names, len(names))
    assert set(looking.read(fold(" ".join(asked)).upper()).words) <= held
    assert {f"261118-{count:04d}", f"{count:04d}", f"h53.25708-261118-{count:04d}"} <= held


@given(st.text(max_size=400))
def test_whatever_is_typed_can_be_read(typed: str) -> None:
    wanted = looking.read(typed)
    assert len(wanted.words) <= looking.MOST_WORDS
    assert all(word and "\0" not in word for word in wanted.words)
    assert not (wanted.number and wanted.words)


@pytest.mark.parametrize(
    ("typed", "number", "case"),
    [
        ("h53.25708-261118-0001", "H53.25708-261118-0001", 0),
        (" 000.00.12.H62-201105-0004 ", "000.00.12.H62-201105-0004", 0),
        ("H15.50.05.13-261008-0975", "H15.50.05.13-261008-0975", 0),
        ("hs-17", "", 17),
        ("HS-", "", 0),
    ],
)
def test_numbers_of_both_styles_are_read_whole(typed: str, number: str, case: int) -> None:
    assert (looking.read(typed).number, looking.read(typed).case) == (number, case)


@given(st.dates(dt.date(2025, 1, 1), dt.date(2030, 1, 1)), st.integers(1, 90))
def test_calendar_days_begin_with_the_day_after(received: dt.date, days: int) -> None:
    assert promising.last_day(ProcessingTime(unit="day", most=days), received) == received + dt.timedelta(days=days)
    assert promising.last_day(ProcessingTime(unit="working_day", most=days), received) is None


@given(JSON, st.text(max_size=5))
def test_a_fingerprint_is_of_the_content_and_of_nothing_else(values: dict[str, Any], more: str) -> None:
    def of(**changed: Any) -> str:
        usual: dict[str, Any] = {"dossier": "H53-1", "applicant": "Mai", "template": "t", "version": 1, "values": values, "file": "", "signer": 7, "name": "Hồ", "title": "", "at": "2026"}  # fmt: skip
        return sealing.fingerprint(sealing.Signed(**(usual | changed)))

    assert of(values=dict(reversed(values.items()))) == of()
    assert of(values={**values, "thêm": more}) != of()
    assert of(signer=8) != of()
    assert of(applicant="Lan") != of()


def test_what_is_known_is_filled_and_nothing_is_guessed() -> None:
    answers = {"applicant": {"name": "Mai", "born": "1990-01-02"}, "partner": {"name": "Nam"}, "copies": 2, "truth": True, "proof": [4]}  # fmt: skip
    kinds = {"applicant_name": "text", "born": "date", "name": "text", "copies": "whole", "truth": "whole", "proof": "list", "signer": "text", "dossier": "text"}  # fmt: skip
    found = filling.known(kinds, {"dossier": "H53-1", "signer": "ai đó"}, answers)
    assert found == {"applicant_name": "Mai", "born": "1990-01-02", "copies": 2, "dossier": "H53-1"}


@given(st.integers(0, 5), st.integers(0, 5), st.lists(st.sampled_from(["entry", "appraisal"]), unique=True))
def test_a_supplement_is_had_at_its_stage_and_so_often(used: int, most: int, stages: list[Any]) -> None:
    filing = FilingItem.model_construct(**(_filing() | {"supplement": stages, "supplements": most}))
    refused = fitting.refusal(filing, "ask_supplement", fitting.Past(supplements=used))
    assert (refused is None) == ("appraisal" in stages and (most == 0 or used < most))
    assert (fitting.refusal(filing, "ask_correction", fitting.Past()) is None) == ("entry" in stages)


def test_parts_are_asked_once_and_demanded_before_the_proposal() -> None:
    filing = FilingItem.model_construct(**(_filing() | {"parts": ["tax", "council"]}))
    codes = {act: (found[0] if (found := fitting.refusal(filing, act, fitting.Past(open_parts=frozenset({"tax"})))) else "") for act in ("consult_tax", "consult_police", "convene", "propose", "accept")}  # fmt: skip
    assert codes == {"consult_tax": "onestop.part_asked", "consult_police": "onestop.no_part", "convene": "", "propose": "onestop.part_missing", "accept": ""}  # fmt: skip
    done = fitting.Past(answered=frozenset({"tax", "council"}))
    assert fitting.refusal(filing, "propose", done) is None


def _filing() -> dict[str, Any]:
    return {"supplement": ["entry", "appraisal"], "supplements": 0, "parts": [], "duty": False}


@pytest.mark.parametrize(
    ("kind", "name", "notation"),
    [
        ("commune", "Ủy ban nhân dân phường Trảng Bàng", "TTHC-UBND"),
        ("department", "Sở Tài chính", "TTHC-STC"),
        ("centre", "Trung tâm Phục vụ hành chính công tỉnh", "TTHC-TTPVHCC"),
    ],
)
def test_the_notation_of_an_agency(kind: str, name: str, notation: str) -> None:
    assert outgoing.notation(kind, name) == notation
