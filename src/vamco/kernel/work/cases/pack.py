"""The pack's section `cases`: one file for each kind of case."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  # read at run time by pydantic
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from vamco.kernel.base.packs import public as packs
from vamco.kernel.work.cases.contracts import (
    Act,
    Clock,
    Deadline,
    Definition,
    Effect,
    Escalation,
    Need,
    Part,
    Party,
    Reason,
    State,
    Turn,
    Unit,
)
from vamco.kernel.work.cases.queries import definitions
from vamco.kernel.work.cases.rules import moves
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_
from vamco.lib.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CODE = r"^[a-z_]+$"
Code = Annotated[str, Field(max_length=40)]


class TurnItem(packs.Item):
    """Whose turn it is in a state."""

    of: Party = Field(description="handler, issuer, applicant or system")
    may: str = Field(description="act of access that those hold whose turn it is; of system the room that acts")
    hours: int = Field(default=0, ge=0, le=2000, description="planned working hours; 0 for none")


class StateItem(packs.Item):
    """A state of a kind of case."""

    name: str = Field(description="name in Vietnamese")
    name_en: str = Field(description="name in English")
    final: bool = Field(default=False, description="true when the case ends here")
    clock: Clock = Field(default="runs", description="paused when the deadline does not run in this state")
    shown: str = Field(default="", description="name in Vietnamese for the applicant, where it is another")
    shown_en: str = Field(default="", description="the same in English")
    turn: TurnItem | None = Field(
        default=None, description="whose turn it is; without it, those who may do the first act that this state has"
    )


class NameItem(packs.Item):
    """A name in both languages."""

    name: str = Field(description="name in Vietnamese")
    name_en: str = Field(description="name in English")


class ActItem(packs.Item):
    """What can be done with a case: from which states, to which, by whom."""

    name: str = Field(description="name in Vietnamese, as on the button")
    name_en: str = Field(description="name in English")
    sources: list[str] = Field(alias="from", min_length=1, description="states in which it can be done")
    to: str = Field(default="", description="state after it; empty leaves the state as it is")
    may: str = Field(
        description="act of access that a person needs, of the applicant one that a mandate may name; of system the room that acts"
    )
    of: Party = Field(
        description="who does it: handler or issuer (who holds `may` in that agency), applicant, or system (a machine)"
    )
    shown: bool = Field(
        default=False,
        description="true when the applicant is shown it with its note and files; their own acts always are",
    )
    needs: list[Need] = Field(default=[], description="note, evidence, parts (all of them have ended)")
    not_by: list[str] = Field(default=[], description="earlier acts whose doer may not do this one")
    reasons: dict[Code, NameItem] = Field(
        default={}, description="coded reasons; where there are some, one must be given"
    )
    effect: Effect = Field(
        default="",
        description="hand_over (to another agency, with receipt), merge (into another case), begin (the deadline is promised from now) or extend (a later one is)",
    )
    parts: list[str] = Field(default=[], description="parts that are handed out by it")
    ends_parts: bool = Field(default=False, description="true when parts that are still open are called back by it")
    at_most: int = Field(default=0, ge=0, description="how often it can be done on one case; 0 for no limit")


class PartItem(packs.Item):
    """What another agency does at the same time, as a case of its own."""

    name: str = Field(description="name in Vietnamese")
    name_en: str = Field(description="name in English")
    kind: str = Field(description="code of the kind of case that the part is")
    agency: Annotated[str, packs.AGENCY] = Field(
        default="", description="code of the agency, where it is always the same"
    )


class DeadlineItem(packs.Item):
    """How long a case of this kind may take, in the working time of the agency that handles it."""

    amount: int = Field(ge=0, le=1000, description="how many")
    unit: Unit = Field(
        description="day (working days), half (half days), hour (working hours) or close (of the n-th working day, 0 the first)"
    )
    cutoff: dt.time | None = Field(default=None, description="what is received later counts from the next working day")


class EscalationItem(packs.Item):
    """When a case is brought before somebody else."""

    hours: int = Field(ge=-1000, le=1000, description="working hours after the deadline; before it where negative")
    may: str = Field(description="act of access, in the agency whose turn it is, of those who are told")


class KindItem(packs.Item):
    """A kind of case: its states and acts."""

    code: str = Field(pattern=CODE, max_length=40, description="code of the kind")
    name: str = Field(description="name in Vietnamese")
    name_en: str = Field(description="name in English")
    initial: str = Field(description="state of a new case")
    states: dict[Code, StateItem] = Field(description="states by code")
    acts: dict[Code, ActItem] = Field(description="acts by code")
    parts: dict[Code, PartItem] = Field(default={}, description="parts by code, for other agencies at the same time")
    deadline: DeadlineItem | None = Field(
        default=None, description="deadline; without it whoever opens a case gives one"
    )
    escalations: list[EscalationItem] = Field(default=[], description="when a case is brought before somebody else")
    called_back: str = Field(
        default="", description="final state of a case of this kind that is a part and is called back"
    )

    prefix: str = Field(
        default="HS", pattern=r"^[A-ZĐ]{1,4}$", description="letters before the number by which people call a case"
    )
    may_open: str = Field(
        default="",
        description="act of access that a person needs to open one by hand; empty where only the platform does",
    )
    applicant: str = Field(
        default="",
        description="act of access by which an applicant applies and sees it, named by mandates; empty where it has no applicant",
    )

    def definition(self) -> Definition:
        """Give the same as the engine wants it."""
        return Definition(
            self.code,
            self.name,
            self.name_en,
            self.initial,
            {code: self._state(code, state) for code, state in self.states.items()},
            {code: _act(code, act) for code, act in self.acts.items()},
            {code: Part(code, part.name, part.name_en, part.kind, part.agency) for code, part in self.parts.items()},
            Deadline(self.deadline.amount, self.deadline.unit, self.deadline.cutoff) if self.deadline else None,
            tuple(Escalation(item.hours, item.may) for item in sorted(self.escalations, key=lambda item: item.hours)),
            self.called_back,
            self.prefix,
            self.may_open,
            self.applicant,
        )

    def _state(self, code: str, state: StateItem) -> State:
        turn = Turn(state.turn.of, state.turn.may, state.turn.hours) if state.turn else None
        if turn is None and not state.final:
            first = next((act for act in self.acts.values() if code in act.sources), None)
            turn = Turn(first.of, first.may) if first else None
        return State(
            code, state.name, state.name_en, state.final, turn, state.clock, state.shown, state.shown_en or state.shown
        )


def _act(code: str, act: ActItem) -> Act:
    return Act(
        code,
        act.name,
        act.name_en,
        frozenset(act.sources),
        act.to,
        act.may,
        act.of,
        frozenset(act.needs),
        frozenset(act.not_by),
        tuple(Reason(reason, item.name, item.name_en) for reason, item in act.reasons.items()),
        act.effect,
        tuple(act.parts),
        act.ends_parts,
        act.at_most,
        act.shown,
    )


def check(
    located: Sequence[packs.Located[KindItem]],
    _contents: packs.Contents,
) -> Iterator[packs.Fault]:
    """Every state can be reached and left; acts of access, machines and kinds of parts are known."""
    known, rooms = access.acts(), access.machines()
    kinds = {entry.item.code: entry.item for entry in located}
    for entry in located:
        for expected in moves.faults(entry.item.definition()):
            path = expected.split(":", 1)[0].split(".")
            yield entry.fault(expected, *path)
        for where, may in _access(entry.item):
            if may not in known:
                yield entry.wrong(where, N_("a declared act of access"), found=may, meant=nearest(may, known))
        for where, room in _machines(entry.item):
            if room not in rooms:
                names = ", ".join(sorted(rooms)[:3])
                yield entry.wrong(where, N_("a room that acts by itself such as %(rooms)s"), found=room, rooms=names)
        for code, part in entry.item.parts.items():
            if part.kind not in kinds or not kinds[part.kind].called_back:
                path = ["parts", code, "kind"]
                yield entry.wrong(
                    path, N_("a kind of case that has called_back"), found=part.kind, meant=nearest(part.kind, kinds)
                )


def _access(item: KindItem) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Give each act of access that a kind names, after the place where it stands."""
    for code, act in item.acts.items():
        if act.of != "system":
            yield ("acts", code, "may"), act.may
    for code, state in item.states.items():
        if state.turn and state.turn.of != "system":
            yield ("states", code, "turn", "may"), state.turn.may
    if item.may_open:
        yield ("may_open",), item.may_open
    if item.applicant:
        yield ("applicant",), item.applicant
    for n, escalation in enumerate(item.escalations):
        yield ("escalations", n, "may"), escalation.may


def _machines(item: KindItem) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Return each machine that a kind names, after the place where it stands."""
    for code, act in item.acts.items():
        if act.of == "system":
            yield ("acts", code, "may"), act.may
    for code, state in item.states.items():
        if state.turn and state.turn.of == "system":
            yield ("states", code, "turn", "may"), state.turn.may


def apply(items: Sequence[KindItem]) -> None:
    """Write each kind as a new version."""
    for item in items:
        definitions.put(item.definition())


SECTION = packs.Section(
    name="cases",
    files="cases/*.yaml",
    model=KindItem,
    key="code",
    apply=apply,
    depends=("roles", "agencies"),
    check=check,
    doc="kinds of cases: states and acts",
)
