"""Notices and projects as anybody may see them, and uploads as those who publish see them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q
from django.urls import reverse

from vamco.kernel.base import clock
from vamco.kernel.record.files import public as files
from vamco.kernel.record.search import public as search_index
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Missing
from vamco.lib.text import fold
from vamco.systems.planning.models import Notice, Project, Revision, Upload
from vamco.systems.planning.rules import standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.db.models import QuerySet

    from vamco.kernel.world.people.models import Person
    from vamco.systems.planning.contracts import Kind, SheetRow

PUBLISH: Final = "planning.publish"
NOTICE, PROJECT = "planning.notice", "planning.project"
TABLES: Final[dict[Kind, Any]] = {"notice": Notice, "project": Project}
MOST_WORDS: Final = 8


def notice(code: str) -> Notice:
    """Return a planning notice; Missing when there is none."""
    found = Notice.objects.select_related("upload__agency").filter(code=code).first()
    if found is None:
        raise Missing("planning.no_notice", N_("There is no planning notice %(code)s."), code=code[:40])
    return found


def project(code: str) -> Project:
    """Return an investment project; Missing when there is none."""
    found = Project.objects.select_related("upload__agency").filter(code=code).first()
    if found is None:
        raise Missing("planning.no_project", N_("There is no investment project %(code)s."), code=code[:40])
    return found


def notices_by_code(codes: Sequence[str]) -> list[Notice]:
    """Return the notices with some codes."""
    return list(Notice.objects.filter(code__in=list(codes)))


def validity(found: Notice) -> standing.Standing:
    """Return how a notice stands today."""
    return standing.of(
        standing.Validity(
            found.standing, found.valid_from, found.valid_to, found.comment_from, found.comment_to, found.successor
        ),
        clock.today(),
    )


def predecessors(found: Notice) -> list[Notice]:
    """Return the notices that a notice replaced."""
    return list(Notice.objects.filter(successor=found.code).order_by("code"))


def _matching(text: str, commune: str) -> Q:
    wanted = Q(communes__contains=[commune]) if commune else Q()
    for word in fold(text).split()[:MOST_WORDS]:
        wanted &= Q(folded__contains=word)
    return wanted


def notices(*, text: str = "", commune: str = "", kind: str = "", state: str = "") -> list[Notice]:
    """Return the notices that fit, the newest first. `state` is how they stand today, or "draft" for all drafts."""
    found = Notice.objects.filter(_matching(text, commune)).order_by("-issued_on", "code").defer("area")
    if kind:
        found = found.filter(kind=kind)
    if not state:
        return list(found)
    drafts = {"draft", "draft_open", "draft_closed"}
    return [each for each in found if validity(each) in (drafts if state == "draft" else {state})]


def projects(
    *, text: str = "", commune: str = "", field: str = "", group: str = "", state: str = ""
) -> QuerySet[Project]:
    """Return the projects that fit, those that call for investors first."""
    found = Project.objects.filter(_matching(text, commune)).order_by("state", "field", "code")
    for name, value in (("field", field), ("group", group), ("state", state)):
        if value:
            found = found.filter(**{name: value})
    return found


def per_commune(found: Iterable[Notice | Project]) -> Counter[str]:
    """Return how many of some notices or projects lie in each commune; one over several counts in each."""
    return Counter(code for each in found for code in set(each.communes))


def history(kind: Kind, code: str) -> list[Revision]:
    """Return what publications did to a notice or project, newest first."""
    return list(
        Revision.objects.filter(kind=kind, code=code)
        .select_related("upload__agency", "upload__file")
        .order_by("-at", "-pk")
    )


# ── attachments ──────────────────────────────────────────────────────────────────────────────────────────────────────


def owner_of(code: str) -> str:
    """Return what the attachments of a notice belong to."""
    return f"planning_notice:{code}"


def attachments(code: str) -> list[files.File]:
    """Return the files of a notice."""
    return files.owned_by(owner_of(code))


def attachment(number: int) -> files.File:
    """Return a file of a notice, which anybody may have; Missing for a file of anything else."""
    prefix = owner_of("")
    found = files.find(number, owner=prefix)
    if found is None or not Notice.objects.filter(code=found.owner.removeprefix(prefix)).exists():
        raise Missing("planning.no_file", N_("There is no such file."))
    return found


# ── uploads ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def uploads(person: Person, most: int = 50) -> list[Upload]:
    """Return the latest uploads of the agencies for which a person may publish."""
    found = (
        Upload.objects.select_related("agency", "file")
        .filter(access.within(access.scope(person, PUBLISH)))
        .order_by("-uploaded_at")
    )
    return list(found[:most])


def upload(number: int, person: Person) -> Upload:
    """Return an upload; Missing when there is none, or when the person may not publish for its agency."""
    found = Upload.objects.select_related("agency", "file").filter(pk=number).first()
    if found is None or not access.allow(person, PUBLISH, found.agency):
        raise Missing("planning.no_upload", N_("There is no such upload."))
    return found


def known(kind: Kind, codes: Sequence[str]) -> dict[str, Any]:
    """Return the notices or projects with some codes, by code."""
    return {each.code: each for each in TABLES[kind].objects.filter(code__in=list(codes))}


def stored(value: Any) -> Any:
    """Return a value as a table holds it: no text is ""."""
    return "" if value is None else value


def differing(record: Notice | Project, row: SheetRow) -> list[tuple[str, Any, Any]]:
    """Return the fields in which a row differs from what is published: name, before, after."""
    found = []
    for name, value in row.values.items():
        before = getattr(record, name)
        after = stored(value) if isinstance(before, str) else value
        if before != after:
            found.append((name, before, after))
    return found


def plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, Decimal):
        return str(value.normalize()) if value else "0"
    return value.isoformat() if isinstance(value, dt.date) else value


# ── the platform's own search ────────────────────────────────────────────────────────────────────────────────────────


def items(kind: Kind, records: Iterable[Any]) -> Iterator[search_index.Item]:
    """Return notices or projects as the search knows them; anybody finds them."""
    view, code = ("planning:notice", NOTICE) if kind == "notice" else ("planning:project", PROJECT)
    for each in records:
        yield search_index.Item(
            kind=code,
            id=each.code,
            title=each.title,
            text=f"{each.code} {each.folded}",
            act=search_index.PUBLIC,
            url=reverse(view, args=[each.code]),
            at=each.changed_at,
        )


def source(kind: Kind) -> search_index.Source:
    """Return how all notices or projects are had again for a new index."""
    table = TABLES[kind]
    return search_index.Source(
        ids=lambda: list(table.objects.values_list("code", flat=True)),
        load=lambda ids: items(kind, table.objects.filter(code__in=list(ids))),
    )
