"""Which questions apply to which answers. Pure and total: whatever the answers are, nothing raises."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, Final

from vamco.kernel.work.forms.contracts import Kind, Node, Path, Problem, key_of
from vamco.lib.errors import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vamco.kernel.work.forms.contracts import Data
    from vamco.kernel.work.forms.declaration import FieldOf, Form

MOST_DEPTH: Final = 8
MOST_VALUES: Final = 2_000
MOST_TEXT: Final = 10_000
MOST_NUMBER: Final = 2**53 - 1  # what every reader of JSON keeps exactly
LINE: Final = 200  # what a text may have without a `maxLength`; a longer one is asked in a large box
LINES: Final = 4_000
MOST_ITEMS: Final = 20
BRANCHES: Final = ("then", "else")
TOO_MUCH: Final = N_("This is more than a form can hold. Send less.")
NOT_TEXT: Final = N_("The text holds signs that cannot be stored. Type it anew.")


# ── conditions ───────────────────────────────────────────────────────────────────────────────────────────────────────


def conditions(schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Give the conditions of an object, those in `allOf` too."""
    return [one for one in (schema, *schema.get("allOf", ())) if "if" in one]


def holds(condition: Mapping[str, Any], value: Mapping[str, Any]) -> bool:
    """Tell whether an `if` of the supported kind holds for an object."""
    if any(name not in value for name in condition.get("required", ())):
        return False
    wanted = condition.get("properties", {})
    return all(_fits(value[name], wanted[name]) for name in wanted if name in value)


def _fits(value: Any, wanted: Mapping[str, Any]) -> bool:
    if "const" in wanted and not same(value, wanted["const"]):
        return False
    if "enum" in wanted and not any(same(value, one) for one in wanted["enum"]):
        return False
    if "contains" in wanted and isinstance(value, list) and not any(_fits(one, wanted["contains"]) for one in value):
        return False
    if isinstance(value, bool) or not isinstance(value, int | float):
        return True
    return bool(wanted.get("minimum", value) <= value <= wanted.get("maximum", value))


