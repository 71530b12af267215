"""What a page does with a form that was sent: do the act, or show the form again with the refusal and what was typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from vamco.lib.errors import VamcoError
from vamco.web.answers import UNPROCESSABLE, status_of
from vamco.web.pages import signed_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.http import HttpResponseBase

    from vamco.kernel.world.people.models import Person
    from vamco.web.components import Text
    from vamco.web.pages import Request


T = TypeVar("T")
NOTE: Final = 4000
"""The longest note that is taken with an act."""


def set_choices(form: forms.Form, name: str, choices: Iterable[tuple[str, str]], none: Text = "–") -> None:
    """Set what can be chosen in a field of a form, behind an empty choice."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101  # the form declares it so
    field.choices = [("", none), *choices]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why what was sent could not be done: the page's status, and the error's text, "" where the form itself says it."""

    status: int = UNPROCESSABLE
    text: str = ""


NOTHING_SENT: Final = Refusal(200)
"""In the place of a refusal while the form is only shown."""


def attempt(form: forms.Form, do: Callable[[dict[str, Any]], T]) -> T | Refusal:
    """Do what was sent, with the form's cleaned data, and return what that gives; or return why it could not be done."""
    if not form.is_valid():
        return Refusal()
    try:
        return do(form.cleaned_data)
    except VamcoError as refusal:
        return Refusal(status_of(refusal), refusal.text(_))


def press(request: Request, do: Callable[[Person], object], done: str, to: str) -> HttpResponseBase:
    """Do what a button without a form asks for, say what became of it, and go to the page `to`."""
    try:
        do(signed_in(request))
    except VamcoError as refusal:
        messages.error(request, refusal.text(_))
    else:
        messages.success(request, done)
    return redirect(to)
