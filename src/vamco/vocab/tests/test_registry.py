import datetime as dt
import enum
import json
from dataclasses import FrozenInstanceError, dataclass

import pytest

from vamco.lib.errors import Refused
from vamco.vocab.registry import Registry


@dataclass(frozen=True)
class Counted:
    place: str
    count: int
    final: bool
    day: dt.date
    at: dt.datetime
    until: dt.datetime | None


AT = dt.datetime(2026, 11, 20, 8, 30, tzinfo=dt.timezone(dt.timedelta(hours=7)))
EVENT = Counted("25459", 3, True, dt.date(2026, 11, 20), AT, None)
PAYLOAD = {
    "place": "25459",
    "count": 3,
    "final": True,
    "day": "2026-11-20",
    "at": "2026-11-20T01:30:00+00:00",
    "until": None,
}


@pytest.fixture
def registry():
    registry = Registry()
    registry.event("a.counted", version=1)(Counted)
    return registry


def test_dumped_as_json_and_loaded_it_is_the_same(registry):
    assert registry.dump(EVENT) == ("a.counted", 1, PAYLOAD)
    name, version, payload = json.loads(json.dumps(registry.dump(EVENT)))
    assert registry.load(name, version, payload) == EVENT


def test_names(registry):
    assert registry.names() == ("a.counted",)
    assert registry.name_of(Counted) == "a.counted"


class Kind(enum.StrEnum):
    WARD = "ward"


def test_a_choice_is_stored_as_its_text(registry):
    _, _, payload = registry.dump(Counted(Kind.WARD, 3, True, EVENT.day, AT, None))
    assert json.loads(json.dumps(payload))["place"] == "ward"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("place", None),
        ("place", 25459),
        ("count", True),
        ("count", 3.0),
        ("final", 1),
        ("day", AT),
        ("at", dt.date(2026, 11, 20)),
        ("at", AT.replace(tzinfo=None)),
        ("until", "2026-11-20T01:30:00+00:00"),
    ],
)
def test_a_value_of_another_type_is_not_stored(registry, field, value):
    with pytest.raises(TypeError, match=field):
        registry.dump(Counted(**{**EVENT.__dict__, field: value}))


@pytest.mark.parametrize(
    "change",
    [
        {"count": "3"},
        {"count": None},
        {"day": "20/11/2026"},
        {"day": 5},
        {"at": "2026-11-20T08:30:00"},
        {"extra": 1},
    ],
)
def test_a_damaged_row_is_refused(registry, change):
    with pytest.raises(Refused) as refused:
        registry.load("a.counted", 1, PAYLOAD | change)
    assert refused.value.code == "vocab.bad_payload"


def test_a_row_that_lacks_a_field_is_refused(registry):
    with pytest.raises(Refused, match="count"):
        registry.load("a.counted", 1, {name: value for name, value in PAYLOAD.items() if name != "count"})


def test_an_event_that_nobody_knows_is_refused(registry):
    with pytest.raises(Refused) as refused:
        registry.load("a.lost", 1, {})
    assert (refused.value.code, refused.value.data) == ("vocab.unknown_event", {"name": "a.lost"})


@dataclass(frozen=True)
class Moved:
    place: str
    metres: int


@pytest.fixture
def third():
    registry = Registry()
    registry.event("a.moved", version=3)(Moved)
    registry.upcaster("a.moved", version=2)(lambda old: {"place": old["where"], "metres": old["metres"]})
    return registry


def test_an_old_row_climbs_all_steps(third):
    third.upcaster("a.moved", version=1)(lambda old: {"where": old["where"], "metres": old["km"] * 1000})
    old = {"where": "80", "km": 2}
    assert third.load("a.moved", 1, old) == Moved("80", 2000)
    assert old == {"where": "80", "km": 2}


@pytest.mark.parametrize("version", [0, 1, 4])
def test_a_version_without_steps_up_is_refused(third, version):
    with pytest.raises(Refused) as refused:
        third.load("a.moved", version, {"place": "80", "metres": 1})
    assert refused.value.code == "vocab.unknown_version"
    assert refused.value.data == {"name": "a.moved", "version": version, "known": 3}


@pytest.mark.parametrize("payload", [{}, {"where": "80", "km": "x", "metres": []}, {"where": None, "metres": 1}])
def test_a_damaged_old_row_is_refused_and_breaks_nothing(third, payload):
    third.upcaster("a.moved", version=1)(lambda old: {"where": old["where"].strip(), "metres": old["metres"] / 1})
    with pytest.raises(Refused) as refused:
        third.load("a.moved", 1, payload)
    assert refused.value.code == "vocab.bad_payload"


def test_a_step_that_is_missing_or_leads_nowhere_is_a_gap(third):
    assert third.gaps() == (("a.moved", 1),)
    third.upcaster("a.moved", version=1)(dict)
    assert third.gaps() == ()
    third.upcaster("a.moved", version=3)(dict)
    third.upcaster("a.gone", version=1)(dict)
    assert third.gaps() == (("a.gone", 1), ("a.moved", 3))


def test_an_upcaster_is_written_once(third):
    with pytest.raises(TypeError, match=r"version 2 of a\.moved"):
        third.upcaster("a.moved", version=2)(dict)


def test_two_events_cannot_have_one_name(registry):
    with pytest.raises(TypeError, match=r"a\.counted"):
        registry.event("a.counted", version=2)(Moved)
    assert registry.load("a.counted", 1, PAYLOAD) == EVENT


def test_an_event_must_be_frozen():
    @dataclass
    class Loose:
        place: str

    class Bare:
        pass

    for cls in (Loose, Bare):
        with pytest.raises(TypeError, match="frozen"):
            Registry().event("a.loose", version=1)(cls)


@pytest.mark.parametrize("kind", [float, list, dict, int | str, int | str | None])
def test_an_event_carries_plain_values_only(kind):
    @dataclass(frozen=True)
    class Odd:
        value: kind

    with pytest.raises(TypeError, match=r"Odd\.value"):
        Registry().event("a.odd", version=1)(Odd)


def test_events_do_not_change():
    with pytest.raises(FrozenInstanceError):
        EVENT.count = 4
