from __future__ import annotations

import datetime as dt
import sys
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.kernel.record.documents.contracts import Run
from vamco.kernel.record.documents.declaration import Template
from vamco.kernel.record.documents.rules import codes, templates, wording
from vamco.lib.errors import Refused

if TYPE_CHECKING:
    import ipaddress

ROW = {"fields": {"x": {"type": "text", "name": "x"}, "y": {"type": "whole", "name": "y", "required": False}}}
FIELDS: dict[str, Any] = {
    "who": {"type": "text", "name": "ai"},
    "maybe": {"type": "text", "name": "có thể", "required": False},
    "count": {"type": "whole", "name": "số"},
    "fee": {"type": "money", "name": "tiền"},
    "day": {"type": "date", "name": "ngày"},
    "at": {"type": "moment", "name": "lúc"},
    "rows": {"type": "list", "name": "dòng", **ROW},
}
USES = "{who} {count} {fee} {day} {at} {on} {agency}"
BODY: list[Any] = [
    USES,
    {"text": "{maybe}", "when": "maybe"},
    {"each": "rows", "as": "r", "do": ["{row} {r.x}", {"facts": {"y": "{r.y}"}}]},
]
VALUES: dict[str, Any] = {
    "who": "A", "count": 1, "fee": 1000, "day": dt.date(2026, 1, 2), "at": dt.datetime(2026, 1, 2, tzinfo=dt.UTC), "rows": [{"x": "1"}],
}  # fmt: skip


def template(**changes: Any) -> Template:
    base = {"code": "t", "name": "T", "name_en": "T", "source": "-", "heading": "T", "fields": FIELDS, "body": BODY}
    return Template.model_validate({**base, **changes})


def places(**changes: Any) -> list[str]:
    return [".".join(map(str, place)) for place, _ in templates.faults(template(**changes))]


