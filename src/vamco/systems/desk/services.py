from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Unpack

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.events import public as events
from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.base.modes import public as modes
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing, Refused
from vamco.lib.time import HCM
from vamco.web.uploads import kept

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.core.files.uploadedfile import UploadedFile

    from vamco.kernel.world.agencies.public import Agency
    from vamco.kernel.world.people.models import Person

END_OF_DAY = dt.time(17)


def act(
    case_id: int,
    code: str,
    *,
    by: Person,
    seen: int,
    uploads: Sequence[UploadedFile[bytes]] = (),
    **fields: Unpack[cases.GivenFields],
) -> cases.Case:
    """Do an act on a case with its evidence, and what else is brought to it; whether it may be done is asked before files are read."""
    if uploads:
        cases.demand(case_id, code, by=by, seen=seen, evidence=True, **fields)
    with kept(uploads, f"case:{case_id}", by) as stored:
        fields["files"] = stored
        return cases.act(case_id, code, by=by, seen=seen, **fields)


def comment(case_id: int, *, by: Person, note: str, uploads: Sequence[UploadedFile[bytes]] = ()) -> cases.Case:
    """Says something on a case, with files or without."""
    if uploads:
        cases.demand_part(case_id, by)
    with kept(uploads, f"case:{case_id}", by) as stored:
        return cases.comment(case_id, by=by, note=note, files=stored)


def opening(kind: str, by: Person) -> tuple[cases.Definition, Agency]:
    """Give the kind, and the agency for which the person opens a case of it by hand; Missing or Forbidden where they may not."""
    of, home = cases.newest(kind), people.home(by)
    if not of.may_open:
        raise Missing("desk.no_kind", N_("Cases of this kind are not opened by hand."))
    access.demand(by, of.may_open, home)
    return of, home


def open_case(  # a case has that many parts
    kind: str, *, key: UUID, title: str, agency: str, note: str, due_on: dt.date | None = None, by: Person
) -> cases.Case:
    """Opens a case by hand, for the agency of the person; sent twice with one key it is opened once."""
    _of, home = opening(kind, by)
    due_at = dt.datetime.combine(due_on, END_OF_DAY, HCM) if due_on else None
    if due_at is not None and due_at <= clock.now():
        raise Refused("desk.due_in_past", N_("The due day must lie ahead."))
    return cases.open_case(
        kind,
        key=f"by-hand:{by.pk}:{key}",
        title=title,
        agency=agencies.get(agency),
        issuer=home,
        by=by,
        due_at=due_at,
        note=note,
    )


def replay(handler: str, since: dt.datetime, until: dt.datetime, *, by: Person) -> int:
    """Has the worker hand the news of a span of time to a handler again."""
    return events.replay(handler, since, until, by=str(by.pk), chain=people.home(by).code)


def stop_replay(replay: int, *, by: Person) -> None:
    """Ends a replay between two pieces of news."""
    events.stop_replay(replay, by=str(by.pk), chain=people.home(by).code)


def stop_job(job: int, *, by: Person) -> None:
    """Takes a job out of its queue, or asks it to stop."""
    with transaction.atomic():
        jobs.stop(job)
        audit.record("desk.stop_job", actor=str(by.pk), chain=people.home(by).code, subject=f"job:{job}")


def repeat_job(job: int, *, by: Person) -> None:
    """Puts a job that failed for good back into its queue."""
    with transaction.atomic():
        jobs.again(job)
        audit.record("desk.repeat_job", actor=str(by.pk), chain=people.home(by).code, subject=f"job:{job}")


def switch_mode(system: str, mode: modes.Mode, reason: str, *, by: Person) -> None:
    """Change how a system stands towards national platforms."""
    access.demand(by, "desk.switch_mode")
    modes.switch(system, mode, reason, str(by.pk))
