"""Answers of a dossier as a document says them: the words of a choice, and the name of a place, in the place of their codes."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from vamco.kernel.base import clock
from vamco.kernel.work.forms import public as forms

if TYPE_CHECKING:
    from vamco.systems.onestop.models import Dossier

_CODED = {forms.Kind.CHOICE, forms.Kind.LISTED}


def in_words(dossier: Dossier) -> dict[str, Any]:
    """Return the answers with Vietnamese words for codes; a code that its list no longer holds stays as it is."""
    said: dict[str, Any] = deepcopy(dossier.answers)
    if dossier.form is None:
        return said
    form, today = forms.form_of(dossier.form), clock.today()
    for node in forms.nodes(form, dossier.answers):
        code = forms.get(dossier.answers, node.path)
        if node.kind not in _CODED or code is None:
            continue
        if node.kind is forms.Kind.LISTED:
            names = {known: name.vi for known, name in forms.options(node, dossier.answers, today)}
        else:
            names = {known: option.label for known, option in node.field.options.items()}
        inner = said
        for part in node.path[:-1]:
            inner = inner[part]  # type: ignore[index]
        inner[node.path[-1]] = names.get(str(code), code)  # type: ignore[index]
    return said
