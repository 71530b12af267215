"""Forms and answers that hypothesis makes up, and the example of the pack."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any

from django.conf import settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from vamco.kernel.work.forms.contracts import FileFacts, Kind
from vamco.kernel.work.forms.declaration import Form
from vamco.kernel.work.forms.rules import nodes

EXAMPLE: dict[str, Any] = {
    "applicant": {"name": "Nguyễn Thị Ngọc Hường", "born": "1996-02-29", "citizen_id": "072196001234", "phone": "0912345678"},
    "residence": {"commune": "25459", "address": "12 Cách Mạng Tháng Tám"},
    "purpose": "marriage",
    "partner": {"name": "Trần Văn Đức", "born": "1994-11-30", "foreign": False},
    "status": "single",
    "copies": 2,
    "delivery": "desk",
    "truth": True,
}  # fmt: skip
FILES = {number: FileFacts(number, f"tệp {number}.pdf", 1000) for number in range(1, 10)}
FIELD = {"label": "Câu hỏi"}


@cache
def raw(code: str = "marital_status") -> dict[str, Any]:
    return YAML(typ="safe").load((settings.VAMCO_PACKS / "vietnam" / "forms" / f"{code}.yaml").read_text("utf-8"))


def example() -> Form:
    return Form.model_validate(raw())


def form(properties: dict[str, Any], fields: dict[str, Any] | None = None, **more: Any) -> Form:
    """A form of one page; words are made for what has none."""
    schema = {"type": "object", "properties": properties, **more}
    words = dict.fromkeys(keys(schema), FIELD) | (fields or {})
    return Form.model_validate(
        {
            "code": "test",
            "name": "Thử",
            "source": "–",
            "schema": schema,
            "fields": words,
            "pages": [{"code": "all", "title": "Tất cả", "fields": list(nodes.declared(schema))}],
        }
    )


def keys(schema: dict[str, Any], before: str = "") -> list[str]:
    found = []
    for name, shape in nodes.declared(schema).items():
        found.append(before + name)
        inner = shape.get("items", shape) if isinstance(shape, dict) else {}
        if inner.get("type") == "object":
            found += keys(inner, f"{before}{name}.")
    return found


# ── random answers ──

TEXTS = (
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), min_size=1, max_size=30)
    .map(lambda text: unicodedata.normalize("NFC", text))
    .filter(lambda text: text == nodes.tidy(text) and not any(map(nodes.unprintable, text)))
)
OPTIONS = ["a", "b", "đường", "một hai"]


def value(schema: Any, node_kind: Kind) -> st.SearchStrategy[Any]:  # noqa: C901, PLR0911  # one line for each kind
    match node_kind:
        case Kind.TEXT:
            return TEXTS
        case Kind.LINES:
            return st.lists(TEXTS, min_size=1, max_size=3).map("\n".join)
        case Kind.WHOLE | Kind.MONEY:
            return st.integers(schema.get("minimum", -(10**14)), schema.get("maximum", 10**14))
        case Kind.NUMBER:
            return st.integers(-(10**8), 10**8).map(lambda cents: nodes.tidy(cents / 100))
        case Kind.DATE:
            return st.dates().map(str)
        case Kind.YES_NO:
            return st.booleans()
        case Kind.TICK:
            return st.just(value=True)
        case Kind.CHOICE:
            return st.sampled_from(schema["enum"])
        case Kind.SEVERAL:
            return st.lists(st.sampled_from(schema["items"]["enum"]), min_size=1, unique=True)
        case Kind.FILE:
            return st.sampled_from(sorted(FILES))
        case _:
            return st.lists(st.sampled_from(sorted(FILES)), min_size=1, max_size=3, unique=True)


LEAVES = st.sampled_from(
    [
        {"type": "string"},
        {"type": "string", "maxLength": 1000},
        {"type": "string", "format": "date"},
        {"type": "string", "enum": OPTIONS},
        {"type": "integer"},
        {"type": "integer", "format": "dong", "minimum": 0},
        {"type": "integer", "format": "file"},
        {"type": "number", "minimum": -1e6, "maximum": 1e6},
        {"type": "boolean"},
        {"type": "boolean", "const": True},
        {"type": "array", "uniqueItems": True, "items": {"type": "string", "enum": OPTIONS}},
        {"type": "array", "items": {"type": "integer", "format": "file"}},
    ]
)
NAMES = st.sampled_from(["a", "b", "c", "d1", "e_e"])


@st.composite
def schemas(draw: st.DrawFn, depth: int = 0, *, in_list: bool = False) -> dict[str, Any]:
    properties = draw(st.dictionaries(NAMES, LEAVES, max_size=3))
    for name in draw(st.lists(st.sampled_from(["g", "h"]), max_size=1)) if depth < 2 else ():
        properties[name] = draw(schemas(depth + 1, in_list=in_list))
    if depth < 2 and not in_list and draw(st.booleans()):
        properties["list"] = {"type": "array", "items": draw(schemas(depth + 1, in_list=True))}
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    if properties and draw(st.booleans()):
        schema["required"] = draw(st.lists(st.sampled_from(sorted(properties)), unique=True))
    if draw(st.booleans()):
        properties["when"] = {"type": "string", "enum": ["x", "y"]}
        then = {"properties": {"then_a": draw(LEAVES)}, "required": draw(st.sampled_from([[], ["then_a"]]))}
        other = {"properties": {"else_a": draw(LEAVES)}}
        condition = {"if": {"properties": {"when": {"const": "x"}}, "required": ["when"]}, "then": then, "else": other}
        schema |= condition if draw(st.booleans()) else {"allOf": [condition]}
    if not properties:
        properties["only"] = {"type": "string"}
    return schema


@st.composite
def forms(draw: st.DrawFn) -> Form:
    schema = draw(schemas())
    options = {option: {"label": option} for option in OPTIONS}
    fields = {}
    for key, shape in shapes(schema):
        enum = shape.get("enum") or shape.get("items", {}).get("enum")
        words = options if enum == OPTIONS else {one: {"label": one} for one in enum or ()}
        fields[key] = {"label": key, "options": words, "decimals": 2}
    return form(schema.pop("properties"), fields, **{name: part for name, part in schema.items() if name != "type"})


def shapes(schema: dict[str, Any], before: str = "") -> list[tuple[str, dict[str, Any]]]:
    found = []
    for name, shape in nodes.declared(schema).items():
        found.append((before + name, dict(shape)))
        inner = shape.get("items", shape)
        if inner.get("type") == "object":
            found += shapes(inner, f"{before}{name}.")
    return found


@st.composite
def answers(draw: st.DrawFn, form: Form) -> dict[str, Any]:
    """Valid answers: question by question, until nothing new applies."""
    return _group(draw, form, form.shape, ())


def _group(draw: st.DrawFn, form: Form, schema: Any, path: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    done: set[str] = set()
    while left := [name for name in nodes.active(schema, found)[0] if name not in done]:
        name = left[0]
        done.add(name)
        shape, needed = nodes.active(schema, found)[0][name], name in nodes.active(schema, found)[1]
        here = (*path, name)
        kind = nodes.kind_of(shape, form.fields[".".join(here)])
        if kind is Kind.GROUP:
            inner = _group(draw, form, shape, here)
            if inner or needed:
                found[name] = inner
        elif not needed and draw(st.booleans()):
            continue
        elif kind is Kind.REPEAT:
            found[name] = [_group(draw, form, shape["items"], here) for _ in range(draw(st.integers(1, 3)))]
        else:
            found[name] = draw(value(shape, kind))
    return nodes.prune(form, nodes.tidy(found)) if not path else found
