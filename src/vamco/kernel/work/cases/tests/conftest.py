from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.cases.contracts import Act, Deadline, Definition, Escalation, Part, Party, Reason, State, Turn
from vamco.kernel.work.cases.queries import definitions, kinds
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.time import HCM

if TYPE_CHECKING:
    from collections.abc import Iterator

KIND = "test_directive"


HANDLE, VERIFY, ISSUE = "warnings.handle_directive", "warnings.verify_directive", "warnings.issue_directive"
STATES = [
    State("issued", "Issued", "issued", final=False, turn=Turn("handler", HANDLE)),
    State("accepted", "Accepted", "accepted", final=False, turn=Turn("handler", HANDLE)),
    State("reported", "Reported", "reported", final=False, turn=Turn("issuer", VERIFY)),
    State("closed", "Closed", "closed", final=True),
    State("withdrawn", "Withdrawn", "withdrawn", final=True),
]


def an_act(code: str, sources: str, to: str, may: str, party: Party, needs: str = "", not_by: str = "") -> Act:
    parts = [frozenset(text.split()) for text in (sources, needs, not_by)]
    return Act(code, f"Làm {to}", to, parts[0], to, may, party, parts[1], parts[2])  # type: ignore[arg-type]


ACTS = [
    an_act("accept", "issued", "accepted", HANDLE, "handler"),
    an_act("report", "accepted", "reported", HANDLE, "handler", "note evidence"),
    an_act("send_back", "reported", "accepted", VERIFY, "issuer", "note", "report"),
    an_act("close", "reported", "closed", VERIFY, "issuer", "note", "report"),
    an_act("withdraw", "issued accepted reported", "withdrawn", ISSUE, "issuer", "note"),
]
DEFINITION = Definition(
    KIND,
    "Nhiệm vụ thử",
    "Trial directive",
    "issued",
    {state.code: state for state in STATES},
    {act.code: act for act in ACTS},
)


@dataclass
class World:
    """People in their agencies, and what the system of the kind was told."""

    issuer: people.Person
    verifier: people.Person
    handler: people.Person
    neighbour: people.Person
    both: people.Person
    told: list[tuple[str, str]] = field(default_factory=list)
    refusal: Exception | None = None
    numbers: int = 0

    def open(self, key: str = "", **more: Any) -> cases.Case:
        self.numbers += 1
        given = {
            "key": key or f"case {self.numbers}",
            "title": "Đẩy nhanh giải ngân",
            "agency": agencies.get("H53.04"),
            "issuer": agencies.get("H53.01"),
            "due_at": clock.now() + dt.timedelta(days=10),
            "by": self.issuer,
        }
        return cases.open_case(KIND, **(given | more))


def official(name: str, *held: tuple[str, str]) -> people.Person:
    person = people.add(name)
    for role, agency in held:
        people.appoint(person, agencies.get(agency), role, since=dt.date(2025, 7, 1))
    return person


def make_world() -> World:
    definitions.put(DEFINITION)
    world = World(
        issuer=official("Trần Giao", ("office", "H53.01")),
        verifier=official("Đặng Thẩm", ("office", "H53.01")),
        handler=official("Lê Làm", ("department_official", "H53.04")),
        neighbour=official("Võ Bên", ("department_official", "H53.09")),
        both=official("Ngô Hai", ("office", "H53.01"), ("department_official", "H53.04")),
    )

    def on_act(case: cases.Case, entry: cases.Entry) -> None:
        world.told.append((entry.act, case.state))
        if world.refusal:
            raise world.refusal

    cases.register(cases.Kind(KIND, lambda pk: f"/cases/{pk}", on_act))
    return world


@pytest.fixture
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """In a transaction that is rolled back, unless the test asks for a database of its own."""
    request.getfixturevalue("fresh_db" if "fresh_db" in request.fixturenames else "db")
    with kinds._kinds.restored(empty=True):
        yield make_world()


OPINION = Definition(
    "test_opinion",
    "Ý kiến thử",
    "Trial opinion",
    "asked",
    {
        "asked": State("asked", "Được hỏi", "asked", final=False, turn=Turn("handler", HANDLE)),
        "answered": State("answered", "Đã trả lời", "answered", final=True),
        "called_off": State("called_off", "Thôi hỏi", "called off", final=True),
    },
    {"answer": an_act("answer", "asked", "answered", HANDLE, "handler", "note")},
    deadline=Deadline(2, "day"),
    called_back="called_off",
)


def _state(code: str, party: Party | None, may: str = "", **more: Any) -> State:
    return State(
        code, code.title(), code, party is None, Turn(party, may, more.pop("hours", 0)) if party else None, **more
    )


REQUEST = Definition(
    "test_request",
    "Hồ sơ thử",
    "Trial request",
    "received",
    {
        state.code: state
        for state in (
            _state("received", "handler", HANDLE, hours=4),
            _state("working", "handler", HANDLE),
            _state("asking", "issuer", VERIFY, clock="paused"),
            _state("signed", "issuer", VERIFY),
            _state("done", None),
            _state("refused", None),
            _state("joined", None),
        )
    },
    {
        act.code: act
        for act in (
            an_act("begin", "received", "working", HANDLE, "handler"),
            replace(
                an_act("ask", "working", "asking", HANDLE, "handler", "note"),
                reasons=(
                    Reason("paper", "Thiếu giấy tờ", "A paper is missing"),
                    Reason("fee", "Chưa nộp phí", "Fee not paid"),
                ),
            ),
            an_act("answer", "asking", "working", VERIFY, "issuer"),
            replace(an_act("consult", "working", "", HANDLE, "handler"), parts=("police", "any")),
            replace(an_act("transfer", "received working", "received", HANDLE, "handler", "note"), effect="hand_over"),
            replace(an_act("finish", "working", "signed", HANDLE, "handler"), needs=frozenset({"parts"})),
            an_act("confirm", "signed", "done", VERIFY, "issuer", not_by="finish"),
            replace(an_act("refuse", "received working", "refused", HANDLE, "handler", "note"), ends_parts=True),
            replace(an_act("join", "received", "joined", HANDLE, "handler"), effect="merge"),
            replace(an_act("reopen", "done", "working", VERIFY, "issuer", "note"), at_most=1),
        )
    },
    {
        "police": Part("police", "Ý kiến công an", "Police opinion", "test_opinion", "H53.09"),
        "any": Part("any", "Ý kiến khác", "Another opinion", "test_opinion"),
    },
    Deadline(10, "day", dt.time(15)),
    (Escalation(-8, ISSUE), Escalation(0, ISSUE)),
)


@pytest.fixture
def office(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world with two more kinds in which every feature is in use; it is Monday, 7 September 2026, at nine."""
    definitions.put(OPINION)
    definitions.put(REQUEST)
    set_clock(monkeypatch, dt.datetime(2026, 9, 7, 9, tzinfo=HCM))
    return world


def set_clock(monkeypatch: pytest.MonkeyPatch, moment: dt.datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment.astimezone(dt.UTC))


def request(world: World, key: str = "", **more: Any) -> cases.Case:
    world.numbers += 1
    given = {
        "title": "Xin cấp phép",
        "agency": agencies.get("H53.04"),
        "issuer": agencies.get("H53.01"),
        "by": world.issuer,
    }
    return cases.open_case("test_request", key=key or f"request {world.numbers}", **(given | more))
