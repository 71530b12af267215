"""Forms as rows: a version is written once, and read once by each process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.base.packs import public as packs
from vamco.kernel.work.forms.declaration import Form
from vamco.kernel.work.forms.models import FormVersion
from vamco.lib.errors import N_, Missing

if TYPE_CHECKING:
    from collections.abc import Sequence


def _missing(code: str) -> Missing:
    return Missing("forms.no_form", N_("There is no form %(form)s."), form=code[:60])


VERSIONS: packs.Versioned[FormVersion, Form, Form] = packs.Versioned(FormVersion, Form, missing=_missing)
form_of = VERSIONS.get
newest = VERSIONS.newest


def put(forms: Sequence[Form]) -> None:
    """Write each form as its newest version; drafts that were begun stay on theirs."""
    for form in forms:
        VERSIONS.put(form.code, form)
