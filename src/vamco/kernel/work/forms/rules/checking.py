"""What is wrong with a form as it is declared: found when the pack is loaded, with its place in the file."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from vamco.kernel.work.forms.contracts import key_of
from vamco.kernel.work.forms.declaration import CODE
from vamco.kernel.work.forms.rules import formats, lists, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vamco.kernel.work.forms.contracts import Path
    from vamco.kernel.work.forms.declaration import FieldOf, Form

Fault = tuple["Path", str]
DEEPEST: Final = 4  # objects within each other
MOST_FIELDS: Final = 200
MOST_ANSWERS: Final = 800  # a page that asks all must stay below what Django takes in one post
_NOTES: Final = frozenset({"$schema", "$id", "$comment", "title", "description", "examples"})
_CONDITION: Final = frozenset({"if", "then", "else"})
_KEYWORDS: Final[dict[str, frozenset[str]]] = {
    "object": _NOTES | _CONDITION | {"type", "properties", "required", "dependentRequired", "allOf"},
    "string": _NOTES | {"type", "minLength", "maxLength", "pattern", "enum", "format"},
    "integer": _NOTES | {"type", "minimum", "maximum", "format"},
    "number": _NOTES | {"type", "minimum", "maximum"},
    "boolean": _NOTES | {"type", "const"},
    "array": _NOTES | {"type", "items", "minItems", "maxItems", "uniqueItems"},
}
_BRANCH: Final = frozenset({"properties", "required"})
_WANTED: Final = frozenset({"const", "enum", "contains", "minimum", "maximum"})
_NAME: Final = re.compile(CODE)
_RESERVED: Final = frozenset({"constructor", "prototype", "csrfmiddlewaretoken"})
_NESTED_REPEAT: Final = re.compile(r"\)[+*{]|\\[1-9]|\(\?")  # (a+)+ and (a|a)* take for ever on a text that nearly fits


def faults(form: Form) -> Iterator[Fault]:
    """Give each mistake as the path in the file and what was expected there."""
    wrong = list(_dialect(form.shape))
    if not wrong:
        wrong = list(_object(form.shape, _At(form)))
    if not wrong:
        wrong = [*_fields(form), *_pages(form)]
    yield from wrong


def _dialect(schema: Mapping[str, Any]) -> Iterator[Fault]:
    from jsonschema import Draft202012Validator

    if _deeper(schema, 40):
        yield ("schema",), "schema: a schema that is less deep"
        return
    for error in Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(schema):
        path = ("schema", *error.absolute_path)
        yield path, f"{_dotted(path)}: what JSON Schema 2020-12 allows here ({error.message[:120]})"
    if schema.get("type") != "object":
        yield ("schema",), "schema.type: object"


def _deeper(value: Any, left: int) -> bool:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return left == 0 or any(_deeper(part, left - 1) for part in parts)


def _dotted(path: Path) -> str:
    return ".".join(map(str, path))


@dataclass(frozen=True, slots=True)
class _At:
    """A place in the schema: its path in the file, the key of the question there, and how many objects are around it."""

    form: Form
    where: Path = ("schema",)
    key: Path = ()
    depth: int = 1

    def __str__(self) -> str:
        return _dotted(self.where)

    @property
    def field(self) -> FieldOf:
        return self.form.fields[key_of(self.key)]

    def below(self, *more: str | int) -> _At:
        return replace(self, where=(*self.where, *more))

    def inner(self, *more: str | int) -> _At:
        return replace(self.below(*more), depth=self.depth + 1)

    def fault(self, expected: str, *more: str | int) -> Fault:
        return (*self.where, *more), f"{_dotted((*self.where, *more))}: {expected}"


def _only(at: _At, found: Mapping[str, Any], allowed: frozenset[str]) -> Iterator[Fault]:
    for name in found.keys() - allowed:
        yield at.fault(f"only {', '.join(sorted(allowed))}", name)


def _shape(schema: Any, at: _At) -> Iterator[Fault]:
    kind = schema.get("type") if isinstance(schema, dict) else None
    if not isinstance(kind, str) or kind not in _KEYWORDS:
        yield at.fault(f"a `type`: one of {', '.join(_KEYWORDS)}")
    elif key_of(at.key) not in at.form.fields:
        yield at.fault(f"words for this question at fields.{key_of(at.key)}")
    elif kind == "object":
        yield from _object(schema, at.inner())
    else:
        yield from _only(at, schema, _KEYWORDS[kind])
        yield from _array(schema, at) if kind == "array" else _leaf(schema, at)


def _object(schema: Mapping[str, Any], at: _At) -> Iterator[Fault]:
    if at.depth > DEEPEST:
        yield at.fault(f"at most {DEEPEST} objects within each other")
        return
    yield from _only(at, schema, _KEYWORDS["object"])
    seen: set[str] = set()
    yield from _properties(schema, at, seen)
    if "if" in schema:
        yield from _condition(schema, at, seen)
    for index, one in enumerate(schema.get("allOf", ())):
        place = at.below("allOf", index)
        if not isinstance(one, dict) or "if" not in one:
            yield place.fault("an entry with `if`")
            continue
        yield from _only(place, one, _CONDITION)
        yield from _condition(one, place, seen)
    yield from _needed(schema, at)


def _properties(schema: Mapping[str, Any], at: _At, seen: set[str]) -> Iterator[Fault]:
    for name, shape in schema.get("properties", {}).items():
        here = replace(at.below("properties", name), key=(*at.key, name))
        if not _NAME.fullmatch(name) or name in _RESERVED:
            yield here.fault("a name of small letters, digits and _")
        elif name in seen:
            yield here.fault("a question that is declared in one place only")
        else:
            seen.add(name)
            yield from _shape(shape, here)


def _condition(one: Mapping[str, Any], at: _At, seen: set[str]) -> Iterator[Fault]:
    yield from _if(one["if"], at.below("if"), seen)
    for name in nodes.BRANCHES:
        branch, here = one.get(name, {}), at.below(name)
        if not isinstance(branch, dict):
            yield here.fault("an object")
            continue
        yield from _only(here, branch, _BRANCH)
        yield from _properties(branch, here, seen)
        for needed in branch.get("required", ()):
            if needed not in seen:
                yield here.fault(f"a question of this object, found {needed!r}", "required")


def _if(asked: Any, at: _At, seen: set[str]) -> Iterator[Fault]:
    if not isinstance(asked, dict):
        yield at.fault("an object")
        return
    yield from _only(at, asked, _BRANCH)
    for name, wanted in asked.get("properties", {}).items():
        if name not in seen:
            yield at.fault("a question of the same object that stands before", "properties", name)
        if name not in asked.get("required", ()):
            yield at.fault(f"{name} too: without an answer the condition would hold", "required")
        if not isinstance(wanted, dict) or not wanted:
            yield at.fault(f"one of {', '.join(sorted(_WANTED))}", "properties", name)
        else:
            yield from _only(at.below("properties", name), wanted, _WANTED)
            if not isinstance(wanted.get("contains", {}), dict) or wanted.get("contains", {}).keys() - {
                "const",
                "enum",
            }:
                yield at.fault("only const or enum", "properties", name, "contains")


def _needed(schema: Mapping[str, Any], at: _At) -> Iterator[Fault]:
    known = nodes.declared(schema)
    for name in schema.get("required", ()):
        if name not in schema.get("properties", {}):
            yield at.fault(f"a question of `properties`, found {name!r}", "required")
    for name, others in schema.get("dependentRequired", {}).items():
        for one in (name, *others):
            if one not in known:
                yield at.fault(f"a question of this object, found {one!r}", "dependentRequired")


def _array(schema: Mapping[str, Any], at: _At) -> Iterator[Fault]:
    items = schema.get("items")
    if not isinstance(items, dict):
        yield at.fault("`items`: what it is a list of")
    elif items.get("type") == "object":
        if "items" in at.where:
            yield at.fault("no list of groups within another")
        yield from _object(items, at.inner("items"))
    elif items.get("format") == "file":
        if items != {"type": "integer", "format": "file"}:
            yield at.fault("type integer and format file, nothing else", "items")
    elif items.get("type") == "string" and "enum" in items:
        yield from _only(at.below("items"), items, _KEYWORDS["string"])
        yield from _leaf(items, at.below("items"))
        if not schema.get("uniqueItems"):
            yield at.fault("uniqueItems: true")
    else:
        yield at.fault("an object, a file, or a string with an enum", "items")
    if schema.get("maxItems", 0) > nodes.MOST_ITEMS:
        yield at.fault(f"at most {nodes.MOST_ITEMS}", "maxItems")


def _leaf(schema: Mapping[str, Any], at: _At) -> Iterator[Fault]:
    formats_of = {"string": {"date", *formats.FORMATS, *lists.known()}, "integer": {"dong", "file"}}
    known = formats_of.get(schema["type"], set())
    if "format" in schema and schema["format"] not in known:
        yield at.fault(f"one of {', '.join(sorted(known))}", "format")
    if "enum" in schema:
        yield from _enum(schema, at)
    if "pattern" in schema:
        yield from _pattern(schema, at)
    if schema.get("const", True) is not True:
        yield at.fault("true", "const")
    if schema["type"] == "number" and not {"minimum", "maximum"} <= schema.keys():
        yield at.fault("minimum and maximum")
    for name in ("minimum", "maximum"):
        if abs(schema.get(name, 0)) > nodes.MOST_NUMBER:
            yield at.fault(f"at most {nodes.MOST_NUMBER}", name)
    for name in ("minLength", "maxLength"):
        if schema.get(name, 0) > nodes.LINES:
            yield at.fault(f"at most {nodes.LINES}", name)


def _enum(schema: Mapping[str, Any], at: _At) -> Iterator[Fault]:
    values = schema["enum"]
    if not all(isinstance(value, str) and value.strip() == value != "" for value in values):
        yield at.fault("texts", "enum")
    elif set(values) != at.field.options.keys():
        key = key_of(at.key)
        yield ("fields", key, "options"), f"fields.{key}.options: words for {', '.join(values)}, no others"


def _pattern(schema: Mapping[str, Any], at: _At) -> Iterator[Fault]:
    pattern = str(schema["pattern"])
    try:
        re.compile(pattern)
    except re.error:
        yield at.fault("a regular expression", "pattern")
    if not (pattern.startswith("^") and pattern.endswith("$")):
        yield at.fault("^ at the beginning and $ at the end", "pattern")
    if _NESTED_REPEAT.search(pattern) or schema.get("maxLength", nodes.LINE) > nodes.LINE:
        yield at.fault(f"no repetition of a repetition, no reference, at most {nodes.LINE} signs", "pattern")
    if not at.field.wrong:
        yield at.fault("`wrong` among the words of the question, which says what to write", "pattern")


# ── words and pages ──────────────────────────────────────────────────────────────────────────────────────────────────


def _keys(schema: Mapping[str, Any], key: Path = ()) -> Iterator[tuple[str, bool]]:
    """Give all keys of a schema, and whether something is below each."""
    for name, shape in nodes.declared(schema).items():
        inner = shape.get("items", shape) if shape["type"] == "array" else shape
        yield key_of((*key, name)), inner["type"] == "object"
        if inner["type"] == "object":
            yield from _keys(inner, (*key, name))


def _fields(form: Form) -> Iterator[Fault]:
    known = dict(_keys(form.shape))
    for key in form.fields.keys() - known.keys():
        yield ("fields", key), f"fields.{key}: a question of the schema"
    if len(known) > MOST_FIELDS:
        yield ("fields",), f"fields: at most {MOST_FIELDS} questions"
    if (most := _most_answers(form.shape)) > MOST_ANSWERS:
        yield (
            ("schema",),
            f"schema: at most {MOST_ANSWERS} answers with all lists full, found {most}: give a lower maxItems",
        )
    for key, field in form.fields.items():
        for name in ("earliest", "latest"):
            text = getattr(field, name)
            if text not in {"", "today"} and not _is_day(text):
                yield ("fields", key, name), f"fields.{key}.{name}: a day, or today"
    yield from _as_of(form)


def _as_of(form: Form) -> Iterator[Fault]:
    """The day that decides what a list offers is asked on an earlier page: without a script a page is drawn before it is filled in."""
    shapes = dict(_shapes(form.shape))
    place = {key: index for index, page in enumerate(form.pages) for key in shapes if page.holds(key)}
    for key, field in form.fields.items():
        if not field.as_of:
            continue
        day = shapes.get(field.as_of, {})
        if not str(shapes.get(key, {}).get("format", "")).startswith(lists.PREFIX):
            yield ("fields", key, "as_of"), f"fields.{key}.as_of: only of a code of a list"
        elif day.get("format") not in {"date", formats.PARTIAL_DATE}:
            yield ("fields", key, "as_of"), f"fields.{key}.as_of: the key of a date of this form"
        elif place.get(field.as_of, 0) >= place.get(key, 0):
            yield ("fields", key, "as_of"), f"fields.{key}.as_of: a date that an earlier page asks"


def _shapes(schema: Mapping[str, Any], key: Path = ()) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give all questions outside lists of groups, with their shapes."""
    for name, shape in nodes.declared(schema).items():
        yield key_of((*key, name)), shape
        if shape["type"] == "object":
            yield from _shapes(shape, (*key, name))


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _pages(form: Form) -> Iterator[Fault]:
    known = dict(_keys(form.shape))
    asked: set[str] = set()
    for index, page in enumerate(form.pages):
        if page.code in {other.code for other in form.pages[:index]}:
            yield ("pages", index, "code"), f"pages.{index}.code: a code of its own"
        for key in page.fields:
            below = {one for one in known if one == key or one.startswith(f"{key}.")}
            if not below or below & asked:
                yield (
                    ("pages", index, "fields"),
                    f"pages.{index}.fields: a question that no page has asked, found {key!r}",
                )
            asked |= below
        if not page.title and (len(page.fields) != 1 or known.get(page.fields[0], True)):
            yield ("pages", index), f"pages.{index}.title: a title, for this page asks more than one question"
    yield from _unasked(form, known, asked)


