from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from vamco.kernel.work.cases import rules
from vamco.kernel.work.cases.contracts import Act, Definition, State
from vamco.kernel.work.cases.models import Case, Entry, KindVersion
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Missing

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from vamco.kernel.world.people.models import Person

_SETS = ("sources", "needs", "not_by")
_PARTY_FIELD = {"handler": "agency", "issuer": "issuer"}


def definition_of(version: KindVersion) -> Definition:
    """Give the definition that a version holds."""
    content = version.content
    states = [State(**state) for state in content["states"]]
    acts = [Act(**act | {name: frozenset(act[name]) for name in _SETS}) for act in content["acts"]]
    return Definition(
        content["code"],
        content["name"],
        content["name_en"],
        content["initial"],
        {state.code: state for state in states},
        {act.code: act for act in acts},
    )


def get(case_id: int, person: Person | None) -> Case:
    """Give a case that the person may see; to others it does not exist."""
    case = visible(person).filter(pk=case_id).select_related("kind", "agency", "issuer").first()
    if case is None:
        raise Missing("cases.no_case", N_("There is no case %(case)s."), case=case_id)
    return case


def visible(person: Person | None) -> QuerySet[Case]:
    """Give the cases of which the person may do at least one act, in whatever state."""
    return Case.objects.filter(_concerning(person, in_state=False))


def inbox(person: Person | None) -> QuerySet[Case]:
    """Give the open cases that wait for an act of the person, what is due first."""
    return (
        Case.objects.filter(_concerning(person, in_state=True), open=True)
        .select_related("kind", "agency", "issuer")
        .order_by("due_at", "pk")
    )


def acts_for(case: Case, person: Person | None) -> list[Act]:
    """Give the acts that the person may do on the case now."""
    past = set(case.entries.values_list("act", "by_id"))
    return [
        act
        for act in rules.possible(definition_of(case.kind), case.state)
        if access.allow(person, act.may, case.issuer if act.party == "issuer" else case.agency, state=case.state)
        and not any((earlier, person.pk if person else 0) in past for earlier in act.not_by)
    ]


def timeline(case: Case) -> QuerySet[Entry]:
    """Give what happened, newest first, with people and files."""
    return case.entries.select_related("by").prefetch_related("files").order_by("-seq")


def _concerning(person: Person | None, *, in_state: bool) -> Q:
    found = Q(pk__in=[])
    for version in KindVersion.objects.all():
        for act in definition_of(version).acts.values():
            reach = access.scope(person, act.may)
            if reach.nowhere:
                continue
            condition = Q(kind=version) & access.within(reach, _PARTY_FIELD[act.party], state="state")
            found |= condition & Q(state__in=act.sources) if in_state else condition
    return found
