"""A dossier's way through the states of its kind, with its promises, times and news."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from vamco.kernel.work.cases import public as cases
from vamco.lib.errors import Refused
from vamco.lib.time import HCM
from vamco.systems.onestop.contracts import ROOM
from vamco.systems.onestop.demo import deciding
from vamco.systems.onestop.models import Dossier
from vamco.systems.onestop.services import filing, moving
from vamco.systems.onestop.tests import made

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    def set_to(*moment: int) -> None:
        monkeypatch.setattr("vamco.kernel.base.clock.now", lambda: dt.datetime(*moment, tzinfo=HCM))  # type: ignore[arg-type,misc]

    set_to(2026, 11, 18, 9)  # a Wednesday
    return set_to


def local(moment: dt.datetime | None) -> str:
    return moment.astimezone(HCM).strftime("%d/%m %H:%M") if moment else ""


def test_a_dossier_goes_its_way_by_four_acts_of_different_people(at: Any) -> None:
    mother = made.citizen("Trần Thị Mai")
    clerk = made.official("onestop_clerk", "Lê Thị Cẩm Tú")
    specialist = made.official("onestop_specialist", "Nguyễn Thị Bích Trâm")
    head = made.official("onestop_head", "Hồ Văn Phước")
    dossier = made.dossier(mother)
    assert dossier.number == "H53.25708-261118-0001"
    case = dossier.case
    assert (case.state, local(case.due_at)) == ("submitted", "19/11 09:00")  # eight working hours to receive it
    at(2026, 11, 18, 16)
    cases.act(case.pk, "accept", by=clerk)
    dossier = Dossier.objects.select_related("case").get(pk=case.pk)
    assert local(dossier.case.due_at) == local(dossier.promised_at)
    assert local(dossier.received_at) == "18/11 16:00"
    assert [promise.why for promise in cases.promises(dossier.case)] == ["begun", "opened"]
    cases.act(case.pk, "take_on", by=specialist)
    deciding.prepare(Dossier.objects.select_related("case", "procedure").get(pk=case.pk), by=specialist)
    for act, by in (("propose", specialist), ("approve", head), ("sign", head)):
        cases.act(case.pk, act, by=by)
    for act, by in (("number", clerk), ("issue", clerk)):
        cases.act(case.pk, act, by=by)
    case = cases.act(case.pk, "store", by=moving.MACHINE)
    dossier = Dossier.objects.get(pk=case.pk)
    assert (case.state, dossier.delivered, local(dossier.delivered_at)) == ("done", "stored", "18/11 16:00")
    assert moving.MACHINE.room == ROOM


def test_sent_twice_it_is_one_dossier_with_one_number(at: Any) -> None:
    mother = made.citizen("Trần Thị Mai")
    sending, version = uuid.uuid4(), made.provincial()
    first = made.dossier(mother, procedure=version, sending=sending)
    assert made.dossier(mother, procedure=version, sending=sending).pk == first.pk
    assert Dossier.objects.count() == 1
    assert made.dossier(mother, procedure=version).number == "H53.25708-261118-0002"


def test_a_procedure_of_the_national_portal_is_not_filed_here(at: Any) -> None:
    mother = made.citizen("Trần Thị Mai")
    version = made.queries.PROCEDURES.newest(made.PROCEDURE)
    with pytest.raises(Refused) as refused:
        made.dossier(mother, procedure=version)
    assert refused.value.code == "onestop.not_filed_here"
    assert not Dossier.objects.exists()
    assert filing.SERIES == "onestop.dossier"


def test_an_apology_promises_a_later_day_once(at: Any) -> None:
    mother = made.citizen("Trần Thị Mai")
    clerk, head = made.official("onestop_clerk", "Lê Thị Cẩm Tú"), made.official("onestop_head", "Hồ Văn Phước")
    case = made.dossier(mother).case
    due = cases.act(case.pk, "accept", by=clerk).due_at
    with pytest.raises(Refused, match="later"):
        cases.act(case.pk, "extend", by=head, note="Quá tải", reason="workload", until=due)
    later = due + dt.timedelta(days=2)
    case = cases.act(case.pk, "extend", by=head, note="Quá tải", reason="workload", until=later)
    assert (case.state, case.due_at) == ("received", later)
    assert [promise.why for promise in cases.promises(case)] == ["extended", "begun", "opened"]
    with pytest.raises(Refused) as refused:
        cases.act(case.pk, "extend", by=head, note="Quá tải", reason="workload", until=later + dt.timedelta(days=1))
    assert refused.value.code == "cases.too_often"


def test_what_working_time_does_not_count_is_named_at_the_counter(at: Any) -> None:
    mother, clerk = made.citizen("Trần Thị Mai"), made.official("onestop_clerk", "Lê Thị Cẩm Tú")
    item = made.queries.PROCEDURES.get(made.provincial())
    unknown = item.model_copy(update={"time": item.time.model_copy(update={"unit": "by_plan", "most": None})})
    made.queries.PROCEDURES.put(made.PROCEDURE, unknown)
    case = made.dossier(mother, procedure=made.queries.PROCEDURES.newest(made.PROCEDURE)).case
    with pytest.raises(Refused) as refused:
        cases.act(case.pk, "accept", by=clerk)
    assert refused.value.code == "cases.until_missing"
    until = dt.datetime(2026, 12, 18, 16, 30, tzinfo=HCM)
    assert cases.act(case.pk, "accept", by=clerk, until=until).due_at == until
