"""One validation for pages and for the API: jsonschema finds what is wrong, this says it in words that help."""

from __future__ import annotations

import datetime as dt
import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from vamco.kernel.work.forms.contracts import Invalid, Kind, Node, Path, Problem
from vamco.kernel.work.forms.rules import formats, lists, nodes
from vamco.lib.errors import N_, Named
from vamco.lib.partial_date import PartialDate
from vamco.lib.time import format_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

    from vamco.kernel.work.forms.contracts import Data, FileFacts
    from vamco.kernel.work.forms.declaration import Form

MB: Final = 1 << 20
MOST_BYTES: Final = 256 << 10
_MISSING: Final = {
    Kind.YES_NO: N_("Choose yes or no for “%(label)s”."),
    Kind.TICK: N_("Tick “%(label)s” to go on."),
    Kind.CHOICE: N_("Choose one answer to “%(label)s”."),
    Kind.LISTED: N_("Choose one answer to “%(label)s”."),
    Kind.SEVERAL: N_("Choose at least one answer to “%(label)s”."),
    Kind.FILE: N_("Choose the file for “%(label)s”."),
    Kind.FILES: N_("Choose the files for “%(label)s”."),
    Kind.REPEAT: N_("Add at least one entry to “%(label)s”."),
}
UNKNOWN: Final = N_("There are answers (%(count)s) that this form does not ask for, or not with these other answers.")
_NOT_THEN: Final = ("not_then", N_("Choose “%(label)s” again: what was chosen did not exist on that day."))
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_ENTER: Final = N_("Fill in “%(label)s”.")
_WRONG_KIND: Final = N_("“%(label)s” is of the wrong kind.")
_SENTENCES: Final[dict[str, tuple[str, str]]] = {  # by keyword: the code and the sentence
    "minLength": ("too_short", N_("Write at least %(limit)s signs for “%(label)s”.")),
    "maxLength": ("too_long", N_("Shorten “%(label)s” to at most %(limit)s signs.")),
    "minimum": ("too_small", N_("Write %(limit)s or more for “%(label)s”.")),
    "maximum": ("too_large", N_("Write %(limit)s or less for “%(label)s”.")),
    "minItems": ("too_few", N_("Give at least %(limit)s for “%(label)s”.")),
    "maxItems": ("too_many", N_("Give at most %(limit)s for “%(label)s”.")),
    "uniqueItems": ("twice", N_("Each answer to “%(label)s” may be given once.")),
    "enum": ("no_option", N_("Choose one of the answers offered for “%(label)s”.")),
    "const": ("not_ticked", N_("Tick “%(label)s” to go on.")),
    "pattern": ("pattern", N_("Write “%(label)s” in the form that is asked for.")),
}


