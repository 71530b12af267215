"""News that comes twice, late, or in another order: what is so in the end is the same, for every handler there is."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vamco import systems
from vamco.kernel.base import clock
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.base.events.models import Event
from vamco.kernel.base.events.services import delivering
from vamco.kernel.record.search.models import Entry as Found
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.notices.models import Notice
from vamco.kernel.world.agencies import public as agencies
from vamco.systems.desk.tests import made
from vamco.systems.hub.models import Dataset
from vamco.systems.national.models import Message
from vamco.systems.onestop.models import Dossier
from vamco.systems.service_quality.models import Fact
from vamco.systems.warnings.models import Alarm, Step
from vamco.systems.warnings.tests.told import CAME, DAY, LATE
from vamco.vocab.cases import CaseActed, CaseAssigned, CaseEscalated, CaseMoved, CasePassed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HOUR = dt.timedelta(hours=1)

# What each handler hears here, in the order in which it was told: each system says so in its `tests/told.py`. A new handler needs a
# line there (`prepare` makes what it needs), and below, if it leaves traces that `state` does not see, a look at them.
TOLD: dict[str, list[object]] = {
    handler: list(events) for module in systems.parts("tests.told") for handler, events in module.TOLD.items()
}


@pytest.fixture(autouse=True)
def _world(db: None, settings: Any) -> None:
    """One alarm to raise and one to end, of each kind."""
    settings.VAMCO_TODAY = made.TODAY
    made.values("HCC08", *[80] * 10, agency=made.FINANCE)
    made.alarm("DTC01", 10, agency=made.ROADS)
    made.values("DTC01", *[100] * 10, agency=made.ROADS)
    now = clock.now()
    Dataset.objects.filter(code=LATE).update(published_at=now - 7 * DAY, known_since=now - 30 * DAY)
    made.late(CAME)
    for module in systems.parts("tests.told"):
        getattr(module, "prepare", lambda: None)()
        TOLD.update({handler: list(events) for handler, events in module.TOLD.items()})  # of objects that it has made
    Dataset.objects.filter(code=CAME).update(published_at=now, known_since=now - 30 * DAY)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


@pytest.fixture(autouse=True)
def _cases(_world: None) -> Iterator[None]:
    """A request that its asker follows, that was assigned, begun and brought before the head of its agency; another was refused."""
    asker, handler = (
        made.person("department_official", agency, "Người Làm") for agency in (made.FINANCE, made.FARMING)
    )
    head = made.person("department_head", made.FARMING, "Người Đứng Đầu")
    case = cases.open_case(
        "request", key="1", title="x", agency=agencies.get(made.FARMING), issuer=agencies.get(made.FINANCE), by=asker
    )
    cases.watch(case.pk, by=asker)
    cases.assign(case.pk, handler, by=head)
    cases.act(case.pk, "begin", by=handler)
    cases.act(case.pk, "ask", by=handler, note="x", reason="unclear")
    TOLD["desk.assigned"] = [CaseAssigned(case.pk, 2, handler.pk, head.pk)]
    refused = cases.open_case(
        "request", key="2", title="y", agency=agencies.get(made.FARMING), issuer=agencies.get(made.FINANCE), by=asker
    )
    cases.act(refused.pk, "refuse", by=head, note="x", reason="no_ground")
    TOLD["desk.findable"] = [CaseActed(found.pk, "request", "x", "", "") for found in (case, refused)]
    TOLD["desk.moved"] = [CaseMoved(case.pk, 3), CaseMoved(case.pk, 4)]
    TOLD["desk.passed"] = [
        CasePassed(case.pk, 1), CasePassed(case.pk, 4), CasePassed(refused.pk, 1), CasePassed(refused.pk, 2),
    ]  # fmt: skip
    TOLD["desk.escalated"] = [CaseEscalated(case.pk, "request", n, "cases.assign", made.FARMING, n + 1) for n in (1, 2)]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    yield
    for name in ("desk.assigned", "desk.findable", "desk.moved", "desk.passed", "desk.escalated"):
        TOLD[name] = []


def state() -> dict[str, Any]:
    """All that handlers leave behind, without what the order of rows or the time of day makes different."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, queueing_lock, args::text FROM procrastinate_jobs WHERE status = 'todo'")
        jobs = Counter((task, key, args) for task, key, args in cursor.fetchall() if task != delivering.DELIVER)
    alarms = Alarm.objects.values_list("cause", "indicator", "dataset", "subject", "level", "state", "missed", "due_at")
    steps = Step.objects.order_by("pk").values_list("alarm__indicator", "alarm__dataset", "what", "level")
    return {
        "alarms": Counter(alarms),
        "steps": Counter(steps),
        "acts": Counter(Entry.objects.values_list("act", "chain_id")),
        "told": Counter(Event.objects.values_list("name", flat=True)),
        "jobs": jobs,
        "found": Counter(Found.objects.values_list("kind", "ref", "title")),
        "notices": Counter(Notice.objects.values_list("message__key", "person")),
        "messages": Counter(Message.objects.values_list("key", "place", "state")),
        "axes": Counter(Dossier.objects.values_list("case", "finance", "delivered")),
        "facts": Counter(Fact.objects.values_list("case", "office", "procedure", "synced")),
    }


def after(told: Sequence[tuple[str, object]]) -> dict[str, Any]:
    """What is so when handlers have heard this; undone afterwards."""
    with transaction.atomic():
        for handler, event in told:
            with transaction.atomic():
                delivering._handlers[handler](event)
        found = state()
        transaction.set_rollback(True)
    return found


def shuffled(told: list[tuple[str, object]]) -> st.SearchStrategy[list[tuple[str, object]]]:
    """Everything at least once, up to half of it again, in any order."""
    again = st.lists(st.sampled_from(told), max_size=len(told))
    return again.flatmap(lambda more: st.permutations([*told, *more]))


def registered() -> list[str]:
    return sorted(name for name in delivering._handlers if not name.startswith("test."))


def test_every_handler_is_tried() -> None:
    assert sorted(TOLD) == registered(), "write into TOLD of its system's tests/told.py what the new handler hears"


@pytest.mark.parametrize("handler", sorted(TOLD))
def test_each_handler_ends_in_the_same_state_whatever_order_it_hears_in(handler: str) -> None:
    told = [(handler, event) for event in TOLD[handler]]
    before, once = state(), after(told)
    assert once != before, "this tries nothing: no news here changes anything"

    @settings(max_examples=12, suppress_health_check=list(HealthCheck))
    @given(shuffled(told))
    def same(order: list[tuple[str, object]]) -> None:
        assert after(order) == once

    same()


def test_all_handlers_together_end_in_the_same_state_whatever_order_they_hear_in() -> None:
    told = [(handler, event) for handler in sorted(TOLD) for event in TOLD[handler]]
    once = after(told)

    @settings(max_examples=20, suppress_health_check=list(HealthCheck))
    @given(shuffled(told))
    def same(order: list[tuple[str, object]]) -> None:
        assert after(order) == once

    same()
