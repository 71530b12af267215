"""Random people do random acts; whatever they do, a case never makes a move that its definition has not."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from vamco.kernel.base.audit import public as audit
from vamco.kernel.record.files import public as files
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.cases.tests.conftest import DEFINITION, World
from vamco.lib.errors import VamcoError

if TYPE_CHECKING:
    from collections.abc import Iterator

PEOPLE = ("issuer", "verifier", "handler", "neighbour", "both")
ACTS, STATES = DEFINITION.acts, DEFINITION.states
MAY = {"handler": {"handler", "both"}, "issuer": {"issuer", "verifier", "both"}}


@pytest.fixture(autouse=True)
def _machine(world: World) -> Iterator[None]:
    Machine.world = world
    yield
    del Machine.world


class Machine(RuleBasedStateMachine):
    """A model of what must happen, written without the engine's rules."""

    world: World

    @initialize()
    def begin(self) -> None:
        self.savepoint = transaction.savepoint()
        self.case = self.world.open()
        self.evidence = files.store(io.BytesIO(b"%PDF-"), name="a.pdf")
        self.state, self.seq, self.reporters = "issued", 1, set[str]()

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            transaction.savepoint_rollback(self.savepoint)

    def expected(self, act: str, who: str, note: str, evidence: bool, seen: int | None) -> bool:  # noqa: FBT001
        known = ACTS.get(act)
        return (
            known is not None
            and seen in (None, self.seq)
            and self.state in known.sources
            and who in MAY[known.party]
            and not (known.not_by and who in self.reporters)
            and ("note" not in known.needs or bool(note.strip()))
            and ("evidence" not in known.needs or evidence)
        )

    @rule(
        act=st.sampled_from([*ACTS, "open", "fly"]),
        who=st.sampled_from(PEOPLE),
        note=st.sampled_from(["", "  ", "Đã làm"]),
        evidence=st.booleans(),
        lag=st.sampled_from([None, None, 0, 1]),
    )
    def anybody_does_anything(self, act: str, who: str, note: str, evidence: bool, lag: int | None) -> None:  # noqa: FBT001
        seen = None if lag is None else self.seq - lag
        expected = self.expected(act, who, note, evidence, seen)
        try:
            with transaction.atomic():
                cases.act(
                    self.case.pk,
                    act,
                    by=getattr(self.world, who),
                    seen=seen,
                    note=note,
                    files=[self.evidence] if evidence else [],
                )
        except VamcoError:
            assert not expected
            return
        assert expected
        self.state, self.seq = ACTS[act].target, self.seq + 1
        if act == "report":
            self.reporters.add(who)

    @precondition(lambda self: not STATES[self.state].final)
    @rule(pick=st.integers(0, 9))
    def somebody_does_what_is_offered(self, pick: int) -> None:
        who = PEOPLE[pick % len(PEOPLE)]
        offered = [act.code for act in cases.acts_for(self.current(), getattr(self.world, who))]
        assert offered == [act for act in ACTS if self.expected(act, who, "x", evidence=True, seen=None)]
        if offered:
            self.anybody_does_anything(offered[pick % len(offered)], who, "x", evidence=True, lag=0)

    def current(self) -> cases.Case:
        return cases.Case.objects.select_related("kind", "agency", "issuer").get(pk=self.case.pk)

    @invariant()
    def the_case_is_as_the_model_says(self) -> None:
        case = self.current()
        final = STATES[self.state].final
        assert (case.state, case.seq, case.open, case.closed_at is not None) == (self.state, self.seq, not final, final)

    @invariant()
    def its_timeline_is_an_unbroken_way(self) -> None:
        entries = list(self.case.entries.order_by("seq"))
        assert [entry.seq for entry in entries] == list(range(1, self.seq + 1))
        for before, after in pairwise(entries):
            assert before.to_state == after.from_state
            assert after.from_state in ACTS[after.act].sources
            assert ACTS[after.act].target == after.to_state

    @invariant()
    def the_inboxes_hold_it_for_those_whose_turn_it_is(self) -> None:
        turn = STATES[self.state].turn
        for who in PEOPLE:
            person = getattr(self.world, who)
            waits = self.case.pk in {case.pk for case in cases.Inbox(person).page().cases}
            assert waits is (turn is not None and who in MAY[turn.party])
            follows = self.case.pk in {case.pk for case in cases.Inbox(person).page("following").cases}
            assert follows is (turn is not None and not waits and who != "neighbour")


@pytest.mark.django_db
def test_random_acts_never_make_an_illegal_move() -> None:
    run_state_machine_as_test(Machine, settings=settings(max_examples=15, stateful_step_count=16, deadline=None))
    assert audit.verify() == {}
