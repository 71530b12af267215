"""What the page of dead letters shows: the class of an error and the way that led to it, never its text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from vamco.web.components import Fact

if TYPE_CHECKING:
    from collections.abc import Iterable


def shown(found: Iterable[Any]) -> list[dict[str, Any]]:
    """Dead letters: which news, who could not handle it, how often it was tried, and what kind of error it was."""
    return [
        {
            "id": letter.pk,
            "title": letter.event.name,
            "trace": letter.error,
            "facts": [
                Fact(term=_("Should be handled by"), text=letter.handler),
                Fact(term=_("Kind of error"), text=letter.reason or "–"),
                Fact(term=_("Tries"), text=str(letter.attempts)),
                Fact(term=_("Happened"), text="", moment=letter.event.at),
                Fact(term=_("Given up"), text="", moment=letter.at),
            ],
        }
        for letter in found
    ]
