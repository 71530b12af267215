"""Cases whose time has come are brought before somebody else, by the clock."""

from __future__ import annotations

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.events import public as events
from vamco.kernel.work.cases import definitions, ledger, timing
from vamco.kernel.work.cases.models import Case
from vamco.vocab import CaseEscalated

BATCH = 200


def escalate() -> int:
    """Escalate what is due, each case in a transaction of its own; gives how many. Safe to repeat and to run twice at once."""
    done = 0
    while True:
        due = Case.objects.filter(escalate_at__lte=clock.now()).order_by("escalate_at").values_list("pk", flat=True)
        batch = [number for number in due[:BATCH] if _escalate(number)]
        if not batch:
            return done
        done += len(batch)


def _escalate(case_id: int) -> bool:
    with transaction.atomic():
        case, _others = ledger.held(case_id)
        if case.escalate_at is None or case.escalate_at > clock.now() or case.holder is None:
            return False  # somebody was faster
        definition = definitions.of(case.kind)
        level = definition.escalations[case.escalated]
        entry = ledger.enter(case, "escalate", None, case.state, agency=case.holder)
        case.escalated += 1
        step_due_at = case.step_due_at
        timing.plan(case, definition, entry.at)
        case.step_due_at = step_due_at  # the step has not begun anew
        ledger.write(case, entry)
        events.emit(CaseEscalated(case.pk, definition.code, case.escalated, level.may, case.holder.code, entry.seq))
        return True
