"""`vamco messages`: take the msgids from the code and the templates, merge them into the catalogues, compile these.

Each system has a catalogue of its own in its folder `locale`, the platform has `vamco/locale`. What the platform says stands there
alone; what two systems say stands with both, in the same words. Words follow their msgid when code moves from one to another.

Our own extraction, because GNU gettext is not on every machine: Python by its syntax tree, templates by Django's own
parser, so that a msgid in a tag's argument is found like one in the text.
"""

from __future__ import annotations

import argparse
import ast
import datetime as dt
import os
import re
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from babel.messages.catalog import Catalog
    from django.template.base import FilterExpression, Node

PACKAGE = Path(__file__).resolve().parents[1]
DOMAIN = "django"

# name of the function → positions of msgid, plural, context
_CALLS: dict[str, tuple[int, int | None, int | None]] = {
    **dict.fromkeys(("_", "_l", "N_", "gettext", "gettext_lazy", "gettext_noop"), (0, None, None)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (0, 1, None)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (1, None, 0)),
    "npgettext": (1, 2, 0),
    **dict.fromkeys(("Refused", "Forbidden", "Missing", "Unavailable"), (1, None, None)),
}
_IN_ARGUMENT = re.compile(r"""_\(("[^"]+"|'[^']+')\)""")
_WHEN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)  # catalogues change when words change, not with the day


@dataclass(frozen=True, slots=True)
class Message:
    """A msgid and where it stands."""

    text: str
    plural: str = ""
    context: str = ""
    file: str = ""  # relative to the package


@dataclass(slots=True)
class Outcome:
    """What an update found in one language."""

    language: str
    total: int = 0
    untranslated: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


