"""What a pack may say of modes."""

from __future__ import annotations

import pytest

from vamco.kernel.base.modes import pack
from vamco.kernel.base.modes.declaration import ModeItem
from vamco.kernel.base.packs import public as packs
from vamco.kernel.base.packs.contracts import Raw

PLATFORM = {
    "code": "A6",
    "name": "Nền tảng",
    "name_en": "Platform",
    "state": "runs",
    "source": "QĐ 1132/QĐ-TTg",
    "as_of": "2026-11-22",
}


def item(**changes: object) -> packs.Located[ModeItem]:
    plain = {"system": "hub", "name": "Kho", "name_en": "Hub", "mode": "own", "reason": "vì", "reason_en": "because"}
    return packs.Located(ModeItem.model_validate({**plain, **changes}), Raw({}, "modes.yaml", 1))


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, None),
        ({"mode": "connector", "platforms": [PLATFORM]}, None),
        ({"system": "hubb"}, ("system", "hub")),
        ({"mode": "connector"}, ("mode", "")),
        ({"mode": "until_it_runs"}, ("mode", "")),
    ],
)
def test_mistakes_are_found(changes: dict[str, object], fault: tuple[str, str] | None) -> None:
    found = [(each.data["where"], each.data.get("meant", "")) for each in pack.check([item(**changes)], {})]
    assert found == ([fault] if fault else [])


def test_a_mode_is_due_when_a_platform_that_was_waited_for_runs() -> None:
    waiting = {**PLATFORM, "state": "pilot"}
    dues = {
        (mode, platform["state"]): item(mode=mode, platforms=[platform]).item.view().due
        for mode in ("own", "until_it_runs", "connector")
        for platform in (PLATFORM, waiting)
    }
    assert [key for key, due in dues.items() if due] == [("until_it_runs", "runs")]
