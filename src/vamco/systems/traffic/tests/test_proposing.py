"""A violation is proposed once, with whole evidence, as a case of the camera's agency."""

from __future__ import annotations

import hashlib
import json
import zipfile

import pytest

from vamco.kernel.record.files import public as files
from vamco.kernel.work.cases import public as cases
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.models import Evidence, Passage, Violation
from vamco.systems.traffic.tests import made

pytestmark = pytest.mark.django_db


def test_a_violation_is_a_case_of_the_cameras_agency_proposed_by_the_machine() -> None:
    found = made.violation()
    case = cases.get(found.case_id, made.official("Nguyễn Hữu Thắng", "traffic_reviewer"))
    assert (case.state, case.agency.code, case.opened_by) == ("proposed", made.POLICE, None)
    assert case.entries.get().machine == "traffic"
    assert found.plate == found.plate_read == "70A12345"
    assert (found.rule.code, (found.limitation - found.at.date()).days // 365) == ("red_light", 1)


def test_the_same_passage_and_finding_twice_are_one() -> None:
    went = made.passage()
    assert traffic.take_in([went, went]) == [went.key]
    assert traffic.take_in([went]) == []
    first = traffic.propose(went, made.finding(went.first_at), made.files())
    again = traffic.propose(went, made.finding(went.first_at), made.files())
    assert first == again
    assert (Passage.objects.count(), Violation.objects.count(), Evidence.objects.count()) == (1, 1, 1)


def test_the_evidence_holds_every_part_with_its_hash() -> None:
    found = made.violation()
    with zipfile.ZipFile(files.content_path(found.evidence.file)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert {"frames/01.jpg", "frames/02.jpg", "clip.webm", "track.json", "what.json"} <= set(archive.namelist())
        for name in ("frames/01.jpg", "track.json", "what.json"):
            assert hashlib.sha256(archive.read(name)).hexdigest() in json.dumps(manifest)


def test_what_makes_no_case_opens_none() -> None:
    went = made.passage()
    none = traffic.Finding(traffic.ActCode.NO_HELMET, went.first_at, (), "none", {})
    assert traffic.propose(went, none, made.files()) is None
    assert Violation.objects.count() == 0
