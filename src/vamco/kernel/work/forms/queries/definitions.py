"""Forms as rows: a version is written once, and read once by each process."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.db.models import Max

from vamco.kernel.base import clock
from vamco.kernel.work.forms.declaration import Form
from vamco.kernel.work.forms.models import FormVersion
from vamco.lib.errors import N_, Missing

if TYPE_CHECKING:
    from collections.abc import Sequence


def put(forms: Sequence[Form]) -> None:
    """Write each form as its newest version; drafts that were begun stay on theirs."""
    for form in forms:
        latest = FormVersion.objects.filter(code=form.code).aggregate(latest=Max("version"))["latest"] or 0
        FormVersion.objects.create(
            code=form.code,
            version=latest + 1,
            content=Form.model_validate(form.model_dump()).model_dump_json(by_alias=True, exclude_defaults=True),
            since=clock.now(),
        )


def of(version: FormVersion) -> Form:
    """Give the form that a version holds."""
    return _read(version.content)


@lru_cache(maxsize=256)
def _read(content: str) -> Form:
    return Form.model_validate_json(content)


def newest(code: str) -> FormVersion:
    """Give the version of a form that new drafts get; Missing when there is none."""
    version = FormVersion.objects.filter(code=code).order_by("-version").first()
    if version is None:
        raise Missing("forms.no_form", N_("There is no form %(form)s."), form=code[:60])
    return version
