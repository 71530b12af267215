"""Requests of data subjects: whose, where they are answered, and what is known beside their cases."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.db import connection
from django.urls import reverse

from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing, Refused
from vamco.systems.privacy.contracts import Erased, RequestView, Right, Term
from vamco.systems.privacy.models import Erasure, Export, Request
from vamco.systems.privacy.queries import table

if TYPE_CHECKING:
    from vamco.kernel.work.cases.models import Case
    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person

KIND: Final = "data_request"
ASK: Final = "privacy.request"
ANSWER: Final = "privacy.answer"
MOST_SHOWN: Final = 50


def offices() -> list[Agency]:
    """Return the agencies in which somebody answers requests today, the one that the settings name first."""
    named = table.settings().handler
    found = list(agencies.of_kind().filter(pk__in=access.seats(ANSWER)))
    return sorted(found, key=lambda agency: (agency.code != named, agency.path, agency.sort_key))


def office() -> Agency:
    """Return the agency that answers where nobody has chosen one."""
    found = offices()
    if not found:
        raise Refused("privacy.no_official", N_("This agency has no data-protection official at present."))
    return found[0]


def officials(case: Case) -> list[Person]:
    """Return who may answer a request."""
    return [
        member.person
        for member in people.staff(case.agency)
        if access.allow(member.person, ANSWER, case.agency) and member.person_id != case.applicant_id
    ]


def principals(by: Person) -> list[Person]:
    """Return for whom a person may ask: themselves first, then those whose mandate they hold."""
    reach = access.ownership(by, ASK)
    others = sorted(people.by_id(reach.persons - {by.pk}).values(), key=lambda person: person.sort_key)
    return [by, *others]


def hold(person: Person) -> None:
    """Let two requests of one person wait for each other until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"privacy.request {person.pk}"])


def known(key: str) -> bool:
    """Return whether a request was opened under a key before."""
    return Request.objects.filter(case__key=f"{KIND}:{key}").exists()


def open_requests(person: Person) -> int:
    """Count the open requests about a person's data."""
    return Request.objects.filter(case__applicant=person, case__open=True).count()


def own(person: Person) -> list[tuple[Right, cases.OwnCase]]:
    """Return the requests of a person, and of those whose mandate they hold, the newest first."""
    found = list(cases.own(person).filter(kind__code=KIND).order_by("-pk").values_list("pk", flat=True)[:MOST_SHOWN])
    known = dict(Request.objects.filter(case__in=found).values_list("case", "right"))
    return [(Right(known[pk]), cases.own_case(pk, person)) for pk in found]


def own_case(case_id: int, person: Person) -> cases.OwnCase:
    """Return a request as who asked may see it; to others it does not exist."""
    if not Request.objects.filter(case=case_id).exists():
        raise Missing("cases.no_case", N_("There is no case %(case)s."), case=case_id)
    return cases.own_case(case_id, person)


def view(case_id: int) -> RequestView:
    """Return what is known of a request beside its case. Who may see it, the caller has asked."""
    row = Request.objects.get(case=case_id)
    term = Term(**(row.term | {"valid_from": dt.date.fromisoformat(row.term["valid_from"])}))
    rules = table.rules()
    report = tuple(
        (
            rules[each.holding].name if each.holding in rules else each.holding,
            rules[each.holding].name_en if each.holding in rules else each.holding,
            Erased(each.deleted, each.anonymised, each.kept),
        )
        for each in Erasure.objects.filter(request=row).order_by("pk")
    )
    return RequestView(Right(row.right), row.answer_due_at, row.answered_at, term, row.subject, report)


def export_of(case_id: int, person: Person) -> Export | None:
    """Return the copy that a request gave, only to the person whose data it holds."""
    return Export.objects.filter(request=case_id, person=person).first()


def own_address(case_id: int) -> str:
    """Return the page of a request for who asked."""
    return reverse("privacy:request", args=[case_id])
