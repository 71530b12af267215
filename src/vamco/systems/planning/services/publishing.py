"""From a spreadsheet to published notices and projects: take in, look at, publish."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any, Final

from django.db import transaction

from vamco.engines import sheets as workbooks
from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.record.files import public as files
from vamco.kernel.record.search import public as search
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.kernel.world.places import public as places
from vamco.lib.errors import N_, Refused, VamcoError
from vamco.lib.text import fold
from vamco.systems.planning import queries
from vamco.systems.planning.contracts import CellFault, Parsed, Preview, RowChange
from vamco.systems.planning.models import Revision, Upload
from vamco.systems.planning.rules import cells, columns, sheets

if TYPE_CHECKING:
    from collections.abc import Callable

    from vamco.kernel.world.people.models import Person
    from vamco.systems.planning.contracts import Kind, SheetRow
    from vamco.systems.planning.models import Notice, Project

MOST_BYTES: Final = 10 << 20
TERMS: Final = files.Terms(frozenset({files.Kind.XLSX}), MOST_BYTES, max_at_once=1)


def take_in(kind: Kind, stream: IO[bytes], name: str, by: Person) -> Upload:
    """Keep an uploaded spreadsheet. Refused when it is none, or when the same file was published already."""
    access.demand(by, queries.PUBLISH)
    with files.examined(stream, name=name, terms=TERMS) as found, transaction.atomic():
        home = people.home(by)
        access.demand(by, queries.PUBLISH, home)
        digest = found.original.sha256
        before = Upload.objects.filter(kind=kind, sha256=digest, published_at__isnull=False).first()
        if before is not None:
            raise Refused(
                "planning.published_before",
                N_("This very file was published already (upload %(number)s); nothing was taken in."),
                number=before.pk,
            )
        kept = files.keep(found, agency=home, by=str(by.pk), owner="planning_upload")
        upload = Upload.objects.create(
            kind=kind, file=kept, sha256=digest, agency=home, uploaded_by=by, uploaded_at=clock.now()
        )
        _record("planning.upload", upload, by, {"kind": kind})
    return upload


def preview(upload: Upload) -> Preview:
    """Return what publishing would do, and every cell that is wrong."""
    kind: Kind = upload.kind  # type: ignore[assignment]  # written by take_in alone
    pages = workbooks.read(files.content_path(upload.file))
    parsed = sheets.parse(pages, columns.COLUMNS[kind], resolver())
    parsed = _with(parsed, [*_again(upload, parsed), *_strangers(kind, parsed)])
    known = queries.known(kind, [row.code for row in parsed.rows])
    changes = tuple(_change(row, known.get(row.code)) for row in parsed.rows)
    return Preview(parsed, changes, published=upload.published_at is not None)


def _with(parsed: Parsed, faults: list[CellFault]) -> Parsed:
    return Parsed(parsed.rows, (*parsed.faults, *faults), parsed.totals, parsed.fingerprints, parsed.unused)


def _change(row: SheetRow, record: Any) -> RowChange:
    if record is None:
        return RowChange(row, "new")
    differing = tuple(queries.differing(record, row))
    return RowChange(row, "changed" if differing else "unchanged", differing)


def _again(upload: Upload, parsed: Parsed) -> list[CellFault]:
    """Find sheets that were published already under other codes: an annex that was uploaded twice."""
    found = []
    published = Upload.objects.filter(kind=upload.kind, published_at__isnull=False).exclude(pk=upload.pk)
    prints = {print_: (each.pk, name) for each in published for name, print_ in each.prints.items() if print_}
    codes = {row.code for row in parsed.rows}
    is_known = set(queries.known(upload.kind, list(codes)))  # type: ignore[arg-type]
    for name, print_ in parsed.fingerprints.items():
        own = {row.code for row in parsed.rows if row.sheet == name}
        if print_ in prints and not own <= is_known:
            number, other = prints[print_]
            data = {"number": number, "other": other}
            message = N_("this sheet holds the same as “%(other)s” of upload %(number)s, under other codes")
            found.append(CellFault(name, "", message, data))
    return found


def _strangers(kind: Kind, parsed: Parsed) -> list[CellFault]:
    """Find successors that nobody knows, and days that end before they begin."""
    if kind != "notice":
        return []
    named = {row.values["successor"] for row in parsed.rows if row.values["successor"]}
    there = {row.code for row in parsed.rows} | set(queries.known(kind, sorted(named)))
    found = []
    for row in parsed.rows:
        values, line = row.values, str(row.line)
        if values["successor"] and (values["successor"] not in there or values["successor"] == row.code):
            data = {"code": values["successor"]}
            found.append(CellFault(row.sheet, line, N_("the successor %(code)s is not known"), data))
        for begin, end in (("valid_from", "valid_to"), ("comment_from", "comment_to")):
            if values[begin] and values[end] and values[end] < values[begin]:
                found.append(CellFault(row.sheet, line, N_("ends before it begins")))
        if values["standing"] == "decided" and not values["number"]:
            found.append(CellFault(row.sheet, line, N_("a decision needs its number")))
    return found


def resolver() -> Callable[[str], str]:
    """Return what gives a commune's code by its name or code, each looked up once."""
    today, known = clock.today(), dict[str, str]()
    codes = {unit.code for unit in places.communes(today)}
    for unit in places.communes(today):
        known[fold(unit.full_name)] = unit.code

    def resolve(name: str) -> str:
        key = fold(name)
        if name in codes:
            return name
        if key not in known:
            try:
                found = places.the_one(name, today)
            except VamcoError as reason:
                raise cells.Unreadable(reason.message, **reason.data) from None
            if found.code not in codes:
                raise cells.Unreadable(N_("“%(text)s” is no commune or ward of this province"), text=name[:60])
            known[key] = found.code
        return known[key]

    return resolve


