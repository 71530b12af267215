"""Which act lies open on the page of a case: the one that brings it on, whatever the order of the definition."""

from __future__ import annotations

import pytest

from vamco.kernel.work.cases import public as cases
from vamco.systems.desk.pages.choices import choices
from vamco.web import casework

SHOWN = [
    ("directive", "issued", "accept", [], ["withdraw"]),
    ("directive", "accepted", "report", [], ["withdraw"]),
    ("directive", "reported", "close", ["send_back"], ["withdraw"]),
    ("request", "received", "begin", ["transfer", "join"], ["refuse", "withdraw"]),
    ("request", "working", "finish", ["ask", "consult", "consult_justice", "transfer"], ["refuse", "withdraw"]),
    ("request", "asking", "complete", [], ["withdraw"]),
    ("request", "answered", "confirm", ["send_back"], []),
    ("request", "done", None, ["reopen"], []),
    ("opinion", "asked", "answer", [], ["decline"]),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "state", "main", "beside", "grave"), SHOWN)
def test_what_brings_a_case_on_is_the_default(
    kind: str, state: str, main: str | None, beside: list[str], grave: list[str]
) -> None:
    definition = cases.newest(kind)
    found = choices(definition, state, cases.possible(definition, state), casework.face(kind))
    assert (found.main.code if found.main else None) == main
    assert [act.code for act in found.beside] == beside
    assert [act.code for act in found.grave] == grave


@pytest.mark.django_db
def test_who_may_only_end_it_has_nothing_open() -> None:
    definition = cases.newest("directive")
    found = choices(definition, "accepted", [definition.acts["withdraw"]], casework.face("directive"))
    assert (found.main, found.beside, [act.code for act in found.grave]) == (None, (), ["withdraw"])
