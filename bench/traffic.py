"""Violations on rendered roads that SUMO drives: the rules on perfect tracks, then from pixels, a naive reading beside it.

Scenes are short (8 to 12 s), one violation on purpose in each, seeds from 1000 on; seeds below were used while building. From pixels
the configuration of the pipeline is the one that is printed. `VAMCO_BENCH_SCENES` is how many scenes from pixels (default 32; the
published figure takes 224 and hours). Truth comes from paths in metres (`vamco.demo.street.truth`).

What counts as right: the same vehicle and the same act. A finding for a vehicle that is none, or did nothing, is a wrong one.
"""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from typing import TYPE_CHECKING, Any

from vamco.cli.bench import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BENCH = "traffic"
FIRST_SEED = 1000
EVERY = 2  # of the 25 pictures a second
TILES = (2, 2)
GROUPS = {
    "car": "car",
    "bus": "car",
    "truck": "car",
    "motorbike": "motorbike",
    "bicycle": "motorbike",
    "person": "person",
}
PLANS = {
    "red_light": ("junction", 10.0, 1.0, 60.0),
    "stop_line": ("junction", 11.0, 1.0, 60.0),
    "wrong_lane": ("junction", 8.0, 99.0, 999.0),
    "speed": ("straight", 8.0, 99.0, 999.0),
    "wrong_way": ("one-way", 8.0, 99.0, 999.0),
    "forbidden_vehicle": ("one-way", 8.0, 99.0, 999.0),
    "pavement": ("one-way", 8.0, 99.0, 999.0),
    "illegal_stop": ("no-stopping", 12.0, 99.0, 999.0),
    "": ("junction", 10.0, 4.0, 60.0),
}
CONDITIONS = ("day", "night", "rain", "dense")


def scene(intent: str, seed: int, density: float) -> Any:
    """Let SUMO make one scene."""
    from vamco.demo.street import sumo

    place, seconds, begin, end = PLANS[intent]
    order = sumo.Order(place, seconds, (intent,) if intent else (), density, red_from=begin, red_to=end)
    return sumo.make(order, seed)


def rules() -> dict[Any, Any]:
    """Return rules with the pack's graces, but a stop counts after 3.5 s: scenes are short."""
    from vamco.systems.traffic.contracts import ActCode, RoadRule, Sanction

    both = {"car": Sanction("", 0, 0), "motorbike": Sanction("", 0, 0)}
    lasts = {"wrong_way": 1.0, "wrong_lane": 1.0, "forbidden_vehicle": 0.5, "pavement": 0.5, "illegal_stop": 3.5}
    grace = {"red_light": 1.0, "stop_line": 1.0}
    return {
        code: RoadRule(
            code, code, code, "", dt.date(2025, 1, 1), None, verified=False, by=both,
            tolerance=4.0 if code == "stop_line" else 0.0, grace_s=grace.get(code, 0.0), lasts_s=lasts.get(code, 0.0),
        )
        for code in ActCode
    }  # fmt: skip


def found_by_rules(passages: dict[int, list[Any]], movement: Any, drawing: Any) -> set[tuple[int, str]]:
    """Return (vehicle, act) that the rules propose, to a reviewer or with remarks."""
    from vamco.demo.street.passages import lights
    from vamco.systems.traffic.rules.judging import Scene, findings

    judged = Scene(drawing, rules(), lights(movement))
    acts = set()
    for number, own in passages.items():
        for passage in own:
            for finding in findings(passage, judged):
                if finding.outcome != "none":
                    acts.add((number, "speed" if finding.act.startswith("speed") else str(finding.act)))
    return acts


def naive(passages: dict[int, list[Any]], movement: Any, drawing: Any) -> set[tuple[int, str]]:
    """Return what single sightings say: no time, no grace, the middle of the box instead of its foot."""
    from vamco.demo.street.passages import lights

    acts, log = set(), lights(movement)
    for number, own in passages.items():
        for passage in own:
            for one in passage.path:
                acts |= {(number, act) for act in _naive_at(passage.kind, one, log, drawing)}
            if drawing.limit_kmh and passage.speed and passage.speed.kmh > drawing.limit_kmh:
                acts.add((number, "speed"))
    return acts


