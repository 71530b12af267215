"""May this act be done on a case in this state? Is this a definition that a case can live by? Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from vamco.lib.errors import N_, Forbidden, Named, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.kernel.work.cases.contracts import Act, Definition, Party, State

AGENCIES: frozenset[Party] = frozenset({"handler", "issuer"})
"""The parties that are agencies, where roles decide."""
OPEN = "open"
"""The act of the first entry of every case."""
QUIET = frozenset({"comment", "attach", "escalate", "promise"})
"""Entries that change nothing that somebody else may have based a decision on."""
OWN = QUIET | {
    OPEN,
    "claim",
    "release",
    "assign",
    "receive",
    "give_back",
    "part_ended",
    "called_back",
    "merged",
    "migrate",
    "recall",
    "succeed",
}
"""The engine's own entries; no kind may name an act like one of them."""
Passage = Literal["", "given", "sent_back", "passed", "ended"]
"""What an entry did to whose turn it is. `given`: a case came to an agency that did not have it. `sent_back`: what somebody handed
in, or handed over, comes back to them. `passed`: others have the turn. `ended`: nobody has it. "": all as it was."""


@dataclass(frozen=True)
class Attempt:
    """What somebody tries: `allowed` says whether access grants it, `past` which acts were done on this case before.

    `by` is None for a machine. `own` says that they are the applicant, or hold a mandate of theirs.
    `behalf` is the absent person for whom alone it is allowed; of a past act both who did it and for whom are named.
    `taken_by` is who has claimed the case, None for nobody; `open_parts` counts the parts that have not ended; `handing_over`
    says that another agency has been asked to take the case and has not answered.
    """

    act: str
    by: int | None
    allowed: bool
    own: bool = False
    behalf: int | None = None
    has_note: bool = False
    has_evidence: bool = False
    reason: str = ""
    past: tuple[tuple[str, frozenset[int]], ...] = ()
    taken_by: int | None = None
    open_parts: int = 0
    handing_over: bool = False


def possible(definition: Definition, state: str) -> list[Act]:
    """Give the acts that the state has, in the order of the definition."""
    return [act for act in definition.acts.values() if state in act.sources]


def judge(definition: Definition, state: str, attempt: Attempt) -> str:
    """Give the state after the attempt, or why not: Refused or Forbidden."""
    act = offered(definition, state, attempt)
    _demand_complete(definition, act, attempt)
    return act.target or state


def offered(definition: Definition, state: str, attempt: Attempt) -> Act:
    """Give the act if this person could do it now, whatever they bring to it; or why not: Refused or Forbidden."""
    act = definition.acts.get(attempt.act)
    here = definition.states[state]
    if act is None or state not in act.sources:
        raise Refused(
            "cases.illegal_move",
            N_("“%(act)s” is not possible while the case is “%(state)s”."),
            act=name(act) if act else attempt.act,
            state=shown_name(here) if attempt.own else Named(here.name, here.name_en),
        )
    if attempt.own and act.party != "applicant":
        raise Forbidden("cases.own_case", N_("Nobody may handle a case in which they are the applicant themselves."))
    if not attempt.allowed:
        raise Forbidden("cases.not_allowed", N_("You are not allowed to do “%(act)s” on this case."), act=name(act))
    _demand_free(definition, state, act, attempt)
    if any(earlier in act.not_by and {attempt.by, attempt.behalf} & persons for earlier, persons in attempt.past):
        raise Refused(
            "cases.second_person", N_("Another person than the one who reported must do “%(act)s”."), act=name(act)
        )
    if act.at_most and sum(earlier == act.code for earlier, _persons in attempt.past) >= act.at_most:
        raise Refused(
            "cases.too_often", N_("“%(act)s” is possible only %(times)s times."), act=name(act), times=act.at_most
        )
    return act


def checked(definition: Definition, state: str) -> frozenset[str]:
    """Return the acts whose results are decided on in a state: those whose doer may not decide."""
    return frozenset().union(*(act.not_by for act in possible(definition, state)))


def sends_back(definition: Definition, act: Act) -> bool:
    """Return whether an act gives checked work, or a case that had ended, back to the party that did it."""
    target = definition.states.get(act.target)
    if target is None or target.final or target.turn is None or target.turn.party == act.party:
        return False
    reopens = all(definition.states[code].final for code in act.sources)
    return reopens or any(definition.acts[code].party == target.turn.party for code in act.not_by)


