"""The generator of a year of dossiers writes what the engine writes; the benchmark does the same with a thousand."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import pytest

from vamco.systems.onestop.tests import filled, many

if TYPE_CHECKING:
    import datetime as dt

pytestmark = pytest.mark.django_db


def test_rows_are_what_the_engine_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    year = filled.prepare(40_000, 3, offices=4)

    def set_clock(moment: dt.datetime) -> None:
        monkeypatch.setattr("vamco.kernel.base.clock.now", lambda: moment)

    firsts = (story for day in (30, 200, 364) for story in islice((one for one in year.stories(day) if one.n == 1), 2))
    acts = set[str]()
    for story in firsts:
        wanted, found = year.rows(story), filled.lived(year, story, set_clock)
        for table, columns in many.TABLES.items():
            assert [dict(zip(columns, row, strict=True)) | _DATA for row in found[table]] == [
                dict(zip(columns, row, strict=True)) | _DATA for row in wanted[table]
            ]
        acts |= {act for act, _at, _reason in story.acts}
    assert acts >= {"accept", "sign", "issue"}


_DATA = {"answers": {}, "result": {}}
