"""Templates as rows: a version is written once, and read once by each process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.base.packs import public as packs
from vamco.kernel.work.notices.declaration import Template
from vamco.kernel.work.notices.models import TemplateVersion
from vamco.lib.errors import N_, Missing

if TYPE_CHECKING:
    from collections.abc import Sequence


def _missing(code: str) -> Missing:
    return Missing("notices.no_template", N_("There is no notice %(template)s."), template=code)


VERSIONS: packs.Versioned[TemplateVersion, Template, Template] = packs.Versioned(
    TemplateVersion, Template, missing=_missing
)
template_of = VERSIONS.get
newest = VERSIONS.newest


def put(items: Sequence[Template]) -> None:
    """Write templates, each as the newest version."""
    for item in items:
        VERSIONS.put(item.code, item, kind_id=item.kind)
