"""Which acts a passage shows, by the rules in force on its day. Pure: perfect tracks give perfect findings.

Every finding is a lead. `propose` goes to a reviewer as it is, `person` with remarks, `none` makes no case.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot
from typing import TYPE_CHECKING, Final

from vamco.engines.vision.contracts import Kind, Light
from vamco.systems.traffic.contracts import OF_CARS, OF_MOTORBIKES, ActCode, Finding
from vamco.systems.traffic.rules import doubts, paths, speeds

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from vamco.engines.vision.contracts import Drawing, Lane, LightChange, Passage, Sighting, Speed, StopLine, Zone
    from vamco.systems.traffic.contracts import RoadRule, SignChange

MOTOR: Final = frozenset({Kind.CAR, Kind.MOTORBIKE, Kind.BUS, Kind.TRUCK})
WEAKEST: Final = 0.8
_AGAINST: Final = -0.7  # cosine between the way of a lane and the move against it
_WITH: Final = 0.5
_EDGE: Final = 4.0  # pixels: a box so near to the picture's edge is leaving it


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a passage is judged by. `lights` and `signs` are the log, from before the passage on.

    `in_doubt`: the camera was, so nothing is found. `second` is a second, independent measure of speed, such as a radar's; without
    one the way on the road is measured. `speed_fault`: measures disagreed too often of late, so no speed counts. TC-07.
    """

    drawing: Drawing
    rules: Mapping[ActCode, RoadRule]
    lights: tuple[LightChange, ...] = ()
    signs: tuple[SignChange, ...] = ()
    in_doubt: bool = False
    second: Speed | None = None
    speed_fault: bool = False
    weakest: float = WEAKEST


@dataclass(frozen=True, slots=True)
class _Shown:
    """An act as it was seen, before doubts are weighed."""

    act: ActCode
    at: dt.datetime
    frames: tuple[int, ...]
    measured: Mapping[str, object]
    held: tuple[str, ...] = ()
    none: bool = False


def findings(passage: Passage, scene: Scene) -> tuple[Finding, ...]:
    """Return what a passage shows, each act at most once, in the order of time."""
    if scene.in_doubt or passage.kind not in MOTOR or len(passage.path) < 2:  # noqa: PLR2004  # two positions
        return ()
    held = doubts.of_passage(passage, weakest=scene.weakest)
    assist = {"no_helmet_seen": True} if doubts.ASSIST in passage.doubt else {}
    found: dict[ActCode, Finding] = {}
    for shown in _shown(passage, scene):
        if shown.act in found or not _covers(scene.rules.get(shown.act), passage.kind):
            continue
        reasons = tuple(sorted({*held, *shown.held}))
        outcome = "none" if shown.none else "person" if reasons else "propose"
        found[shown.act] = Finding(
            act=shown.act,
            at=shown.at,
            frames=shown.frames,
            outcome=outcome,  # type: ignore[arg-type]  # one of the three
            measured={**shown.measured, **assist},
            held=reasons,
        )
    return tuple(sorted(found.values(), key=lambda each: (each.at, each.act)))


def class_of(kind: str) -> str:
    """Return by which article a vehicle is judged."""
    return OF_MOTORBIKES if kind == Kind.MOTORBIKE else OF_CARS


def light_at(changes: Sequence[LightChange], signal: str, at: dt.datetime) -> tuple[Light, dt.datetime | None]:
    """Return the state of a signal at a moment, and since when; UNKNOWN where the log does not say."""
    found: tuple[Light, dt.datetime | None] = Light.UNKNOWN, None
    for change in sorted(changes, key=lambda each: each.at):
        if change.signal != signal or change.at > at:
            continue
        if change.light is not found[0]:
            found = change.light, change.at
    return found


def _covers(rule: RoadRule | None, kind: Kind) -> bool:
    return rule is not None and class_of(kind) in rule.by


