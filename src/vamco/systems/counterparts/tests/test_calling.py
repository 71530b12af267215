"""A line that is slow, down, forged or resting: the caller is told in time and honestly, and nothing is done twice."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from vamco.lib.errors import Refused
from vamco.systems.counterparts.adapters import ports
from vamco.systems.counterparts.adapters.calling import REST_S, Circuit, HttpLine, NoAnswer, NotAgreed
from vamco.systems.counterparts.adapters.simulators.server import Behaviour
from vamco.systems.counterparts.rules import signing
from vamco.systems.counterparts.tests import made

if TYPE_CHECKING:
    from vamco.systems.counterparts.tests.made import Bodies

WHY = {"purpose": "điền sẵn", "basis": "dossier:17"}


def test_one_failure_is_tried_again_and_three_are_said(bodies: Bodies) -> None:
    line = ports.PopulationLine(bodies.line("population"))
    bodies.service.behaviours["population"] = Behaviour(status=503, times=2)
    assert line.person(made.MOTHER, **WHY)["KetQua"] == "CO"
    assert bodies.service.calls == ["population"] * 3
    bodies.service.behaviours["population"] = Behaviour(status=503)
    with pytest.raises(NoAnswer) as error:
        line.person(made.MOTHER, **WHY)
    assert (error.value.reason, error.value.code) == ("503", "counterparts.no_answer")
    assert made.MOTHER not in str(error.value)


def test_a_slow_one_costs_no_more_than_the_deadline(bodies: Bodies) -> None:
    bodies.service.behaviours["population"] = Behaviour(delay=40.0)
    begun = time.monotonic()
    with pytest.raises(NoAnswer):
        ports.PopulationLine(bodies.line("population", deadline=0.5)).person(made.MOTHER, **WHY)
    assert time.monotonic() - begun < 30


def test_after_three_failures_the_line_rests_and_is_asked_again_later(bodies: Bodies) -> None:
    now = [0.0]
    line = ports.PopulationLine(bodies.line("population", circuit=Circuit(clock=lambda: now[0])))
    bodies.service.behaviours["population"] = Behaviour(status=500)
    for _ in range(3):
        with pytest.raises(NoAnswer):
            line.person(made.MOTHER, **WHY)
    asked = len(bodies.service.calls)
    bodies.service.behaviours["population"] = Behaviour()
    with pytest.raises(NoAnswer) as error:
        line.person(made.MOTHER, **WHY)
    assert (error.value.reason, len(bodies.service.calls)) == ("resting", asked)
    now[0] += REST_S
    assert line.person(made.MOTHER, **WHY)["KetQua"] == "CO"


def test_an_answer_that_is_not_signed_for_this_question_is_no_answer(bodies: Bodies) -> None:
    bodies.service.behaviours["population"] = Behaviour(forge=True)
    with pytest.raises(NoAnswer) as error:
        ports.PopulationLine(bodies.line("population")).person(made.MOTHER, **WHY)
    assert error.value.reason == "unproven"


def test_a_question_signed_wrongly_or_twice_is_refused(bodies: Bodies) -> None:
    wrong = HttpLine("x", bodies.address("population").replace("th%E1%BB%AD", "kh%C3%A1c"), simulated=True)
    with pytest.raises(NoAnswer):  # nor can we prove its refusal
        ports.PopulationLine(wrong).person(made.MOTHER, **WHY)
    assert bodies.service.calls == []
    service = bodies.service
    assert service.fresh("n" * 32)
    assert not service.fresh("n" * 32)


def test_a_lost_answer_is_asked_for_again_and_the_message_stands_once(bodies: Bodies) -> None:
    bodies.service.behaviours["tax"] = Behaviour(lose=True, times=1)
    sent = {"MaThongDiep": "1", "Loai": "land_duty", "HoSo": "dossier:17", "DuLieu": {}}
    assert ports.TaxLine(bodies.line("tax")).send(sent)["TrangThai"] == "DA_TIEP_NHAN"
    assert bodies.service.calls == ["tax", "tax"]
    assert list(bodies.service.tax._messages) == ["1"]


def test_a_refusal_is_no_failure_of_the_line(bodies: Bodies) -> None:
    circuit = Circuit()
    for _ in range(4):
        with pytest.raises(NotAgreed):
            ports.TaxLine(bodies.line("tax", circuit=circuit)).send({"MaThongDiep": "1", "Loai": "?"})
    assert not circuit.rests()


def test_a_line_is_reached_by_https_unless_it_is_the_simulated_one_here() -> None:
    for address in ("http://a:b@127.0.0.1:1/x", "https://example.vn/x", "ftp://a:b@example.vn", "https://a@example.vn"):
        with pytest.raises(Refused):
            HttpLine("x", address)
    with pytest.raises(Refused):
        HttpLine("x", "http://a:b@example.vn/x", simulated=True)
    HttpLine("x", "https://a:b@example.vn/x")


def test_a_signature_covers_each_part_in_its_place() -> None:
    whole = signing.signature("k", "POST", "/a", "1", "n", body=b"{}")
    others = [
        signing.signature("l", "POST", "/a", "1", "n", body=b"{}"),
        signing.signature("k", "GET", "/a", "1", "n", body=b"{}"),
        signing.signature("k", "POST", "/b", "1", "n", body=b"{}"),
        signing.signature("k", "POST", "/a", "2", "n", body=b"{}"),
        signing.signature("k", "POST", "/a", "1", "m", body=b"{}"),
        signing.signature("k", "POST", "/a", "1", "n", body=b"{ }"),
    ]
    assert whole not in others
    assert signing.holds(whole, whole)
    assert len(whole) == 64
