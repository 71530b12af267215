"""Words of the traffic pages: kinds, conditions, lights, doubts, and why a violation was proposed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.base import clock
from vamco.lib.money import format_number
from vamco.lib.time import HCM
from vamco.systems.traffic.contracts import IN_DOUBT
from vamco.web.components import Text, Tone
from vamco.web.words import either, language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vamco.systems.traffic.public import CameraView, ViolationView
    from vamco.systems.traffic.services.live import Seen

SILENT: Final = dt.timedelta(seconds=90)
"""A camera of which no worker has said anything for so long is away, whatever was said last."""

KINDS: Final[Mapping[str, Text]] = {
    "car": _l("Cars"),
    "motorbike": _l("Motorbikes"),
    "bicycle": _l("Bicycles"),
    "bus": _l("Buses"),
    "truck": _l("Trucks"),
    "person": _l("People on foot"),
}
ONE: Final[Mapping[str, Text]] = {
    "car": _l("Car"),
    "motorbike": _l("Motorbike"),
    "bicycle": _l("Bicycle"),
    "bus": _l("Bus"),
    "truck": _l("Truck"),
    "person": _l("Person on foot"),
}
GROUNDS: Final[Mapping[str, Text]] = {
    "white": _l("white plate"),
    "yellow": _l("yellow plate"),
    "blue": _l("blue plate"),
    "red": _l("red plate"),
    "unknown": _l("colour of the plate not known"),
}
LIGHTS: Final[Mapping[str, tuple[Tone, Text]]] = {
    "red": (Tone.URGENT, _l("red light")),
    "yellow": (Tone.WARNING, _l("yellow light")),
    "green": (Tone.OK, _l("green light")),
    "unknown": (Tone.NONE, _l("light not known")),
}
DOUBTS: Final[Mapping[str, Text]] = {
    "swapped": _l("Two vehicles crossed here and may have been taken for one another."),
    "clock": _l("The camera’s clock was off."),
    "shed": _l("Frames were left out because the machine could not keep up."),
    "gap": _l("The vehicle was out of sight for a moment."),
    "weak_character": _l("A character of the plate is uncertain."),
    "incomplete": _l("The plate is incomplete."),
    "no_plate": _l("The plate was not read."),
    "readers_disagree": _l("Two readers read the plate differently."),
    "priority": _l("It may be a priority vehicle on duty."),
    "carried": _l("It may be a vehicle that is carried on another."),
    "night": _l("The picture was taken at night."),
    "no_helmet_seen": _l("No helmet was seen; this is a hint only."),
    "speed_disagrees": _l("A second measure of the speed does not agree."),
    "speed_fault": _l("The measures of speed of this camera disagreed too often."),
}
ZONES: Final[Mapping[str, Text]] = {
    "no_stopping": _l("No stopping"),
    "forbidden": _l("Forbidden to some vehicles"),
    "pavement": _l("Pavement"),
    "watch": _l("Watched area"),
    "waiting": _l("Waiting people"),
    "counter": _l("Counter"),
    "staff": _l("Staff at a counter"),
    "mask": _l("Never shown"),
}


def name(camera: CameraView) -> str:
    """Return the name of a camera."""
    return either(camera.name, camera.name_en)


def kind(code: str, *, many: bool = False) -> str:
    """Return the word for a kind of vehicle."""
    return str((KINDS if many else ONE).get(code, code))


def doubts(codes: tuple[str, ...]) -> list[str]:
    """Return in sentences why a person must look closely."""
    return [str(DOUBTS.get(code, code)) for code in codes]


def figure(value: float, decimals: int = 0) -> str:
    """Write a figure as the reader's language does."""
    return format_number(Decimal(repr(round(float(value), decimals))), decimals, language())


def hour(at: dt.datetime | None) -> str:
    """Write an hour of today, and the day too where it was another."""
    if at is None:
        return ""
    there = at.astimezone(HCM)
    return f"{there:%H:%M}" if there.date() == clock.today() else f"{there:%H:%M %d/%m/%Y}"


def now_is(camera: CameraView, seen: Seen | None) -> str:
    """Return the condition of a camera as it must be called now: who says nothing is away, and no old picture is live. TC-01."""
    if not camera.active:
        return "off"
    if camera.condition not in IN_DOUBT:
        said = max((at for at in (camera.seen_at, seen.at if seen else None) if at), default=None)
        if said is None or clock.now() - said > SILENT:
            return "away"
    return camera.condition


def condition(code: str, since: dt.datetime | None) -> tuple[Tone, str]:
    """Return how a camera is, as a badge: a tone, and a word with the time since when."""
    at = hour(since)
    known: dict[str, tuple[Tone, str, str]] = {
        "ok": (Tone.OK, _("Live"), ""),
        "never": (Tone.NONE, _("No picture yet"), ""),
        "frozen": (Tone.STALE, _("Frozen"), _("Frozen since %(hour)s")),
        "clock": (Tone.WARNING, _("Clock is off"), _("Clock off since %(hour)s")),
        "green": (Tone.WARNING, _("Picture damaged"), _("Picture damaged since %(hour)s")),
        "size": (Tone.WARNING, _("Size of picture changed"), _("Size of picture changed at %(hour)s")),
        "away": (Tone.URGENT, _("No signal"), _("No signal since %(hour)s")),
        "off": (Tone.NONE, _("Out of use"), ""),
    }
    tone, word, dated = known.get(code, (Tone.NONE, code, ""))
    return tone, dated % {"hour": at} if at and dated else word