def passage(definition: Definition, act: str, before: str, after: str) -> Passage:
    """Return what an entry did to whose turn it is; `before` and `after` are its states, which an older version may have had."""
    own: dict[str, Passage] = {OPEN: "given", "give_back": "sent_back"}
    known, left, come = definition.acts.get(act), definition.states.get(before), definition.states.get(after)
    if act in own or come is None or (known is None and act != "called_back"):
        return own.get(act, "")
    if come.final:
        return "" if left is not None and left.final else "ended"
    if known is not None and known.effect == "hand_over":
        return "given"
    if known is not None and sends_back(definition, known):
        return "sent_back"
    return "" if left is not None and _side(left) == _side(come) else "passed"


def _side(state: State) -> tuple[str, str]:
    """Return who has the turn in a state; nobody in a final one."""
    return (state.turn.party, state.turn.may) if state.turn else ("", "")


def wants_agency(definition: Definition, act: Act) -> bool:
    """Tell whether who acts must name an agency: to hand over to, or for a part that has none of its own."""
    return act.effect == "hand_over" or any(not definition.parts[code].agency for code in act.parts)


def name(act: Act) -> Named:
    """Give the name of an act, for messages."""
    return Named(act.name, act.name_en)


def shown_name(state: State) -> Named:
    """Return the name of a state as the applicant is shown it."""
    return Named(state.shown or state.name, state.shown_en or state.name_en)


def shown(definition: Definition) -> frozenset[str]:
    """Return the codes of the entries that the applicant is shown: the first one, their own acts, and what the kind says."""
    return frozenset({OPEN, *(act.code for act in definition.acts.values() if act.shown or act.party == "applicant")})


def rights(definition: Definition) -> frozenset[tuple[Party, str]]:
    """Return who sees cases of a kind: the acts of access of its agencies, and the one of its applicant."""
    found = {(act.party, act.may) for act in definition.acts.values() if act.party in AGENCIES}
    return frozenset(found | ({("applicant", definition.applicant)} if definition.applicant else set()))


def _demand_free(definition: Definition, state: str, act: Act, attempt: Attempt) -> None:
    """Whoever holds the case may be kept from the act by a colleague who has claimed it, or by a hand-over under way."""
    turn = definition.states[state].turn
    if turn is None or act.party != turn.party or act.party not in AGENCIES:
        return
    if attempt.handing_over:
        raise Refused(
            "cases.in_hand_over",
            N_("The case is being handed over: the other agency must take it or give it back first."),
        )
    if attempt.taken_by is not None and attempt.taken_by != attempt.by:
        raise Refused(
            "cases.taken", N_("A colleague has claimed this case. It must be released or assigned to you first.")
        )


def _demand_complete(definition: Definition, act: Act, attempt: Attempt) -> None:
    if "note" in act.needs and not attempt.has_note:
        raise Refused("cases.note_missing", N_("“%(act)s” needs a note."), act=name(act))
    if "evidence" in act.needs and not attempt.has_evidence:
        raise Refused("cases.evidence_missing", N_("“%(act)s” needs at least one file as evidence."), act=name(act))
    if act.reasons and attempt.reason not in {reason.code for reason in act.reasons}:
        raise Refused("cases.reason_missing", N_("“%(act)s” needs one of its reasons."), act=name(act))
    if not act.reasons and attempt.reason:
        raise Refused("cases.reason_unknown", N_("“%(act)s” has no coded reasons."), act=name(act))
    final = act.target != "" and definition.states[act.target].final
    if attempt.open_parts and not act.ends_parts and ("parts" in act.needs or final):
        raise Refused(
            "cases.parts_open",
            N_("“%(act)s” must wait: %(number)s parts that were handed to other agencies have not ended."),
            act=name(act),
            number=attempt.open_parts,
        )


def faults(definition: Definition) -> list[str]:
    """Give what is wrong in a definition: what does not exist, cannot be reached or cannot be left."""
    return [
        *_faults_at_the_ends(definition),
        *(fault for act in definition.acts.values() for fault in _faults_of(act, definition)),
        *(fault for act in definition.acts.values() for fault in _faults_of_effects(act, definition)),
        *(
            fault
            for act in definition.acts.values()
            if act.effect == "extend"
            for fault in _faults_of_extending(act, definition)
        ),
        *_faults_of_states(definition),
    ]


