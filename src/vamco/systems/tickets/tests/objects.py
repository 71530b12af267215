"""What the architecture's tests ask for at this system's addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vamco.kernel.base import clock
from vamco.systems.tickets.models import Ticket
from vamco.systems.tickets.tests import made

if TYPE_CHECKING:
    from tests.architecture.sample_objects import World

SEEN = {"hall_counter": {"motcua", "lanhdaomotcua"}, "managed_hall": {"lanhdaomotcua"}}


def make(world: World) -> dict[str, Any]:
    now = clock.now()  # at night, too: no number is given then
    Ticket.objects.create(
        code="so-mau-khong-doan-duoc",
        office=made.office(),
        day=clock.today(),
        letter="A",
        number=17,
        service="A",
        channel="phone",
        person=world.person("motcua"),
        taken_at=now,
        queued_at=now,
    )
    return {
        "hall": made.OFFICE,
        "ticket": "so-mau-khong-doan-duoc",
        "hall_counter": made.counter(1).pk,
        "managed_hall": made.OFFICE,
    }
