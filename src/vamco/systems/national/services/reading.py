"""Reading what the portal says: statuses of dossiers that it keeps, and dossiers that it hands over to offices of the province.

A feed may repeat, reorder and be read again from its beginning: what is known already changes nothing.
"""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING, Final

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.record.files import public as files
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import VamcoError
from vamco.systems.national.adapters.portal import NoAnswer, Turned
from vamco.systems.national.contracts import SOURCE
from vamco.systems.national.models import Arrival, Feed, Line
from vamco.systems.national.services.connecting import connected
from vamco.systems.onestop import public as onestop

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.systems.national.adapters.portal import Portal
    from vamco.systems.national.contracts import FeedName, PortalDossier, PortalPaper, PortalStatus

FEEDS: Final[tuple[FeedName, ...]] = ("statuses", "dossiers")
_MOST_PAGES: Final = 100


def read(name: FeedName) -> int:
    """Take in what is new in a feed, and return how many entries changed something here. Nothing where the portal is not connected.

    A page and how far it was read are kept together: who dies between reads it again.
    """
    portal = connected()
    if portal is None:
        return 0
    changed = 0
    for _page in range(_MOST_PAGES):
        cursor = Feed.objects.get_or_create(name=name)[0].cursor
        try:
            page = portal.feed(name, cursor)
            changed += _statuses(page.entries) if name == "statuses" else _dossiers(portal, page.entries)
        except (NoAnswer, Turned) as error:
            _note(name, reason=getattr(error, "reason", "") or getattr(error, "answer", ""))
            return changed
        with transaction.atomic():
            row = Feed.objects.select_for_update().get(name=name)
            row.cursor, row.at, row.reason = page.cursor, clock.now(), ""
            row.unreadable += page.unreadable
            row.save()
        if not page.more:
            break
    return changed


def read_again(name: FeedName) -> None:
    """Read a feed from its beginning next time: what could not be taken in then may be taken in now."""
    Feed.objects.filter(name=name).update(cursor="", unreadable=0)


def _note(name: FeedName, *, reason: str) -> None:
    Feed.objects.filter(name=name).update(at=clock.now(), reason=reason[:60])


def _statuses(entries: Sequence[PortalStatus]) -> int:
    changed = 0
    own = set(Line.objects.filter(number__in=[each.number for each in entries]).values_list("number", flat=True))
    for each in entries:
        if each.number in own or each.status not in onestop.STATUS_NAMES:  # ours are told there, not heard from there
            continue
        said = onestop.OutsideStatus(
            source=SOURCE,
            number=each.number[:40],
            procedure=each.procedure,
            status=each.status,
            as_of=each.at,
            agency_name=each.agency,
            handler_name=each.handler,
            holder_kind="citizen_id",
            holder=each.holder,
            received_at=each.received_at,
            due_at=each.due_at,
            finished_at=each.finished_at,
            text=each.text,
            result_url=each.result_url,
        )
        changed += onestop.take_in_outside(said) == "taken"
    return changed


def _dossiers(portal: Portal, entries: Sequence[PortalDossier]) -> int:
    return sum(_arrive(portal, each) for each in entries)


def _arrive(portal: Portal, given: PortalDossier) -> bool:
    """Let a dossier arrive once; why it could not is kept, and looked at again when the feed is read again."""
    if Arrival.objects.filter(number=given.number).exclude(case=None).exists():
        return False
    try:
        with contextlib.ExitStack() as examining:
            ready = [examining.enter_context(_examined(portal, each)) for each in given.papers]
            with transaction.atomic():
                return _file(given, ready)
    except (NoAnswer, Turned):
        raise
    except VamcoError as error:
        Arrival.objects.update_or_create(number=given.number, defaults={**_seen(given), "reason": error.code[:60]})
        return False


def _file(given: PortalDossier, ready: Sequence[files.Examined]) -> bool:
    row, _new = Arrival.objects.select_for_update().get_or_create(number=given.number, defaults=_seen(given))
    if row.case_id is not None:
        return False
    office = agencies.get(given.office)
    kept = [files.keep(each, owner=f"onestop:{given.number}", agency=office, by=f"system:{SOURCE}") for each in ready]
    dossier = onestop.take_in(
        onestop.Arrived(
            source=SOURCE,
            number=given.number,
            procedure=given.procedure,
            office=given.office,
            citizen_id=given.holder,
            name=given.name,
            phone=given.phone[:20],
            email=given.email[:120],
            address=given.address,
            papers=[(paper.paper[:60], file, paper.copy) for paper, file in zip(given.papers, kept, strict=True)],
        )
    )
    Line.objects.create(case_id=dossier.pk, number=given.number, arrived=True)
    row.case_id, row.reason = dossier.pk, ""
    row.save()
    return True


def _examined(portal: Portal, paper: PortalPaper) -> contextlib.AbstractContextManager[files.Examined]:
    """Examine a file of the portal as one that a person sends."""
    return files.examined(io.BytesIO(portal.download(paper.ref)), name=paper.name or paper.ref, terms=files.FROM_PEOPLE)


def _seen(given: PortalDossier) -> dict[str, object]:
    return {"at": clock.now(), "procedure": given.procedure[:20], "office": given.office[:40]}