def _shown(passage: Passage, scene: Scene) -> Iterator[_Shown]:
    for line in scene.drawing.stop_lines:
        yield from _at_line(passage, scene, line)
    for lane in scene.drawing.lanes:
        yield from _in_lane(passage, scene, lane)
    for zone in scene.drawing.zones:
        yield from _in_zone(passage, scene, zone)
    yield from _speed(passage, scene)
    if doubts.ASSIST in passage.doubt and passage.kind is Kind.MOTORBIKE:
        yield _Shown(ActCode.NO_HELMET, passage.first_at, (), {"assist": True}, none=True)


def _at_line(passage: Passage, scene: Scene, line: StopLine) -> Iterator[_Shown]:
    """Red: before the line, beyond it while the light is red, and going on at red. Over it and no further: the stop line only.

    Who stands over the line at red and goes on when the light has changed crossed the line only.
    On or past the line before red began: may go on. Source: Luật 36/2024/QH15, Đ. 11; NĐ 168/2024/NĐ-CP, Đ. 6, 7.
    """
    way = _way_of(line, scene.drawing.lanes)
    if way is None or not line.signal:
        return
    crossed = paths.crossing(passage.path, line.ends, way)
    if crossed is None:
        return
    light, since = light_at(scene.lights, line.signal, crossed.at)
    if light is not Light.RED or since is None:
        return
    into = (crossed.at - since).total_seconds()
    after = _at_red(passage, crossed, _red_until(scene.lights, line.signal, crossed.at))
    act = ActCode.RED_LIGHT if _goes_on(after, scene.drawing, line, way) else ActCode.STOP_LINE
    rule = scene.rules.get(act)
    if rule is None or into < rule.grace_s:
        return
    last = after[-1]
    far = max(paths.beyond(line.ends, way, each.box.foot) for each in after[1:])
    if act is ActCode.STOP_LINE and far <= rule.tolerance:
        return
    yield _Shown(
        act,
        crossed.at,
        (passage.path[crossed.before].frame, passage.path[crossed.beyond].frame, last.frame),
        {
            "line": line.code,
            "signal": line.signal,
            "light": "red",
            "red_for_s": round(into, 2),
            "beyond_px": round(far, 1),
        },
        () if crossed.seen else ("gap",),
    )


def _red_until(changes: Sequence[LightChange], signal: str, at: dt.datetime) -> dt.datetime | None:
    """Return when a signal that is red at a moment first shows something else; None where the log does not say."""
    later = (each.at for each in changes if each.signal == signal and each.at > at and each.light is not Light.RED)
    return min(later, default=None)


def _at_red(passage: Passage, crossed: paths.Crossing, until: dt.datetime | None) -> tuple[Sighting, ...]:
    """Return the sighting before the line, the one beyond it, and those that follow while the light is red."""
    path = passage.path
    following = (each for each in path[crossed.beyond + 1 :] if until is None or each.at <= until)
    return (path[crossed.before], path[crossed.beyond], *following)


def _goes_on(after: Sequence[Sighting], drawing: Drawing, line: StopLine, way: tuple[float, float]) -> bool:
    """Return whether a vehicle went on behind the line at red: by its own size, or out of the picture while it moved."""
    reach = paths.size(after[1])
    if max(paths.beyond(line.ends, way, each.box.foot) for each in after[1:]) >= reach:
        return True
    last, before = after[-1], after[-2]
    box = last.box
    leaves = box.x0 <= _EDGE or box.y0 <= _EDGE or box.x1 >= drawing.width - _EDGE or box.y1 >= drawing.height - _EDGE
    ahead = paths.beyond(line.ends, way, last.box.foot) - paths.beyond(line.ends, way, before.box.foot)
    return leaves and ahead > 0


def _way_of(line: StopLine, lanes: Sequence[Lane]) -> tuple[float, float] | None:
    for lane in lanes:
        if lane.code in line.lanes:
            return _vector(lane)
    return None


def _vector(lane: Lane) -> tuple[float, float]:
    (x0, y0), (x1, y1) = lane.way
    return x1 - x0, y1 - y0