def _naive_at(kind: Any, one: Any, log: Any, drawing: Any) -> Iterator[str]:
    from vamco.systems.traffic.rules.judging import light_at
    from vamco.systems.traffic.rules.paths import beyond, inside

    middle = ((one.box.x0 + one.box.x1) / 2, (one.box.y0 + one.box.y1) / 2)
    purposes = {"forbidden": "forbidden_vehicle", "pavement": "pavement", "no_stopping": "illegal_stop"}
    for line in drawing.stop_lines:
        (x0, _), (x1, _) = line.ends
        red = light_at(log, line.signal, one.at)[0] == "red"
        if red and x0 < middle[0] < x1 and beyond(line.ends, (0.0, -1.0), middle) > 0:
            yield "red_light"
    if any(lane.kinds and kind not in lane.kinds and inside(lane.polygon, middle) for lane in drawing.lanes):
        yield "wrong_lane"
    for zone in drawing.zones:
        if zone.purpose in purposes and (not zone.kinds or kind in zone.kinds) and inside(zone.polygon, middle):
            yield purposes[zone.purpose]


def truth_of(movement: Any) -> set[tuple[int, str]]:
    """Return (vehicle, act) that happened."""
    from vamco.demo.street.truth import violations

    return {(each.number, each.code) for each in violations(movement)}


def matched(passages: Iterable[Any], seen: dict[int, list[Any]]) -> dict[int, list[Any]]:
    """Put passages to vehicles by their boxes; those that are none get numbers below zero."""
    groups: dict[int, list[Any]] = {}
    for index, passage in enumerate(passages):
        votes: Counter[int] = Counter()
        for one in passage.path:
            best = max(seen.get(one.frame, []), key=lambda each: overlap(each.box, one.box), default=None)
            if best is not None and overlap(best.box, one.box) > 0.3:
                votes[best.number] += 1
        top = votes.most_common(1)
        number = top[0][0] if top and top[0][1] >= 0.3 * len(passage.path) else -1 - index
        groups.setdefault(number, []).append(passage)
    return groups


def overlap(one: Any, other: Any) -> float:
    """Return intersection over union."""
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    high = min(one.y1, other.y1) - max(one.y0, other.y0)
    if wide <= 0 or high <= 0:
        return 0.0
    both = (one.x1 - one.x0) * (one.y1 - one.y0) + (other.x1 - other.x0) * (other.y1 - other.y0)
    return float(wide * high / (both - wide * high))


def from_pixels(
    movement: Any, seed: int, condition: str, recall: dict[tuple[str, str, str], list[int]]
) -> dict[int, list[Any]]:
    """Render a scene, run the pipeline on it, and return its passages by vehicle; counts what the detector finds, too."""
    from vamco.demo.street.passages import at
    from vamco.demo.street.places import PLACES, drawing
    from vamco.demo.street.rendering import Renderer
    from vamco.engines.vision.contracts import Frame
    from vamco.engines.vision.pipeline import Pipeline

    renderer = Renderer(movement, seed, night=condition == "night", rain=condition == "rain", quality=85)
    pipeline = Pipeline(movement.place, _Listening(detector(), recall, condition), drawing(PLACES[movement.place]))
    seen, passages = {}, []
    for number, step in enumerate(range(0, movement.steps, EVERY)):
        picture, things = renderer.frame(step)
        seen[number] = things
        pipeline._detector.truth = things  # noqa: SLF001  # the listening detector is ours
        passages += pipeline.feed(Frame(movement.place, number, at(step), picture)).passages
    passages += pipeline.finish()
    return matched(passages, seen)


class _Listening:
    """A detector that also counts how much of the truth it finds."""

    def __init__(self, inner: Any, recall: dict[tuple[str, str, str], list[int]], condition: str) -> None:
        self.name, self._inner, self._recall, self._condition, self.truth, self._calls = (
            inner.name,
            inner,
            recall,
            condition,
            [],
            0,
        )

    def detect(self, picture: Any) -> Any:
        found = self._inner.detect(picture)
        self._calls += 1
        if self._calls % 5 == 0:
            count_recall(found, self.truth, picture.shape, self._recall, self._condition)
        return found


def count_recall(
    found: Any, truth: Any, shape: Any, recall: dict[tuple[str, str, str], list[int]], condition: str
) -> None:
    """Add (found, there) by condition, group and height of what is at least 60 % visible and wholly in the picture."""
    for thing in truth:
        box = thing.box
        tall = box.y1 - box.y0
        if thing.visible < 0.6 or box.y1 > shape[0] or box.x0 < 0 or box.x1 > shape[1] or tall < 24:
            continue
        group = GROUPS[thing.kind]
        there = any(GROUPS[each.kind] == group and overlap(each.box, box) >= 0.4 for each in found)
        size = "24–48 px" if tall < 48 else "48–96 px" if tall < 96 else "from 96 px"
        for key in ((condition, group, size), (condition, group, "all"), (condition, "all", "all")):
            entry = recall.setdefault(key, [0, 0])
            entry[0] += there
            entry[1] += 1


