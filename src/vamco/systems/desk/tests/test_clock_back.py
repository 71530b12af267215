"""The clock is set back by an hour: nothing ends before it began, and the database would not take it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from vamco.kernel.base import clock
from vamco.kernel.base.events.models import Replay
from vamco.kernel.base.events.services import replaying
from vamco.kernel.work.cases import public as cases
from vamco.systems.desk import services
from vamco.systems.desk.tests import made
from vamco.systems.hub.models import Dataset, Run
from vamco.systems.hub.services import settling
from vamco.systems.indicators.models import Value
from vamco.systems.warnings.models import Alarm
from vamco.systems.warnings.services import judging

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

HOUR = dt.timedelta(hours=1)


def set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    before = clock.now() - HOUR
    monkeypatch.setattr(clock, "now", lambda: before)


def test_a_case_ends_and_is_promised_again_when_it_began_at_the_earliest(
    office: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    asker = made.person("department_official", made.FINANCE, "Phạm Văn Đức")
    handler = made.person("department_official", made.FARMING, "Võ Hoàng Nam")
    case = services.open_case("request", key=uuid4(), title="x", agency=made.FARMING, note="x", by=asker)
    cases.act(case.pk, "begin", by=handler)
    set_back(monkeypatch)
    cases.act(case.pk, "ask", by=handler, note="x", reason="paper")
    cases.act(case.pk, "complete", by=asker, note="x")
    cases.act(case.pk, "withdraw", by=asker, note="x")
    case.refresh_from_db()
    assert case.closed_at == case.opened_at
    moments = list(cases.timeline(case).order_by("seq").values_list("at", flat=True))
    assert min(moments) >= case.opened_at
    promises = list(cases.promises(case).order_by("seq").values_list("at", flat=True))
    assert promises == sorted(promises)


@pytest.mark.usefixtures("office")
def test_an_alarm_ends_when_it_was_raised_at_the_earliest(monkeypatch: pytest.MonkeyPatch) -> None:
    alarm = Alarm.objects.get(pk=made.late())
    set_back(monkeypatch)
    judging.dataset_came(alarm.dataset)
    alarm.refresh_from_db()
    assert (alarm.state, alarm.resolved_at) == ("resolved", alarm.raised_at)


@pytest.mark.usefixtures("office")
def test_runs_and_replays_end_when_they_began_at_the_earliest(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = Dataset.objects.get(code="kb_giaingan")
    run = Run.objects.create(
        dataset=dataset,
        contract=dataset.versions.latest("number"),
        layout={},
        size=0,
        state="running",
        started_at=clock.now(),
    )
    replay = Replay.objects.create(
        handler="x", since=clock.now() - HOUR, until=clock.now(), asked_at=clock.now(), upto=0, total=0
    )
    set_back(monkeypatch)
    settling.close_abandoned(dataset)
    assert replaying.stopped(replay.pk)
    run.refresh_from_db()
    replay.refresh_from_db()
    assert run.finished_at == run.started_at
    assert replay.ended_at == replay.asked_at


ENDS = {
    "cases_case": ("closed_at", "opened_at"),
    "warnings_alarm": ("resolved_at", "raised_at"),
    "hub_run": ("finished_at", "started_at"),
    "events_replay": ("ended_at", "asked_at"),
    "documents_issued": ("revoked_at", "issued_at"),
    "indicators_value": ("known_to", "known_from"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("table", ENDS)
def test_the_database_knows_no_end_before_its_beginning(table: str) -> None:
    end, begin = ENDS[table]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'",
            [table],
        )
        assert any(f"{end} >= {begin}" in row[0] for row in cursor.fetchall())


@pytest.mark.usefixtures("office")
def test_a_value_that_would_end_before_it_began_is_refused() -> None:
    made.values("HCC08", 80, agency=made.FINANCE)
    value: Any = Value.objects.filter(indicator="HCC08", agency=made.FINANCE, known_to=None).first()
    with pytest.raises(IntegrityError, match="indicators_ends_after"), transaction.atomic():
        Value.objects.filter(pk=value.pk).update(known_to=value.known_from - HOUR)
    Value.objects.filter(pk=value.pk).update(known_to=value.known_from)
