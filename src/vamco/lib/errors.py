"""The one tree of errors that services raise and the rim turns into a page or a problem+json answer.

VamcoError
├── Refused       the request is understood and breaks a rule, or its content is wrong
├── Forbidden     this person may not do it
├── Missing       it does not exist, or not for this person
└── Unavailable   something that we depend on does not answer; trying again later may help
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_PLACE = re.compile(r"%(?:%|\((\w+)\)s)")


def N_(message: str) -> str:  # noqa: N802 - the name that gettext's extractors look for
    """Give the msgid back unchanged: marks it for the catalogue where it must not be translated yet."""
    return message


LANGUAGE = N_("en")  # each catalogue translates it by its own code


@dataclass(frozen=True)
class Named:
    """A name that the pack gives in two languages, as data of a message."""

    vi: str
    en: str

    def __str__(self) -> str:
        """Give the English name."""
        return self.en


def fill(message: str, data: Mapping[str, object], language: str = LANGUAGE) -> str:
    """Give `message` with each `%(name)s` replaced from `data` and `%%` by `%`.

    Never fails: a place without data stays as it is, because a poor message must not hide the error that it reports.
    """

    def place(found: re.Match[str]) -> str:
        if not found[1]:
            return "%"
        value = data.get(found[1], found[0])
        return value.vi if isinstance(value, Named) and language == "vi" else str(value)

    return _PLACE.sub(place, message)


class VamcoError(Exception):
    """A failure with a machine-readable `code` ("cases.illegal_move"), an English msgid and its `data`."""

    def __init__(self, code: str, message: str, /, **data: object) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.data = data

    def __str__(self) -> str:
        """Give the English message, filled."""
        return fill(self.message, self.data)

    def text(self, translate: Callable[[str], str]) -> str:
        """Give the message in the language of `translate` (such as Django's gettext), filled."""
        return fill(translate(self.message), self.data, translate(LANGUAGE))

    def problem(self) -> dict[str, object]:
        """Give code and data for a problem+json answer; what JSON has no type for becomes text."""
        return {"code": self.code, "data": {name: _json_safe(value) for name, value in self.data.items()}}


class Refused(VamcoError):  # noqa: N818 - an error is a noun phrase here
    """The request breaks a rule, or its content is wrong."""


class Forbidden(VamcoError):  # noqa: N818
    """This person may not do this."""


class Missing(VamcoError):  # noqa: N818
    """What is asked for does not exist, or not for this person."""


class Unavailable(VamcoError):  # noqa: N818
    """Something that we depend on does not answer."""


def _json_safe(value: object) -> object:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, dict):
        return {str(key): _json_safe(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json_safe(item) for item in value]
    return str(value)
