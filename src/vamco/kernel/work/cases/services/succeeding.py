"""What an agency had to do when it ended goes on with the one that alone took over from it, by the clock."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from vamco.kernel.base import clock
from vamco.kernel.work.cases.models import Case
from vamco.kernel.work.cases.queries import definitions, rights
from vamco.kernel.work.cases.services import ledger
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import VamcoError

if TYPE_CHECKING:
    from vamco.kernel.world.agencies.models import Agency

log = logging.getLogger(__name__)
SIDES = ("agency", "issuer", "handed_to")


def follow() -> int:
    """Give each open case of agencies that have ended to their heirs, in a transaction of its own; gives how many.

    Where several took over, a person must decide: such cases stay, and who reaches the agencies above finds them. Safe to repeat
    and to run twice at once.
    """
    numbers = agencies.sole_heirs(clock.today())
    if not numbers:
        return 0
    known = agencies.of_kind().in_bulk(numbers.values())
    heirs = {ended: known[heir] for ended, heir in numbers.items()}
    concerned = Q(*((f"{side}__in", list(heirs)) for side in SIDES), _connector=Q.OR)
    left = Case.objects.filter(concerned, open=True).order_by("pk").values_list("pk", flat=True)
    done = 0
    for number in list(left):
        try:
            done += _follow(number, heirs)
        except VamcoError as error:  # one keeps no other from it
            log.warning("case %s did not go on with its heir: %s", number, error)
    return done


def _follow(case_id: int, heirs: dict[int, Agency]) -> bool:
    with transaction.atomic():
        case, _others = ledger.held(case_id)
        ended = {side: getattr(case, side) for side in SIDES if getattr(case, f"{side}_id") in heirs}
        if not ended or not case.open:
            return False  # somebody was faster
        for side, agency in ended.items():
            setattr(case, side, heirs[agency.pk])
        if "issuer" in ended:  # no act changes it
            Case.objects.filter(pk=case.pk).update(issuer=case.issuer)
        if case.handed_to_id == case.agency_id:
            case.handed_to = None  # they have become one
        case.holder = ledger.holder_of(case, definitions.definition_of(case.kind))
        if case.taken_by and not rights.may(case.taken_by, case.needed, case.holder, case):
            case.taken_by = None  # who went along keeps it
        for code, heir in {agency.code: heirs[agency.pk] for agency in ended.values()}.items():
            entry = ledger.enter(case, "succeed", None, case.state, agency=heir, other=f"agency:{code}")
            ledger.write(case, entry)
        return True
