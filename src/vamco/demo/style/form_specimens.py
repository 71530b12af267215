"""Forms on the style page: each component with what it takes, what it promises to people, and an example."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.demo.style.specimens import Specimen
from vamco.web.form_components import Answer, Attached, Checked, Option, Question, Section, Words, Wrong

SPECIMENS: tuple[Specimen, ...] = (
    Specimen(
        "question", _l("Question"),
        _l("One question of a form, drawn from its schema: text, number, money, date, choice, list, file. Groups and lists of groups hold several."),
        _l("The label is above, help below it, then what is wrong and how to mend it; all are tied to the control. Browsers fill in what they know, telephones show the right keyboard. Words without a translation are marked with their language."),
        "{% question asked %}  {% questions sections %}  {% words label %}", (Question, Section, Option, Attached, Words),
    ),
    Specimen(
        "steps", _l("Wizard and error summary"),
        _l("One thing a page. Each page is saved when it is sent; another answer may open or close later pages, so the number of steps can change."),
        _l("The summary takes the focus, is read out, and each line leads to its question. Back, forward and reload never lose an answer. Everything works without scripts; with them an upload shows how far it is."),
        "{% step number total %}  {% error_summary wrong %}", (Wrong,),
    ),
    Specimen(
        "answers", _l("Check answers"), _l("All answers before they are handed in, with the way to change each. What is handed in is exactly what was shown."),
        _l("A definition list; each link to change says what it changes."), "{% check_answers checked %}", (Checked, Answer),
    ),
)  # fmt: skip


def context() -> dict[str, Any]:
    """Give what the specimens show."""
    label = Words(_("Telephone"))
    phone = Question(
        name="s.phone", label=label, type="tel", autocomplete="tel", short=True, values=("0912",), error=_problem(label)
    )
    return {
        "asked": (
            phone,
            Question(name="s.value", label=Words(_("Value of the contract (dong)")), hint=Words(_("Such as 1.500.000.000.")), keyboard="numeric", short=True, values=("1.500.000.000",)),
            Question(
                name="s.way", label=Words(_("Where will you collect the result?")), control="radios", values=("desk",),
                options=(Option("desk", Words(_("At the desk"))), Option("post", Words(_("By post")))),
            ),
            Question(
                name="s.proof", label=Words(_("Proof")), control="upload", required=False, accept=".pdf,.jpg", several=True,
                hint=Words(_("%(kinds)s, at most %(limit)s MB each.") % {"kinds": "PDF, JPG", "limit": 10}),
                attached=(Attached(1, "Ban-an-12-2024.pdf", "1,2 MB"),),
            ),
            Section(
                legend=Words(_("Children")), id="s-children", count_name="s.children", count=1, add="add:s.children",
                questions=(
                    Section(
                        legend=Words(_("Child")), number=1, id="s-children-0", remove="remove:s.children:0",
                        questions=(Question(name="s.children.0.name", label=Words(_("Full name"))),),
                    ),
                ),
            ),
        ),
        "wrong_lines": (Wrong(_problem(label), "#s-phone"),),
        "checked": (
            Checked(
                heading=Words(_("About you")),
                answers=(
                    Answer(label=Words(_("Full name")), texts=(Words("Nguyễn Thị Ngọc Hường"),), url="#question"),
                    Answer(label=Words(_("E-mail")), url="#question", required=False),
                    Answer(label=label, url="#question", error=_problem(label)),
                ),
            ),
        ),
    }  # fmt: skip


def _problem(label: Words) -> str:
    return _("Write “%(label)s” with all its digits, such as 0912 345 678.") % {"label": label.text}
