"""Running cases stay on their version of a kind; moving them to another is an act of its own, which is shown first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction

from vamco.kernel.work.cases.models import Case, KindVersion
from vamco.kernel.work.cases.queries import definitions
from vamco.kernel.work.cases.services import ledger
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Missing, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vamco.kernel.work.cases.contracts import Definition
    from vamco.kernel.world.people.models import Person

MIGRATE = access.declare("cases.migrate", N_("Move running cases to another version of their kind"))
BATCH = 500


@dataclass(frozen=True)
class Effect:
    """What a migration would do. `states`: how many open cases go from which state to which.

    `homeless`: states of running cases that the new version lacks and no mapping names. `lost`: acts that cases could be given in
    their states before and no longer, by state. `paused` counts cases whose clock would stop, `resumed` those whose would go on.
    """

    version: int
    states: dict[tuple[str, str], int]
    homeless: dict[str, int]
    lost: dict[str, list[str]] = field(default_factory=dict)
    paused: int = 0
    resumed: int = 0


def effect(code: str, *, mapping: Mapping[str, str] | None = None) -> Effect:
    """Give what moving all open cases of a kind to its newest version would do; changes nothing."""
    newest = KindVersion.objects.filter(code=code).order_by("-version").first()
    if newest is None:
        raise Missing("cases.no_kind", N_("There is no kind of case %(kind)s."), kind=code)
    to, mapping = definitions.definition_of(newest), mapping or {}
    states: Counter[tuple[str, str]] = Counter()
    homeless: Counter[str] = Counter()
    lost: dict[str, list[str]] = {}
    paused = resumed = 0
    running = Case.objects.filter(kind__code=code, open=True).exclude(kind=newest)
    versions = {version.pk: definitions.definition_of(version) for version in KindVersion.objects.filter(code=code)}
    for kind, state in running.values_list("kind", "state").iterator():
        target = mapping.get(state, state)
        if target not in to.states or to.states[target].final:
            homeless[state] += 1
            continue
        states[state, target] += 1
        before = versions[kind].states[state].clock
        paused += before == "runs" and to.states[target].clock == "paused"
        resumed += before == "paused" and to.states[target].clock == "runs"
        lost.setdefault(state, sorted(_acts(versions[kind], state) - _acts(to, target)))
    return Effect(
        newest.version, dict(states), dict(homeless), {key: acts for key, acts in lost.items() if acts}, paused, resumed
    )


def migrate(code: str, version: int, *, by: Person, mapping: Mapping[str, str] | None = None) -> int:
    """Move all open cases of a kind to its newest version, which must be the one whose effect was looked at; gives how many.

    Each case in a transaction of its own, with an entry; interrupted, it goes on where it stopped when called again. Refused
    as a whole where a case would be homeless.
    """
    access.demand(by, MIGRATE)
    shown = effect(code, mapping=mapping)
    if shown.version != version:
        raise Refused("cases.newer_version", N_("There is a newer version than the one whose effect was shown."))
    if shown.homeless:
        raise Refused(
            "cases.homeless",
            N_("The new version lacks these states of running cases: %(states)s."),
            states=", ".join(sorted(shown.homeless)),
        )
    newest = KindVersion.objects.get(code=code, version=version)
    moved = 0
    running = Case.objects.filter(kind__code=code, open=True).exclude(kind=newest).order_by("pk")
    while batch := list(running.values_list("pk", flat=True)[:BATCH]):
        moved += sum(_move(number, newest, mapping or {}, by) for number in batch)
    return moved


def _move(case_id: int, newest: KindVersion, mapping: Mapping[str, str], by: Person) -> bool:
    with transaction.atomic():
        case, _others = ledger.held(case_id)
        if not case.open or case.kind_id == newest.pk:
            return False
        to, before = definitions.definition_of(newest), case.state
        entry = ledger.enter(
            case, "migrate", by, mapping.get(before, before), agency=case.agency, other=f"version:{newest.version}"
        )
        case.kind, case.audience_id = newest, newest.audience_id
        if case.state != before:
            case.step_due_at = None  # another step
        ledger.move(case, to, case.state, entry.at)
        ledger.write(case, entry)
        return True


def _acts(definition: Definition, state: str) -> set[str]:
    return {act.code for act in definition.acts.values() if state in act.sources}
