from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.work.cases.contracts import Given
from vamco.kernel.work.cases.models import Case
from vamco.kernel.work.cases.queries import definitions, rights, timing
from vamco.kernel.work.cases.rules import moves
from vamco.kernel.work.cases.services import ledger
from vamco.kernel.world.people.models import Organisation, Person
from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from vamco.kernel.record.files.models import File
    from vamco.kernel.work.cases.contracts import Terms
    from vamco.kernel.world.access import public as access
    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.places.models import Place


def open_case(  # noqa: PLR0913  # each is one side of the case
    code: str,
    *,
    key: str,
    title: str,
    agency: Agency,
    issuer: Agency | None = None,
    by: Person | access.Machine,
    applicant: Person | Organisation | None = None,
    place: Place | None = None,
    matter: str = "",
    due_at: dt.datetime | None = None,
    terms: Terms | None = None,
    note: str = "",
    files: Sequence[File] = (),
) -> Case:
    """Open a case. `key` names what it is about: a second call with the same key returns the first case.

    `issuer` None is the agency itself. `due_at` None takes the deadline of `terms`, else of the kind. `applicant` None is nobody,
    or nobody known. Whether `by` may open it is for the calling system to ask. Refused for an applicant where the kind has none.
    """
    with transaction.atomic():
        version = definitions.newest(code)
        definition = definitions.definition_of(version)
        if applicant is not None and not definition.applicant:
            raise Refused("cases.no_applicant", N_("Cases of this kind have no applicant."))
        now = clock.now()
        case, created = Case.objects.get_or_create(
            key=f"{code}:{key}",
            defaults={
                "kind": version,
                "audience_id": version.audience_id,
                "title": title,
                "state": definition.initial,
                "agency": agency,
                "issuer": issuer or agency,
                "applicant": applicant if isinstance(applicant, Person) else None,
                "applicant_organisation": applicant if isinstance(applicant, Organisation) else None,
                "place": place,
                "matter": matter,
                "terms": timing.written(terms),
                "opened_by": by if isinstance(by, Person) else None,
                "opened_at": now,
                "due_at": due_at or timing.first_due(timing.deadline(definition, terms), agency, now),
            },
        )
        if created:
            entry = ledger.enter(
                case,
                moves.OPEN,
                by,
                definition.initial,
                agency=issuer or agency,
                given=Given(note=note, files=files),
                acting_for=rights.for_whom(case, by),
            )
            timing.promise(case, case.due_at, now, "opened")
            ledger.move(case, definition, definition.initial, now)
            ledger.write(case, entry, files)
    return case