def _unasked(form: Form, known: Mapping[str, bool], asked: set[str]) -> Iterator[Fault]:
    for key, group in known.items():
        if not group and key not in asked:
            yield ("fields", key), f"pages: a page that asks {key}"
    for key in _lists(form.shape):
        if any(one.startswith(f"{key}.") for page in form.pages for one in page.fields):
            yield ("fields", key), f"pages: {key} as a whole on one page"


def _lists(schema: Mapping[str, Any], key: Path = ()) -> Iterator[str]:
    """Give the keys of the lists of groups."""
    for name, shape in nodes.declared(schema).items():
        if shape["type"] == "object":
            yield from _lists(shape, (*key, name))
        elif shape["type"] == "array" and shape["items"]["type"] == "object":
            yield key_of((*key, name))


def _most_answers(schema: Mapping[str, Any]) -> int:
    """Give how many answers a form can have at most, all lists full."""
    found = 0
    for shape in nodes.declared(schema).values():
        if shape["type"] == "object":
            found += _most_answers(shape)
        elif shape["type"] == "array" and shape["items"]["type"] == "object":
            found += 1 + _most_answers(shape["items"]) * shape.get("maxItems", nodes.MOST_ITEMS)
        else:
            found += len(shape.get("items", {}).get("enum", ())) or 1  # of files there are few in all
    return found
