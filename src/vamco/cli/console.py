"""What the command line says, in the language of the terminal: Vietnamese or English."""

from __future__ import annotations

import gettext
import os
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vamco.lib.errors import fill

if TYPE_CHECKING:
    from vamco.lib.errors import VamcoError

_CATALOGUES: Final = Path(__file__).resolve().parents[1] / "locale"


def say(message: str, /, **data: object) -> None:
    """Print a message: an English msgid and its data."""
    print(wording(message, **data), flush=True)


def wording(message: str, /, **data: object) -> str:
    """Give a message as `say` would print it."""
    return fill(translate(message), data)


def complain(command: str, error: VamcoError) -> None:
    """Print what a command refuses to do, on the standard error."""
    print(f"vamco {command}: {error.text(translate)}", file=sys.stderr, flush=True)


def language() -> str:
    """Give the terminal's language: "vi", or "en" for all others."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "vi" if value.lower().startswith("vi") else "en"
    return "en"


def translate(message: str) -> str:
    """Give a msgid in the terminal's language; those of systems, too, once the program has started."""
    from django.apps import apps

    if not apps.ready:
        return _catalogue().gettext(message)
    from django.utils import translation

    with translation.override(language()):
        return translation.gettext(message)


@cache
def _catalogue() -> gettext.NullTranslations:
    # The domain is Django's, so that a message is translated once for pages and terminal.
    return gettext.translation("django", _CATALOGUES, languages=[language()], fallback=True)
