"""Where rows go missing, the number says so and the alarm stays: what was seen of other systems, played from delivery to alarm.

Each story delivers as departments do, lets the platform's own clockwork run, and looks through the front doors only.
"""

from __future__ import annotations

import copy
import datetime as dt
import itertools
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.jobs.services import worker
from vamco.kernel.world.places import public as places
from vamco.lib.time import HCM
from vamco.systems.hub import public as hub
from vamco.systems.hub import services
from vamco.systems.hub.contracts import Delivery, Layout
from vamco.systems.hub.models import ContractVersion
from vamco.systems.hub.rules.odcs import DatasetItem
from vamco.systems.indicators import public as indicators
from vamco.systems.warnings import public as warnings
from vamco.systems.warnings.tests import made

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from vamco.systems.hub.contracts import RunView
    from vamco.systems.indicators.contracts import ValueView
    from vamco.systems.warnings.contracts import AlarmView

NORTH, SOUTH, ROADS = "25459", "25708", "H53.CDT.02"
PLANS = (
    "ma_phan_bo,so_quyet_dinh,ngay_hieu_luc,nam_ke_hoach,ma_chu_dau_tu,ma_du_an,ten_du_an,ma_xa,nguon_von,ke_hoach_ttg,"
    "ke_hoach_tinh"
)
PAYMENTS = "ma_giao_dich,ngay,nam_ke_hoach,ma_chu_dau_tu,ma_du_an,ma_xa,so_tien,nguon_von"
DOSSIERS = "ky_tiep_nhan,ma_ho_so,ma_tthc,ma_xa,ma_co_quan,ngay_tiep_nhan,han_tra,ngay_tra,kenh"


class Story:
    """Departments that deliver, a clock that goes on, and somebody who sees every alarm."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.at = dt.datetime(2026, 11, 20, 8, tzinfo=HCM)
        patch.setattr(clock, "now", lambda: self.at.astimezone(dt.UTC))
        self.folder = folder
        self.numbers = itertools.count(1)
        self.reader = made.person("office", made.OFFICE, "Trần Quốc Bảo")

    def on(self, day: str, hour: int = 8) -> None:
        """It is now this day."""
        self.at = dt.datetime.fromisoformat(day).replace(hour=hour, tzinfo=HCM)

    def deliver(self, dataset: str, header: str, lines: Iterable[str]) -> RunView:
        """A department's file comes, and all that follows is done."""
        path = self.folder / f"{dataset}-{next(self.numbers):03d}.csv"
        path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        run = hub.receive(dataset, Delivery("phong", path.name, "text/csv", path, clock.now(), layout=Layout("csv")))
        self.settle()
        return run

    def plans(self, *amounts: int | str, year: int = 2026) -> RunView:
        """The capital plan: a line for each amount."""
        return self.deliver("stc_khv", PLANS, [
            f"PB{year}-1-{n:07d},12/QD,{year}-01-05,{year},{ROADS},7000001,Cầu số {n},{NORTH},NSDP,{amount},{amount}"
            for n, amount in enumerate(amounts, start=1)
        ])  # fmt: skip

    def payments(self, *rows: tuple[str, int], year: int = 2026) -> RunView:
        """Payments: (day, dong)."""
        return self.deliver("kb_giaingan", PAYMENTS, [
            f"KB{next(self.numbers):012d},{day},{year},{ROADS},7000001,{NORTH},{dong},NSDP" for day, dong in rows
        ])  # fmt: skip

    def dossiers(self, *rows: tuple[str, str, str, str]) -> RunView:
        """A quarter's dossiers: (commune, received, due, returned)."""
        day = dt.date.fromisoformat(rows[0][1])
        return self.deliver("motcua_hoso", DOSSIERS, [
            f"{day.year}-Q{(day.month + 2) // 3},H53.04-{dt.date.fromisoformat(received):%y%m%d}-{n:04d},1.001,{place},H53.04,{received},{due},{done},truc_tuyen"
            for n, (place, received, due, done) in enumerate(rows, start=1)
        ])  # fmt: skip

    def settle(self) -> None:
        """The worker does what waits."""
        worker.run(alone=True, wait=False)

    def value(self, code: str, **subject: Any) -> ValueView | None:
        """The newest value of an indicator."""
        found = indicators.recent(indicators.definition(code), count=1, **subject)
        return found[-1] if found else None

    def alarms(self, code: str) -> list[AlarmView]:
        """The alarms of an indicator that are open."""
        return [each for each in warnings.open_alarms(self.reader) if each.indicator == code]


