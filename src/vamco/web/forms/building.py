"""Makes questions and answers of a form, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.kernel.work.forms import public as forms
from vamco.lib.errors import LANGUAGE, Named, fill
from vamco.lib.money import format_dong, is_english
from vamco.web.form_components import MOST_RADIOS, Answer, Attached, Checked, Option, Question, Section, Words
from vamco.web.words import language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vamco.kernel.work.forms.public import FileFacts, Form, Node, PageOf, Problem

Kind = forms.Kind
Path = tuple[str | int, ...]
_CONTROL: Final = {
    Kind.LINES: "lines",
    Kind.SEVERAL: "checks",
    Kind.LISTED: "select",
    Kind.YES_NO: "radios",
    Kind.TICK: "tick",
    Kind.FILE: "upload",
    Kind.FILES: "upload",
}
_KEYBOARD: Final = {Kind.WHOLE: "numeric", Kind.MONEY: "numeric", Kind.NUMBER: "decimal"}
_SHORT: Final = {Kind.WHOLE, Kind.MONEY, Kind.DATE, Kind.NUMBER}


def words(named: Named) -> Words:
    """Give a name of the pack in the reader's language; where it has none, in Vietnamese and marked as such."""
    if not is_english(language()):
        return Words(named.vi)
    return Words(named.en) if named.en else Words(named.vi, "vi" if named.vi else "")


def sentence(problem: Problem, label: Words) -> str:
    """Say a problem in the reader's language."""
    return fill(_(problem.message), {**problem.data, "label": label.text}, _(LANGUAGE))


