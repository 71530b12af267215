"""The pack's sections on traffic: cameras, road rules, days of the procedure."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from vamco.kernel.base.packs import public as packs
from vamco.systems.traffic.declaration import CameraItem, PlatesItem, RuleItem, SettingItem
from vamco.systems.traffic.models import Setting
from vamco.systems.traffic.services import loading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def check_rules(located: Sequence[packs.Located[RuleItem]], _contents: packs.Contents) -> Iterator[packs.Fault]:
    """Wordings follow one another without an overlap."""
    for entry in located:
        wordings = entry.item.wordings
        for before, after in itertools.pairwise(wordings):
            if before.valid_to is None or before.valid_to >= after.valid_from:
                yield entry.fault("wordings: each ends before the next begins", "wordings")


SETTINGS = packs.Rows(SettingItem, Setting)
SECTIONS = (
    packs.Section(
        name="cameras",
        files="traffic/cameras.yaml",
        model=CameraItem,
        key="code",
        apply=loading.load_cameras,
        withdraw=loading.withdraw_cameras,
        depends=("agencies", "places"),
        doc="cameras: place, owner, source, how long what they saw is kept",
    ),
    packs.Section(
        name="road_rules",
        files="traffic/rules.yaml",
        model=RuleItem,
        key="code",
        apply=loading.load_rules,
        check=check_rules,
        doc="acts on the road that a camera can show, in the wording of each day, with article and fine",
    ),
    packs.Section(
        name="plates",
        files="traffic/plates.yaml",
        model=PlatesItem,
        key="code",
        apply=loading.load_plates,
        doc="number plates: letters, forms, codes of provinces",
    ),
    packs.Section(
        name="traffic_settings",
        files="traffic/settings.yaml",
        model=SettingItem,
        key="code",
        apply=SETTINGS.put,
        doc="days of the procedure of traffic violations, and limits of doubt",
    ),
)
