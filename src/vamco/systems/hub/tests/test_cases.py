"""What departments' files are really like: each case is a fault that was reported of other products, and none passes in silence.

The table of cases, with what was expected and what came, is printed with `VAMCO_CASES=1`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vamco.systems.hub.tests import cases
from vamco.systems.hub.tests.cases_batches import BATCHES
from vamco.systems.hub.tests.cases_cells import CELLS
from vamco.systems.hub.tests.cases_containers import CONTAINERS
from vamco.systems.hub.tests.cases_given import GIVEN
from vamco.systems.hub.tests.cases_habits import HABITS
from vamco.systems.hub.tests.cases_sources import SOURCES
from vamco.systems.hub.tests.cases_texts import TEXTS

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db

ALL = [*GIVEN, *CONTAINERS, *CELLS, *HABITS, *TEXTS, *BATCHES, *SOURCES]


def test_every_case_has_a_name_of_its_own_and_says_what_it_stands_for() -> None:
    assert len({each.id for each in ALL}) == len(ALL)
    assert [each.id for each in ALL if not each.fault or not each.steps[-1].allow] == []


@pytest.mark.parametrize(
    "case", [pytest.param(each, id=each.id, marks=[pytest.mark.full] if each.full else []) for each in ALL]
)
def test_case(case: cases.Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record_property: Any) -> None:
    record_property("case", f"{case.id} | {case.fault}")
    record_property("expected", case.expected)
    problems = cases.play(case, tmp_path, monkeypatch)
    record_property("got", cases.play.got)  # type: ignore[attr-defined]
    assert problems == [], case.fault
