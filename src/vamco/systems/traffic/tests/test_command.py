"""`vamco traffic corrections` writes a set as `vamco vision adapt` reads it."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import pytest

from vamco.cli import beside
from vamco.cli import traffic as command
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.models import Violation
from vamco.systems.traffic.tests import made, pictures

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "join", lambda *_given, **_more: None)


def test_corrections_are_a_local_set(tmp_path: Path) -> None:
    went = made.passage("70A12346")
    found = traffic.propose(went, made.finding(went.first_at), replace(made.files(), plate=pictures.JPEG))
    rejected = made.violation("70A55555")
    assert found is not None
    by = made.reviewer()
    traffic.confirm(found.pk, by=by, seen=made.seq(found), plate="70A12345")
    traffic.reject(rejected.pk, by=by, seen=made.seq(rejected), reason="no_violation")
    folder = tmp_path / "set"
    assert command.main(["corrections", str(folder)]) == 0
    (entry,) = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    assert (entry["text"], entry["read"], sorted(entry)) == ("70A12345", "70A12346", ["camera", "crop", "read", "text"])
    assert cv2.imread(str(folder / entry["crop"]), cv2.IMREAD_GRAYSCALE) is not None
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert Violation.objects.count() == 2
