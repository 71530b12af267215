"""Forms that are sent, addresses by what they show, and how kinds of cases show."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django import forms

from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.cases.queries import kinds
from vamco.lib.errors import Forbidden, Missing, Refused
from vamco.web import addresses, casework
from vamco.web.acting import Refusal, attempt
from vamco.web.components import Tone


class Form(forms.Form):
    note = forms.CharField()


def refuse(error: Exception) -> Any:
    def do(_sent: dict[str, Any]) -> None:
        raise error

    return do


def test_what_is_sent_whole_is_done_and_gives_what_came_of_it() -> None:
    assert attempt(Form({"note": "x"}), lambda sent: f"done: {sent['note']}") == "done: x"


def test_what_is_not_whole_is_not_tried() -> None:
    assert attempt(Form({}), refuse(AssertionError("was tried"))) == Refusal(422, "")


@pytest.mark.parametrize(("error", "status"), [(Refused, 409), (Forbidden, 403), (Missing, 404)])
def test_a_refusal_is_shown_with_its_status_and_text(error: Any, status: int) -> None:
    assert attempt(Form({"note": "x"}), refuse(error("a.b", "No %(what)s.", what="x"))) == Refusal(status, "No x.")


def test_our_own_mistakes_are_not_taken_for_refusals() -> None:
    with pytest.raises(KeyError):
        attempt(Form({"note": "x"}), refuse(KeyError("x")))


def test_an_address_is_registered_once_and_empty_where_nobody_has_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "_known", {})
    addresses.register("book", lambda number: f"/books/{number}", "library.read")
    assert (addresses.to("book", 3), addresses.to("shelf", 3)) == ("/books/3", "")
    assert (addresses.reachable("book", None, 3), addresses.reachable("shelf", None)) == ("", "")
    addresses.register("shelf", lambda: "/shelf")
    assert addresses.reachable("shelf", None) == "/shelf"
    with pytest.raises(TypeError, match="book"):
        addresses.register("book", lambda: "/elsewhere")


def test_what_has_readers_of_its_own_is_not_asked_by_an_act(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "_known", {})
    addresses.register("diary", lambda number: f"/diaries/{number}", by_thing=True)
    with pytest.raises(TypeError, match="diary"):
        addresses.reachable("diary", None, 3)
    assert addresses.to("diary", 3) == "/diaries/3"


def acts(effect: str) -> dict[str, Any]:
    return {"end": SimpleNamespace(effect=effect, target="joined")}


@pytest.mark.parametrize(
    ("state", "tone"),
    [("done", Tone.OK), ("lost", Tone.NONE), ("joined", Tone.NONE), ("called_off", Tone.NONE)],
)
def test_a_case_that_ended_without_a_result_is_not_marked_as_done(
    state: str, tone: Tone, monkeypatch: pytest.MonkeyPatch
) -> None:
    face = casework.Face(fruitless=frozenset({"lost"}))
    monkeypatch.setattr(kinds, "_kinds", {"loan": cases.Kind("loan", face=face)})
    of: Any = SimpleNamespace(code="loan", acts=acts("merge"), called_back="called_off")
    case: Any = SimpleNamespace(open=False, state=state, paused_at=None)
    assert casework.tone(case, of) == tone
    assert casework.tone(SimpleNamespace(open=True, state=state, paused_at=None), of) == Tone.ACTIVE  # type: ignore[arg-type]
    assert casework.tone(SimpleNamespace(open=True, state=state, paused_at=1), of) == Tone.WATCH  # type: ignore[arg-type]


def test_a_kind_that_nobody_registered_shows_as_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_kinds", {})
    assert casework.face("loan") is casework.PLAIN
    assert cases.kind("loan") == cases.Kind("loan")


def test_what_waits_elsewhere_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(casework, "_hints", [])
    hint = casework.Hint(text="Three books are late", label="See them", url="/books")
    reader: Any = SimpleNamespace(late=True)

    def late(person: Any) -> casework.Hint | None:
        return hint if person.late else None

    casework.register_hint(late)
    assert casework.hints(reader) == [hint]
    assert casework.hints(SimpleNamespace(late=False)) == []  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        casework.register_hint(late)
