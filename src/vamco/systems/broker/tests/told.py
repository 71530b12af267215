"""What this system's handlers hear in `tests/faults/test_any_order.py`: stays that ended, of people who are signed in at a client."""

from __future__ import annotations

import uuid

from vamco.kernel.base import clock
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.systems.broker.models import Client, Visit
from vamco.vocab.identity import StayEnded

STAY, OTHER = "7d1c2b9e-2f5d-4a68-9a8b-3c0d6f1e5a11", "b0e1c1b2-8f0a-4f57-9d0c-6a4b1f0e9c22"
TOLD = {
    "broker.leave": [
        StayEnded(STAY, 1, "left"),
        StayEnded(OTHER, 2, "locked"),
        StayEnded("", 3, "expired"),
    ],
}


def prepare() -> None:
    """Let somebody be signed in at a client through each stay."""
    now = clock.now()
    client = Client.objects.create(
        code="told",
        name="Cổng thử",
        purpose="Thử",
        agency=agencies.get("H53.04"),
        sector="told",
        backchannel_uri="https://told.example.vn/leave",
        since=clock.today(),
    )
    person = people.add("Người Đăng Nhập")
    for stay in (STAY, OTHER):
        Visit.objects.create(
            sid=uuid.UUID(stay), client=client, person=person, subject=uuid.uuid4(), began_at=now, last_at=now
        )
