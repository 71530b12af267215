"""What the page of dead letters shows: never an error's text, which may hold personal data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from vamco.web.components import Fact

if TYPE_CHECKING:
    from collections.abc import Iterable

_CLASS = re.compile(r"(?:[\w<>]+\.)*([A-Za-z_]\w*)(?::|$)")


def shown(found: Iterable[Any]) -> list[dict[str, Any]]:
    """Dead letters: which news, who could not handle it, how often it was tried, and the class of the error."""
    return [
        {
            "id": letter.pk,
            "title": letter.event.name,
            "facts": [
                Fact(term=_("Should be handled by"), text=letter.handler),
                Fact(term=_("Kind of error"), text=error_class(letter.error)),
                Fact(term=_("Tries"), text=str(letter.attempts)),
                Fact(term=_("Happened"), text="", moment=letter.event.at),
                Fact(term=_("Given up"), text="", moment=letter.at),
            ],
        }
        for letter in found
    ]


def error_class(trace: str) -> str:
    """The name of the class of the error that a traceback ends with, without its text; "–" when there is none."""
    after = trace.rpartition("Traceback (most recent call last):")[2].splitlines()
    said = next((line for line in after if line and not line[0].isspace()), "")
    match = _CLASS.match(said)
    return match[1] if match else "–"
