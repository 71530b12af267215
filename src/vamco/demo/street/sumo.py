"""Scenes driven by SUMO (`eclipse-sumo`, EPL-2.0): short, seeded, with violations made on purpose. Only this module needs SUMO.

SUMO itself does: the roads and the signal, following, queueing, motorbikes beside one another within a lane (its sublane model),
running a red light (`jmDriveAfterRedTime`), stopping where it is forbidden (`<stop>`), speeding (`speedFactor`), cars in a lane of
others (they depart there). Overlaid by us, because SUMO has no such thing: standing beyond the stop line (positions along the path are
stretched over the last 25 m before it), driving against the way (driven by SUMO on a road of its own, shifted onto the one in view) and
riding on the pavement (shifted sideways). Whether something was a violation is decided by `truth.py` from the paths alone.
"""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from vamco.demo.street.movement import STEP_S, Movement, Mover
from vamco.demo.street.places import PLACES, Place
from vamco.engines.vision.contracts import Colour, Kind, Light

KINDS = (Kind.MOTORBIKE, Kind.MOTORBIKE, Kind.MOTORBIKE, Kind.CAR, Kind.CAR)
TYPES = {
    Kind.CAR: 'vClass="passenger" length="4.3" width="1.8" accel="2.6" latAlignment="center"',
    Kind.MOTORBIKE: 'vClass="motorcycle" length="1.9" width="0.8" accel="3.5" minGapLat="0.3" latAlignment="arbitrary"',
    Kind.BUS: 'vClass="bus" length="10" width="2.5" accel="1.2" latAlignment="center"',
    Kind.TRUCK: 'vClass="truck" length="7" width="2.4" accel="1.3" latAlignment="center"',
}
AWAY, HERE, AGAINST = "S2C C2N", "N2C C2S", "X2Y"
SHIFT_X = 500.0
CENTRE_Y, START_Y, END_Y = 40.0, -45.0, 170.0


@dataclass(frozen=True, slots=True)
class Wish:
    """A vehicle that shall be there: kind, route, lane (0 is the outer one), second of departure, what it shall do."""

    kind: Kind
    route: str
    lane: int
    depart: float
    intent: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """A scene to make: the place, its seconds, its violations, and how dense the traffic is (vehicles a minute and lane)."""

    place: str
    seconds: float = 10.0
    intents: tuple[str, ...] = ()
    density: float = 12.0
    red_from: float = 1.0
    red_to: float = 60.0
    warm_up: float = 14.0


def make(order: Order, seed: int) -> Movement:
    """Run SUMO for one scene; the same order and seed give the same movement."""
    rng = np.random.default_rng(seed)
    place = PLACES[order.place]
    wishes = _wishes(order, place, rng)
    with tempfile.TemporaryDirectory() as folder:
        recorded = _run(order, place, wishes, seed, Path(folder))
    movers: list[Mover] = []
    begin = round(order.warm_up / STEP_S)
    for index, wish in enumerate(wishes):
        if len(steps := recorded.get(f"v{index}", [])) < 2:
            continue
        first, path = steps[0][0], np.array([entry[1:] for entry in steps])
        path = _overlay(wish, place, path)
        keep = slice(max(0, begin - first), None)
        if len(path[keep]) < 2:
            continue
        plate, colour, lines = plate_of(wish.kind, rng)
        movers.append(
            Mover(
                len(movers),
                wish.kind,
                int(rng.integers(1000)),
                plate,
                colour,
                lines,
                int(max(0, first - begin)),
                path[keep],
                wish.intent,
            )
        )
    red = [(0, Light.GREEN), (max(0, round((order.red_from - 3) / STEP_S)), Light.YELLOW)]
    red += [(round(order.red_from / STEP_S), Light.RED), (round(order.red_to / STEP_S), Light.GREEN)]
    if order.red_from <= 0:
        red = [(0, Light.RED), (round(order.red_to / STEP_S), Light.GREEN)]
    lights = {lamp.code: tuple(red) for lamp in place.lamps}
    return Movement(order.place, round(order.seconds / STEP_S), tuple(movers), lights)


def plate_of(kind: Kind, rng: np.random.Generator) -> tuple[str, Colour, int]:
    """Return an invented plate of the province: text, ground, lines."""
    province, digits = str(rng.choice(["70", "62"])), f"{rng.integers(100, 99999):05d}"
    if kind is Kind.MOTORBIKE:
        return f"{province}{rng.choice(list('BCDEFGHKLMN'))}{rng.integers(1, 10)}{digits}", Colour.WHITE, 2
    if kind in {Kind.BUS, Kind.TRUCK} or rng.random() < 0.15:
        return f"{province}{rng.choice(list('BCEH'))}{digits}", Colour.YELLOW, int(rng.integers(1, 3))
    return f"{province}A{digits}", Colour.WHITE, int(rng.integers(1, 3))


