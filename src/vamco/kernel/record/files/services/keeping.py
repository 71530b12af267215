from __future__ import annotations

import datetime as dt
import itertools
import logging
from dataclasses import replace
from typing import IO, TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, F, Q, Sum

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.record.files import queries
from vamco.kernel.record.files.adapters import scanners, stores
from vamco.kernel.record.files.contracts import AS_DELIVERED, MB, Scan, Terms, Verdict
from vamco.kernel.record.files.models import Content, File, PictureFacts
from vamco.kernel.record.files.rules import media
from vamco.kernel.record.files.rules.refusals import refusal
from vamco.kernel.record.files.services import removing
from vamco.kernel.record.files.services.receiving import Examined, Piece, examined
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Missing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from django.db.models import QuerySet

    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person

KEPT = dt.timedelta(days=2)
LOOK_AGAIN = dt.timedelta(days=30)  # signatures of today find what came in a month ago
LOOKED_AT_ONCE = 500
AWAY = 3  # so many contents in a row without an answer: the scanner is away
BATCH = 1000
CHAIN = "files"
log = logging.getLogger(__name__)


def store(  # a file has that many parts
    stream: IO[bytes],
    *,
    name: str,
    agency: Agency | None = None,
    by: str = audit.SYSTEM,
    max_bytes: int | None = None,
    terms: Terms = AS_DELIVERED,
    owner: str = "",
    keep_until: dt.date | None = None,
) -> File:
    """Keep a content and give it a name; under terms that name kinds, after it was inspected.

    The bytes are on disk before the row is written, so a row never points at nothing; a content without a row is swept. Where
    a transaction is open already, prefer `examined` before it and `keep` inside.
    """
    if max_bytes is not None:
        terms = replace(terms, max_bytes=max_bytes)
    with examined(stream, name=name, terms=terms) as ready:
        return keep(ready, agency=agency, by=by, owner=owner, keep_until=keep_until)


def keep(
    ready: Examined,
    *,
    agency: Agency | None = None,
    by: str = audit.SYSTEM,
    owner: str = "",
    keep_until: dt.date | None = None,
) -> File:
    """Make a file of what was examined. `owner` ("case:12") is what it belongs to and whose limits count."""
    with transaction.atomic():
        _spare(ready, owner)
        for piece in ready.pieces:
            _hold(piece)
        _enter(ready)
        file = File.objects.create(
            content_id=ready.original.sha256,
            rendition_id=ready.rendition.sha256 if ready.rendition else None,
            size=ready.original.size,
            name=ready.name,
            media_type=ready.media_type,
            signed=ready.finding.signed,
            owner=owner,
            agency=agency,
            stored_by=by,
            stored_at=clock.now(),
            keep_until=keep_until,
        )
        facts = ready.finding.facts
        if facts.taken_at or facts.lon is not None:
            taken = facts.taken_at.isoformat() if facts.taken_at else ""
            PictureFacts.objects.create(file=file, taken_at=taken, lon=facts.lon, lat=facts.lat)
        _record("files.store", file, by=by, detail={"sha256": file.sha256, "size": file.size})
    return file


def _spare(ready: Examined, owner: str) -> None:
    """Refuse what is too much for one owner; two who add to it at once wait for each other."""
    if not owner:
        return
    removing.lock(f"files:{owner}")
    present = File.objects.filter(owner=owner, dropped_at=None).aggregate(files=Count("pk"), total=Sum("size"))
    terms = ready.terms
    code = media.spare(terms, files=present["files"], total=present["total"] or 0, size=ready.original.size)
    if code:
        limit = terms.max_files if code == "too_many" else terms.max_total // MB
        raise refusal(code, name=ready.name, limit=limit)


def _hold(piece: Piece) -> None:
    """Keep sweeper and purge from a content until the transaction ends; lay it down again if one was faster."""
    removing.lock(piece.sha256, shared=True)
    place = stores.store()
    if not place.has(piece.sha256, piece.size):
        place.put(piece.part, piece.sha256)


def _enter(ready: Examined) -> None:
    """Write the contents' rows. What another file brought in before may be known better, or worse."""
    verdict, now = ready.verdict, clock.now()
    looked = now if verdict.scan is Scan.CLEAN else None
    Content.objects.bulk_create(
        [
            Content(sha256=piece.sha256, size=piece.size, scan=verdict.scan, scanner=verdict.scanner, looked_at=looked)
            for piece in ready.pieces
        ],
        ignore_conflicts=True,
    )
    known = Content.objects.filter(pk__in=[piece.sha256 for piece in ready.pieces])
    if ready.verdict.scan is Scan.CLEAN:  # also what was called infected: newer signatures take a false alarm back
        known.exclude(scan=Scan.CLEAN).update(scan=Scan.CLEAN, found="", scanner=verdict.scanner, looked_at=now)
    elif bad := known.filter(scan=Scan.INFECTED).first():
        raise refusal("infected", name=ready.name, found=bad.found)


def original(file: File, *, by: Person, purpose: str) -> Path:
    """Give a file as it was handed in, with what it says of place and time: for few, and each look is in the log."""
    access.demand(by, "files.view_originals", file.agency)
    path = queries.served(file, to=by, original=True).path
    with transaction.atomic():
        _record("files.view_original", file, by=str(by.pk), purpose=purpose)
    return path


