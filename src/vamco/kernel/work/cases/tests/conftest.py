from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pytest

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.cases import services
from vamco.kernel.work.cases.contracts import Act, Definition, Party, State
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people

KIND = "test_directive"


HANDLE, VERIFY, ISSUE = "warnings.handle_directive", "warnings.verify_directive", "warnings.issue_directive"
STATES = [
    State(code, code.title(), code, code in {"closed", "withdrawn"})
    for code in ("issued", "accepted", "reported", "closed", "withdrawn")
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


def make_world(monkeypatch: pytest.MonkeyPatch) -> World:
    services.put_kind(DEFINITION)
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

    monkeypatch.setattr(services, "_kinds", {KIND: cases.Kind(KIND, lambda pk: f"/cases/{pk}", on_act)})
    return world


@pytest.fixture
def world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> World:
    """In a transaction that is rolled back, unless the test asks for a database of its own."""
    request.getfixturevalue("fresh_db" if "fresh_db" in request.fixturenames else "db")
    return make_world(monkeypatch)
