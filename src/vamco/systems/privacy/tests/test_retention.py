"""The nightly run: it counts what is due, and deletes only by a verified rule."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from vamco.kernel.base import clock
from vamco.systems.privacy.models import Export, RetentionLine
from vamco.systems.privacy.queries import table
from vamco.systems.privacy.services import exports, retention
from vamco.systems.privacy.tests import made
from vamco.systems.privacy.tests.test_exports import ready

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

pytestmark = pytest.mark.django_db


def old(person: Person) -> Export:
    row = ready(person)
    exports.fetch(row.pk, person)
    Export.objects.filter(pk=row.pk).update(ended_at=clock.now() - dt.timedelta(days=40))
    return row


def line(holding: str) -> RetentionLine:
    return RetentionLine.objects.filter(holding=holding).latest("pk")


def test_a_verified_rule_deletes_what_is_over_and_nothing_else(lan: Person, official: Person) -> None:
    old(lan)
    young = ready(lan)
    run = retention.run()
    assert run.ended_at is not None
    assert (line("privacy.exports").due, line("privacy.exports").deleted) == (1, 1)
    assert list(Export.objects.values_list("pk", flat=True)) == [young.pk]
    assert {each.skipped for each in run.lines.exclude(holding="privacy.exports")} <= {
        "no_term",
        "no_function",
        "unverified",
    }
    retention.run()
    assert (line("privacy.exports").due, line("privacy.exports").deleted) == (0, 0)


def test_an_unverified_rule_only_counts(lan: Person, official: Person) -> None:
    old(lan)
    rule = table.rules()["privacy.exports"]
    table.RULES.put(rule.code, replace(rule, mark="unverified"))
    retention.run()
    found = line("privacy.exports")
    assert (found.due, found.deleted, found.skipped) == (1, 0, "unverified")
    assert Export.objects.count() == 1


def test_a_run_that_died_is_shown_and_the_next_one_goes_on(
    lan: Person, official: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    old(lan)
    real = retention._expire

    def dies(*_args: object) -> int:
        raise SystemExit(9)

    monkeypatch.setattr(retention, "_expire", dies)
    with pytest.raises(SystemExit):
        retention.run()
    page = made.reader(official).get("/desk/retention/").content.decode()
    assert "Lần chạy bị ngắt giữa chừng" in page
    assert Export.objects.count() == 1
    monkeypatch.setattr(retention, "_expire", real)
    retention.run()
    assert Export.objects.count() == 0