def detector() -> Any:
    """Return the detector that is used on real frames."""
    from pathlib import Path

    import vamco.engines.vision as engine
    from vamco.engines.vision.detectors import Description, OnnxDetector
    from vamco.engines.vision.ready import DETECTOR

    description = Description.read(Path(engine.__path__[0]) / "nanodet.yaml")
    return OnnxDetector(DETECTOR, description, tiles=TILES)


def _perfect() -> Iterator[Figure]:
    from vamco.demo.street.passages import perfect
    from vamco.demo.street.places import PLACES, drawing

    ours, plain, wrong = Counter(), Counter(), []
    for intent in PLANS:
        for seed in range(FIRST_SEED, FIRST_SEED + int(os.environ.get("VAMCO_BENCH_PERFECT", "5"))):
            movement = scene(intent, seed, 14.0)
            view, truth = drawing(PLACES[movement.place]), truth_of(movement)
            passages = {number: [one] for number, one in perfect(movement).items()}
            found = found_by_rules(passages, movement, view)
            wrong += [(intent, seed, "not found" if each in truth else "not true", each) for each in found ^ truth]
            _add(ours, found, truth)
            _add(plain, naive(passages, movement, view), truth)
    for each in wrong[:40]:
        print("#", *each)
    yield Figure(
        BENCH,
        f"rules on perfect tracks, precision ({ours['there']} violations)",
        _precision(ours),
        "share",
        ">= 1",
        "naive",
        _precision(plain),
    )
    yield Figure(BENCH, "rules on perfect tracks, recall", _recall(ours), "share", ">= 1", "naive", _recall(plain))


def _add(total: Counter[str], found: set[Any], truth: set[Any]) -> None:
    total["right"] += len(found & truth)
    total["found"] += len(found)
    total["there"] += len(truth)


def _precision(total: Counter[str]) -> float:
    return total["right"] / total["found"] if total["found"] else 0.0


def _recall(total: Counter[str]) -> float:
    return total["right"] / total["there"] if total["there"] else 0.0


def _pixels() -> Iterator[Figure]:
    from vamco.demo.street.places import PLACES, drawing

    wanted = int(os.environ.get("VAMCO_BENCH_SCENES", "32"))
    recall: dict[tuple[str, str, str], list[int]] = {}
    ours: dict[str, Counter[str]] = {each: Counter() for each in (*CONDITIONS, *PLANS)}
    plain: dict[str, Counter[str]] = {each: Counter() for each in CONDITIONS}
    acts = list(PLANS)
    for number in range(wanted):
        intent, condition = acts[number % len(acts)], CONDITIONS[number // len(acts) % len(CONDITIONS)]
        seed = FIRST_SEED + 500 + number
        movement = scene(intent, seed, 34.0 if condition == "dense" else 14.0)
        view, truth = drawing(PLACES[movement.place]), truth_of(movement)
        passages = from_pixels(movement, seed, condition, recall)
        found = found_by_rules(passages, movement, view)
        for each in found ^ truth:
            print("#", condition, intent, seed, "not found" if each in truth else "not true", each, flush=True)
        _add(ours[condition], found, truth)
        _add(plain[condition], naive(passages, movement, view), truth)
        for act in {act for _, act in found | truth}:
            _add(ours.setdefault(act, Counter()), {e for e in found if e[1] == act}, {e for e in truth if e[1] == act})
    setting = f"1280 × 720, {25 // EVERY} pictures a second, tiles {TILES[0]} × {TILES[1]}"
    for (condition, group, size), (hit, there) in sorted(recall.items()):
        reach = ">= 0.9" if (group, size) == ("all", "all") and condition == "day" else ""
        yield Figure(
            BENCH,
            f"detector recall, {condition}, {group}, {size} ({there} things; {setting})",
            hit / there,
            "share",
            reach,
        )
    for name, total in ours.items():
        if not total["there"] and not total["found"]:
            continue
        reaches = (">= 0.98", ">= 0.93") if name == "day" else (">= 0.95", ">= 0.8") if name in CONDITIONS else ("", "")
        peer = plain.get(name)
        for what, measure, reach in (("precision", _precision, reaches[0]), ("recall", _recall, reaches[1])):
            title = (
                f"violations from pixels, {name}, {what} ({total['there']} there, {total['found']} found; {setting})"
            )
            yield Figure(
                BENCH, title, measure(total), "share", reach, "naive" if peer else "", measure(peer) if peer else None
            )


def run() -> Iterator[Figure]:
    """Measure."""
    yield from _perfect()
    yield from _pixels()
