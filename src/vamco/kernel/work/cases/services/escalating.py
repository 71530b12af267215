"""Cases whose time has come are brought before somebody else, by the clock."""

from __future__ import annotations

import logging

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.events import public as events
from vamco.kernel.work.cases.models import Case
from vamco.kernel.work.cases.queries import definitions, rights, timing
from vamco.kernel.work.cases.services import ledger
from vamco.lib.errors import VamcoError
from vamco.vocab.cases import CaseEscalated

log = logging.getLogger(__name__)

BATCH = 200
STEP = 0
"""The level of an escalation that is about the planned time of a step, and not about the deadline."""


def escalate() -> int:
    """Escalate what is due, each case in a transaction of its own; gives how many. Safe to repeat and to run twice at once.

    One that cannot be, as for want of a calendar, keeps no other from it, and is tried again next time.
    """
    done, failed = 0, set[int]()
    while True:
        due = Case.objects.filter(escalate_at__lte=clock.now()).exclude(pk__in=failed).order_by("escalate_at")
        batch = list(due.values_list("pk", flat=True)[:BATCH])
        before = done + len(failed)
        for number in batch:
            try:
                done += _escalate(number)
            except VamcoError as error:
                log.warning("case %s was not escalated: %s", number, error)
                failed.add(number)
        if done + len(failed) == before:
            return done


def _escalate(case_id: int) -> bool:
    with transaction.atomic():
        case, _others = ledger.held(case_id)
        if case.escalate_at is None or case.escalate_at > clock.now():
            return False  # somebody was faster
        at = case.holder or case.agency  # while the applicant has the turn, the handler answers for the case
        definition = definitions.definition_of(case.kind)
        entry = ledger.enter(case, "escalate", None, case.state, agency=at)
        if case.paused_at is not None:  # the term of who checks is over; the deadline stands still
            level, may, case.escalate_at = STEP, rights.ASSIGN, None
        else:
            may = definition.escalations[case.escalated].may
            case.escalated = level = case.escalated + 1
            timing.plan_escalation(case, definition)
        ledger.write(case, entry)
        events.emit(CaseEscalated(case.pk, definition.code, level, may, at.code, entry.seq))
        return True
