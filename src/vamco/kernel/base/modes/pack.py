from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps

from vamco.kernel.base.modes.contracts import Mode
from vamco.kernel.base.modes.declaration import ModeItem
from vamco.kernel.base.modes.models import SystemModeRow
from vamco.kernel.base.packs import public as packs
from vamco.lib.errors import N_
from vamco.lib.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SYSTEMS = ["vamco", "systems"]


def installed() -> list[str]:
    """Return the systems that are installed, by name."""
    return sorted(app.label for app in apps.get_app_configs() if app.name.split(".")[:2] == SYSTEMS)


def check(items: Sequence[packs.Located[ModeItem]], _contents: packs.Contents) -> Iterator[packs.Fault]:
    """Find systems that are not there, and modes that name no platform to wait for or to connect to."""
    known = installed()
    for located in items:
        item = located.item
        if item.system not in known:
            meant = nearest(item.system, known)
            yield located.wrong(["system"], N_("an installed system"), found=item.system, meant=meant)
        if item.mode is not Mode.OWN and not item.platforms:
            yield located.wrong(["mode"], N_("own, where no national platform is named"), found=item.mode.value)


MODES = packs.Rows(
    ModeItem,
    SystemModeRow,
    key="system",
    columns={
        "platforms": lambda item: [one.model_dump(mode="json") for one in item.platforms],
        "mode": lambda item: item.mode.value,
    },
    gone=packs.DELETE,
)
SECTION = packs.Section(
    name="modes",
    files="modes.yaml",
    model=ModeItem,
    key="system",
    apply=MODES.put,
    withdraw=MODES.withdraw,
    check=check,
    doc="how each system stands towards the national platforms of QĐ 1132/QĐ-TTg: own, own until one runs, or connecting only",
)