def parse(body: bytes) -> Data:
    """Give the answers in a request's body; Invalid when it is too large or no object of JSON. Never fails otherwise."""
    if len(body) > MOST_BYTES:
        raise Invalid("", [Problem((), "too_much", nodes.TOO_MUCH)])
    try:
        data = json.loads(body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Invalid("", [Problem((), "not_json", N_("Send valid JSON in UTF-8, each name once."))]) from None
    if problem := nodes.too_much(data):
        raise Invalid("", [problem])
    return dict(data)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(found := dict(pairs)) != len(pairs):  # two readers would take two different ones
        raise ValueError("a name twice")
    return found


def _refuse(name: str) -> None:
    raise ValueError(name)


def accept(form: Form, data: Any, *, today: dt.date, files: Mapping[int, FileFacts]) -> Data:
    """Give answers from outside as they are stored, or Invalid with everything that is wrong."""
    if problem := nodes.too_much(data):
        raise Invalid(form.code, [problem])
    kept: Data = _normal(form, nodes.tidy(data))
    if found := problems(form, kept, today=today, files=files):
        raise Invalid(form.code, found)
    return kept


def _normal(form: Form, data: Data) -> Data:
    """Give the answers with each text in the form of its format: 0912 345 678 is 0912345678."""
    wanted = {node.path: node.format for node in nodes.nodes(form, data) if node.format in formats.FORMATS}
    return _with(data, (), wanted) if wanted else data


def _with(value: Any, path: Path, wanted: Mapping[Path, str]) -> Any:
    if isinstance(value, dict):
        return {name: _with(item, (*path, name), wanted) for name, item in value.items()}
    if isinstance(value, list):
        return [_with(item, (*path, index), wanted) for index, item in enumerate(value)]
    return formats.normal(wanted[path], value) if path in wanted and isinstance(value, str) else value


def problems(form: Form, data: Data, *, today: dt.date, files: Mapping[int, FileFacts] | None = None) -> list[Problem]:
    """Give all that is wrong with answers, in the order of asking. `files`: those that may be answers, by id."""
    asked = {node.path: node for node in nodes.nodes(form, data)}
    whole = _with_groups(form.shape, data)
    found: dict[Path, Problem] = {}
    for error in validator(_text(form)).iter_errors(whole):
        for problem in _said(error, asked):
            found.setdefault(problem.path, problem)
    for problem in _strangers(form, data, asked):
        found.setdefault(problem.path, problem)
    for node in asked.values():
        value = nodes.get(data, node.path)
        if value is None or node.path in found:
            continue
        own = _listed(node, value, data, today) if node.kind is Kind.LISTED else _own(node, value, today, files or {})
        if own is not None:
            found[node.path] = own
    place = {path: index for index, path in enumerate(asked)}
    return sorted(found.values(), key=lambda problem: place.get(problem.path, -1))


def _text(form: Form) -> str:
    return json.dumps(form.shape, sort_keys=True)


@lru_cache(maxsize=256)
def validator(shape: str) -> Validator:
    """Give the validator of a schema, given as JSON."""
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    # A text that is too long is told so; its pattern is not tried, which could take long.
    pattern = Draft202012Validator.VALIDATORS["pattern"]

    def within(of: Any, expected: str, text: Any, schema: Mapping[str, Any]) -> Iterator[Any]:
        if isinstance(text, str) and len(text) <= schema.get("maxLength", nodes.LINE):
            yield from pattern(of, expected, text, schema) or ()

    kind: type[Validator] = extend(Draft202012Validator, {"pattern": within})  # type: ignore[no-untyped-call]  # the stubs have no types
    return kind(bounded(json.loads(shape)))


def published(form: Form) -> dict[str, Any]:
    """Give the schema for other people's validators."""
    schema = bounded(form.shape, closed=True)
    return {"$schema": DIALECT, "title": form.name_en or form.name, **schema}


def bounded(schema: Mapping[str, Any], *, closed: bool = False) -> Data:
    """Give the schema as it is enforced: texts never empty, everything with an end. `closed`: objects take nothing unknown.

    What is unknown we find ourselves (`_strangers`): jsonschema's answer to it depends on what else is wrong in an `allOf`.
    """
    result = {
        name: {key: bounded(one, closed=closed) for key, one in value.items()} if name == "properties" else
        [bounded(one, closed=closed) for one in value] if name == "allOf" else
        bounded(value, closed=closed) if name in {"then", "else", "items"} else value
        for name, value in schema.items()
    }  # fmt: skip
    match schema.get("type"):
        case "object" if closed:
            result["unevaluatedProperties"] = False
        case "array":
            result.setdefault("maxItems", nodes.MOST_ITEMS)
        case "string" if "enum" not in schema:
            result.setdefault("minLength", 1)
            result.setdefault("maxLength", nodes.LINE)
        case "integer" | "number":
            result.setdefault("minimum", -nodes.MOST_NUMBER)
            result.setdefault("maximum", nodes.MOST_NUMBER)
    return result


def _with_groups(schema: Mapping[str, Any], value: Any) -> Any:
    """Give answers with an empty group where a needed one is missing, so that each question in it is named."""
    if schema.get("type") == "array" and isinstance(value, list):
        return [_with_groups(schema["items"], item) for item in value]
    if schema.get("type") != "object" or not isinstance(value, dict):
        return value
    found, needed = nodes.active(schema, value)
    start: Data = {name: {} for name in needed if found.get(name, {}).get("type") == "object"} | value
    return {name: _with_groups(found.get(name, {}), item) for name, item in start.items()}


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _said(error: ValidationError, asked: Mapping[Path, Node]) -> Iterator[Problem]:
    path = tuple(error.absolute_path)
    if error.validator in {"required", "dependentRequired"}:
        yield from _missing(error, path, asked)
    elif error.validator in _SENTENCES:
        yield _sentence(error, path, asked)
    else:  # "type", and whatever else the library may find
        yield Problem(path if path in asked else _nearest(path, asked), "wrong_kind", _WRONG_KIND)


def _nearest(path: Path, asked: Mapping[Path, Node]) -> Path:
    while path and path not in asked:
        path = path[:-1]
    return path


def _missing(error: ValidationError, path: Path, asked: Mapping[Path, Node]) -> Iterator[Problem]:
    schema: Any = error.schema
    instance: Any = error.instance
    for name in nodes.active(schema, instance)[1]:
        node = asked.get((*path, name))
        if name not in instance and node is not None:
            yield Problem(node.path, "missing", _MISSING.get(node.kind, _ENTER))


def _strangers(form: Form, data: Data, asked: Mapping[Path, Node]) -> Iterator[Problem]:
    """Name where something is answered that is not asked. The name itself came from outside and is not repeated."""
    rest: list[tuple[Path, Any, Mapping[str, Any]]] = [((), data, form.shape)]
    while rest:
        path, value, schema = rest.pop()
        if isinstance(value, list) and schema.get("type") == "array":
            rest += [((*path, index), item, schema["items"]) for index, item in enumerate(value)]
        if not isinstance(value, dict) or schema.get("type") != "object":
            continue
        found, _needed = nodes.active(schema, value)
        rest += [((*path, name), item, found[name]) for name, item in value.items() if name in found]
        if count := len(value.keys() - found.keys()):
            yield Problem(_nearest(path, asked), "unknown", UNKNOWN, {"count": count})


def _sentence(error: ValidationError, path: Path, asked: Mapping[Path, Node]) -> Problem:
    code, sentence = _SENTENCES[str(error.validator)]
    node = asked.get(path := _nearest(path, asked))
    data: dict[str, object] = {"limit": error.validator_value} if "%(limit)s" in sentence else {}
    if error.validator == "pattern" and node is not None and node.field.wrong:
        wrong = Named(node.field.wrong, node.field.wrong_en or node.field.wrong)
        return Problem(path, code, N_("%(wrong)s"), {"wrong": wrong})
    return Problem(path, code, sentence, data)


# ── what JSON Schema has no words for ────────────────────────────────────────────────────────────────────────────────


def _own(node: Node, value: Any, today: dt.date, files: Mapping[int, FileFacts]) -> Problem | None:
    if node.kind is Kind.TEXT:
        return _line(node, value, today)
    if node.kind is Kind.DATE:
        return _date(node, value, today)
    if node.kind is Kind.NUMBER and round(value, node.field.decimals) != value:
        sentence = N_("Write “%(label)s” with at most %(limit)s decimals.")
        return Problem(node.path, "decimals", sentence, {"limit": node.field.decimals})
    if node.kind in {Kind.FILE, Kind.FILES}:
        many = value if isinstance(value, list) else [value]
        return next((found for one in many if (found := _file(node, one, files))), None)
    return None


def _listed(node: Node, value: str, data: Data, today: dt.date) -> Problem | None:
    """A code holds on the day that the question names, at either end of it where only its year is known."""
    known = lists.list_of(node.format)
    if any(known.holds(value, day) for day in lists.days(node, data, today)):
        return None
    return Problem(node.path, *(_NOT_THEN if node.field.as_of else _SENTENCES["enum"]))


def _line(node: Node, value: str, today: dt.date) -> Problem | None:
    if "\n" in value or "\t" in value:
        return Problem(node.path, "one_line", N_("Write “%(label)s” on one line."))
    known = formats.FORMATS.get(node.format)
    if known is not None and not known.fits(value, today):
        return Problem(node.path, "format", known.wrong)
    found = PartialDate.read(value) if node.format == formats.PARTIAL_DATE else None
    return _between(node, found.first, found.last, today) if found else None


def _date(node: Node, value: str, today: dt.date) -> Problem | None:
    try:
        day = dt.date.fromisoformat(value) if len(value) == len("2026-11-22") else None
    except ValueError:
        day = None
    if day is None or day.isoformat() != value:  # such as 2026-W47-7, which Python reads
        return Problem(node.path, "unreadable_date", N_("Write “%(label)s” as a day that exists, such as 27/3/1990."))
    return _between(node, day, day, today)


def _between(node: Node, first: dt.date, last: dt.date, today: dt.date) -> Problem | None:
    """A day, or all days that it may be, lies within what the question allows."""
    earliest, latest = (_limit(text, today) for text in (node.field.earliest, node.field.latest))
    if earliest and last < earliest:
        return Problem(
            node.path, "too_early", N_("“%(label)s” cannot be before %(limit)s."), {"limit": _shown(earliest)}
        )
    if latest and first > latest:
        return Problem(node.path, "too_late", N_("“%(label)s” cannot be after %(limit)s."), {"limit": _shown(latest)})
    return None


def _limit(text: str, today: dt.date) -> dt.date | None:
    return None if not text else today if text == "today" else dt.date.fromisoformat(text)


def _shown(day: dt.date) -> str:
    return format_date(day, "vi")


def _file(node: Node, value: int, files: Mapping[int, FileFacts]) -> Problem | None:
    found = files.get(value)
    if found is None:
        return Problem(node.path, "no_file", N_("Choose the file for “%(label)s” again: it is not here any more."))
    if found.name.rpartition(".")[2].lower() not in node.field.accept:
        kinds = ", ".join(node.field.accept)
        return Problem(
            node.path, "file_kind", N_("For “%(label)s” choose a file of the kind %(kinds)s."), {"kinds": kinds}
        )
    if found.size > node.field.max_mb * MB:
        sentence = N_("Choose a smaller file for “%(label)s”: at most %(limit)s MB.")
        return Problem(node.path, "file_size", sentence, {"limit": node.field.max_mb})
    return None
