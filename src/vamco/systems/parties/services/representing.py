"""Who represents a firm: asked for by the person, confirmed by an official, who looks at the register.

A firm's own eID signs nobody in; a person does, and shows that they represent it. Source: NĐ 69/2024/NĐ-CP, Đ. 7.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Refused, Unavailable
from vamco.systems.parties.contracts import CONFIRM, KIND, NumberAsked
from vamco.systems.parties.models import Representation
from vamco.web.uploads import kept

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.core.files.uploadedfile import UploadedFile

    from vamco.kernel.work.cases.models import Case, Entry
    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.public import Organisation, Person


def ask_to_represent(
    person: Person, *, code: str, name: str, kind: str, uploads: Sequence[UploadedFile[bytes]], sending: UUID
) -> Case:
    """Ask that a person represents the organisation with an enterprise code. Sent twice it is one case.

    Nobody is attached to the organisation by asking: an official compares the name with the register first.
    """
    with kept(uploads, f"representation:{person.pk}", person) as files, transaction.atomic():
        organisation = _organisation(code, name, kind, person)
        if people.represents(person, organisation.pk):
            raise Refused("parties.represents", N_("You represent this organisation already."))
        waiting = Representation.objects.filter(person=person, organisation=organisation, case__open=True).first()
        if waiting is not None:
            return waiting.case
        case = cases.open_case(
            KIND,
            key=f"{person.pk}:{sending}",
            title=organisation.name,
            agency=_registry(),
            by=person,
            applicant=person,
            matter="business",
            files=files,
        )
        Representation.objects.get_or_create(case=case, defaults={"person": person, "organisation": organisation})
    return case


def on_act(case: Case, entry: Entry) -> None:
    """Give the mandate of a representative when an official has confirmed it."""
    if entry.act != "confirm":
        return
    row = Representation.objects.select_for_update().get(case=case)
    assert entry.by is not None  # noqa: S101  # the kind lets only officials confirm
    row.mandate = people.give_mandate(
        row.organisation,
        row.person,
        since=clock.today(),
        basis=cases.number(case),
        representative=True,
        actor=entry.by.actor,
    )
    row.save(update_fields=["mandate"])


def asked(case: Case) -> Representation | None:
    """Return what a case asks."""
    return Representation.objects.select_related("organisation", "person").filter(case=case).first()


def _organisation(code: str, name: str, kind: str, person: Person) -> Organisation:
    found = people.find_by_number("enterprise_code", code)
    if isinstance(found, people.Organisation):
        return found
    organisation = people.add_organisation(name, kind, actor=person.actor)
    people.record_number(organisation, "enterprise_code", code, actor=person.actor)
    return organisation


def _registry() -> Agency:
    """Return the agency in which somebody confirms representatives: the one that keeps the business register."""
    found = agencies.of_kind().filter(pk__in=access.seats(CONFIRM)).order_by("path").first()
    if found is None:
        raise Unavailable("parties.no_registry", N_("No agency of this province keeps the business register."))
    return found


_KINDS = {"enterprise_code": N_("Enterprise code"), "citizen_id": N_("Their citizen ID"), "passport": N_("Passport")}


def numbers_of(asked: Representation) -> list[NumberAsked]:
    """Return the numbers that are compared with the register, masked: the organisation's, then the person's."""
    found = [*people.numbers(asked.organisation), *people.numbers(asked.person)]
    return [NumberAsked(each.id, gettext(_KINDS.get(each.kind, each.kind)), each.shown) for each in found]


def whole(number: NumberAsked, case: Case, reader: Person, purpose: str) -> str:
    """Return a number whole to an official of the case's agency who says what for; that is recorded first."""
    return people.see_number(
        number.id, by=reader, purpose=purpose, agency=case.agency, place=case.place_id, state=case.state
    )
