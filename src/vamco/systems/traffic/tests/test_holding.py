"""What traffic holds of a person: in the copy of their data, and gone once its time is over."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from vamco.kernel.base import clock
from vamco.kernel.work.cases.models import Case
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.systems.privacy import public as privacy
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.models import PlateSearch, Statement, VehicleAnswer, Violation
from vamco.systems.traffic.services import notifying
from vamco.systems.traffic.tests import made

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person
    from vamco.systems.counterparts.adapters.simulators.bodies import SimulatedVehicles

pytestmark = pytest.mark.django_db


def holding(code: str) -> privacy.Holding:
    return next(each for each in privacy.holdings() if each.code == code)


def values(code: str, person: Person) -> list[str]:
    return [line.value for part in holding(code).sections(person) for record in part.records for line in record]


@pytest.fixture
def owner(register: SimulatedVehicles, monkeypatch: pytest.MonkeyPatch) -> Person:
    """Who is known here by the number that the register gives."""
    del register
    found = people.add("Nguyễn Văn Chủ")
    monkeypatch.setattr(notifying, "holder", lambda _number: found)
    return found


def test_an_owner_gets_their_violations_and_nobody_elses(owner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    found = made.notified()
    other = people.add("Người Khác")
    monkeypatch.setattr(notifying, "holder", lambda _number: other)
    made.notified("70A54321", by=made.reviewer(), decider=made.head())
    traffic.contest(found.code, "Hôm đó tôi đã bán xe rồi.")
    told = values("traffic.violations", owner)
    assert {found.notice, "70A12345", "Hôm đó tôi đã bán xe rồi."} <= set(told)
    assert "70A54321" not in told
    assert not {"Nguyễn Hữu Thắng", "Lê Hoàng Sơn"} & set(told)


def test_an_official_gets_their_searches_without_the_plate() -> None:
    by = made.official("Phạm Thị Tra", "traffic_searcher")
    now, police = clock.now(), agencies.get(made.POLICE)
    PlateSearch.objects.create(
        person=by,
        agency=police,
        purpose="Tìm xe bị trộm",
        basis="QĐ 5",
        plate="70A12345",
        since=now,
        until=now,
        found=0,
        at=now,
    )
    told = values("traffic.searches", by)
    assert {"Tìm xe bị trộm", "QĐ 5"} <= set(told)
    assert "70A12345" not in told
    assert values("traffic.searches", made.reviewer()) == []


def test_what_is_over_goes_and_what_still_runs_stays(owner: Person) -> None:
    ended, open_ = made.notified(), made.notified("70A54321", by=made.reviewer(), decider=made.head())
    for each in (ended, open_):
        traffic.contest(each.code, "Hôm đó tôi đã bán xe rồi.")
    traffic.hear(ended.pk, by=made.head("Phó Trưởng"), seen=made.seq(ended), upheld=False, note="Đúng, xe đã bán")
    before = clock.now() + dt.timedelta(minutes=1)
    held = holding("traffic.violations")
    assert held.due is not None
    assert held.expire is not None
    assert held.due(clock.now() - dt.timedelta(days=1)) == 0
    assert (held.due(before), held.expire(before), held.due(before)) == (2, 2, 0)
    assert [each.violation_id for each in VehicleAnswer.objects.all()] == [open_.pk]
    assert [each.violation_id for each in Statement.objects.all()] == [open_.pk]
    assert dict(Violation.objects.values_list("pk", "owner")) == {ended.pk: None, open_.pk: owner.pk}
    assert Case.objects.filter(pk=ended.pk).exists()


def test_every_holding_has_its_line_in_the_table() -> None:
    assert {"traffic.violations", "traffic.searches"} <= set(privacy.retention_table())