@dataclass(frozen=True)
class Sheet:
    """A form with its answers, as one reader sees them."""

    form: Form
    data: Mapping[str, Any]
    files: Mapping[int, FileFacts] = field(default_factory=dict)
    typed: Mapping[Path, Sequence[str]] = field(default_factory=dict)  # what could not be read, as it was typed
    problems: tuple[Problem, ...] = ()  # those that are shown
    notes: Mapping[str, str] = field(default_factory=dict)  # by key: what stands beside a question
    locked: frozenset[str] = frozenset()  # keys of answers that cannot be changed

    def nodes(self, page: PageOf | None = None) -> list[Node]:
        """Give what applies now, on one page or all."""
        return [node for node in forms.nodes(self.form, self.data) if page is None or page.holds(node.key)]

    def pages(self) -> list[PageOf]:
        """Give the pages that ask something now."""
        keys = {node.key for node in self.nodes() if node.kind is not Kind.GROUP}
        return [page for page in self.form.pages if any(page.holds(key) for key in keys)]

    def heading(self, page: PageOf) -> Words:
        """Give a page's heading, which may be that of its only question."""
        return words(page.heading if page.title else self.form.fields[page.fields[0]].words)

    def error(self, path: Path, label: Words) -> str:
        """Give what is shown beside a question."""
        return next((sentence(problem, label) for problem in self.problems if problem.path == path), "")

    # ── questions ────────────────────────────────────────────────────────────────────────────────────────────────────

    def sections(self, page: PageOf) -> tuple[Question | Section, ...]:
        """Give what a page asks."""
        nodes = self.nodes(page)
        opening = forms.controls(self.form.shape)
        made = self._below(nodes, (), page, opening)
        # A group that a page asks by itself has its legend in the heading.
        if page.title and len(made) == 1 and isinstance(made[0], Section) and not made[0].count_name:
            return made[0].questions
        return made

    def _below(self, nodes: list[Node], path: Path, page: PageOf, opening: set[str]) -> tuple[Question | Section, ...]:
        found: list[Question | Section] = []
        for node in nodes:
            if node.path[:-1] != path:
                continue
            if node.kind is Kind.GROUP:
                inner = self._below(nodes, node.path, page, opening)
                found.append(Section(questions=inner, legend=words(node.field.words), hint=words(node.field.help)))
            elif node.kind is Kind.REPEAT:
                found.append(self._list(node, nodes, page, opening))
            else:
                found.append(self.question(node, heading=not page.title, refreshes=node.key in opening))
        return tuple(found)

    def _list(self, node: Node, nodes: list[Node], page: PageOf, opening: set[str]) -> Section:
        count, label = len(forms.get(self.data, node.path) or ()), words(node.field.words)
        name = forms.name_of(node.path)
        entries = tuple(
            Section(
                questions=self._below(nodes, (*node.path, index), page, opening),
                legend=label,
                id=f"{name}.{index}".replace(".", "-"),
                number=index + 1,
                remove=f"remove:{name}:{index}",
            )
            for index in range(count)
        )
        most = node.schema.get("maxItems", forms.MOST_ITEMS)
        return Section(
            questions=entries, legend=label, hint=words(node.field.help), id=name.replace(".", "-"), count_name=name,
            count=count, add=f"add:{name}" if count < most else "", error=self.error(node.path, label),
        )  # fmt: skip

    def question(self, node: Node, *, heading: bool = False, refreshes: bool = False) -> Question:
        """Give one question with its present answer."""
        label, options = words(node.field.words), self._options(node)
        known = forms.FORMATS.get(node.format)
        keyboard = known.keyboard if known else _KEYBOARD.get(node.kind, "")
        values = self.typed.get(node.path) or forms.written(node, forms.get(self.data, node.path), language())
        control = _CONTROL.get(node.kind, "input")
        if node.kind is Kind.CHOICE:
            control = node.field.control or ("radios" if len(options) <= MOST_RADIOS else "select")
        return Question(
            name=node.name, label=label, control=control, hint=self._hint(node), values=tuple(values), options=options,
            required=node.required, error=self.error(node.path, label), type=keyboard if keyboard in {"tel", "email"} else "text",
            keyboard="" if keyboard in {"text", "tel", "email"} else keyboard, autocomplete=node.field.autocomplete,
            short=node.kind in _SHORT or node.format in {"phone", "citizen-id", "tax-code", forms.PARTIAL_DATE},
            today=clock.today().isoformat() if node.kind is Kind.DATE and node.field.autocomplete != "bday" else "",
            attached=self._attached(values) if control == "upload" else (),
            accept=",".join(f".{extension}" for extension in node.field.accept), several=node.kind is Kind.FILES,
            refreshes=refreshes, heading=heading, note=self.notes.get(node.key, ""), locked=node.key in self.locked,
        )  # fmt: skip

    def _options(self, node: Node) -> tuple[Option, ...]:
        if node.kind is Kind.YES_NO:
            return Option(forms.YES, Words(_("Yes"))), Option(forms.NO, Words(_("No")))
        if node.kind is Kind.LISTED:
            return tuple(Option(code, words(name)) for code, name in forms.options(node, self.data, clock.today()))
        return tuple(Option(value, words(option.words)) for value, option in node.field.options.items())

    def _hint(self, node: Node) -> Words:
        if node.field.hint:
            return words(node.field.help)
        if node.kind is Kind.DATE:
            return Words(_("Day, month and year, such as 27/3/1990."))
        if node.format == forms.PARTIAL_DATE:
            return Words(_("Such as 27/3/1938; only 3/1938 or 1938 where no more is known."))
        if node.kind in {Kind.FILE, Kind.FILES}:
            kinds = ", ".join(extension.upper() for extension in node.field.accept if extension != "jpeg")
            return Words(_("%(kinds)s, at most %(limit)s MB each.") % {"kinds": kinds, "limit": node.field.max_mb})
        return Words()

    def _attached(self, values: Sequence[str]) -> tuple[Attached, ...]:
        known = {str(number): file for number, file in self.files.items()}
        found = [known[value] for value in values if value in known]
        return tuple(Attached(one.id, one.name, filesizeformat(one.size)) for one in found)

    # ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def checked(self, address: Mapping[str, str]) -> tuple[Checked, ...]:
        """Give all answers by page; `address` is where each page's answers are changed, without one they are only read."""
        found = []
        for page in self.pages():
            asked = [node for node in self.nodes(page) if node.kind is not Kind.GROUP]
            lines = tuple(
                self._answer(node, address.get(page.code, "")) for node in asked if not self._is_filled_list(node)
            )
            found.append(Checked(heading=words(page.heading), answers=lines))
        return tuple(found)

    def _is_filled_list(self, node: Node) -> bool:
        return node.kind is Kind.REPEAT and bool(forms.get(self.data, node.path))

    def _answer(self, node: Node, url: str) -> Answer:
        label = words(node.field.words)
        place = next((part for part in node.path if isinstance(part, int)), None)
        shown = label if place is None else Words(f"{label.text} ({place + 1})", label.lang)
        return Answer(
            label=shown, texts=self._texts(node, forms.get(self.data, node.path)), url=f"{url}#{node.name.replace('.', '-')}" if url else "",
            required=node.required, error=self.error(node.path, label),
        )  # fmt: skip

    def _texts(self, node: Node, value: Any) -> tuple[Words, ...]:
        """Give an answer as people read it."""
        if value is None or value == []:
            return ()
        if node.kind in {Kind.FILE, Kind.FILES}:
            return tuple(Words(f"{one.name} ({one.size})") for one in self._attached(forms.written(node, value, "")))
        if node.kind in {Kind.CHOICE, Kind.SEVERAL, Kind.LISTED, Kind.YES_NO}:
            chosen = forms.written(node, value, language())
            return tuple(option.label for option in self._options(node) if option.value in chosen)
        if node.kind is Kind.TICK:
            return (Words(_("Yes")),)
        if node.kind is Kind.MONEY and isinstance(value, int):
            return (Words(format_dong(value, language())),)
        return tuple(Words(text) for text in forms.written(node, value, language()))