def same(one: Any, other: Any) -> bool:
    """Tell whether two values of JSON are the same: true is not 1."""
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def declared(schema: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Give all properties that an object may ever have."""
    found = dict(schema.get("properties", {}))
    for condition in conditions(schema):
        for branch in BRANCHES:
            found |= condition.get(branch, {}).get("properties", {})
    return found


def active(schema: Mapping[str, Any], value: Mapping[str, Any]) -> tuple[dict[str, Mapping[str, Any]], set[str]]:
    """Give the properties that an object may have with the answers that it holds, and the names of those it must have."""
    found, needed = dict(schema.get("properties", {})), set(schema.get("required", ()))
    for condition in conditions(schema):
        branch = condition.get("then" if holds(condition["if"], value) else "else", {})
        found |= branch.get("properties", {})
        needed |= set(branch.get("required", ()))
    for name, others in schema.get("dependentRequired", {}).items():
        if name in value:
            needed |= set(others)
    return found, needed


def controls(schema: Mapping[str, Any], key: Path = ()) -> set[str]:
    """Give the keys of the questions whose answers open or close others."""
    found = {key_of((*key, name)) for one in conditions(schema) for name in one["if"].get("properties", {})}
    for name, shape in declared(schema).items():
        inner = shape.get("items", shape)
        if inner.get("type") == "object":
            found |= controls(inner, (*key, name))
    return found


# ── questions ────────────────────────────────────────────────────────────────────────────────────────────────────────


def kind_of(schema: Mapping[str, Any], field: FieldOf) -> Kind:
    """Give how something is asked."""
    kind, form = schema.get("type"), schema.get("format", "")
    if kind == "array":
        items = schema["items"]
        return Kind.REPEAT if items["type"] == "object" else Kind.FILES if items["type"] == "integer" else Kind.SEVERAL
    if kind == "boolean":
        return Kind.TICK if schema.get("const") is True else Kind.YES_NO
    if kind == "string":
        return _text(schema, field)
    if kind == "integer":
        return {"file": Kind.FILE, "dong": Kind.MONEY}.get(form, Kind.WHOLE)
    return Kind.NUMBER if kind == "number" else Kind.GROUP


def _text(schema: Mapping[str, Any], field: FieldOf) -> Kind:
    if "enum" in schema:
        return Kind.CHOICE
    if schema.get("format") == "date":
        return Kind.DATE
    if schema.get("format", "").startswith("list-"):
        return Kind.LISTED
    return Kind.LINES if field.control == "lines" or schema.get("maxLength", 0) > LINE else Kind.TEXT


def nodes(form: Form, data: Mapping[str, Any]) -> Iterator[Node]:
    """Give what applies to the answers, in the order of asking; a group comes before what is in it."""
    yield from _below(form, form.shape, data, ())


def _below(form: Form, schema: Mapping[str, Any], value: Any, path: Path) -> Iterator[Node]:
    value = value if isinstance(value, dict) else {}
    found, needed = active(schema, value)
    for name in sorted(found, key=lambda name: form.order.get(key_of((*path, name)), 0)):
        here, shape = (*path, name), found[name]
        field = form.fields[key_of(here)]
        node = Node(here, kind_of(shape, field), shape, field, name in needed)
        yield node
        if node.kind is Kind.GROUP:
            yield from _below(form, shape, value.get(name), here)
        elif node.kind is Kind.REPEAT:
            items = value.get(name)
            for index, item in enumerate(items if isinstance(items, list) else ()):
                yield from _below(form, shape["items"], item, (*here, index))


def prune(form: Form, data: Data) -> Data:
    """Give the answers without those to questions that do not apply to the others."""
    while True:
        kept = tidy(_kept(form.shape, data))
        if kept == data:
            return data
        data = kept


def _kept(schema: Mapping[str, Any], value: Any) -> Any:
    """Give a value without what does not apply; each round may close further questions."""
    if schema.get("type") == "object" and isinstance(value, dict):
        found, _needed = active(schema, value)
        return {name: _kept(found[name], item) for name, item in value.items() if name in found}
    if schema.get("type") == "array" and isinstance(value, list):
        return [_kept(schema["items"], item) for item in value]
    return value


# ── values ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def tidy(value: Any) -> Any:
    """Give a value as it is stored: text in NFC without blanks around it, a whole float as an int, nothing empty.

    An empty text, list or group says nothing and is left out; in a list each entry keeps its place.
    """
    if isinstance(value, dict):
        tidied = {name: tidy(item) for name, item in value.items()}
        return {name: item for name, item in tidied.items() if item not in ("", None, [], {})}
    if isinstance(value, list):
        return [tidy(item) for item in value]
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def too_much(data: Any) -> Problem | None:
    """Give why something from outside is no set of answers at all, before anybody looks into it; None when it may be."""
    left, rest = MOST_VALUES, [(data, 0)]
    while rest:
        value, depth = rest.pop()
        left -= 1
        if left < 0 or depth > MOST_DEPTH:
            return Problem((), "too_much", TOO_MUCH)
        if isinstance(value, dict):
            rest += [(part, depth + 1) for pair in value.items() for part in pair]
        elif isinstance(value, list):
            rest += [(item, depth + 1) for item in value]
        elif problem := _scalar(value):
            return problem
    return (
        None
        if isinstance(data, dict)
        else Problem((), "not_answers", N_("Send an object with an answer by each name."))
    )


def _scalar(value: Any) -> Problem | None:
    if isinstance(value, str):
        if len(value) > MOST_TEXT:
            return Problem((), "too_much", TOO_MUCH)
        if any(unprintable(sign) for sign in value):
            return Problem((), "not_text", NOT_TEXT)
    elif isinstance(value, int | float):
        if not -MOST_NUMBER <= value <= MOST_NUMBER:  # not-a-number is in no range
            return Problem((), "too_large", N_("A number is too large."))
    elif value is not None:
        return Problem((), "not_answers", N_("Send an object with an answer by each name."))
    return None


def unprintable(sign: str) -> bool:
    """Tell whether a sign can stand in no text: control signs but for tab and line breaks, half of a surrogate pair.

    Also the signs that turn the direction of writing, behind which a text can say something else than it shows.
    """
    if sign in "\t\n\r":
        return False
    return (
        unicodedata.category(sign) in {"Cc", "Cs"}
        or sign in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
    )


def beside(path: Path, key: str) -> Path:
    """Return the path of the answer with a key as seen from another: in a list, that of the same entry."""
    found: list[str | int] = []
    rest = list(path)
    for part in key.split("."):
        rest = rest[1:] if rest and rest[0] == part else []
        found.append(part)
        if rest and isinstance(rest[0], int):
            found.append(rest.pop(0))
    return tuple(found)


def get(data: Any, path: Path) -> Any:
    """Give the answer at a path, None when there is none."""
    for part in path:
        if isinstance(part, int):
            data = data[part] if isinstance(data, list) and 0 <= part < len(data) else None
        else:
            data = data.get(part) if isinstance(data, dict) else None
    return data
