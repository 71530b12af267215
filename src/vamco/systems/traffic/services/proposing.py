"""A violation is proposed: the whole evidence first, then the case, in one transaction."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from vamco.kernel.base.audit import public as audit
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_
from vamco.lib.time import HCM
from vamco.systems.traffic.contracts import CHAIN, KIND
from vamco.systems.traffic.models import Violation
from vamco.systems.traffic.queries import cameras, table
from vamco.systems.traffic.services import evidencing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.engines.vision.contracts import LightChange, Passage
    from vamco.systems.traffic.contracts import EvidenceFiles, Finding

MACHINE: Final = access.machine("traffic", N_("Traffic cameras"))


def propose(
    passage: Passage,
    finding: Finding,
    files: EvidenceFiles,
    *,
    lights: Sequence[LightChange] = (),
    drawing: int = 0,
) -> Violation | None:
    """Open a case for a finding; the one that is there where it was proposed before, None where it makes none or the camera is held.

    `drawing` is the version of the camera's drawing that the passage was judged by. The evidence file is whole before the
    transaction begins, and its row, the violation and the case commit together.
    """
    if finding.outcome == "none":
        return None
    known = Violation.objects.filter(passage=passage.key, act=finding.act).select_related("case").first()
    if known is not None:
        return known
    camera = cameras.row(passage.camera)
    if camera.state.held_at is not None:
        return None  # TC-07
    day = finding.at.astimezone(HCM).date()
    version, rule = table.rules_on(day)[finding.act]
    with (
        evidencing.made(
            passage, finding, files, camera=camera, rule=rule, version=version, lights=lights, drawing=drawing
        ) as ready,
        transaction.atomic(),
    ):
        evidence = evidencing.keep(ready, camera=camera, at=finding.at)
        settings = table.settings()
        case = cases.open_case(
            KIND,
            key=f"{passage.key}:{finding.act}",
            title=f"{rule.title} – {camera.name}",
            agency=camera.agency,
            by=MACHINE,
            place=camera.place,
            due_at=_end_of(day + dt.timedelta(days=settings.notice_days)),
            files=[evidence.file],
        )
        violation, created = Violation.objects.get_or_create(
            case=case,
            defaults={
                "code": secrets.token_urlsafe(18),
                **_found(passage, finding),
                "rule": version,
                "camera": camera,
                "evidence": evidence,
                "limitation": day + dt.timedelta(days=settings.limitation_days),
            },
        )
        if created:
            said = {"act": finding.act, "manifest": evidence.manifest}
            audit.record("traffic.propose", actor=MACHINE.actor, chain=CHAIN, subject=f"case:{case.pk}", detail=said)
    return violation


def _found(passage: Passage, finding: Finding) -> dict[str, Any]:
    """Return what the camera found, as the row has it."""
    return {
        "act": finding.act,
        "passage": passage.key,
        "at": finding.at,
        **_plate(passage),
        "kind": passage.kind,
        "doubt": sorted({*passage.doubt, *finding.held}),
        "measured": dict(finding.measured),
    }


def _plate(passage: Passage) -> dict[str, str]:
    """Return what was read; an incomplete plate is none to go on with. TC-06."""
    read = passage.plate
    if read is None:
        return {"plate_read": "", "plate": "", "colour": "unknown"}
    return {"plate_read": read.text, "plate": read.text if read.complete else "", "colour": read.colour}


def proposed_on(camera: str, day: dt.date) -> int:
    """Return how many violations of a day a camera has proposed."""
    begins = dt.datetime.combine(day, dt.time(), tzinfo=HCM)
    return Violation.objects.filter(camera__code=camera, at__gte=begins, at__lt=begins + dt.timedelta(days=1)).count()


def _end_of(day: dt.date) -> dt.datetime:
    """Return the last minute of a day."""
    return dt.datetime.combine(day, dt.time(23, 59), tzinfo=HCM)
