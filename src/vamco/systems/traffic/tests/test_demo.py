"""The demonstration shows a violation in every state, made by the real services, and twice is once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from vamco.demo import log_ins
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.demo import filling
from vamco.systems.traffic.models import Violation
from vamco.systems.traffic.tests import made

if TYPE_CHECKING:
    from vamco.systems.counterparts.adapters.simulators.bodies import SimulatedVehicles

pytestmark = pytest.mark.django_db


def test_every_state_has_a_violation_and_twice_is_once(register: SimulatedVehicles) -> None:
    del register
    log_ins.open_all()
    assert filling.fill_all() == len(filling.PLAN)
    assert filling.fill_all() == len(filling.PLAN)
    states = Counter(Violation.objects.values_list("case__state", flat=True))
    assert states == {
        "proposed": 6,
        "reviewed": 2,
        "held": 2,
        "notified": 3,
        "contested": 1,
        "cancelled": 1,
        "to_pay": 1,
        "rejected": 1,
    }
    seen = traffic.violation(Violation.objects.filter(notice__gt="").first().pk, made.reviewer())  # type: ignore[union-attr]
    assert len(seen.frames) == 3
    assert traffic.picture(seen.case, seen.frames[0], made.reviewer())[:2] == b"\xff\xd8"
