"""What the architecture's tests ask for at this system's addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from vamco.kernel.base import clock
from vamco.kernel.world.people import public as people
from vamco.systems.parties import public as parties

if TYPE_CHECKING:
    from tests.architecture.sample_objects import World

SEEN = {
    "mandate_id": {"vanphong", "lanhdao"},
    "offer_id": {"taichinh"},
    "offered_id": {"vanphong"},
    "representation_id": {"giaothong"},
    "asked_id": {"dangkykd"},
}
WITHOUT = {"offered_id": 405}  # it is only posted to


def make(world: World) -> dict[str, Any]:
    principal, agent, asked = (world.person(name) for name in ("vanphong", "lanhdao", "taichinh"))
    mandate = people.give_mandate(principal, agent, since=clock.today(), actor=principal.actor)
    number = "072190000222"
    people.record_number(asked, "citizen_id", number)
    offer, offered = (  # one is answered, the other taken back
        parties.offer(
            principal,
            by=principal,
            number=number,
            name=asked.name,
            since=clock.today(),
            until=None,
            matters=["tax"],
            sending=uuid4(),
        )
        for _ in range(2)
    )
    kept, other = people.add(world.hidden), people.add(world.hidden)
    joining = people.join(kept, other, basis="Một người", actor=agent.actor)
    case = parties.ask_to_represent(
        world.person("giaothong"), code="3900244389", name=world.hidden, kind="enterprise", uploads=(), sending=uuid4()
    )
    return {
        "mandate_id": mandate.pk,
        "offer_id": offer,
        "offered_id": offered,
        "joining_id": joining.pk,
        "representation_id": case.pk,
        "asked_id": case.pk,
    }
