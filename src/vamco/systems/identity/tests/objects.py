"""What the architecture's tests ask for at this system's addresses."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from vamco.kernel.base import clock
from vamco.kernel.world.people import public as people

if TYPE_CHECKING:
    from tests.architecture.sample_objects import World

# Officials of Finance: for the administrator of the province, not for one of a commune; whose leave it is see that.
SEEN = {
    "official_id": {"quantri"},
    "post_id": {"quantri"},
    "substitution_id": {"quantri"},
    "own_substitution_id": {"sotaichinh", "taichinh"},
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
    }
