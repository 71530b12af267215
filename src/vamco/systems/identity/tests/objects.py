"""What the architecture's tests ask for at this system's addresses."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from vamco.kernel.base import clock
from vamco.kernel.world.people import public as people
from vamco.systems.identity import public as identity
from vamco.systems.identity.models import Account, Passkey
from vamco.systems.identity.public import recovering
from vamco.systems.identity.services import staff_import

if TYPE_CHECKING:
    from pathlib import Path

    from tests.architecture.sample_objects import World

# Officials of Finance: for the administrator of the province, not for one of a commune; whose leave it is see that.
# A passkey and a sign-in of the Office's, and a recovery at the commune's counter of somebody without a post.
SEEN = {
    "official_id": {"quantri"},
    "post_id": {"quantri"},
    "substitution_id": {"quantri"},
    "own_substitution_id": {"sotaichinh", "taichinh"},
    "passkey_id": {"vanphong"},
    "stay_id": {"vanphong"},
    "recovery_id": {"tiepdan1", "tiepdan2"},
    "staff_list_id": {"quantri"},
}
WITHOUT = {"stay_id": 404}  # no session belongs to this stay


def make(world: World) -> dict[str, Any]:
    return {**_officials(world), **_account(world)}


def _officials(world: World) -> dict[str, Any]:
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


def _account(world: World) -> dict[str, Any]:
    from vamco.systems.identity.tests import entering

    office = Account.objects.get(username="vanphong")
    passkey = Passkey.objects.create(
        account=office,
        credential=b"sample",
        public_key=b"",
        name=world.hidden,
        created_at=clock.now(),
    )
    how = identity.How(1, ("pwd",), clock.now())
    stay = identity.begin_stay(office, how, session_key="", network="10.0.0.0/24", browser=entering.CHROME)
    lost = entering.citizen(f"Trần {world.hidden}")
    return {
        "passkey_id": passkey.pk,
        "stay_id": str(stay),
        "recovery_id": recovering.confirm(world.person("tiepdan1"), lost, "face"),
        "contact_channel": "sms",
    }


def _list(world: World) -> Path:
    path = world.folder / "can-bo.csv"
    path.write_text(
        f"Họ tên;Mã đơn vị;Vai trò;Từ ngày\nNguyễn Văn An;H53.04;department_official;01/12/2026\n;{world.hidden};x;y\n",
        encoding="utf-8",
    )
    return path
