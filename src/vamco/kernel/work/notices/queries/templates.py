"""Templates as rows: a version is written once, and read once by each process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max

from vamco.kernel.base import clock
from vamco.kernel.work.notices.declaration import Template
from vamco.kernel.work.notices.models import Kind, TemplateVersion
from vamco.lib.errors import N_, Missing

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from vamco.kernel.work.notices.declaration import KindOf

_read: dict[tuple[int, dt.datetime], Template] = {}


def put_kinds(items: Sequence[KindOf]) -> None:
    """Write kinds."""
    for item in items:
        Kind.objects.update_or_create(code=item.code, defaults=item.model_dump(exclude={"code"}))


def put(items: Sequence[Template]) -> None:
    """Write templates, each as the newest version."""
    for item in items:
        latest = TemplateVersion.objects.filter(code=item.code).aggregate(latest=Max("version"))["latest"] or 0
        TemplateVersion.objects.create(
            code=item.code,
            version=latest + 1,
            kind_id=item.kind,
            content=Template.model_validate(item.model_dump()).model_dump_json(),
            loaded_at=clock.now(),
        )


def of(version: TemplateVersion) -> Template:
    """Give the template that a version holds; `content` may be a deferred column."""
    key = (version.pk, version.loaded_at)
    found = _read.get(key)
    if found is None:
        found = _read[key] = Template.model_validate_json(version.content)
    return found


def newest(code: str) -> TemplateVersion:
    """Give the version that is sent now, with its kind; Missing when there is none."""
    versions = TemplateVersion.objects.filter(code=code).order_by("-version").select_related("kind")
    version = versions.defer("content").first()
    if version is None:
        raise Missing("notices.no_template", N_("There is no notice %(template)s."), template=code)
    return version
