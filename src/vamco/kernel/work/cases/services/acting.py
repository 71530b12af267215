"""Acting on a case: one transaction, with its entry, its times, its audit entry and its event."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Unpack

from django.db import transaction

from vamco.kernel.work.cases.contracts import Given, GivenFields
from vamco.kernel.work.cases.queries import cases, definitions, rights, timing
from vamco.kernel.work.cases.queries.kinds import demand_fits, kind
from vamco.kernel.work.cases.queries.rows import missing
from vamco.kernel.work.cases.rules import moves
from vamco.kernel.work.cases.services import holding, ledger, parts
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people.models import Person
from vamco.lib.errors import VamcoError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vamco.kernel.work.cases.contracts import Act
    from vamco.kernel.work.cases.models import Case
    from vamco.kernel.work.cases.queries.rights import Actor


@dataclass(frozen=True)
class Outcome:
    """What became of one of many cases; `error` is None where the act was done."""

    case: int
    error: VamcoError | None = None


def act(
    case_id: int,
    code: str,
    *,
    by: Actor,
    seen: int | None = None,
    given: Given | None = None,
    **fields: Unpack[GivenFields],
) -> Case:
    """Do one act on a case. `seen` is the `seq` that the person had before their eyes when deciding.

    `by` is an official, the applicant or who holds their mandate, or a machine: the kind says which act is whose. What is brought to it is a `Given`, or its fields by name.
    """
    given = given or Given(**fields)
    with transaction.atomic():
        case, others = ledger.held(case_id, *([given.into] if given.into else []))
        definition = definitions.definition_of(case.kind)
        attempt = cases.attempt(case, definition, code, by, given)
        ledger.demand_seen(case, definition, seen, own=attempt.own)
        target = moves.judge(definition, case.state, attempt)
        known = definition.acts[code]
        demand_fits(case, definition.code, known)
        before = case.state
        party = case.issuer if known.party == "issuer" else case.agency
        entry = ledger.enter(
            case,
            code,
            by,
            target,
            agency=party,
            given=given,
            other=_about(known, given),
            acting_for=rights.for_whom(case, by) if attempt.own else access.Owner(attempt.behalf),
        )
        _take_effect(case, known, by, given, others)
        if known.effect == "begin":
            timing.begin(case, definition, entry.at, given.until)
        if known.effect == "extend":
            timing.extend(case, entry.at, given.until)
        ledger.move(case, definition, before, entry.at)
        ledger.write(case, entry, given.files)
        on_act = kind(definition.code).on_act
        if on_act is not None:
            on_act(case, entry)
        if not case.open and not definition.states[before].final and case.parent_id is not None:
            parts.ended(others[case.parent_id], case, by)
    return case


def demand(
    case_id: int,
    code: str,
    *,
    by: Actor,
    seen: int | None = None,
    evidence: bool = False,
    **fields: Unpack[GivenFields],
) -> None:
    """Raise what `act` would raise as things stand, and do nothing: to be asked before files are taken in.

    `evidence`: files will come with it. `act` itself judges again, once it holds the case.
    """
    case = cases.unlocked(case_id)
    definition = definitions.definition_of(case.kind)
    attempt = cases.attempt(case, definition, code, by, Given(**fields))
    ledger.demand_seen(case, definition, seen, own=attempt.own)
    moves.judge(definition, case.state, replace(attempt, has_evidence=evidence))
    demand_fits(case, definition.code, definition.acts[code])


def each(seen: Mapping[int, int | None], do: Callable[[int, int | None], object]) -> list[Outcome]:
    """Do something to many cases, each in a transaction of its own, and say of each what became of it.

    `seen` gives, by the number of a case, the `seq` that the person had before their eyes; `do` is told both.
    """
    found = []
    for case_id, seq in seen.items():
        try:
            do(case_id, seq)
        except VamcoError as error:
            found.append(Outcome(case_id, error))
        else:
            found.append(Outcome(case_id))
    return found


def _about(known: Act, given: Given) -> str:
    """Whom or what an act is about, as its entry keeps it."""
    if known.effect == "merge":
        return f"case:{given.into}" if given.into else ""
    return f"agency:{given.agency.code}" if given.agency else ""


def _take_effect(case: Case, known: Act, by: Actor, given: Given, others: dict[int, Case]) -> None:
    """Do what an act does beside moving the case."""
    definition = definitions.definition_of(case.kind)
    if known.effect == "hand_over":
        holding.hand_over(case, given.agency)
    if known.effect == "merge":
        assert isinstance(by, Person)  # noqa: S101  # the rules leave merging to agencies
        if given.into in others and not cases.visible(by).filter(pk=given.into).exists():
            raise missing(given.into)
        holding.merge(case, definition, others.get(given.into or 0), by)
    if known.ends_parts and case.open_parts:
        parts.call_back(case, by)
    if known.parts:
        parts.hand_out(case, definition, known, given.agency, by)
