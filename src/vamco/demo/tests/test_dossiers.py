"""The demonstration's dossiers: in every state, with answers that their forms accept, by real acts in the order of time."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from vamco.demo import log_ins
from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.forms import public as forms
from vamco.kernel.work.forms.rules import validating
from vamco.systems.onestop import queries
from vamco.systems.onestop.demo import fill, plan
from vamco.systems.onestop.demo.filling import file_planned
from vamco.systems.onestop.models import Dossier
from vamco.systems.onestop.rules import prechecks

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = dt.datetime(2026, 11, 30, 3, 15, tzinfo=dt.UTC)


@pytest.fixture
def _demonstration(settings: Any) -> Iterator[None]:
    settings.VAMCO_DEMO = True
    with clock.standing_at(NOW):
        log_ins.open_all()
        yield


@pytest.mark.django_db
@pytest.mark.usefixtures("_demonstration")
def test_dossiers_stand_in_every_state(caplog: pytest.LogCaptureFixture) -> None:
    fill()
    assert not Dossier.objects.exists()  # the first page does not wait for them
    begun = time.process_time()
    file_planned()
    seconds = time.process_time() - begun
    chosen = plan.read()
    assert chosen is not None
    found = list(Dossier.objects.select_related("case", "procedure", "form").order_by("sent_at"))
    assert len(found) == len(chosen.dossiers) >= 60
    assert [record.message for record in caplog.records if "stays where it is" in record.message] == []
    states = Counter(dossier.case.state for dossier in found)
    definition = cases.definition_of(found[0].case.kind)
    assert set(states) == set(definition.states), states
    assert seconds < 30, f"{seconds:.1f} s"
    for dossier in found:
        assert dossier.form is not None
        declared, item = forms.form_of(dossier.form), queries.PROCEDURES.get(dossier.procedure)
        day = clock.today() if dossier.sent_at is None else dossier.sent_at.date()
        assert validating.problems(declared, dossier.answers, today=day) == []
        assert item.route == "provincial"
        assert item.filing is not None
        assert prechecks.dates(item.filing.checks, dossier.answers, day) == []
        moments = [dossier.sent_at, dossier.received_at, dossier.finished_at, dossier.delivered_at]
        known = [moment for moment in moments if moment is not None]
        assert known == sorted(known)
        assert known[-1] <= NOW
    late = [dossier for dossier in found if any(p.why == "extended" for p in cases.promises(dossier.case))]
    assert len(late) >= 2
    assert any(dossier.rating for dossier in found)
    assert {dossier.channel for dossier in found} == {"online", "counter"}
    again = len(found)
    file_planned()
    assert Dossier.objects.count() == again


@pytest.mark.django_db
@pytest.mark.usefixtures("_demonstration")
def test_the_route_is_an_edit_and_the_files_keep_what_the_law_says() -> None:
    assert queries.procedure("1.004873").item.route == "national"
    fill()
    assert queries.procedure("1.004873").item.route == "provincial"
    assert queries.procedure("1.001193").item.route == "national"


@pytest.mark.django_db
def test_only_the_demonstration_makes_up_a_past(settings: Any) -> None:
    settings.VAMCO_DEMO = False
    with pytest.raises(RuntimeError), clock.standing_at(NOW):
        pass
    assert abs(clock.now() - dt.datetime.now(dt.UTC)) < dt.timedelta(days=400) or settings.VAMCO_TODAY