@pytest.fixture
def story(fresh_db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Story:
    return Story(tmp_path, monkeypatch)


def of(view: ValueView, name: str) -> Any:
    """A field of a value that this story is about."""
    assert hasattr(view, name), f"a value does not say {name}"
    return getattr(view, name)


def assert_marked(view: ValueView | None, *, true: Decimal) -> None:
    """There is no value, or one that says that it is not whole, or the true one."""
    if view is None or view.value is None or of(view, "missing") is not None:
        return
    assert view.value == true


def behind(story: Story) -> AlarmView:
    """Payments of a quarter of the plan in November: an alarm of the third level, for the whole province."""
    story.plans(*[110] * 20, 7800)
    story.payments(("2026-02-10", 1000), ("2026-06-10", 1750))
    value = story.value("DTC01")
    assert value is not None
    assert value.value == Decimal("27.5")
    [alarm] = [each for each in story.alarms("DTC01") if not each.subject and not each.place]
    assert (alarm.level, alarm.state) == (3, "firing")
    return alarm


def standing(story: Story, alarm: AlarmView) -> AlarmView:
    """The alarm as it is now; it has not ended."""
    now = warnings.alarm(alarm.id, story.reader)
    assert now.state != "resolved"
    assert now.resolved_at is None
    return now


def test_the_largest_plan_line_in_quarantine_neither_moves_the_value_nor_ends_the_alarm(story: Story) -> None:
    alarm = behind(story)
    story.on("2026-11-21")

    run = story.plans(*[110] * 20, "7.800 đồng")

    assert run.rows == 21
    value = story.value("DTC01")
    assert_marked(value, true=Decimal("27.5"))
    assert standing(story, alarm).level == 3


def test_the_largest_plan_line_left_out_of_the_file_is_asked_about_before_it_ends_anything(story: Story) -> None:
    alarm = behind(story)
    story.on("2026-11-21")

    story.plans(*[110] * 20)  # 20 of 21 rows: enough for the count of rows, a fifth of the money

    assert standing(story, alarm).level == 3


def test_payments_that_cannot_be_read_are_said_to_be_missing(story: Story) -> None:
    story.plans(*[110] * 20, 7800)
    lines = [f"KB{n:012d},2026-06-{n:02d},2026,{ROADS},7000001,{NORTH},100,NSDP" for n in range(1, 25)]
    lines.append(f"KB000000000099,2026-06-10,2026,{ROADS},7000001,99999,350,NSDP")  # a commune that never was

    run = story.deliver("kb_giaingan", PAYMENTS, lines)

    if run.state == "published":
        assert run.quarantined == 1
        value = story.value("DTC01")
        assert value is not None
        assert value.value is None or of(value, "missing") is not None
    else:
        assert story.value("DTC01") is None or story.value("DTC01").value in {None, 0}  # type: ignore[union-attr]


def test_a_better_answer_to_the_same_question_ends_the_alarm(story: Story) -> None:
    alarm = behind(story)
    story.on("2026-11-21")

    story.payments(("2026-11-20", 6500))

    value = story.value("DTC01")
    assert value is not None
    assert value.value == Decimal("92.5")
    assert warnings.alarm(alarm.id, story.reader).state == "resolved"


def test_on_6_january_the_old_plan_year_s_alarm_stands_and_january_s_payments_are_in_its_value(story: Story) -> None:
    alarm = behind(story)
    story.on("2026-12-31")
    story.payments(("2026-12-30", 250))
    assert standing(story, alarm).level == 3
    story.on("2027-01-06")

    story.plans(*[110] * 19, 50, 60, 7800)  # one line split in two
    story.payments(("2027-01-05", 1000))

    now = standing(story, alarm)
    series = indicators.series(indicators.definition("DTC01"))
    old = [each for each in series if each.period >= "2027-01-05" and of(each, "plan_year") == 2026]
    assert old, "no value of the plan year 2026 in January 2027"
    assert {each.value for each in old} == {Decimal(40)}  # 1000 + 1750 + 250 + 1000 of 10,000
    assert now.level == 3


def test_the_old_plan_year_closes_on_31_january_by_its_last_value(story: Story) -> None:
    alarm = behind(story)
    story.on("2027-01-30")
    story.plans(*[110] * 19, 50, 60, 7800)  # one line split in two
    story.payments(("2027-01-29", 7000))  # 97.5 %, of 100 % that were wanted

    last = [each for each in indicators.series(indicators.definition("DTC01")) if of(each, "plan_year") == 2026][-1]

    assert last.value == Decimal("97.5")
    assert last.target is not None
    assert last.target > 98
    assert warnings.alarm(alarm.id, story.reader).state == "resolved"  # by a better answer to its own question


def test_one_late_dossier_on_the_first_of_the_month_raises_no_alarm(story: Story) -> None:
    good = [(NORTH, f"2026-10-{n:02d}", f"2026-10-{n + 2:02d}", f"2026-10-{n + 1:02d}") for n in range(1, 26)]
    story.on("2026-10-31")
    story.dossiers(*good)
    assert story.alarms("HCC07") == []
    story.on("2026-11-01", 20)

    story.dossiers(*good, (NORTH, "2026-10-20", "2026-10-30", "2026-11-01"))

    value = story.value("HCC07")
    assert value is not None
    assert value.period.startswith("2026-11")
    assert value.value is None or of(value, "judged") is False
    assert story.alarms("HCC07") == []
    story.on("2026-11-02", 20)
    story.dossiers(
        *good, (NORTH, "2026-10-20", "2026-10-30", "2026-11-01"), (NORTH, "2026-10-30", "2026-11-05", "2026-11-02")
    )
    assert story.alarms("HCC07") == []
    assert [each for each in warnings.past_alarms(story.reader) if each.indicator == "HCC07"] == []


def test_a_month_that_is_bad_after_ten_days_does_raise_one(story: Story) -> None:
    story.on("2026-11-15")
    every = [(place.code, "2026-11-14", "2026-11-30", "") for place in places.communes(dt.date(2026, 11, 15))]
    story.dossiers(
        *every,  # nobody is silent; what is open still counts for nothing here
        *((NORTH, f"2026-10-{n:02d}", f"2026-10-{n + 2:02d}", f"2026-11-{n // 2 + 1:02d}") for n in range(1, 26)),
    )
    assert {each.level for each in story.alarms("HCC07")} == {2}


def test_a_silent_commune_has_no_value(story: Story) -> None:
    _expect_every_commune("motcua_hoso", "ma_xa", "ngay_tiep_nhan")
    story.on("2026-10-10")
    first = [(place, f"2026-10-{n:02d}", "2026-10-30", "") for n in range(1, 10) for place in (NORTH, SOUTH)]
    story.dossiers(*first)
    assert story.value("HCC10", place=SOUTH).value == 9  # type: ignore[union-attr]
    story.on("2026-12-10")

    story.dossiers(
        *first,
        *((NORTH, f"2026-11-{n:02d}", "2026-12-30", "") for n in range(1, 30)),
        (NORTH, "2026-12-09", "2026-12-30", ""),
    )

    by_month = {each.period: each for each in indicators.series(indicators.definition("HCC10"), place=SOUTH)}
    for period in ("2026-11", "2026-12"):
        if period in by_month:
            assert by_month[period].value is None, f"the silent commune has {by_month[period].value} in {period}"
    north = {each.period: each.value for each in indicators.series(indicators.definition("HCC10"), place=NORTH)}
    assert north["2026-11"] == 29
    whole = {each.period: each for each in indicators.series(indicators.definition("HCC10"))}["2026-11"]
    assert whole.value is None or of(whole, "missing") is not None


def _expect_every_commune(dataset: str, column: str, day: str) -> None:
    """The contract says that every commune reports in it."""
    versions = ContractVersion.objects.filter(dataset__code=dataset).order_by("-number")
    document = copy.deepcopy(versions.values_list("content", flat=True)[0])
    document["version"] = "9.0.0"
    document["schema"][0]["quality"].append({
        "name": "du_xa", "type": "custom", "engine": "vamco", "severity": "warning", "dimension": "coverage",
        "implementation": {"check": "coverage", "column": column, "list": "communes", "date": day, "at_least": 0.01},
    })  # fmt: skip
    with transaction.atomic():
        services.put_contracts([DatasetItem.model_validate(document)])


def test_a_full_list_that_becomes_empty_changes_no_value_and_ends_no_alarm(story: Story) -> None:
    alarm = behind(story)
    story.on("2026-11-21")

    run = story.deliver("stc_khv", PLANS, [])

    assert run.state in {"refused", "held"}
    value = story.value("DTC01")
    assert value is not None
    assert value.value == Decimal("27.5")
    assert standing(story, alarm).level == 3