def main(argv: Sequence[str]) -> int:
    """Update the catalogues; with --check change nothing and fail when something would change or lacks words."""
    parser = argparse.ArgumentParser(prog="vamco messages", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 unless complete and fresh")
    check = parser.parse_args(argv).check
    failed = False
    shares = share(extract())
    for language in languages():
        known = [read(po) for po in catalogues(language) if po.exists()]
        for system, po in zip(("", *_systems()), catalogues(language), strict=True):
            if not (shares.get(system) or po.exists()):
                continue
            outcome = update(po, shares.get(system, ()), known, write=not check)
            failed |= bool(outcome.untranslated) or (check and bool(outcome.added or outcome.gone))
            print(f"{language} {system}".rstrip() + f": {outcome.total} messages,"
                  f" {len(outcome.untranslated)} without words, {len(outcome.added)} new, {len(outcome.gone)} gone")  # fmt: skip
            for text in outcome.untranslated:
                print(f"  no words for: {text}")
    return int(failed)


def languages() -> list[str]:
    """Return the languages into which the platform is translated."""
    return sorted(po.parents[1].name for po in (PACKAGE / "locale").glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def _systems() -> list[str]:
    return sorted(path.parent.name for path in (PACKAGE / "systems").glob("*/apps.py"))


def catalogues(language: str) -> list[Path]:
    """Return where the catalogues of a language lie, or would: the platform's, then those of the systems by name."""
    folders = [PACKAGE, *(PACKAGE / "systems" / system for system in _systems())]
    return [folder / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.po" for folder in folders]


def share(messages: Iterable[Message]) -> dict[str, list[Message]]:
    """Share messages out to the catalogues, by system, "" for the platform's."""
    found = list(messages)
    common = {_key(message) for message in found if not _system_of(message)}
    shares: dict[str, list[Message]] = {}
    for message in found:
        shares.setdefault("" if _key(message) in common else _system_of(message), []).append(message)
    return shares


def _key(message: Message) -> tuple[str, str]:
    return message.text, message.context


def _system_of(message: Message) -> str:
    room, _, rest = message.file.partition("/")
    return rest.partition("/")[0] if room == "systems" and "/" in rest else ""


def extract(package: Path = PACKAGE) -> list[Message]:
    """Give all messages of the package, file by file. Tests say nothing to readers."""
    import django
    from django.apps import apps

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vamco.config.settings")
    if not apps.ready:
        django.setup()
    found: list[Message] = []
    for path in sorted(package.rglob("*.py")):
        if not {"tests", "migrations"} & set(path.relative_to(package).parts):
            found += from_python(path.read_text("utf-8"), path.relative_to(package).as_posix())
    for path in sorted(package.rglob("templates/**/*")):
        if path.is_file():
            found += from_template(path.read_text("utf-8"), path.relative_to(package).as_posix())
    return found


def from_python(source: str, file: str) -> Iterator[Message]:
    """Give the messages of a module: literal arguments of gettext's functions, of `N_` and of our errors."""
    for node in ast.walk(ast.parse(source, file)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name in _CALLS:
            text, plural, context = (_literal(node, position) for position in _CALLS[name])
            if text:
                yield Message(text, plural, context, file)


def _literal(call: ast.Call, position: int | None) -> str:
    if position is None or len(call.args) <= position:
        return ""
    value = call.args[position]
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""


def from_template(source: str, file: str) -> Iterator[Message]:
    """Give the messages of a template: `translate`, `blocktranslate`, and `_("…")` in a variable or an argument."""
    from django.template import Engine, Template

    for node in _nodes(Template(source, engine=Engine.get_default()).nodelist):
        yield from _of_node(node, file)


def _nodes(value: object) -> Iterator[Node]:
    """Give all nodes below, also those in lists that a tag keeps under a name of its own."""
    from django.template.base import Node

    if isinstance(value, Node):
        yield value
        yield from _nodes(list(vars(value).values()))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _nodes(item)


def _of_node(node: Node, file: str) -> Iterator[Message]:
    from django.templatetags.i18n import BlockTranslateNode, TranslateNode

    if isinstance(node, TranslateNode):
        text = getattr(node.filter_expression.var, "literal", None)
        if isinstance(text, str):  # Django doubles the percent signs of what it translates in templates
            yield Message(str(text).replace("%", "%%"), "", _constant(node.message_context), file)
    elif isinstance(node, BlockTranslateNode):
        singular = node.render_token_list(node.singular)[0]
        plural = node.render_token_list(node.plural)[0] if node.plural else ""
        yield Message(singular, plural, _constant(node.message_context), file)
    else:
        for expression in _expressions(list(vars(node).values())):
            for quoted in _IN_ARGUMENT.findall(expression.token):
                yield Message(quoted[1:-1].replace("%", "%%"), "", "", file)


def _constant(expression: FilterExpression | None) -> str:
    return "" if expression is None else str(expression.var)


def _expressions(value: object) -> Iterator[FilterExpression]:
    from django.template.base import FilterExpression

    if isinstance(value, FilterExpression):
        yield value
    elif isinstance(value, dict):
        yield from _expressions(list(value.values()))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _expressions(item)


def merge(old: Catalog, messages: Iterable[Message], others: Iterable[Catalog] = ()) -> Catalog:
    """Give a catalogue of `messages` with the words that `old` has for them, else one of `others`; what is gone is left out."""
    from babel.messages.catalog import Catalog

    new = Catalog(
        locale=old.locale, header_comment="# Words of Vàm Cỏ. Edit the msgstr lines, then run `vamco messages`.", fuzzy=False,
        project="vamco", version="1", creation_date=_WHEN, revision_date=_WHEN, msgid_bugs_address="-", last_translator="-",
        language_team="-",
    )  # fmt: skip
    for message in messages:
        key = (message.text, message.plural) if message.plural else message.text
        new.add(key, locations=[(message.file, 0)], context=message.context or None)
    for entry in new:
        for catalogue in (old, *others) if entry.id else ():
            known = catalogue.get(entry.id, entry.context)
            if known and known.string and "fuzzy" not in known.flags:
                entry.string = known.string
                break
    return new


def read(path: Path) -> Catalog:
    """Give the catalogue in a .po file; an empty one where there is none yet."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po

    if not path.exists():
        return Catalog(locale=path.parents[1].name, domain=DOMAIN)
    with path.open("rb") as file:
        return read_po(file, locale=path.parents[1].name, domain=DOMAIN)


def compiled(catalog: Catalog) -> bytes:
    """Give the .mo file of a catalogue: the same words give the same bytes."""
    from babel.messages.mofile import write_mo

    catalog.creation_date = catalog.revision_date = _WHEN
    buffer = BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def update(po: Path, messages: Iterable[Message], others: Iterable[Catalog] = (), *, write: bool = True) -> Outcome:
    """Merge messages into the catalogue at `po` and compile it beside itself; words that it lacks come from `others`."""
    from babel.messages.pofile import write_po

    old = read(po)
    new = merge(old, messages, others)
    before, after = ({(entry.id, entry.context) for entry in catalog if entry.id} for catalog in (old, new))
    outcome = Outcome(po.parents[1].name, total=len(after))
    outcome.untranslated = sorted(
        _name(entry.id) for entry in new if entry.id and not (entry.string and all(_words(entry.string)))
    )
    outcome.added = sorted(_name(text) for text, _context in after - before)
    outcome.gone = sorted(_name(text) for text, _context in before - after)
    if write:
        buffer = BytesIO()
        write_po(buffer, new, width=120, sort_output=True, include_lineno=False, ignore_obsolete=True)
        po.parent.mkdir(parents=True, exist_ok=True)
        po.write_bytes(buffer.getvalue())
        po.with_suffix(".mo").write_bytes(compiled(read(po)))
    return outcome


def _words(string: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string)


def _name(text: str | tuple[str, ...] | list[str]) -> str:
    return _words(text)[0]
