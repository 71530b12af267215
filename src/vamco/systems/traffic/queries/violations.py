"""Violations as officials see them, and the pictures of their evidence."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from vamco.kernel.record.files import public as kept
from vamco.kernel.work.cases import public as cases
from vamco.lib.errors import N_, Missing
from vamco.lib.time import HCM
from vamco.systems.traffic.contracts import ActCode, ViolationView
from vamco.systems.traffic.models import Violation
from vamco.systems.traffic.queries import table

if TYPE_CHECKING:
    import io
    from collections.abc import Sequence
    from pathlib import Path

    from django.db.models import QuerySet

    from vamco.kernel.world.people.models import Person

MOST = 200


def no_violation(which: object) -> Missing:
    """Return what is said where there is no such violation, or none for this person."""
    return Missing("traffic.no_violation", N_("There is no violation %(violation)s."), violation=which)


def row(case_id: int, person: Person | None) -> Violation:
    """Return a violation that the person may see as an official; to others it does not exist."""
    found = _visible(person).filter(pk=case_id).first()
    if found is None:
        raise no_violation(case_id)
    return found


def one(case_id: int, person: Person | None) -> ViolationView:
    """Return a violation that the person may see as an official; to others it does not exist."""
    return view(row(case_id, person))


def listing(
    person: Person | None, *, states: Sequence[str] = (), act: str = "", camera: str = "", most: int = MOST
) -> list[ViolationView]:
    """Return the violations that the person may see, the one that must be handled first at the top."""
    rows = _visible(person).order_by("case__due_at", "pk")
    if states:
        rows = rows.filter(case__state__in=states)
    if act:
        rows = rows.filter(act=act)
    if camera:
        rows = rows.filter(camera__code=camera)
    return [view(each) for each in rows[:most]]


def following(person: Person | None, state: str, *, after: int = 0) -> int | None:
    """Return the case that comes next in a state, None at the end: the desk goes from one to the next. `after` is the last one seen."""
    waiting = list(
        _visible(person).filter(case__state=state).order_by("case__due_at", "pk").values_list("pk", flat=True)
    )
    rest = waiting[waiting.index(after) + 1 :] if after in waiting else [pk for pk in waiting if pk != after]
    return rest[0] if rest else None


def picture(case_id: int, name: str, person: Person | None) -> bytes:
    """Return a part of the evidence as it is, such as "frames/01.jpg" or "clip.webm", to an official who may see the case."""
    return part(row(case_id, person), name)


def part(violation: Violation, name: str) -> bytes:
    """Return a part of the evidence, whoever asks. Missing where it is no longer kept."""
    if violation.evidence.file.content is None:
        raise Missing("traffic.not_kept", N_("These pictures are no longer kept."))
    with zipfile.ZipFile(_path(violation)) as archive:
        if name not in archive.namelist():
            raise no_violation(name)
        return archive.read(name)


def evidence_file(case_id: int, person: Person | None) -> io.BufferedReader:
    """Return the whole evidence file, open for reading, to an official who may see the case."""
    return _path(row(case_id, person)).open("rb")


def names(violation: Violation) -> list[str]:
    """Return the names of the parts of the evidence; none where it is no longer kept."""
    if violation.evidence.file.content is None:
        return []
    with zipfile.ZipFile(_path(violation)) as archive:
        return archive.namelist()


def view(violation: Violation) -> ViolationView:
    """Return a violation as pages show it. The article stands there only where somebody has verified it."""
    case, camera = violation.case, violation.camera
    rule = table.rule_of(violation.rule, violation.at.astimezone(HCM).date())
    sanction = rule.by.get("motorbike" if violation.kind == "motorbike" else "car")
    parts = names(violation)
    return ViolationView(
        case=case.pk,
        number=cases.number(case),
        state=case.state,
        act=ActCode(violation.act),
        title=rule.title,
        title_en=rule.title_en,
        camera=camera.code,
        camera_name=camera.name,
        camera_name_en=camera.name_en,
        at=violation.at,
        plate=violation.plate,
        plate_read=violation.plate_read,
        kind=violation.kind,
        colour=violation.colour,
        doubt=tuple(violation.doubt),
        measured=violation.measured,
        article=sanction.article if sanction and rule.verified else "",
        verified=rule.verified,
        evidence=violation.evidence_id,
        frames=tuple(sorted(name for name in parts if name.startswith("frames/"))),
        clip=next((name for name in parts if name.startswith("clip.")), ""),
        notice=violation.notice,
        notified_at=violation.notified_at,
        limitation=violation.limitation,
        sanction_number=violation.sanction_number,
        sanction_day=violation.sanction_day,
        amount=violation.amount,
        seq=case.seq,
    )


def _path(violation: Violation) -> Path:
    return kept.content_path(violation.evidence.file)


def _visible(person: Person | None) -> QuerySet[Violation]:
    seen = cases.visible(person).filter(pk=OuterRef("pk"))
    beside = ("case__kind", "case__agency", "camera", "rule", "evidence__file__content")
    return Violation.objects.filter(Exists(seen)).select_related(*beside)
