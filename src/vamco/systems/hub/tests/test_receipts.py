"""Not delivered, nothing new and nothing there are three things, and a service is compared with what came from it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

from vamco.systems.hub import public as hub
from vamco.systems.hub import services
from vamco.systems.hub.contracts import RunState
from vamco.systems.hub.models import Receipt, Source, SourceState
from vamco.systems.hub.rules.feeds import SourceItem
from vamco.systems.hub.tests import test_connectors
from vamco.systems.hub.tests.building import AMOUNT, AT, KEY, delivery, field, put

if TYPE_CHECKING:
    from pathlib import Path

    from vamco.systems.hub.contracts import RunView

pytestmark = pytest.mark.django_db
web = test_connectors.web
ANY = {"property": "vamco.maxBad", "value": 1}
DUE = {"property": "timeOfAvailability", "value": "17:00", "scheduler": "cron", "schedule": "0 17 * * *"}


def give(folder: Path, content: str, name: str = "in.csv", day: int = 0) -> RunView:
    return hub.receive("thu_nghiem", delivery(folder / "in", content, name=name, at=AT + dt.timedelta(days=day)))


def kinds() -> list[tuple[str, str, int | None, dt.date | None]]:
    return list(Receipt.objects.order_by("pk").values_list("kind", "name", "run", "covers_until"))


def test_each_look_says_what_came_and_up_to_when(tmp_path: Path) -> None:
    sla = [{**DUE, "unit": "day", "element": "thu_nghiem.ngay"}]
    put(KEY, field("ngay", "date"), delivery="append", slaProperties=sla, custom=[ANY])
    first = give(tmp_path, "ma,ngay\na,2026-11-03\nb,2026-11-05\nc,2099\n")
    for _ in range(3):
        give(tmp_path, "ma,ngay\na,2026-11-03\nb,2026-11-05\nc,2099\n", "again.csv")
    same = give(tmp_path, "ma,ngay\nb,2026-11-05\n", "part.csv")
    refused = give(tmp_path, "ma,ngay\n", "empty.csv")
    assert same.state == RunState.UNCHANGED
    day = dt.date(2026, 11, 5)
    assert kinds() == [
        ("delivered", "in.csv", first.id, day),
        ("unchanged", "again.csv", first.id, day),  # once, however often it was looked at today
        ("unchanged", "part.csv", same.id, day),
        ("empty", "empty.csv", refused.id, None),
    ]


def test_a_period_that_is_a_year_is_covered_to_its_end(tmp_path: Path) -> None:
    sla = [{**DUE, "unit": "year", "element": "thu_nghiem.nam"}]
    put(KEY, field("nam", "integer"), slaProperties=sla)
    give(tmp_path, "ma,nam\na,2024\nb,2025\n")
    assert [until for *_, until in kinds()] == [dt.date(2025, 12, 31)]


def test_a_refused_delivery_is_no_receipt(tmp_path: Path) -> None:
    put()
    assert give(tmp_path, "ma,so_tien\na,x\n").state == RunState.REFUSED
    assert kinds() == []


@pytest.fixture
def service(web: test_connectors.Web) -> test_connectors.Web:
    Source.objects.all().delete()
    return web


def agree(web: test_connectors.Web, delivery_mode: str, **more: Any) -> None:
    """The service gives the dataset `thu_nghiem`."""
    put(KEY, AMOUNT, delivery=delivery_mode, custom=[ANY])
    feed = {**web.item.datasets[0].model_dump(), "overlap": 1, **more}
    item = SourceItem.model_validate({**web.item.model_dump(), "datasets": [feed]})
    with transaction.atomic():
        services.put_sources([item])


def row(key: str, amount: int) -> dict[str, Any]:
    return {"ma": key, "so_tien": amount}


def amounts() -> dict[str, int]:
    from sqlglot import parse_one

    query: Any = parse_one("SELECT ma, so_tien FROM t")
    rows = hub.engine().run(query, {"t": hub.relation("thu_nghiem")}).to_pylist()
    return {each["ma"]: each["so_tien"] for each in rows}


def failure() -> str:
    [source] = hub.sources()
    return source.failure.code if source.failure else ""


def test_a_list_that_becomes_empty_is_told(service: test_connectors.Web) -> None:
    agree(service, "replace")
    service.service.items = [row("a", 1)]
    hub.collect("kb")
    service.service.items = []
    [run] = hub.collect("kb").runs
    assert (run.state, run.reason.code if run.reason else "", amounts()) == (
        RunState.REFUSED,
        "hub.empty_file",
        {"a": 1},
    )
    assert [kind for kind, *_ in kinds()] == ["delivered", "empty"]


def test_an_answer_without_news_is_a_receipt(service: test_connectors.Web) -> None:
    agree(service, "append")
    service.service.items = [row("a", 1)]
    hub.collect("kb")
    for _ in range(3):
        assert hub.collect("kb").runs == ()
    assert [kind for kind, *_ in kinds()] == ["delivered", "unchanged"]


def test_late_rows_are_taken_in(service: test_connectors.Web) -> None:
    agree(service, "append")
    service.service.items = [row("a", 1), row("b", 2), row("c", 3)]
    hub.collect("kb")
    service.service.items.insert(2, row("late", 4))
    [run] = hub.collect("kb").runs
    assert (run.state, run.rows, amounts()["late"]) == (RunState.PUBLISHED, 1, 4)


def compare_again() -> None:
    for each in SourceState.objects.all():
        each.state["compared_at"] = "2020-01-01T00:00:00+00:00"
        each.save()


def test_what_lacks_is_taken_in_and_what_is_gone_is_told(service: test_connectors.Web) -> None:
    agree(service, "append", reconcile="0 3 * * *")
    service.service.items = [row(key, 1) for key in "abcdef"]
    hub.collect("kb")
    service.service.items[0:1] = [row("lost", 9)]  # far before the cursor; and a is gone
    assert hub.collect("kb").runs == ()
    compare_again()
    done = hub.collect("kb")
    [run] = done.runs
    assert (run.rows, run.accepted, run.repeated, run.quarantined) == (6, 1, 5, 0)
    assert [(f.code, f.rows, f.severity) for f in run.findings if f.code == "gone_rows"] == [
        ("gone_rows", 1, "warning")
    ]
    assert (amounts()["lost"], amounts()["a"]) == (9, 1)  # nothing is deleted in silence
    assert done.failures["thu_nghiem"].data == {"rows": 1, "run": run.id}
    hub.collect("kb")
    assert failure() == "hub.gone_rows"  # told until it was compared again
    service.service.items.append(row("a", 1))
    compare_again()
    hub.collect("kb")
    assert failure() == ""


def counted(total: int) -> Any:
    """Answers with all rows on one page and a number that the source says it has."""

    def answer(web: test_connectors.Web) -> Any:
        return lambda to, _: test_connectors.send(
            to, {"du_lieu": web.service.items, "con_tro": "9", "con_nua": False, "tong": total}
        )

    return answer


def test_a_declared_number_must_be_met(service: test_connectors.Web) -> None:
    agree(service, "append", total="tong")
    service.service.items = [row("a", 1), row("b", -1)]
    service.service.answer = counted(2)(service)
    hub.collect("kb")
    assert failure() == ""  # one is in the table, one in quarantine
    service.service.items.append(row("c", 3))
    service.service.answer = counted(4)(service)
    found = hub.collect("kb")
    assert found.failures["thu_nghiem"].code == "hub.total"
    assert found.failures["thu_nghiem"].data == {"declared": 4, "rows": 2, "missing": 1}
    assert amounts() == {"a": 1, "c": 3}  # what came is good


def test_a_whole_list_with_another_number_of_rows_replaces_nothing(service: test_connectors.Web) -> None:
    agree(service, "replace", total="tong")
    service.service.items = [row("a", 1), row("b", 2)]
    service.service.answer = counted(2)(service)
    hub.collect("kb")
    service.service.items = [row("a", 1), row("a", 1), row("c", 3)]  # one came twice between two pages, one was missed
    service.service.answer = counted(3)(service)
    [run] = hub.collect("kb").runs
    assert (run.state, run.reason.code if run.reason else "") == (RunState.REFUSED, "hub.total")
    assert amounts() == {"a": 1, "b": 2}