def _wishes(order: Order, place: Place, rng: np.random.Generator) -> list[Wish]:
    """Fill the lanes at random, and leave a gap in front of each one that shall do wrong."""
    wrong = [_wrong(intent, order, rng) for intent in order.intents]
    wishes = list(wrong)
    until = order.warm_up + order.seconds
    both = any(lane.way < 0 for lane in place.lanes)
    for route in (AWAY, HERE) if both else (AWAY,):
        for lane in (0, 1):
            at = float(rng.uniform(0, 4))
            while at < until:
                kind = KINDS[int(rng.integers(len(KINDS)))] if lane else Kind.MOTORBIKE
                if place.name == "straight" and rng.random() < 0.4:
                    kind = Kind.CAR
                if route == HERE and rng.random() < 0.12:
                    kind = Kind.BUS if rng.random() < 0.5 else Kind.TRUCK
                near = any(w.route == route and w.lane == lane and -9 < w.depart - at < 14 for w in wrong)
                if not near:
                    wishes.append(Wish(kind, route, lane, at))
                at += float(rng.exponential(60 / max(0.1, order.density))) + 0.9
    return sorted(wishes, key=lambda wish: wish.depart)


def _wrong(intent: str, order: Order, rng: np.random.Generator) -> Wish:
    kind = Kind.MOTORBIKE if rng.random() < 0.5 else Kind.CAR
    lane = 0 if kind is Kind.MOTORBIKE and rng.random() < 0.6 else 1
    drive = 5.6  # seconds from the start of the road to the stop line, at town speed
    arrive = order.warm_up + max(1.5, order.red_from + 1.0) + float(rng.uniform(0.5, 2.5))
    if intent in {"red_light", "stop_line"}:
        return Wish(kind, AWAY, lane, arrive - drive, intent)
    depart = order.warm_up + float(rng.uniform(-5.0, -3.0))
    if intent == "speed":
        depart += 2.2
    if intent == "wrong_lane":
        return Wish(Kind.CAR, AWAY, 0, depart, intent)
    if intent == "forbidden_vehicle":
        return Wish(Kind.TRUCK, AWAY, 1, depart, intent)
    if intent == "wrong_way":
        return Wish(kind, AGAINST, 0, depart - 4.5, intent)
    if intent == "pavement":
        return Wish(Kind.MOTORBIKE, AWAY, 0, depart, intent)
    return Wish(
        Kind.CAR if intent == "illegal_stop" else kind, AWAY, 0 if intent == "illegal_stop" else lane, depart, intent
    )


def _net(place: Place, folder: Path) -> Path:
    """Build the road with netconvert, in the place's own metres."""
    import sumolib

    centre = place.centre if place.centre is not None else place.lanes[0].x0
    kind = "traffic_light" if place.lamps else "priority"
    (folder / "n.xml").write_text(
        f'<nodes><node id="S" x="{centre}" y="{START_Y}"/><node id="C" x="{centre}" y="{CENTRE_Y}" type="{kind}"/>'
        f'<node id="N" x="{centre}" y="{END_Y}"/><node id="W" x="-90" y="40"/><node id="E" x="90" y="40"/>'
        f'<node id="X" x="{centre + SHIFT_X}" y="{END_Y}"/><node id="Y" x="{centre + SHIFT_X}" y="{START_Y}"/></nodes>'
    )
    speed = (place.limit_kmh or 45) / 3.6

    def edge(a: str, b: str, *, stop: float = 0.0) -> str:
        offset = f' endOffset="{stop}"' if stop else ""
        return f'<edge id="{a}2{b}" from="{a}" to="{b}" numLanes="2" speed="{speed:.2f}" width="3.55"{offset}/>'

    edges = [edge("S", "C", stop=5.1 if place.lines else 0.0), edge("C", "N"), edge("X", "Y")]
    if any(lane.way < 0 for lane in place.lanes):
        edges += [edge("N", "C"), edge("C", "S")]
    if place.across:
        edges += [edge("W", "C"), edge("C", "E")]
    (folder / "e.xml").write_text(f"<edges>{''.join(edges)}</edges>")
    net = folder / "net.xml"
    import subprocess

    command = [sumolib.checkBinary("netconvert"), "-n", "n.xml", "-e", "e.xml", "-o", "net.xml"]
    command += ["--offset.disable-normalization", "true", "--no-turnarounds", "true", "--no-warnings", "true"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)  # noqa: S603  # fixed words
    return net