def _faults_at_the_ends(definition: Definition) -> Iterator[str]:
    if definition.initial not in definition.states:
        yield f"initial: one of the states, found {definition.initial!r}"
    elif definition.states[definition.initial].final:
        yield f"initial: no final state, found {definition.initial!r}"
    back = definition.called_back
    if back and not (back in definition.states and definition.states[back].final):
        yield f"called_back: a final state, found {back!r}"


def _faults_of(act: Act, definition: Definition) -> Iterator[str]:
    where, states = f"acts.{act.code}", definition.states
    if act.code in OWN:
        yield f"{where}: another code, this one is the engine's own"
    for code in sorted(act.sources | ({act.target} - {""})):
        if code not in states:
            yield f"{where}: states of this kind, found {code!r}"
    for code in sorted(act.not_by - definition.acts.keys()):
        yield f"{where}.not_by: acts of this kind, found {code!r}"
    for code in (code for code in act.parts if code not in definition.parts):
        yield f"{where}.parts: parts of this kind, found {code!r}"
    final = {code for code in act.sources if code in states and states[code].final}
    back = act.target in states and not states[act.target].final
    if final and (act.sources - final or not (back or act.target == "")):
        yield f"{where}.from: no final state, or only final states and a way back or none, found {', '.join(sorted(final))}"
    if final and back and definition.called_back:
        yield f"{where}.from: no final state, for what is a part of another case does not begin again when that has gone on"
    if act.parts and act.target in states and states[act.target].final:
        yield f"{where}.parts: none, for the case ends here"


def _faults_of_effects(act: Act, definition: Definition) -> Iterator[str]:
    where, states = f"acts.{act.code}", definition.states
    if act.effect == "merge" and not (act.target in states and states[act.target].final):
        yield f"{where}.to: a final state, for a case that is merged into another has ended"
    if act.party not in AGENCIES and (
        act.effect in {"hand_over", "merge", "extend"}
        or any(not definition.parts[code].agency for code in act.parts if code in definition.parts)
    ):
        yield f"{where}.of: an agency, for what hands over, merges or names an agency is done by one"
    if act.party == "applicant" and not definition.applicant:
        yield f"{where}.of: a party of this kind, which has no applicant"
    if act.effect == "hand_over" and act.party == "issuer":
        yield f"{where}.of: handler, for it is the handler who hands over"
    if act.effect == "hand_over":
        for code in sorted({act.target} if act.target else act.sources):
            turn = states[code].turn if code in states else None
            if turn is None or turn.party != "handler":
                yield f"{where}.to: a state in which it is the handler's turn, for the other agency must answer, found {code!r}"


def _faults_of_extending(act: Act, definition: Definition) -> Iterator[str]:
    for code in sorted(act.sources | ({act.target} - {""})):
        state = definition.states.get(code)
        if state is not None and (state.final or state.clock == "paused"):
            yield f"acts.{act.code}.from: states in which the deadline runs, found {code!r}"


def _faults_of_states(definition: Definition) -> Iterator[str]:
    reached = _reached(definition)
    yield from (f"states.{code}: a way to this state" for code in definition.states if code not in reached)
    left = {source for act in definition.acts.values() for source in act.sources if act.target not in {"", source}}
    ending = _ending(definition)
    for code, state in definition.states.items():
        if state.final:
            continue
        if code not in left:
            yield f"states.{code}: an act that leaves this state, or final: true"
        elif code not in ending:
            yield f"states.{code}: a way to a final state"
        if state.turn is None:
            yield f"states.{code}.turn: whose turn it is, for the state is not final"
        elif not any(
            code in act.sources and (act.may, act.party) == (state.turn.may, state.turn.party)
            for act in definition.acts.values()
        ):
            yield f"states.{code}.turn: an act that whoever has the turn may do here, found none for {state.turn.may!r}"


def _ending(definition: Definition) -> set[str]:
    """Give the states from which a case can come to its end."""
    ending = {code for code, state in definition.states.items() if state.final}
    while True:
        more = set().union(*(act.sources for act in definition.acts.values() if act.target in ending)) - ending
        if not more:
            return ending
        ending |= more


def _reached(definition: Definition) -> set[str]:
    reached = {definition.initial, definition.called_back}
    while True:
        more = {act.target or definition.initial for act in definition.acts.values() if act.sources & reached} - reached
        if not more:
            return reached
        reached |= more