def _in_lane(passage: Passage, scene: Scene, lane: Lane) -> Iterator[_Shown]:
    """Against the way of a lane, or with it in a lane that is for other vehicles. Where lanes lie over one another nothing is found."""
    others = [each for each in scene.drawing.lanes if each.code != lane.code]

    def alone(point: tuple[float, float]) -> bool:
        return paths.inside(lane.polygon, point) and not any(paths.inside(each.polygon, point) for each in others)

    for stay in paths.stays(passage.path, alone):
        move, took = paths.moved(passage.path, stay), paths.seconds(passage.path, stay)
        if hypot(*move) < paths.size(passage.path[stay.first]):
            continue
        cosine = paths.along(_vector(lane), move)
        act = ActCode.WRONG_WAY if cosine <= _AGAINST else None
        if act is None and cosine >= _WITH and lane.kinds and passage.kind not in lane.kinds:
            act = ActCode.WRONG_LANE
        rule = scene.rules.get(act) if act else None
        if act is None or rule is None or took < rule.lasts_s:
            continue
        yield _lasting(passage, stay, act, {"lane": lane.code, "cosine": round(cosine, 2)})


def _in_zone(passage: Passage, scene: Scene, zone: Zone) -> Iterator[_Shown]:
    purposes = {
        "forbidden": ActCode.FORBIDDEN_VEHICLE,
        "pavement": ActCode.PAVEMENT,
        "no_stopping": ActCode.ILLEGAL_STOP,
    }
    act = purposes.get(zone.purpose)
    rule = scene.rules.get(act) if act else None
    if act is None or rule is None or (zone.kinds and passage.kind not in zone.kinds):
        return
    for stay in paths.stays(passage.path, lambda point: paths.inside(zone.polygon, point)):
        kept: paths.Stay | None = stay
        if act is ActCode.ILLEGAL_STOP:
            kept = paths.standing(passage.path, stay)
        elif hypot(*paths.moved(passage.path, stay)) < paths.size(passage.path[stay.first]):
            continue
        if kept is not None and paths.seconds(passage.path, kept) >= rule.lasts_s:
            yield _lasting(passage, kept, act, {"zone": zone.code})


def _lasting(passage: Passage, stay: paths.Stay, act: ActCode, measured: Mapping[str, object]) -> _Shown:
    path = passage.path
    middle = (stay.first + stay.last) // 2
    frames = (path[stay.first].frame, path[middle].frame, path[stay.last].frame)
    lasted = {"lasted_s": round(paths.seconds(path, stay), 2)}
    return _Shown(act, path[stay.first].at, frames, {**measured, **lasted}, ("gap",) if paths.gap(path, stay) else ())


def _speed(passage: Passage, scene: Scene) -> Iterator[_Shown]:
    """The lower end of the interval above limit and tolerance; a second measure must agree, else nothing and a fault. TC-03, TC-07."""
    rule = scene.rules.get(ActCode.SPEED_5)
    if passage.speed is None or rule is None:
        return
    limit = speeds.limit_at(passage.first_at, scene.drawing.limit_kmh, scene.signs, rule.grace_s)
    if limit is None:
        return
    lower = passage.speed.kmh - passage.speed.within
    act = speeds.band(lower - limit - rule.tolerance)
    if act is None:
        return
    second = scene.second or speeds.from_path(passage.path)
    agrees = second is not None and speeds.agree(passage.speed, second)
    measured = {
        "kmh": round(passage.speed.kmh, 1),
        "within": round(passage.speed.within, 1),
        "limit": limit,
        "over": round(lower - limit, 1),
        "second_kmh": round(second.kmh, 1) if second else None,
    }
    shown = _Shown(act, passage.first_at, (passage.path[0].frame, passage.path[-1].frame), measured)
    if not agrees:
        shown = replace(shown, none=True, held=(speeds.DISAGREES,))
    elif scene.speed_fault:
        shown = replace(shown, none=True, held=("speed_fault",))
    yield shown
