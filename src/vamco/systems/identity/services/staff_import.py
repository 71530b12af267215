"""A list of officials from a spreadsheet: brought, looked at, taken in whole or not at all."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction

from vamco.engines import sheets
from vamco.engines.sheets import Line, SheetCell
from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Missing, Refused
from vamco.systems.identity.models import Account, StaffImport
from vamco.systems.identity.queries import staff as known
from vamco.systems.identity.rules import importing as rules
from vamco.systems.identity.services import links, staff

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from vamco.kernel.world.people.public import Person

KEPT: Final = dt.timedelta(days=1)
MOST_BYTES: Final = 10 << 20
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True)
class Handed:
    """An official of a list with the link to hand on; `word` is seen by nobody again."""

    name: str
    username: str
    agency: str
    word: str


@dataclass(frozen=True)
class Imported:
    """What became of a list."""

    made: tuple[Handed, ...]
    there: int
    left_out: tuple[int, ...]


def bring(path: Path, *, by: Person) -> StaffImport:
    """Keep the rows of a spreadsheet to be looked at; nothing else happens. Refused where it is none, or has no heads."""
    access.demand(by, known.IMPORT)
    content = path.read_bytes()
    lines = _lines(path, content)
    _read(lines, by)  # what cannot be read at all is said at once
    with transaction.atomic():
        row = StaffImport.objects.create(
            by=by,
            digest=hashlib.sha256(content).hexdigest(),
            lines=[_packed(line) for line in lines],
            created_at=clock.now(),
        )
        audit.record(
            "identity.bring_staff_list",
            actor=by.actor,
            chain="identity",
            subject=f"staff_import:{row.pk}",
            detail={"rows": len(lines), "digest": row.digest},
        )
    return row


def look(import_id: int, by: Person) -> tuple[StaffImport, list[rules.Listed]]:
    """Return a list that somebody has brought, read by what the platform knows now; of one that is done no rows are left."""
    row = _own(import_id, by)
    if row.done_at is not None or not row.lines:
        return row, []
    return row, _read([_unpacked(line) for line in row.lines], by)


def earlier(row: StaffImport) -> StaffImport | None:
    """Return the list that has been taken in before from the same file, whoever brought it."""
    return StaffImport.objects.filter(digest=row.digest, done_at__isnull=False).exclude(pk=row.pk).first()


def take_in(import_id: int, *, by: Person, reason: str, leave_out: bool) -> Imported:
    """Invite everybody on a list who is not there yet, all at once; Refused while a row is wrong that is not left out on purpose.

    The rows are read again by what the platform knows at this moment: what was right on the page may have changed since.
    """
    with transaction.atomic():
        office = staff.begin(by, reason)
        access.demand(office.by, known.IMPORT)
        row = StaffImport.objects.select_for_update().filter(pk=_own(import_id, by).pk).get()
        if row.done_at is not None or not row.lines:
            raise Refused("identity.list_done", N_("This list was taken in before. Nothing is done twice."))
        listed = _read([_unpacked(line) for line in row.lines], office.by)
        wrong = tuple(one.number for one in listed if one.faults)
        if wrong and not leave_out:
            raise Refused("identity.list_wrong", N_("Some rows are wrong. Mend them, or leave them out on purpose."))
        given = [one.invitation for one in listed if one.invitation is not None and not one.there]
        if not given:
            raise Refused("identity.list_nothing", N_("There is nobody to invite: all are there already, or wrong."))
        opened = staff.admit_all(office, given)
        row.done_at, row.lines, row.left_out = clock.now(), [], list(wrong)
        row.made = [one.person for one in opened]
        row.save()
        _note(row, office, len(opened), len(wrong))
    made = tuple(
        Handed(one.name, done.username, one.post.agency, done.word) for one, done in zip(given, opened, strict=True)
    )
    return Imported(made, sum(one.there for one in listed if not one.faults), wrong)


def link_again(import_id: int, *, by: Person, reason: str) -> Imported:
    """Give new links to those of a list who have not opened their account yet."""
    with transaction.atomic():
        office = staff.begin(by, reason)
        access.demand(office.by, known.IMPORT)
        row = _own(import_id, by)
        found = (
            known.officials(office.by, known.Wanted(state="invited")).filter(pk__in=row.made).order_by("sort_key", "pk")
        )
        made = []
        for person in found:
            official = known.whole(person)
            if not all(known.in_reach(office.scope, post) for post in official.posts):
                continue
            account = Account.objects.get(person=person)
            word = links.issue_link(account, second_factor=True, actor=office.by.actor)
            made.append(Handed(person.name, account.username, official.posts[0].agency.code, word))
        _note(row, office, len(made), 0)
    return Imported(tuple(made), 0, ())


def forget_old() -> int:
    """Drop the rows of lists that nobody has taken in within a day; they name people. By the clock, safe to repeat."""
    old = StaffImport.objects.filter(done_at=None, created_at__lt=clock.now() - KEPT).exclude(lines=[])
    return old.update(lines=[])


def _note(row: StaffImport, office: staff.Office, made: int, left_out: int) -> None:
    audit.record(
        "identity.import_staff",
        actor=office.by.actor,
        chain="identity",
        subject=f"staff_import:{row.pk}",
        detail={"made": made, "left_out": left_out, "digest": row.digest},
        purpose=office.reason,
    )


def _own(import_id: int, by: Person) -> StaffImport:
    """Return a list of one's own: it names people, so others do not see it."""
    row = StaffImport.objects.filter(pk=import_id, by=by).first()
    if row is None:
        raise Missing("identity.no_list", N_("There is no such list."))
    return row


def _read(lines: Sequence[Line], by: Person) -> list[rules.Listed]:
    return rules.read(lines, known.to_read_by(access.scope(by, known.MANAGE)))


def _lines(path: Path, content: bytes) -> tuple[Line, ...]:
    if len(content) > MOST_BYTES:
        raise Refused("identity.large_list", N_("The file is larger than %(most)s MB."), most=MOST_BYTES >> 20)
    if sheets.kind_of(path) != "text":
        pages = sheets.read(path, most_lines=rules.MOST_ROWS + 100)
        if not pages:
            raise Refused("identity.empty_list", N_("There is no row below the heads."))
        return tuple(pages[0].lines)
    return _csv(content)


def _csv(content: bytes) -> tuple[Line, ...]:
    """Read a text with separators, as spreadsheets save it in Vietnam (semicolon) and elsewhere (comma, tab)."""
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise Refused(
            "identity.list_encoding", N_("The file is no spreadsheet, or its text is not in UTF-8. Save it as XLSX.")
        ) from None
    if "\0" in text:
        raise Refused(
            "identity.list_encoding", N_("The file is no spreadsheet, or its text is not in UTF-8. Save it as XLSX.")
        )
    head = text.split("\n", 1)[0]
    separator = max(";\t,", key=head.count)
    found = []
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        for number, cells in enumerate(reader, 1):
            if any(cell.strip() for cell in cells):
                found.append(Line(number, tuple(SheetCell(cell) if cell else None for cell in cells)))
    except csv.Error:
        raise Refused(
            "identity.list_broken", N_("A quotation mark is opened and not closed. Save the list as XLSX.")
        ) from None
    return tuple(found)


def _packed(line: Line) -> list[object]:
    return [line.number, [None if cell is None else [cell.text, cell.kind] for cell in line.cells]]


def _unpacked(packed: list[object]) -> Line:
    number, cells = packed
    return Line(int(str(number)), tuple(None if cell is None else SheetCell(*cell) for cell in cells))  # type: ignore[attr-defined]
