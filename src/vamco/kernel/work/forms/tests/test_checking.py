"""What is wrong with a form is found when the pack is loaded, with file and line; whatever stands there, nothing breaks."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from vamco.kernel.base.packs import public as packs
from vamco.kernel.base.packs.services import sections
from vamco.kernel.work.forms import pack
from vamco.kernel.work.forms.declaration import Form
from vamco.kernel.work.forms.rules import checking, nodes
from vamco.kernel.work.forms.tests import made
from vamco.kernel.work.forms.tests.test_rules import JSON

if TYPE_CHECKING:
    from pathlib import Path

TEXT = {"type": "string"}
OFF: dict[str, Any] = {"const": True}


def faults(properties: dict[str, Any], fields: dict[str, Any] | None = None, **more: Any) -> list[str]:
    return [expected for _place, expected in checking.faults(made.form(properties, fields, **more))]


def when(name: str = "a", wanted: Any = OFF, required: Any = ("a",), then: Any = None) -> dict[str, Any]:
    return {
        "if": {"properties": {name: wanted}, "required": list(required)},
        "then": then or {"properties": {"b": TEXT}},
    }


def test_the_example_is_right() -> None:
    assert list(checking.faults(made.example())) == []


@pytest.mark.parametrize(
    ("properties", "more", "said"),
    [
        ({"a": {"type": "string", "format": "uri"}}, {}, "schema.properties.a.format: one of citizen-id, date, email,"),
        ({"a": {"type": "integer", "format": "date"}}, {}, "schema.properties.a.format: one of dong, file"),
        ({"a": {"type": "string", "contentMediaType": "x"}}, {}, "schema.properties.a.contentMediaType: only $comment,"),
        ({"a": {"type": "null"}}, {}, "schema.properties.a: a `type`: one of object, string"),
        ({"a": {"type": ["string", "integer"]}}, {}, "schema.properties.a: a `type`: one of"),
        ({"a": {"$ref": "http://evil.example/"}}, {}, "schema.properties.a: a `type`: one of"),
        ({"a": True}, {}, "schema.properties.a: a `type`: one of"),
        ({"a": {"type": "string", "minLength": -1}}, {}, "schema.properties.a.minLength: what JSON Schema 2020-12 allows here"),
        ({"A": TEXT}, {}, "schema.properties.A: a name of small letters"),
        ({"constructor": TEXT}, {}, "schema.properties.constructor: a name of small letters"),
        ({"__proto__": TEXT}, {}, "schema.properties.__proto__: a name of small letters"),
        ({"a": TEXT}, {"additionalProperties": True}, "schema.additionalProperties: only"),
        ({"a": TEXT}, {"required": ["b"]}, "schema.required: a question of `properties`, found 'b'"),
        ({"a": TEXT}, {"dependentRequired": {"a": ["c"]}}, "schema.dependentRequired: a question of this object, found 'c'"),
        ({"a": TEXT}, {"anyOf": [{}]}, "schema.anyOf: only"),
        ({"a": TEXT}, {"allOf": [{"required": ["a"]}]}, "schema.allOf.0: an entry with `if`"),
        ({"a": TEXT}, when(required=()), "schema.if.required: a too"),
        ({"a": TEXT}, when("c", required=("c",)), "schema.if.properties.c: a question of the same object that stands before"),
        ({"a": TEXT}, when(wanted={"pattern": "x"}), "schema.if.properties.a.pattern: only const, contains, enum"),
        ({"a": TEXT}, when(wanted={}), "schema.if.properties.a: one of const, contains"),
        ({"a": TEXT}, when(then={"properties": {"a": TEXT}}), "schema.then.properties.a: a question that is declared in one place"),
        ({"a": TEXT}, when(then={"required": ["z"]}), "schema.then.required: a question of this object, found 'z'"),
        ({"a": TEXT}, when(then={"not": {}}), "schema.then.not: only properties, required"),
        ({"a": {"type": "array"}}, {}, "schema.properties.a: `items`: what it is a list of"),
        ({"a": {"type": "array", "items": TEXT}}, {}, "schema.properties.a.items: an object, a file, or a string with an enum"),
        ({"a": {"type": "number"}}, {}, "schema.properties.a: minimum and maximum"),
        ({"a": {"type": "integer", "maximum": 1e300}}, {}, "schema.properties.a.maximum: at most"),
        ({"a": {"type": "string", "maxLength": 10**6}}, {}, "schema.properties.a.maxLength: at most 4000"),
        ({"a": {"type": "array", "maxItems": 1000, "items": {"type": "integer", "format": "file"}}}, {}, "schema.properties.a.maxItems: at most 20"),
        ({"a": {"type": "boolean", "const": False}}, {}, "schema.properties.a.const: true"),
        ({"a": {"type": "string", "enum": ["x", 1]}}, {}, "schema.properties.a.enum: texts"),
        ({"a": {"type": "string", "enum": ["x"]}}, {}, "fields.a.options: words for x, no others"),
        ({"a": {"type": "string", "pattern": "^(a+)+$"}}, {}, "schema.properties.a.pattern: no repetition of a repetition"),
        ({"a": {"type": "string", "pattern": "^([A-Z]+ ?)+$"}}, {}, "schema.properties.a.pattern: no repetition of a repetition"),
        ({"a": {"type": "string", "pattern": "^(a|a)*$"}}, {}, "schema.properties.a.pattern: no repetition of a repetition"),
        ({"a": {"type": "string", "pattern": "abc"}}, {}, "schema.properties.a.pattern: ^ at the beginning"),
        ({"a": {"type": "string", "pattern": "^a$"}}, {}, "schema.properties.a.pattern: `wrong` among the words"),
        ({"a": {"type": "string", "pattern": "^("}}, {}, "schema.properties.a.pattern"),
        ({"a": {"type": "string", "format": "date"}}, {"fields": {"a": made.FIELD | {"latest": "2026-02-30"}}}, "fields.a.latest: a day, or today"),
    ],
)  # fmt: skip
def test_a_fault_says_where_it_is_and_what_was_expected(properties: Any, more: Any, said: str) -> None:
    form = copy.deepcopy(more)
    found = faults(properties, form.pop("fields", None), **form)
    assert [one for one in found if one.startswith(said)], found


def test_nothing_lies_too_deep_and_no_list_in_a_list() -> None:
    deep: dict[str, Any] = {"type": "object", "properties": {"a": TEXT}}
    for _ in range(4):
        deep = {"type": "object", "properties": {"a": deep}}
    assert any("at most 4 objects within each other" in one for one in faults({"a": deep}))
    for _ in range(60):
        deep = {"type": "object", "properties": {"a": deep}}
    assert faults({"a": deep}) == ["schema: a schema that is less deep"]
    inner = {"type": "array", "items": {"type": "object", "properties": {"b": TEXT}}}
    nested = {"type": "array", "items": {"type": "object", "properties": {"c": inner}}}
    assert any("no list of groups within another" in one for one in faults({"a": nested}))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"pages": [{"code": "all", "title": "x", "fields": ["a"]}]}, "pages: a page that asks b"),
        ({"pages": [{"code": "all", "title": "x", "fields": ["a", "b", "a"]}]}, "pages.0.fields: a question that no page has asked, found 'a'"),
        ({"pages": [{"code": "all", "title": "x", "fields": ["a", "b", "c"]}]}, "pages.0.fields: a question that no page has asked, found 'c'"),
        ({"pages": [{"code": "all", "fields": ["a", "b"]}]}, "pages.0.title: a title, for this page asks more than one question"),
        ({"pages": [{"code": "x", "fields": ["a"]}, {"code": "x", "fields": ["b"]}]}, "pages.1.code: a code of its own"),
        ({"fields": {"a": made.FIELD, "b": made.FIELD, "c": made.FIELD}}, "fields.c: a question of the schema"),
        ({"fields": {"a": made.FIELD}}, "schema.properties.b: words for this question at fields.b"),
    ],
)  # fmt: skip
def test_every_question_has_words_and_one_page(change: dict[str, Any], said: str) -> None:
    form = made.form({"a": TEXT, "b": TEXT}).model_dump(by_alias=True) | change
    assert said in [expected for _place, expected in checking.faults(Form.model_validate(form))]


@pytest.mark.parametrize("key", ["l", "g.l"])
def test_a_list_is_asked_on_one_page(key: str) -> None:
    items = {"type": "object", "properties": {"x": TEXT, "y": TEXT}}
    shape: dict[str, Any] = {"l": {"type": "array", "items": items}}
    if key == "g.l":
        shape = {"g": {"type": "object", "properties": shape}}
    form = made.form(shape).model_dump(by_alias=True)
    form["pages"] = [
        {"code": code, "title": code, "fields": [f"{key}.{name}"]} for code, name in (("p", "x"), ("q", "y"))
    ]
    said = [expected for _place, expected in checking.faults(Form.model_validate(form))]
    assert f"pages: {key} as a whole on one page" in said


def test_a_form_can_be_sent_with_all_its_lists_full() -> None:
    items = {"type": "object", "properties": {f"x{n}": TEXT for n in range(60)}}
    wide: dict[str, Any] = {"l": {"type": "array", "items": items, "maxItems": 13}}
    assert faults(wide) == []
    wide["l"]["maxItems"] = 14
    assert faults(wide) == ["schema: at most 800 answers with all lists full, found 841: give a lower maxItems"]
    most = nodes.tidy({"l": [{f"x{n}": "a" for n in range(60)}] * 13})
    assert nodes.too_much(most) is None


def test_the_pack_names_file_and_line(tmp_path: Path) -> None:
    text = (made.settings.VAMCO_PACKS / "vietnam" / "forms" / "marital_status.yaml").read_text("utf-8")
    text = text.replace("citizen_id: {type: string, format: citizen-id}", "citizen_id: {type: string, format: cccd}")
    line = next(number for number, one in enumerate(text.splitlines(), 1) if "format: cccd" in one)
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "marital_status.yaml").write_text(text, "utf-8")
    with sections._sections.restored(empty=True):
        packs.register(pack.SECTION)
        with pytest.raises(packs.PackRefused) as refused:
            packs.check(tmp_path)
    found = refused.value.faults
    assert [(fault.file, fault.line) for fault in found] == [("forms/marital_status.yaml", line)]
    assert found[0].expected.startswith("schema.properties.applicant.properties.citizen_id.format: one of ")
    assert isinstance(found[0], packs.Fault)


@given(st.data(), JSON)
def test_whatever_stands_in_a_schema_is_a_fault_or_right_and_never_breaks(data: Any, junk: Any) -> None:
    """One part of the example is replaced by junk, at any depth."""
    raw = copy.deepcopy(made.raw())
    parts = list(_parts(raw["schema"]))
    holder, key = data.draw(st.sampled_from(parts))
    holder[key] = junk
    try:
        form = Form.model_validate(raw)
    except ValidationError:
        return
    for place, expected in checking.faults(form):
        assert isinstance(place, tuple)
        assert expected


def _parts(value: Any) -> Any:
    for key, part in list(value.items() if isinstance(value, dict) else enumerate(value)):
        yield value, key
        if isinstance(part, dict | list):
            yield from _parts(part)
