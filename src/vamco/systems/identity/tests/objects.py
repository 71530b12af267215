"""What the architecture's tests ask for at this system's addresses."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from vamco.kernel.base import clock
from vamco.kernel.world.people import public as people
from vamco.systems.identity.services import staff_import

if TYPE_CHECKING:
    from pathlib import Path

    from tests.architecture.sample_objects import World

# Officials of Finance: for the administrator of the province, not for one of a commune; whose leave it is see that.
SEEN = {
    "official_id": {"quantri"},
    "post_id": {"quantri"},
    "substitution_id": {"quantri"},
    "own_substitution_id": {"sotaichinh", "taichinh"},
    "staff_list_id": {"quantri"},
}


def make(world: World) -> dict[str, Any]:
    official, colleague = world.person("sotaichinh"), world.person("taichinh")
    today = clock.today()
    post = people.memberships(official)[0]
    leave = people.substitute(official, colleague, since=today, until=today + dt.timedelta(days=13))
    return {
        "official_id": official.pk,
        "post_id": post.pk,
        "substitution_id": leave.pk,
        "own_substitution_id": leave.pk,
        "staff_list_id": staff_import.bring(_list(world), by=world.person("quantri")).pk,
    }


def _list(world: World) -> Path:
    path = world.folder / "can-bo.csv"
    path.write_text(
        f"Họ tên;Mã đơn vị;Vai trò;Từ ngày\nNguyễn Văn An;H53.04;department_official;01/12/2026\n;{world.hidden};x;y\n",
        encoding="utf-8",
    )
    return path