def _number(measured: Mapping[str, Any], name: str) -> float | None:
    value = measured.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def why(seen: ViolationView) -> str:
    """Say in a sentence, with its figures, what was found. Figures that the finding lacks are left out of it."""
    measured = seen.measured
    parts = {"vehicle": kind(seen.kind), "line": str(measured.get("line", "")), "lane": str(measured.get("lane", ""))}
    if seen.act.startswith("speed"):
        return _speed(measured, parts["vehicle"])
    if seen.act == "red_light":
        since = _number(measured, "red_for_s")
        if since is not None:
            return _("%(vehicle)s crossed stop line %(line)s %(seconds)s s after the light had turned red.") % {
                **parts,
                "seconds": figure(since, 1),
            }
        return _("%(vehicle)s crossed stop line %(line)s while the light was red.") % parts
    lasted = _number(measured, "lasted_s")
    sentence = _lasting(seen.act) if lasted is not None else _plain(seen.act)
    return sentence % {**parts, "seconds": figure(lasted or 0, 1), "title": either(seen.title, seen.title_en)}


def _speed(measured: Mapping[str, Any], vehicle: str) -> str:
    kmh, within, limit = (
        _number(measured, "kmh"),
        _number(measured, "within"),
        _number(measured, "limit"),
    )
    if kmh is None or limit is None:
        return _("%(vehicle)s was faster than allowed.") % {"vehicle": vehicle}
    return _("%(vehicle)s drove %(kmh)s km/h (± %(within)s km/h) where %(limit)s km/h are allowed.") % {
        "vehicle": vehicle,
        "kmh": figure(kmh, 1),
        "within": figure(within or 0, 1),
        "limit": figure(limit),
    }


def _lasting(act: str) -> str:
    known = {
        "illegal_stop": _("%(vehicle)s stood for %(seconds)s s where stopping is forbidden."),
        "wrong_way": _("%(vehicle)s drove against the direction for %(seconds)s s."),
        "wrong_lane": _("%(vehicle)s drove in a lane that is not for it for %(seconds)s s."),
        "pavement": _("%(vehicle)s drove on the pavement for %(seconds)s s."),
        "forbidden_vehicle": _("%(vehicle)s was for %(seconds)s s in an area that is forbidden to it."),
    }
    return known.get(act, "%(title)s")


def _plain(act: str) -> str:
    known = {
        "stop_line": _("%(vehicle)s went over stop line %(line)s at red and stopped beyond it."),
        "illegal_stop": _("%(vehicle)s stood where stopping is forbidden."),
        "wrong_way": _("%(vehicle)s drove against the direction of the road."),
        "wrong_lane": _("%(vehicle)s drove in a lane that is not for it."),
        "pavement": _("%(vehicle)s drove on the pavement."),
        "forbidden_vehicle": _("%(vehicle)s was in an area that is forbidden to it."),
        "no_helmet": _("No helmet was seen; this is a hint only."),
    }
    return known.get(act, "%(title)s")


MEASURES: Final[Mapping[str, tuple[Text, str]]] = {
    "line": (_l("Stop line"), ""),
    "lane": (_l("Lane"), ""),
    "zone": (_l("Zone"), ""),
    "signal": (_l("Signal"), ""),
    "light": (_l("Light"), ""),
    "kmh": (_l("Speed measured"), "km/h"),
    "within": (_l("Uncertainty of the speed"), "km/h"),
    "limit": (_l("Speed limit"), "km/h"),
    "over": (_l("Above the limit, at least"), "km/h"),
    "second_kmh": (_l("Second measure of the speed"), "km/h"),
    "red_for_s": (_l("Red before the crossing"), "s"),
    "lasted_s": (_l("Lasted"), "s"),
    "beyond_px": (_l("Beyond the line"), "px"),
    "no_helmet_seen": (_l("Helmet"), ""),
}
HIDDEN: Final = frozenset({"cosine", "assist"})  # figures of the rule that say nothing to a reader


def measures(measured: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return each figure of a finding with its name and unit."""
    found = []
    for code, value in measured.items():
        if code in HIDDEN or value is None:
            continue
        if code == "no_helmet_seen":
            found.append((str(MEASURES[code][0]), str(DOUBTS[code])))
            continue
        term, unit = MEASURES.get(code, (code, ""))
        if isinstance(value, int | float) and not isinstance(value, bool):
            text = f"{figure(value, 0 if isinstance(value, int) else 1)} {unit}".strip()
        else:
            text = str(LIGHTS[value][1]) if isinstance(value, str) and value in LIGHTS else str(value)
        found.append((str(term), text))
    return found


def plate(text: str) -> str:
    """Write a plate as it stands on the vehicle: 70A-123.45, 70B1-123.45; as it is where its form is another."""
    head, tail = text[:-5], text[-5:]
    if len(text) in (8, 9) and tail.isdecimal():  # two figures, one or two of the series, five figures
        return f"{head}-{tail[:3]}.{tail[3:]}"
    return text