def publish(number: int, by: Person) -> Preview:
    """Publish an upload: all of its rows or none. Refused when anything is wrong or nothing would change."""
    with transaction.atomic():
        queries.upload(number, by)
        upload = Upload.objects.select_for_update(of=("self",)).select_related("agency", "file").get(pk=number)
        access.demand(by, queries.PUBLISH, upload.agency)
        if upload.published_at is not None:
            raise Refused("planning.published", N_("This upload was published already."))
        found = preview(upload)
        if found.parsed.faults:
            raise Refused(
                "planning.faulty",
                N_("%(count)s mistakes are left; nothing was published."),
                count=len(found.parsed.faults),
            )
        if not found.may_be_published:
            raise Refused(
                "planning.no_change", N_("Everything in this file is published already; nothing would change.")
            )
        _apply(upload, found)
        counts = {name: found.count(name) for name in ("new", "changed", "unchanged")}
        upload.added, upload.changed, upload.unchanged = counts["new"], counts["changed"], counts["unchanged"]
        upload.published_at, upload.prints = clock.now(), found.parsed.fingerprints
        upload.save(update_fields=["added", "changed", "unchanged", "published_at", "prints"])
        _record("planning.publish", upload, by, {"kind": upload.kind, **counts})
    return found


def _apply(upload: Upload, found: Preview) -> None:
    kind: Kind = upload.kind  # type: ignore[assignment]  # written by take_in alone
    table, now = queries.TABLES[kind], clock.now()
    known = queries.known(kind, [change.row.code for change in found.changes])
    written: list[Notice | Project] = []
    for change in found.changes:
        if change.standing == "unchanged":
            continue
        record = known.get(change.row.code) or table(published_at=now)
        for name, value in change.row.values.items():
            setattr(record, name, queries.stored(value) if _is_text(table, name) else value)
        record.upload, record.changed_at = upload, now
        record.folded = fold(" ".join(_words(record)))[:10_000]
        record.save()
        written.append(record)
        fields = {
            name: [queries.plain(before), queries.plain(after)]
            for name, before, after in change.fields
            if name != "area"
        }
        Revision.objects.create(
            kind=kind, code=record.code, upload=upload, at=now, standing=change.standing, fields=fields
        )
    search.put(*queries.items(kind, written))


def _is_text(table: Any, name: str) -> bool:
    return table._meta.get_field(name).get_internal_type() in {"CharField", "TextField"}  # noqa: SLF001  # Django's own name


def _words(record: Any) -> list[str]:
    names = [unit.full_name for unit in places.communes(clock.today()) if unit.code in set(record.communes)]
    more = [
        getattr(record, name, "") for name in ("number", "issuer", "summary", "scale", "listed_in", "list_decision")
    ]
    return [record.code, record.title, *names, *filter(None, more), record.note]


def attach(code: str, stream: IO[bytes], name: str, by: Person) -> files.File:
    """Attach a file to a notice, for everybody to have."""
    found = queries.notice(code)
    access.demand(by, queries.PUBLISH, found.upload.agency)
    with files.examined(stream, name=name, terms=files.FROM_PEOPLE) as examined, transaction.atomic():
        kept = files.keep(examined, agency=found.upload.agency, by=str(by.pk), owner=queries.owner_of(code))
        detail = {"file": kept.pk}
        chain = found.upload.agency.code if found.upload.agency else "planning"
        audit.record("planning.attach", actor=str(by.pk), chain=chain, subject=f"planning_notice:{code}", detail=detail)
    return kept


def _record(act: str, upload: Upload, by: Person, detail: dict[str, Any]) -> None:
    chain = upload.agency.code if upload.agency else "planning"
    audit.record(act, actor=str(by.pk), chain=chain, subject=f"planning_upload:{upload.pk}", detail=detail)
