"""Makes the demonstration's violations, some in every state, each step at a moment of the last weeks and by the log-in whose it is."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.conf import settings

from vamco.engines.vision import contracts as vision
from vamco.kernel.base import clock
from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.work.cases import public as cases
from vamco.lib.time import HCM
from vamco.systems.identity import public as identity
from vamco.systems.traffic.contracts import ActCode, Finding
from vamco.systems.traffic.demo import pictures
from vamco.systems.traffic.models import Camera, Violation
from vamco.systems.traffic.rules import doubts
from vamco.systems.traffic.services import owners, passages, proposing, registering, reviewing

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

FILL = "traffic.fill_demonstration"
STAFF: Final = {"reviewer": "duyet", "head": "quyetdinh", "hearer": "xemxet"}
_STATEMENT: Final = "Tôi đã bán xe này từ tháng 3, kính đề nghị xem lại."


@dataclass(frozen=True, slots=True)
class Planned:
    """A violation: what, with which plate, how many days ago, which way it goes, and what makes it doubtful."""

    act: ActCode
    plate: str
    ago: int
    way: tuple[str, ...] = ()
    kind: vision.Kind = vision.Kind.CAR
    camera: int = 0
    weakest: float = 0.97
    doubt: frozenset[str] = frozenset()


_UP: Final = ("confirm", "decide", "ask")
CAR, BIKE, TRUCK = vision.Kind.CAR, vision.Kind.MOTORBIKE, vision.Kind.TRUCK
PLAN: Final = (
    Planned(ActCode.RED_LIGHT, "70A12345", 0),
    Planned(ActCode.RED_LIGHT, "62B112468", 0, kind=BIKE),
    Planned(ActCode.WRONG_WAY, "70B223456", 1, kind=BIKE, camera=1),
    Planned(ActCode.STOP_LINE, "51F67812", 1, weakest=0.41),
    Planned(ActCode.RED_LIGHT, "70A40115", 1, doubt=frozenset({"priority"})),
    Planned(ActCode.SPEED_10, "62A33417", 2, camera=2),
    Planned(ActCode.WRONG_LANE, "70A55512", 2, ("confirm",)),
    Planned(ActCode.FORBIDDEN_VEHICLE, "62C08145", 3, ("confirm",), kind=TRUCK, camera=2),
    Planned(ActCode.RED_LIGHT, "70A20299", 5, _UP),  # the register has another colour
    Planned(ActCode.RED_LIGHT, "70A77700", 6, _UP),  # the register knows no such plate
    Planned(ActCode.RED_LIGHT, "70A31416", 8, _UP),
    Planned(ActCode.WRONG_LANE, "62A90121", 9, _UP, camera=1),
    Planned(ActCode.SPEED_20, "70A65478", 10, (*_UP, "contest"), camera=2),
    Planned(ActCode.RED_LIGHT, "70A23171", 16, (*_UP, "contest", "uphold")),
    Planned(ActCode.RED_LIGHT, "70A84210", 18, (*_UP, "contest", "cancel")),
    Planned(ActCode.RED_LIGHT, "70A61803", 20, (*_UP, "sanction")),
    Planned(ActCode.STOP_LINE, "70A11223", 4, ("reject",)),
)


def fill() -> None:
    """Let the worker make them where the log-ins are there and nothing was made before."""
    known = all(identity.exists(name) for name in STAFF.values())
    if known and Camera.objects.filter(synthetic=True, use="street").exists() and not Violation.objects.exists():
        jobs.later(FILL, lock=FILL)


@jobs.task(FILL, retries=8)
def make_planned() -> None:
    """Make what is planned and not there yet: each violation for itself, so that a crash loses none and doubles none."""
    if settings.VAMCO_DEMO and all(identity.exists(name) for name in STAFF.values()):
        fill_all()


def fill_all() -> int:
    """Make all that is planned; returns how many violations there are now."""
    staff = {part: identity.find(name).person for part, name in STAFF.items()}
    cameras = list(Camera.objects.filter(synthetic=True, use="street", active=True).order_by("pk"))
    for number, planned in enumerate(PLAN):
        camera = cameras[planned.camera % len(cameras)]
        begun = _moment(planned, number)
        passage = _passage(planned, camera.code, begun)
        with clock.standing_at(begun):
            violation = _propose(planned, passage)
        if violation is not None and cases.by_id([violation.pk])[violation.pk].state == "proposed":
            _go(planned, violation, begun, staff)
    return Violation.objects.count()


def _moment(planned: Planned, number: int) -> dt.datetime:
    now = clock.now()
    day = now.astimezone(HCM).date() - dt.timedelta(days=planned.ago)
    at = dt.datetime.combine(day, dt.time(7 + number % 9, (number * 13) % 60), tzinfo=HCM)
    return min(at.astimezone(dt.UTC), now - dt.timedelta(minutes=5 + number))


def _passage(planned: Planned, camera: str, begun: dt.datetime) -> vision.Passage:
    half = 26.0 if planned.kind is BIKE else 50.0
    steps = tuple(
        vision.Sighting(
            begun + dt.timedelta(seconds=n / 5), n, vision.Box(330 - half, 250 - 8 * n, 330 + half, 330 - 8 * n), 0.93
        )
        for n in range(25)
    )
    chars = (planned.weakest, *([0.98] * (len(planned.plate) - 1)))
    read = vision.PlateRead(planned.plate, 2, chars, vision.Colour.WHITE, complete=True, width=96.0)
    key = hashlib.sha256(f"demonstration:{planned.act}:{planned.plate}:{planned.ago}".encode()).hexdigest()
    return vision.Passage(
        key=key,
        camera=camera,
        track=3,
        kind=planned.kind,
        first_at=begun,
        last_at=steps[-1].at,
        path=steps,
        plate=read,
        doubt=planned.doubt,
        models={"detector": "demonstration", "reader": "demonstration"},
    )


def _propose(planned: Planned, passage: vision.Passage) -> Violation | None:
    held = doubts.of_passage(passage, weakest=0.8)
    light = "red" if planned.act in {ActCode.RED_LIGHT, ActCode.STOP_LINE} else "green"
    finding = Finding(
        act=planned.act,
        at=passage.path[17].at,
        frames=(2, 17, 24),
        outcome="person" if held else "propose",
        measured=_measured(planned.act),
        held=held,
    )
    lights = (vision.LightChange("D1", passage.first_at - dt.timedelta(seconds=4), vision.Light(light)),)
    passages.take_in([passage])
    files = pictures.files(passage.path, finding.frames, planned.plate, light)
    return proposing.propose(passage, finding, files, lights=lights)


def _measured(act: ActCode) -> dict[str, object]:
    if act in {ActCode.RED_LIGHT, ActCode.STOP_LINE}:
        return {"line": "S1", "signal": "D1", "light": "red", "red_for_s": 7.4, "beyond_px": 96.0}
    if act in {ActCode.SPEED_10, ActCode.SPEED_20}:
        kmh = 76.4 if act is ActCode.SPEED_10 else 87.1
        return {"kmh": kmh, "within": 2.3, "limit": 60, "over": round(kmh - 62.3, 1), "second_kmh": kmh - 0.8}
    return {"lane": "L2", "lasted_s": 3.2}


def _go(planned: Planned, violation: Violation, begun: dt.datetime, staff: dict[str, Person]) -> None:
    at, now = begun, clock.now()
    for step in planned.way:
        at = min(at + dt.timedelta(hours=5), now)
        with clock.standing_at(at):
            if not _step(step, violation.pk, staff):
                return


def _step(step: str, case: int, staff: dict[str, Person]) -> bool:
    """Do one step; False where the case went another way, since the register did not agree or did not answer."""
    found = cases.by_id([case])[case]
    reviewer, head, hearer = staff["reviewer"], staff["head"], staff["hearer"]
    wanted = {"contest": "notified", "sanction": "notified", "uphold": "contested", "cancel": "contested"}
    if step in wanted and found.state != wanted[step]:
        return False
    if step == "confirm":
        reviewing.confirm(case, by=reviewer, seen=found.seq)
    elif step == "reject":
        reviewing.reject(case, by=reviewer, seen=found.seq, reason="directed", note="Cảnh sát đang điều khiển nút giao")
    elif step == "decide":
        reviewing.decide(case, by=head, seen=found.seq)
    elif step == "ask":
        registering.ask(case, found.seq)
    elif step == "contest":
        owners.contest(Violation.objects.get(pk=case).code, _STATEMENT)
    elif step == "sanction":
        reviewing.sanction(case, by=head, seen=found.seq, number="41/QĐ-XPHC", day=clock.today(), amount=18_000_000)
    else:
        upheld = step == "uphold"
        reviewing.hear(case, by=hearer, seen=found.seq, upheld=upheld, note="Đã đối chiếu hình ảnh và hồ sơ đăng ký xe")
    return True