def _routes(wishes: list[Wish], rng: np.random.Generator) -> str:
    lines = ["<routes>"]
    for index, wish in enumerate(wishes):
        extra = ""
        if wish.intent == "red_light":
            extra = ' jmDriveAfterRedTime="1000" jmDriveRedSpeed="11" jmIgnoreFoeProb="1"'
        factor = rng.uniform(1.25, 1.6) if wish.intent == "speed" else rng.uniform(0.78, 0.92)
        lines.append(f'<vType id="t{index}" {TYPES[wish.kind]} speedFactor="{factor:.3f}" speedDev="0"{extra}/>')
        stop = ""
        if wish.intent == "illegal_stop":
            stop = f'<stop lane="S2C_0" endPos="{rng.uniform(66, 76):.1f}" duration="60"/>'
        lines.append(
            f'<vehicle id="v{index}" type="t{index}" depart="{max(0.0, wish.depart):.2f}" departLane="{wish.lane}" '
            f'departSpeed="max" departPosLat="random"><route edges="{wish.route}"/>{stop}</vehicle>'
        )
    return "\n".join([*lines, "</routes>"])


def _run(order: Order, place: Place, wishes: list[Wish], seed: int, folder: Path) -> dict[str, list[tuple[float, ...]]]:
    """Let SUMO drive; returns (step, x, y, way) by vehicle."""
    import libsumo
    import sumolib

    net = _net(place, folder)
    (folder / "r.xml").write_text(_routes(wishes, np.random.default_rng(seed + 1)))
    command = [sumolib.checkBinary("sumo"), "-n", str(net), "-r", str(folder / "r.xml"), "--seed", str(seed)]
    command += ["--step-length", str(STEP_S), "--lateral-resolution", "0.6", "--no-warnings", "--no-step-log"]
    command += ["--time-to-teleport", "-1", "--collision.action", "none"]
    libsumo.start(command)
    try:
        return _record(libsumo, order, place)
    finally:
        libsumo.close()


def _record(libsumo: Any, order: Order, place: Place) -> dict[str, list[tuple[float, ...]]]:
    found: dict[str, list[tuple[float, ...]]] = {}
    for step in range(round((order.warm_up + order.seconds) / STEP_S)):
        second = step * STEP_S - order.warm_up
        if place.lamps:
            count = len(libsumo.trafficlight.getRedYellowGreenState("C"))
            state = (
                "r"
                if order.red_from <= second < order.red_to
                else "y"
                if order.red_from - 3 <= second < order.red_from
                else "G"
            )
            libsumo.trafficlight.setRedYellowGreenState("C", state * count)
        libsumo.simulationStep()
        for vehicle in libsumo.simulation.getDepartedIDList():
            libsumo.vehicle.setLaneChangeMode(vehicle, 0)
        for vehicle in libsumo.vehicle.getIDList():
            x, y = libsumo.vehicle.getPosition(vehicle)
            way = math.radians(90 - libsumo.vehicle.getAngle(vehicle))
            found.setdefault(vehicle, []).append((step, x, y, (way + math.pi) % (2 * math.pi) - math.pi))
    return found


def _overlay(wish: Wish, place: Place, path: Any) -> Any:
    path = path.copy()
    if wish.intent == "wrong_way":
        middle = min(place.lanes, key=lambda lane: lane.x0 if lane.way > 0 else 99).middle
        path[:, 0] += middle - float(np.median(path[:, 0]))
    if wish.intent == "pavement":
        zone = next(zone for zone in place.zones if zone.purpose == "pavement")
        middle = (zone.shape[0][0] + zone.shape[1][0]) / 2
        part = np.clip((path[:, 1] - 10) / 6, 0, 1) * np.clip((56 - path[:, 1]) / 6, 0, 1)
        path[:, 0] += (middle - path[:, 0]) * part
    if wish.intent == "stop_line":
        line = place.lines[0]
        further = (1.9 if wish.kind is Kind.MOTORBIKE else 4.3) + 2.2
        part = np.clip((path[:, 1] - (line.y - 26)) / 24, 0, 1)
        path[:, 1] += further * part * part * (3 - 2 * part)
    return path


def shifted(movement: Movement, steps: int) -> Movement:
    """Return a movement cut to its first steps."""
    return replace(movement, steps=steps)
