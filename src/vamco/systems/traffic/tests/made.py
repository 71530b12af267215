"""Cameras, passages and violations for tests."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING, Final

from vamco.engines.vision import contracts as vision
from vamco.kernel.base import clock
from vamco.kernel.work.cases.models import Case
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.models import Violation
from vamco.systems.traffic.services import registering

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

POLICE: Final = "H53.TW.03"
CAMERA: Final = "ta-hung-vuong"
SINCE: Final = dt.date(2025, 7, 1)
PICTURE: Final = b"\xff\xd8\xff\xe0 a picture \xff\xd9"


def official(name: str, role: str, agency: str = POLICE) -> Person:
    found = people.add(name)
    people.appoint(found, agencies.get(agency), role, since=SINCE)
    return found


def reviewer() -> Person:
    return official("Nguyễn Hữu Thắng", "traffic_reviewer")


def head(name: str = "Lê Hoàng Sơn") -> Person:
    return official(name, "traffic_head")


def plate(text: str = "70A12345", weakest: float = 0.97, *, complete: bool = True) -> vision.PlateRead:
    chars = (weakest, *([0.99] * (len(text) - 1)))
    return vision.PlateRead(text, 1, chars, vision.Colour.WHITE, complete, width=120.0)


def passage(
    text: str = "70A12345", at: dt.datetime | None = None, camera: str = CAMERA, **more: object
) -> vision.Passage:
    first = at or clock.now()
    steps = tuple(
        vision.Sighting(first + dt.timedelta(seconds=n / 10), n, vision.Box(100, 400 - 10 * n, 180, 480 - 10 * n), 0.9)
        for n in range(30)
    )
    found = {
        "key": hashlib.sha256(f"{camera}{text}{first.isoformat()}".encode()).hexdigest(),
        "camera": camera,
        "track": 7,
        "kind": vision.Kind.CAR,
        "first_at": first,
        "last_at": steps[-1].at,
        "path": steps,
        "plate": plate(text),
        "models": {"detector": "nanodet-g", "reader": "2"},
    }
    return vision.Passage(**{**found, **more})  # type: ignore[arg-type]


def finding(at: dt.datetime, act: traffic.ActCode = traffic.ActCode.RED_LIGHT, *held: str) -> traffic.Finding:
    outcome = "person" if held else "propose"
    return traffic.Finding(act, at, (3, 9), outcome, {"line": "S1", "light": "red"}, held)  # type: ignore[arg-type]


def files() -> traffic.EvidenceFiles:
    return traffic.EvidenceFiles(
        frames={"01.jpg": PICTURE, "02.jpg": PICTURE + b"2"}, owner={"01.jpg": PICTURE + b" blurred"}, clip=b"webm"
    )


def violation(text: str = "70A12345", *held: str, at: dt.datetime | None = None) -> Violation:
    went = passage(text, at)
    traffic.take_in([went])
    found = traffic.propose(went, finding(went.first_at, traffic.ActCode.RED_LIGHT, *held), files())
    assert found is not None
    return found


def seq(found: Violation) -> int:
    return Case.objects.get(pk=found.pk).seq


def state(found: Violation) -> str:
    return Case.objects.get(pk=found.pk).state


def decided(text: str = "70A12345", *, by: Person | None = None, decider: Person | None = None) -> Violation:
    """A violation that was confirmed and decided, by two."""
    found = violation(text)
    traffic.confirm(found.pk, by=by or reviewer(), seen=seq(found))
    traffic.decide(found.pk, by=decider or head(), seen=seq(found))
    return Violation.objects.get(pk=found.pk)


def notified(text: str = "70A12345", **people_of: Person) -> Violation:
    """A violation whose owner got the notice; the simulated register must be there."""
    found = decided(text, **people_of)
    registering.ask(found.pk, seq(found))
    return Violation.objects.get(pk=found.pk)
