"""May this act be done on a case in this state? Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vamco.lib.errors import N_, Forbidden, Refused

if TYPE_CHECKING:
    from vamco.kernel.work.cases.contracts import Act, Definition


OPEN = "open"
"""The act of the first entry of every case."""


@dataclass(frozen=True)
class Attempt:
    """What somebody tries: `allowed` says whether access grants it, `past` who did which act on this case before."""

    act: str
    by: int
    allowed: bool
    has_note: bool
    has_evidence: bool
    past: frozenset[tuple[str, int]]


def possible(definition: Definition, state: str) -> list[Act]:
    """Give the acts that the state has, in the order of the definition."""
    return [act for act in definition.acts.values() if state in act.sources]


def judge(definition: Definition, state: str, attempt: Attempt) -> str:
    """Give the state after the attempt, or why not: Refused or Forbidden."""
    act = definition.acts.get(attempt.act)
    if act is None or state not in act.sources:
        raise Refused(
            "cases.illegal_move",
            N_("“%(act)s” is not possible while the case is “%(state)s”."),
            act=act.name if act else attempt.act,
            state=definition.states[state].name,
        )
    if not attempt.allowed:
        raise Forbidden("cases.not_allowed", N_("You are not allowed to do “%(act)s” on this case."), act=act.name)
    if any((earlier, attempt.by) in attempt.past for earlier in act.not_by):
        raise Refused(
            "cases.second_person", N_("Another person than the one who reported must do “%(act)s”."), act=act.name
        )
    if "note" in act.needs and not attempt.has_note:
        raise Refused("cases.note_missing", N_("“%(act)s” needs a note."), act=act.name)
    if "evidence" in act.needs and not attempt.has_evidence:
        raise Refused("cases.evidence_missing", N_("“%(act)s” needs at least one file as evidence."), act=act.name)
    return act.target


def faults(definition: Definition) -> list[str]:
    """Give what is wrong in a definition: states that do not exist, cannot be reached or cannot be left."""
    found = []
    if definition.initial not in definition.states:
        found.append(f"initial: one of the states, found {definition.initial!r}")
    if OPEN in definition.acts:
        found.append(f"acts.{OPEN}: another code, this one is the first entry of every case")
    for act in definition.acts.values():
        found += [
            f"acts.{act.code}: states of this kind, found {code!r}"
            for code in sorted({*act.sources, act.target} - definition.states.keys())
        ]
        found += [
            f"acts.{act.code}.not_by: acts of this kind, found {code!r}"
            for code in sorted(act.not_by - definition.acts.keys())
        ]
        found += [
            f"acts.{act.code}.from: no final state, found {code!r}"
            for code in sorted(act.sources)
            if code in definition.states and definition.states[code].final
        ]
    reached = _reached(definition)
    found += [f"states.{code}: a way to this state" for code in definition.states if code not in reached]
    left = {source for act in definition.acts.values() for source in act.sources}
    found += [
        f"states.{code}: an act that leaves this state, or final: true"
        for code, state in definition.states.items()
        if not state.final and code not in left
    ]
    return found


def _reached(definition: Definition) -> set[str]:
    reached = {definition.initial}
    while True:
        more = {act.target for act in definition.acts.values() if act.sources & reached} - reached
        if not more:
            return reached
        reached |= more
