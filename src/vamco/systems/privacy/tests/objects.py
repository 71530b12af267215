"""What the architecture's tests ask for at this system's addresses."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

from vamco.kernel.base import clock
from vamco.systems.privacy import public as privacy
from vamco.systems.privacy.services import exports

if TYPE_CHECKING:
    from tests.architecture.sample_objects import World

OWNER = "sotaichinh"
SEEN = {"request_id": {OWNER}, "breach_id": {"baovedulieu"}}


def make(world: World) -> dict[str, Any]:
    owner, official = world.person(OWNER), world.person("baovedulieu")
    case = privacy.ask(owner, privacy.Right.EXPORT, text=world.hidden, key=uuid.uuid4(), by=owner)
    export = privacy.export_of(case.pk, owner)
    assert export is not None
    exports.make(export.pk)
    facts = privacy.BreachFacts(
        detected_at=clock.now() - dt.timedelta(hours=2),
        began_at=None,
        personal=True,
        serious=True,
        what=world.hidden,
        affected="Họ tên",
        whose="Người nộp hồ sơ",
        persons=3,
        consequences="Chưa rõ",
        measures="Đã khóa",
        contact="Văn phòng",
        tell_persons=True,
    )
    breach = privacy.record_breach(facts, key=uuid.uuid4(), by=official)
    return {"purpose": "reminders", "right": "know", "request_id": case.pk, "breach_id": breach.pk}
