"""How what is passed on is called in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vamco.systems.broker.public import CLAIMS, SCOPES

if TYPE_CHECKING:
    from collections.abc import Iterable


def items(asked: Iterable[str]) -> list[str]:
    """Return scopes and single claims as sentences, each once."""
    scopes = {CLAIMS.get(item.removeprefix("claim:"), item) for item in asked}
    return [_(text) for scope, text in SCOPES.items() if scope in scopes]
