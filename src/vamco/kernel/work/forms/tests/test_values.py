"""What people type, and what is said of it: one line for each way of being right or wrong."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pytest

from vamco.kernel.work.forms.contracts import FileFacts, Problem
from vamco.kernel.work.forms.rules import answers, formats, nodes, validating
from vamco.kernel.work.forms.tests import made

TODAY = dt.date(2026, 11, 22)
DATE = {"type": "string", "format": "date"}
DONG = {"type": "integer", "format": "dong", "minimum": 0}
AREA = {"type": "number", "minimum": -1e6, "maximum": 1e6}
UNREADABLE = object()


def typed(schema: dict[str, Any], text: str, language: str = "vi") -> Any:
    filled = answers.fill(made.form({"a": schema}), {}, {"f.a": [text]}, language)
    if filled.problems:
        left = "".join(sign for sign in text if not nodes.unprintable(sign))
        assert filled.typed.get(("a",), [text]) in ([text], [left])  # it stands in the box again
        return UNREADABLE
    return filled.data.get("a")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("27/3/1990", "1990-03-27"),
        (" 27.03.1990 ", "1990-03-27"),
        ("27-3-1990", "1990-03-27"),
        ("27 3 1990", "1990-03-27"),
        ("1990-03-27", "1990-03-27"),
        ("29/2/2024", "2024-02-29"),
        ("29/2/2023", UNREADABLE),
        ("31/4/2024", UNREADABLE),
        ("0/1/2024", UNREADABLE),
        ("1/1/0000", UNREADABLE),
        ("3/27/1990", UNREADABLE),
        ("27/3/90", UNREADABLE),
        ("hôm qua", UNREADABLE),
        ("٢٧/٣/١٩٩٠", UNREADABLE),
        ("", None),
        ("   ", None),
    ],
)
def test_days_as_people_write_them(text: str, value: Any) -> None:
    assert typed(DATE, text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1500000", 1_500_000),
        ("1.500.000", 1_500_000),
        ("1,500,000", 1_500_000),
        ("1 500 000", 1_500_000),
        ("1.500.000 đ", 1_500_000),
        ("1.500.000đồng", 1_500_000),
        ("VND 1.500.000", 1_500_000),
        ("1.500.000 ₫", 1_500_000),
        ("0", 0),
        ("-5", -5),  # read, and refused by the schema
        ("1.5", UNREADABLE),
        ("1.50.000", UNREADABLE),
        ("1.500,000", UNREADABLE),
        ("1,5 tỷ", UNREADABLE),
        ("1e9", UNREADABLE),
        ("9" * 16, UNREADABLE),
        ("٣", UNREADABLE),
    ],
)
def test_money_as_people_write_it(text: str, value: Any) -> None:
    assert typed(DONG, text) == value


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("125,5", "vi", 125.5),
        ("1.250,75", "vi", 1250.75),
        ("1.250", "vi", 1250),
        ("125.5", "vi", UNREADABLE),
        ("125.5", "en", 125.5),
        ("1,250.75", "en", 1250.75),
        ("125,5", "en", UNREADABLE),
        ("-0,5", "vi", -0.5),
        ("1,", "vi", UNREADABLE),
        (",5", "vi", UNREADABLE),
        ("NaN", "vi", UNREADABLE),
        ("Infinity", "vi", UNREADABLE),
    ],
)
def test_decimals_as_people_write_them(text: str, language: str, value: Any) -> None:
    assert typed(AREA, text, language) == value


def test_choices_files_and_forbidden_signs() -> None:
    assert typed({"type": "boolean"}, "yes") is True
    assert typed({"type": "boolean"}, "no") is False
    assert typed({"type": "boolean"}, "perhaps") is UNREADABLE
    assert typed({"type": "integer", "format": "file"}, "7") == 7
    assert typed({"type": "integer", "format": "file"}, "/etc/passwd") is UNREADABLE
    assert typed({"type": "string"}, "a\x00b") is UNREADABLE
    assert typed({"type": "string", "maxLength": 500}, "một\r\nhai\r\n") == "một\nhai"
    assert typed({"type": "string"}, "Nguye\u0302\u0303n") == "Nguyễn"


@pytest.mark.parametrize(
    ("name", "written", "kept", "fits"),
    [
        ("phone", "0912 345 678", "0912345678", True),
        ("phone", "+84 912.345.678", "0912345678", True),
        ("phone", "0084(0)912345678", "0912345678", True),
        ("phone", "(028) 3822-1234", "02838221234", True),
        ("phone", "0283 822 1234", "02838221234", True),
        ("phone", "0276 3822 123", "02763822123", True),
        ("phone", "0112345678", "0112345678", False),
        ("email", "ten@example.vn", "ten@example.vn", True),
        ("email", "ten@@example.vn", "ten@@example.vn", False),
        ("email", "ten@localhost", "ten@localhost", False),
        ("citizen-id", "072 196 001 234", "072196001234", True),
        ("citizen-id", "000196001234", "000196001234", False),
        ("citizen-id", "07219600123", "07219600123", False),
        ("tax-code", "0100109106", "0100109106", True),
        ("tax-code", "0100109107", "0100109107", False),
        ("", "như vậy", "như vậy", None),
    ],
)
def test_formats_bring_into_form_and_check(name: str, written: str, kept: str, fits: Any) -> None:
    assert formats.normal(name, written) == kept
    assert formats.normal(name, kept) == kept
    if fits is not None:
        assert formats.FORMATS[name].fits(kept, TODAY) is fits


PDF_ONLY = {"accept": ["pdf"], "max_mb": 1}
FILES = {1: FileFacts(1, "a.pdf", 1000), 2: FileFacts(2, "a.exe", 1000), 3: FileFacts(3, "a.PDF", (1 << 20) + 1)}


@pytest.mark.parametrize(
    ("schema", "words", "value", "code"),
    [
        (DATE, {}, "2026-02-30", "unreadable_date"),
        (DATE, {}, "20260227", "unreadable_date"),
        (DATE, {}, "2026-W47-7", "unreadable_date"),
        (DATE, {"latest": "today"}, "2026-11-23", "too_late"),
        (DATE, {"latest": "today"}, "2026-11-22", ""),
        (DATE, {"earliest": "1900-01-01"}, "1899-12-31", "too_early"),
        ({"type": "string"}, {}, "một\nhai", "one_line"),
        ({"type": "string"}, {}, "một\thai", "one_line"),
        ({"type": "string"}, {}, "x" * 201, "too_long"),
        ({"type": "string", "minLength": 3}, {}, "ab", "too_short"),
        ({"type": "string"}, {}, 5, "wrong_kind"),
        ({"type": "string", "format": "email"}, {}, "x", "format"),
        ({"type": "string", "pattern": "^[A-Z]+$"}, {"wrong": "Viết chữ in hoa."}, "abc", "pattern"),
        ({"type": "string", "enum": ["x"]}, {}, "y", "no_option"),
        ({"type": "integer"}, {}, True, "wrong_kind"),
        ({"type": "integer"}, {}, 1.5, "wrong_kind"),
        ({"type": "integer", "maximum": 3}, {}, 4, "too_large"),
        ({"type": "integer", "minimum": 3}, {}, 2, "too_small"),
        (AREA, {"decimals": 1}, 1.25, "decimals"),
        (AREA, {"decimals": 1}, 1.5, ""),
        (AREA, {"decimals": 0}, 3, ""),
        ({"type": "boolean", "const": True}, {}, False, "not_ticked"),
        ({"type": "integer", "format": "file"}, PDF_ONLY, 1, ""),
        ({"type": "integer", "format": "file"}, PDF_ONLY, 9, "no_file"),
        ({"type": "integer", "format": "file"}, PDF_ONLY, 2, "file_kind"),
        ({"type": "integer", "format": "file"}, PDF_ONLY, 3, "file_size"),
        ({"type": "array", "maxItems": 1, "items": {"type": "integer", "format": "file"}}, PDF_ONLY, [1, 1], "too_many"),
        ({"type": "array", "minItems": 2, "items": {"type": "integer", "format": "file"}}, PDF_ONLY, [1], "too_few"),
        ({"type": "array", "items": {"type": "integer", "format": "file"}}, PDF_ONLY, [1, 9], "no_file"),
        ({"type": "array", "uniqueItems": True, "items": {"type": "string", "enum": ["x"]}}, {}, ["x", "x"], "twice"),
        ({"type": "array", "uniqueItems": True, "items": {"type": "string", "enum": ["x"]}}, {}, ["y"], "no_option"),
        ({"type": "array", "uniqueItems": True, "items": {"type": "string", "enum": ["x"]}}, {}, [[]], "no_option"),
        ({"type": "object", "properties": {"b": {"type": "string"}}}, {}, {"c": "x"}, "unknown"),
        ({"type": "object", "properties": {"b": {"type": "string"}}}, {}, "x", "wrong_kind"),
    ],
)  # fmt: skip
def test_what_is_wrong_has_one_code_at_its_question(schema: Any, words: Any, value: Any, code: str) -> None:
    form = made.form({"a": schema}, {"a": made.FIELD | words})
    found = validating.problems(form, {"a": value}, today=TODAY, files=FILES)
    assert [(problem.path, problem.code) for problem in found] == ([(("a",), code)] if code else [])


def test_a_list_that_nobody_registered_offers_nothing_and_holds_nothing() -> None:
    form = made.form({"a": {"type": "string", "format": "list-gone"}})
    assert [problem.code for problem in validating.problems(form, {"a": "x"}, today=TODAY)] == ["no_option"]


def test_a_pattern_is_not_tried_on_a_text_that_is_too_long() -> None:
    form = made.form(
        {"a": {"type": "string", "pattern": "^[0-9]*[0-9]*[0-9]*$", "maxLength": 20}},
        {"a": made.FIELD | {"wrong": "Viết số."}},
    )
    begun = time.perf_counter()
    (problem,) = validating.problems(form, {"a": "9" * 20_000 + "x"}, today=dt.date(2026, 11, 20))
    assert problem.code == "too_long"
    assert time.perf_counter() - begun < 60  # tried, it would take days


def test_a_patterns_own_words_are_said() -> None:
    field = made.FIELD | {"wrong": "Viết chữ in hoa.", "wrong_en": "Use capitals."}
    form = made.form({"a": {"type": "string", "pattern": "^[A-Z]+$"}}, {"a": field})
    (problem,) = validating.problems(form, {"a": "abc"}, today=TODAY)
    assert isinstance(problem, Problem)
    assert (problem.message, str(problem.data["wrong"])) == ("%(wrong)s", "Use capitals.")


def test_the_questions_that_open_others() -> None:
    assert nodes.controls(made.example().shape) == {"purpose", "partner.foreign", "status", "delivery"}
    inner = {"type": "object", "properties": {"x": {"type": "boolean"}}}
    inner |= {
        "if": {"properties": {"x": {"const": True}}, "required": ["x"]},
        "then": {"properties": {"y": {"type": "string"}}},
    }
    assert nodes.controls({"type": "object", "properties": {"l": {"type": "array", "items": inner}}}) == {"l.x"}
