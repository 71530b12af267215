"""Tags of form pages (a builtin: no `load`). What they take is described in `vamco.web.form_components`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import format_html

from vamco.web.form_components import Question, Section, Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.web.form_components import Checked, Wrong

register = template.Library()


@register.simple_tag
def words(found: Words) -> str:
    """Give a text, marked with its language where that is not the page's."""
    return format_html('<span lang="{}">{}</span>', found.lang, found.text) if found.lang else str(found.text)


@register.inclusion_tag("web/form/question.html")
def question(asked: Question) -> dict[str, Any]:
    """Show one question with its control."""
    return {"asked": asked, "chosen": set(asked.values)}


@register.inclusion_tag("web/form/sections.html")
def questions(asked: Sequence[Question | Section], level: int = 2) -> dict[str, Any]:
    """Show questions, groups and lists of groups."""
    return {"asked": [(one, isinstance(one, Section)) for one in asked], "level": level}


@register.inclusion_tag("web/form/wrong.html")
def error_summary(wrong: Sequence[Wrong]) -> dict[str, Any]:
    """Show what must be put right, each with a link to its question; nothing when nothing must."""
    return {"wrong": wrong}


@register.inclusion_tag("web/form/answers.html")
def check_answers(checked: Sequence[Checked], level: int = 2) -> dict[str, Any]:
    """Show all answers with the way to change each."""
    return {"checked": checked, "level": level}


@register.inclusion_tag("web/form/step.html")
def step(number: int, total: int) -> dict[str, Any]:
    """Show how far somebody is in a form."""
    return {"number": number, "total": total}