def retain(file_id: int, until: dt.date | None, *, by: str = audit.SYSTEM, purpose: str = "") -> None:
    """Say until when (that day included) a file is kept; None keeps it until told otherwise."""
    with transaction.atomic():
        file = File.objects.select_for_update(of=("self",)).filter(pk=file_id, dropped_at=None).first()
        if file is None:
            raise Missing("files.no_file", N_("There is no file %(file)s."), file=file_id)
        file.keep_until = until
        file.save(update_fields=["keep_until"])
        _record("files.retain", file, by=by, purpose=purpose, detail={"until": until.isoformat() if until else ""})


def purge(today: dt.date) -> int:
    """Drop the files that had to be kept until before today; gives their number."""
    due = File.objects.filter(keep_until__lt=today, dropped_at=None).order_by("pk").values_list("pk", flat=True)
    return sum(drop(pk, act="files.purge") for pk in list(due))


def drop(file_id: int, *, act: str = "files.erase", by: str = audit.SYSTEM, purpose: str = "") -> bool:
    """Take a file's contents and facts away for good, unless another file shares them; its row stays, without its name.

    False when it is gone already or somebody is just giving the same content a name: then try later.
    """
    with transaction.atomic():
        file = (
            File.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=file_id, dropped_at=None).first()
        )
        if file is None:
            return False
        contents = [sha256 for sha256 in (file.content_id, file.rendition_id) if sha256]
        if not all(removing.try_lock(sha256) for sha256 in contents):
            transaction.set_rollback(True)
            return False
        PictureFacts.objects.filter(file=file).delete()
        file.content = file.rendition = None
        file.name, file.dropped_at = "", clock.now()
        file.save(update_fields=["content", "rendition", "name", "dropped_at"])
        gone = list(_unused(contents).values_list("pk", flat=True))
        Content.objects.filter(pk__in=gone).delete()
        _record(act, file, by=by, purpose=purpose, detail={"size": file.size, "shared": len(contents) - len(gone)})
        for sha256 in gone:
            # Robust: a store that is away makes no finished act fail; the sweep removes what stays.
            transaction.on_commit(lambda sha256=sha256: removing.remove(sha256), robust=True)  # type: ignore[misc]  # bound for each
    return True


def _unused(contents: Iterable[str]) -> QuerySet[Content]:
    return Content.objects.filter(pk__in=contents).filter(files=None, renditions=None)


def sweep(now: dt.datetime) -> int:
    """Remove contents without a row and unfinished ones, once they are KEPT old; gives their number.

    An upload that goes on longer than that would lose its part, so KEPT is generous.
    """
    place, limit = stores.store(), now - KEPT
    swept = _sweep_incoming(limit.timestamp())
    contents = place.old(limit)
    while batch := list(itertools.islice(contents, BATCH)):
        known = set(Content.objects.filter(pk__in=batch).values_list("pk", flat=True))
        swept += sum(removing.remove(sha256, before=limit) for sha256 in batch if sha256 not in known)
    return swept


def _sweep_incoming(limit: float) -> int:
    swept = 0
    for part in (stores.folder() / "incoming").glob("*"):
        if part.stat().st_mtime < limit:
            part.unlink(missing_ok=True)
            swept += 1
    return swept


def look_again(now: dt.datetime) -> int:
    """Have the scanner read what it has not read yet or not for long; gives how many contents it answered for."""
    scanner = scanners.scanner()
    if scanner is None:
        return 0
    due = Content.objects.filter(Q(scan=Scan.UNSCANNED) | Q(looked_at__lt=now - LOOK_AGAIN))
    answered = silent = 0
    for content in due.order_by(F("looked_at").asc(nulls_first=True))[:LOOKED_AT_ONCE]:
        path = stores.store().path(content.pk)
        if path is None:
            log.error("the content %s of a file is not in the store", content.pk)
            continue
        with path.open("rb") as stream:
            verdict = scanner.scan(stream)
        silent = silent + 1 if verdict.scan is Scan.UNSCANNED else 0
        if silent == AWAY:
            break
        answered += verdict.scan is not Scan.UNSCANNED
        _note(content.pk, verdict, now)
    return answered


def _note(sha256: str, verdict: Verdict, now: dt.datetime) -> None:
    """Write down what the scanner said; when it said nothing, that it was asked, so that others have their turn."""
    with transaction.atomic():
        content = Content.objects.select_for_update().filter(pk=sha256).first()
        if content is None:
            return
        before, content.looked_at = content.scan, now
        if verdict.scan is not Scan.UNSCANNED:
            content.scan, content.found, content.scanner = verdict.scan, verdict.found, verdict.scanner
        content.save()
        if content.scan == Scan.INFECTED != before:
            files = File.objects.filter(Q(content=content) | Q(rendition=content)).select_related("agency")
            for file in files.order_by("agency__code", "pk"):
                _record("files.find_infected", file, by=audit.SYSTEM, detail={"found": verdict.found})


def _record(act: str, file: File, *, by: str, purpose: str = "", detail: dict[str, object] | None = None) -> None:
    chain = file.agency.code if file.agency else CHAIN
    audit.record(act, actor=by, chain=chain, subject=f"file:{file.pk}", purpose=purpose, detail=detail)
