"""What every change of a case is made of: the lock, the entry, the row brought into line, the news."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.events import public as events
from vamco.kernel.work.cases.models import Entry
from vamco.kernel.work.cases.queries import definitions, rights, rows, timing
from vamco.kernel.work.cases.queries.rows import NOTHING, missing
from vamco.kernel.work.cases.rules import moves
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Refused
from vamco.vocab.cases import CaseActed, CaseMoved, CasePassed

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from vamco.kernel.record.files.models import File
    from vamco.kernel.work.cases.contracts import Definition, Given
    from vamco.kernel.work.cases.models import Case
    from vamco.kernel.work.cases.queries.rights import Actor
    from vamco.kernel.world.agencies.models import Agency


def held(case_id: int, *others: int) -> tuple[Case, dict[int, Case]]:
    """Give a case, locked, and by number the others that are locked with it: those asked for, and its parent.

    All are locked in the order of their numbers, so that two acts that need the same cases wait and never block each other.
    """
    found = rows.locked([case_id, *others])
    for number in (case_id, *others):
        if number not in found:
            raise missing(number)
    return found[case_id], found


def demand_seen(case: Case, definition: Definition, seen: int | None, *, own: bool = False) -> None:
    """Refuse when something has happened that the person had not seen when deciding; a remark does not count.

    To the applicant (`own`) nothing counts but what they are shown.
    """
    if seen is None or seen == case.seq:
        return
    since = case.entries.filter(seq__gt=seen).exclude(act__in=moves.QUIET).select_related("by").order_by("-seq")
    last = (since.filter(act__in=moves.shown(definition)) if own else since).first()
    if last is None and seen < case.seq:
        return
    last = last or case.entries.select_related("by").order_by("-seq")[0]
    done = definition.acts.get(last.act)
    if last.by is None or own:  # by the clock
        message = N_("The case was changed while you were looking. Please look at it again.")
    elif done is None:  # claimed, handed over, merged: an entry of ours
        message = N_("%(person)s changed the case while you were looking. Please look at it again.")
    else:
        message = N_("%(person)s did “%(act)s” while you were looking. Please look at the case again.")
    person, act = last.by.name if last.by else "", moves.name(done) if done else last.act
    raise Refused("cases.changed", message, person=person, act=act)


def move(case: Case, definition: Definition, before: str, now: dt.datetime) -> None:
    """Bring a case's row into line with its state: whose turn it is, until when, whether it still runs.

    Who had it in hand when the turn went to another agency has it in hand again when the turn comes back, if they still may.
    """
    state = definition.states[case.state]
    case.open = not state.final
    case.closed_at = None if case.open else case.closed_at or now
    holder, needed = holder_of(case, definition), state.turn.may if state.turn else ""
    if case.holder_id != (holder.pk if holder else None):
        back, case.left_with = case.left_with, case.taken_by
        stays_away = back is None or not rights.may(back, needed, holder, case)
        case.taken_by = None if holder is None or stays_away else back
    elif case.needed != needed:
        case.taken_by = None
    case.holder, case.needed = holder, needed
    timing.settle(case, definition, before, now)


def holder_of(case: Case, definition: Definition) -> Agency | None:
    """Return the agency whose turn it is, None when it is nobody's, the applicant's or a machine's."""
    turn = definition.states[case.state].turn
    if turn is None or turn.party not in moves.AGENCIES:
        return None
    return case.issuer if turn.party == "issuer" else case.handed_to or case.agency


def enter(  # an entry has that many parts
    case: Case,
    code: str,
    by: Actor | None,
    target: str,
    *,
    agency: Agency,
    given: Given = NOTHING,
    other: str = "",
    acting_for: access.Owner = access.NOBODY,
) -> Entry:
    """Give the next line of a case's timeline; `write` keeps it, with what changed on the case."""
    case.seq += 1
    before, case.state = case.state, target
    return Entry(
        case=case,
        seq=case.seq,
        act=code,
        from_state=before,
        to_state=target,
        by=None if isinstance(by, access.Machine) else by,
        machine=by.room if isinstance(by, access.Machine) else "",
        agency=agency,
        acting_for_id=acting_for.person,
        acting_for_organisation_id=acting_for.organisation,
        at=clock.not_before(case.paused_at or case.opened_at),
        reason=given.reason,
        note=given.note.strip(),
        other=other,
    )


def write(case: Case, entry: Entry, files: Sequence[File] = ()) -> None:
    """Write an entry and what changed on the case; tell others, and the audit chain of the agency that answers for it."""
    followed = rows.keep(case, entry)
    if files:
        rows.attach(entry, files)
    behalf = {
        name: pk
        for name, pk in (
            ("acting_for", entry.acting_for_id),
            ("acting_for_organisation", entry.acting_for_organisation_id),
        )
        if pk
    }
    if followed and entry.from_state != entry.to_state:
        events.emit(CaseMoved(case.pk, entry.seq))
    if moves.passage(definitions.definition_of(case.kind), entry.act, entry.from_state, entry.to_state):
        events.emit(CasePassed(case.pk, entry.seq))
    events.emit(CaseActed(case.pk, case.kind.code, entry.act, entry.from_state, entry.to_state))
    audit.record(
        f"cases.{entry.act}",
        actor=str(entry.by_id) if entry.by_id else f"{audit.SYSTEM}:{entry.machine}" if entry.machine else audit.SYSTEM,
        chain=entry.agency.code if entry.act == moves.OPEN else case.agency.code,
        subject=f"case:{case.pk}",
        detail={"from": entry.from_state, "to": entry.to_state, "seq": entry.seq} | behalf,
    )