def test_a_good_template_has_no_faults() -> None:
    assert list(templates.faults(template())) == []


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"heading": ""}, "heading"),
        ({"layout": "letter"}, "heading"),
        ({"body": [*BODY, "{nobody}"]}, "body.3.text"),
        ({"body": [*BODY, "{rows}"]}, "body.3.text"),
        ({"body": [*BODY, "{r.x}"]}, "body.3.text"),
        ({"body": [*BODY, "{maybe}"]}, "body.3.text"),
        ({"body": [*BODY, "{who:words}"]}, "body.3.text"),
        ({"body": [*BODY, "{number}"]}, "body.3.text"),
        ({"body": [*BODY, "{"]}, "body.3.text"),
        ({"body": [*BODY, "}"]}, "body.3.text"),
        ({"body": [*BODY, "**bold"]}, "body.3.text"),
        ({"body": [*BODY, {"heading": "{nobody}"}]}, "body.3.heading"),
        ({"body": [*BODY, {"facts": {"a": "{nobody}"}}]}, "body.3.facts.a"),
        ({"body": [*BODY, {"text": "x", "when": "who"}]}, "body.3.when"),
        ({"body": [*BODY, {"text": "x", "when": "nobody"}]}, "body.3.when"),
        ({"body": [*BODY, {"each": "who", "as": "w", "do": ["x"]}]}, "body.3.each"),
        ({"body": [*BODY, {"each": "rows", "as": "w", "do": ["{w.z}"]}]}, "body.3.do.0.text"),
        ({"body": [*BODY, {"table": "nobody", "as": "w", "columns": [{"head": "h", "text": "t"}]}]}, "body.3.table"),
        ({"body": [*BODY, {"table": "rows", "as": "w", "columns": [{"head": "{w.x}", "text": "t"}]}]}, "body.3.columns.0.head"),
        ({"body": [*BODY, {"table": "rows", "as": "w", "columns": [{"head": "h", "text": "{z}"}]}]}, "body.3.columns.0.text"),
        ({"body": [*BODY, {"signatures": [{"title": "{z}"}]}]}, "body.3.signatures.0.title"),
        ({"body": [*BODY, {"recipients": ["{z}"], "signature": {"title": "t"}}]}, "body.3.recipients.0"),
        ({"body": [*BODY, {"recipients": ["x"], "signature": {"title": "t", "name": "{z}"}}]}, "body.3.signature.name"),
        ({"subject": "{z}"}, "subject"),
        ({"bases": ["{z}"]}, "bases.0"),
        ({"addressees": ["a", "{z}"]}, "addressees.1"),
        ({"fields": {**FIELDS, "more": {"type": "text", "name": "x"}}}, "fields.more"),
        ({"fields": {**FIELDS, "agency": {"type": "text", "name": "x"}}}, "fields.agency"),
        ({"fields": {**FIELDS, "rows": {"type": "list", "name": "x"}}}, "fields.rows"),
        ({"fields": {**FIELDS, "who": {"type": "text", "name": "x", **ROW}}}, "fields.who"),
        ({"fields": {**FIELDS, "rows": {"type": "list", "name": "x", "fields": {**ROW["fields"], "l": {"type": "list", "name": "l"}}}}}, "fields.rows.fields.l"),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_its_place(changes: dict[str, Any], where: str) -> None:
    assert where in places(**changes)


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"who": None}, "missing_value", "who"),
        ({"who": "  \u200b "}, "missing_value", "who"),
        ({"nobody": 1}, "unknown_value", "nobody"),
        ({"who": 1}, "wrong_value", "who"),
        ({"who": "x" * 20_001}, "wrong_value", "who"),
        ({"count": True}, "wrong_value", "count"),
        ({"count": "1"}, "wrong_value", "count"),
        ({"fee": 1.5}, "wrong_value", "fee"),
        ({"day": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}, "wrong_value", "day"),
        ({"at": dt.datetime(2026, 1, 1)}, "wrong_value", "at"),  # noqa: DTZ001
        ({"at": dt.date(2026, 1, 1)}, "wrong_value", "at"),
        ({"rows": "x"}, "wrong_value", "rows"),
        ({"rows": [1]}, "wrong_value", "rows"),
        ({"rows": [{"x": "1"}, {}]}, "missing_value", "rows.1.x"),
        ({"rows": [{"x": "1", "z": 1}]}, "unknown_value", "rows.0.z"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_template_and_place(
    changes: dict[str, Any], code: str, place: str
) -> None:
    with pytest.raises(Refused) as refused:
        templates.checked(template(), {**VALUES, **changes})
    assert (refused.value.code, refused.value.data["template"], refused.value.data["place"]) == (
        f"documents.{code}",
        "t",
        place,
    )


def test_what_is_empty_is_left_out() -> None:
    kept = templates.checked(template(), {**VALUES, "maybe": "", "rows": []})
    assert ("maybe" in kept, "rows" in kept, kept["who"]) == (False, False, "A")
    assert templates.lacks("{maybe}", kept)
    assert not templates.lacks("{who} x", kept)


def test_values_are_written_as_documents_do() -> None:
    moment = dt.datetime(2026, 2, 3, 1, 5, tzinfo=dt.UTC)
    assert templates.written(moment) == "08 giờ 05 phút, ngày 03 tháng 02 năm 2026"
    assert (templates.written(moment, "digits"), templates.written(moment, "date")) == (
        "08:05 03/02/2026",
        "03/02/2026",
    )
    assert (templates.written(moment.date()), templates.written(moment.date(), "words")) == (
        "03/02/2026",
        "ngày 03 tháng 02 năm 2026",
    )
    assert wording.day_in_words(dt.date(2026, 3, 10)) == "ngày 10 tháng 3 năm 2026"
    assert (templates.written(1234567), templates.written("đá", "upper"), templates.written(None)) == (
        "1.234.567",
        "ĐÁ",
        "",
    )


def test_marks_make_styles_and_doubled_braces_are_braces() -> None:
    filled = templates.runs("a **b *c* {{{who}}}** d", {"who": "**W**"})
    assert filled == (
        Run("a "), Run("b ", bold=True), Run("c", bold=True, italic=True), Run(" {**W**}", bold=True), Run(" d"),
    )  # fmt: skip
    assert templates.runs("**x** y", {}, bold=True) == (Run("x"), Run(" y", bold=True))
    assert templates.runs("{", {}) == (Run("{"),)
    assert templates.runs("{who}", {}) == ()


@given(st.text(alphabet="{}*abc:. ", max_size=30), st.text(max_size=20))
def test_whatever_is_written_is_taken_apart_and_no_value_is_read_as_markup(text: str, value: str) -> None:
    parts = templates.pieces(text)
    if isinstance(parts, str):
        return
    values = {part.name: value for part in parts if part.name}
    assert "".join(run.text for run in templates.runs(text, values)) == "".join(
        value if part.name and part.style != "upper" else part.text for part in parts
    )


@given(st.text(max_size=200))
def test_a_clean_text_can_stand_on_a_page(text: str) -> None:
    kept = wording.clean(text)
    assert all(letter.isprintable() or letter in "\n\u00a0" for letter in kept)
    assert wording.clean(kept) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Nguyễn\tVăn\u2003A\u202fB\u3000C\u2007D", "Nguyễn Văn A B C D"),
        ("1\r2\r\n3\u20284\u20295\n6\v7\f8\x859", "1\n2\n3\n4\n5\n6\n7\n8\n9"),
        ("10\u00a0000 a\u200bb\u202ec\x00d\ufeffe", "10\u00a0000 abcde"),
        ("☐ ☑ ☒ ✓ ✔\ufe0f", "[\u00a0] [√] [×] √ √"),
    ],
)
def test_what_parts_words_and_lines_still_does_when_clean(text: str, kept: str) -> None:
    assert wording.clean(text) == kept


def test_every_space_of_unicode_becomes_one_of_two() -> None:
    spaces = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == "Zs"]
    assert len(spaces) > 15
    assert {wording.clean(space) for space in spaces} == {" ", "\u00a0"}


@given(st.binary(min_size=10, max_size=10))
def test_a_code_is_read_as_it_is_shown(random: bytes) -> None:
    code = codes.code_from(random)
    assert len(code) == 16
    for typed in (
        code,
        codes.code_shown(code),
        codes.code_shown(code).lower(),
        f" {codes.code_shown(code).replace('-', ' ')} ",
    ):
        assert codes.code_read(typed) == code
    assert codes.code_read(code.replace("0", "O").replace("1", "l")) == code


@given(st.text(max_size=30))
def test_what_is_no_code_reads_as_none(text: str) -> None:
    code = codes.code_read(text)
    assert code == "" or (len(code) == 16 and set(code) <= set(codes.ALPHABET))


@given(st.ip_addresses())
def test_a_visitor_is_counted_by_network(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    found = codes.network(str(address))
    assert found
    assert codes.network(found) == found


def test_networks() -> None:
    assert codes.network("2001:db8:1:2:3:4:5:6") == codes.network("2001:db8:1:2::1") == "2001:db8:1:2::"
    assert codes.network("::ffff:10.0.0.1") == codes.network("10.0.0.1") == "10.0.0.1"
    assert codes.network("unix:") == ""
    assert [codes.must_wait(count) for count in (0, 19, 20, 21)] == [False, False, True, True]
