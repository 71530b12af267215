"""From the acts on dossiers to the score, the datasets and an indicator; and everything again from the events."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from vamco.kernel.base.events.models import Event
from vamco.kernel.work.cases import public as cases
from vamco.lib.errors import Missing
from vamco.lib.time import HCM
from vamco.systems.hub import public as hub
from vamco.systems.indicators import public as indicators
from vamco.systems.onestop import public as onestop
from vamco.systems.onestop.models import Dossier
from vamco.systems.onestop.services import moving
from vamco.systems.onestop.tests import made
from vamco.systems.service_quality import public as quality
from vamco.systems.service_quality.models import Fact
from vamco.systems.service_quality.services import facts

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 27)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Any:
    def set_to(*moment: int) -> None:
        now = dt.datetime(*moment, tzinfo=HCM)  # type: ignore[arg-type,misc]
        monkeypatch.setattr("vamco.kernel.base.clock.now", lambda: now)
        settings.VAMCO_TODAY = now.date()

    set_to(2026, 11, 18, 9)
    return set_to


def news() -> None:
    """Let the handlers hear all that was told, oldest first."""
    for event in Event.objects.filter(name__startswith="onestop.dossier").order_by("pk"):
        facts.note(event.payload["case"])


def lived(at: Any) -> list[Dossier]:
    """Four dossiers: one on time, stored and rated 5; one late and rated 2; one open; one that got another day by form 04."""
    mother = made.citizen("Trần Thị Mai")
    clerk, head = made.official("onestop_clerk", "Lê Thị Cẩm Tú"), made.official("onestop_head", "Hồ Văn Phước")
    specialist = made.official("onestop_specialist", "Nguyễn Thị Bích Trâm")
    version = made.provincial()
    dossiers = [
        made.dossier(mother, procedure=version, channel=each) for each in ("online", "online", "counter", "online")
    ]
    for dossier in dossiers:
        cases.act(dossier.pk, "accept", by=clerk)

    def finish(dossier: Dossier) -> None:
        for act, by in (("take_on", specialist), ("propose", specialist), ("approve", head), ("sign", head),
                        ("number", clerk), ("issue", clerk)):  # fmt: skip
            cases.act(dossier.pk, act, by=by)

    at(2026, 11, 19, 9)
    finish(dossiers[0])
    cases.act(dossiers[0].pk, "store", by=moving.MACHINE)
    until = cases.promises(dossiers[3].case)[0].due_at + dt.timedelta(days=5)
    cases.act(dossiers[3].pk, "extend", by=head, note="Quá tải", reason="workload", until=until)
    at(2026, 11, 26, 9)  # after the three working days
    finish(dossiers[1])
    cases.act(dossiers[1].pk, "deliver", by=clerk)
    finish(dossiers[3])
    for dossier, rating in ((dossiers[0], 5), (dossiers[1], 2)):
        cases.act(dossier.pk, "rate", by=mother)
        Dossier.objects.filter(pk=dossier.pk).update(rating=rating)
    onestop.synchronised(dossiers[0].pk, "sent")
    news()
    at(2026, 11, 27, 9)
    return dossiers


def ratios(office: str = made.OFFICE) -> dict[str, tuple[int, int]]:
    score = quality.score(office, DAY)
    return {
        each.part.measure: (each.ratio.counted, each.ratio.total)
        for group in score.groups for each in group.parts if each.ratio is not None
    }  # fmt: skip


def test_the_score_counts_what_the_events_say(at: Any) -> None:
    dossiers = lived(at)
    found = ratios()
    assert found["on_time"] == (1, 3)  # form 04 does not make it on time
    assert (found["online_filed"], found["stored"], found["satisfied"]) == ((3, 4), (1, 2), (1, 2))
    assert found["synced"] == (1, 4)
    score = quality.score(made.OFFICE, DAY)
    by_code = {group.group.code: group.points for group in score.groups}
    assert by_code["transparency"] == quality.Points(Decimal("1.5"), Decimal("13.5"))  # 6 × 1/4, and 12 unknown
    assert by_code["progress"].least == by_code["progress"].most == Decimal(20) / 3
    assert by_code["payment"] == quality.Points(Decimal(0), Decimal(10))
    assert (score.points.least < 40, score.points.most - score.points.least >= 52) == (True, True)
    late = quality.counted(made.OFFICE, "on_time", DAY)
    assert [(each.case, each.counts) for each in late] == [
        (dossiers[3].pk, False), (dossiers[1].pk, False), (dossiers[0].pk, True),
    ]  # fmt: skip
    with pytest.raises(Missing):
        quality.counted(made.OFFICE, "online_offered", DAY)
    assert (
        quality.score(made.OFFICE, dt.date(2026, 11, 17)).points.least < score.points.least
    )  # nothing had happened yet


def test_recomputed_from_the_events_it_is_the_same_to_the_last_digit(at: Any) -> None:
    lived(at)
    shown, kept = quality.score(made.OFFICE, DAY), list(Fact.objects.order_by("pk").values())
    Fact.objects.all().delete()
    news()
    news()
    again = [{**row, "changed_at": None} for row in Fact.objects.order_by("pk").values()]
    assert again == [{**row, "changed_at": None} for row in kept]
    assert quality.score(made.OFFICE, DAY) == shown


def test_ratings_and_dossiers_are_published_through_the_hub_and_reach_an_indicator(at: Any) -> None:
    dossiers = lived(at)
    assert quality.publish() == 2
    assert quality.publish() == 0
    ratings = hub.relation("dichvucong_danhgia")
    assert set(ratings.columns) >= {"ma_dong", "diem"}
    assert not {"ma_ho_so", "nguoi_nop", "so_dinh_danh"} & {*ratings.columns, *hub.relation("dichvucong_hoso").columns}
    indicators.settle(["HCC11"])
    value = indicators.recent(indicators.definition("HCC11"))[-1]
    assert (value.period, value.value, value.numerator, value.denominator) == ("2026-11", 50, 1, 2)
    at(2026, 11, 27, 10)
    Dossier.objects.filter(pk=dossiers[1].pk).update(rating=4)
    facts.note(dossiers[1].pk)
    assert quality.publish() == 2
    indicators.settle(["HCC11"])
    assert indicators.recent(indicators.definition("HCC11"))[-1].value == 100
