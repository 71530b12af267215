"""Cases for other programs: what the desk's pages do, as operations."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  # the library reads the annotations
from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID  # noqa: TC003  # see above

from ninja import File, Form, Path, Query, Router, Schema, Status
from ninja.files import UploadedFile  # noqa: TC002  # see above
from pydantic import Field

from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing, Refused
from vamco.systems.desk import services
from vamco.systems.desk.pages import inbox_page
from vamco.web.pages import signed_in

if TYPE_CHECKING:
    from vamco.web.pages import Request

HIGHEST = 2**63 - 1
Number = Annotated[int, Field(ge=1, le=HIGHEST)]
Seen = Annotated[int, Field(ge=1, le=2**31 - 1, description="the newest entry that was seen when deciding")]
Note = Annotated[str, Field(max_length=4000, pattern=r"^[^\x00]*$")]
Code = Annotated[str, Field(max_length=40, pattern=r"^[A-Za-z0-9_.]*$")]
router = Router(tags=["cases"])


class AgencyOut(Schema):
    """An agency."""

    code: str
    name: str
    name_en: str


class CaseOut(Schema):
    """A case as it stands. `seq` is its newest entry: what an act sends back as `seen`."""

    id: int
    number: str
    kind: str
    title: str
    state: str
    open: bool
    agency: AgencyOut
    issuer: AgencyOut
    opened_at: dt.datetime
    due_at: dt.datetime
    step_due_at: dt.datetime | None
    paused_at: dt.datetime | None
    closed_at: dt.datetime | None
    taken_by: str | None
    seq: int

    @staticmethod
    def resolve_number(case: cases.Case) -> str:
        """Give how people call it."""
        return cases.number(case)

    @staticmethod
    def resolve_kind(case: cases.Case) -> str:
        """Give the code of its kind."""
        return case.kind.code

    @staticmethod
    def resolve_taken_by(case: cases.Case) -> str | None:
        """Give who has it in hand."""
        return case.taken_by.name if case.taken_by else None


class ListOut(Schema):
    """Some cases, what is due first; `after` is where the next ones begin, null at the end."""

    cases: list[CaseOut]
    after: str | None


class FileOut(Schema):
    """A file that hangs on an entry."""

    id: int
    name: str
    media_type: str
    size: int


class EntryOut(Schema):
    """One line of a timeline."""

    seq: int
    act: str
    from_state: str
    to_state: str
    at: dt.datetime
    by: str | None
    acting_for: str | None
    agency: AgencyOut
    reason: str
    note: str
    other: str
    files: list[FileOut]

    @staticmethod
    def resolve_by(entry: cases.Entry) -> str | None:
        """Give who did it; null for the platform."""
        return entry.by.name if entry.by else None

    @staticmethod
    def resolve_acting_for(entry: cases.Entry) -> str | None:
        """Give for whom."""
        return entry.acting_for.name if entry.acting_for else None

    @staticmethod
    def resolve_files(entry: cases.Entry) -> list[object]:
        """Give what hangs on it."""
        return list(entry.files.all())


class ActOut(Schema):
    """Something that the reader may do with a case now."""

    code: str
    name: str
    name_en: str
    needs: list[str]
    reasons: list[str]
    wants_agency: bool
    wants_case: bool


class Wanted(Schema):
    """Which cases are wanted; what is left out does not narrow the list."""

    view: Literal["waiting", "following"] = "waiting"
    kind: Code = ""
    state: Code = ""
    agency: Code = ""
    taken: Literal["", "mine", "nobody"] = ""
    due_before: dt.datetime | None = None
    after: Annotated[str, Field(max_length=80)] = ""
    count: Annotated[int, Field(ge=1, le=100)] = 25


class OpenIn(Schema):
    """A new case. The same key by the same person gives the case that is there."""

    key: UUID
    kind: Code
    title: Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00]*$")]
    agency: Code
    note: Note = ""
    due_on: dt.date | None = None


class ActIn(Schema):
    """What is brought to an act, beside files."""

    seen: Seen
    note: Note = ""
    reason: Code = ""
    agency: Code = ""
    into: Number | None = None
    until: dt.datetime | None = None


class HoldIn(Schema):
    """What is brought to a change of who has a case in hand."""

    seen: Seen
    person: Number | None = None
    note: Note = ""


class CommentIn(Schema):
    """What is said on a case."""

    note: Note = ""


CaseId = Annotated[int, Path(ge=1, le=HIGHEST)]


@router.get("", response=ListOut)
def listed(request: Request, wanted: Query[Wanted]) -> object:
    """The open cases that wait for the reader, or that the reader follows, what is due first."""
    after = inbox_page.read_key(wanted.after)
    if wanted.after and after is None:
        raise Refused("desk.no_key", N_("This is no key of a page."))
    only = cases.Filter(wanted.kind, wanted.state, wanted.agency, wanted.taken, wanted.due_before)
    found = cases.Inbox(signed_in(request)).page(wanted.view, only=only, after=after, count=wanted.count)
    return {"cases": found.cases, "after": inbox_page.key(found.after) if found.after else None}


@router.post("", response={201: CaseOut})
def opened(request: Request, sent: OpenIn) -> object:
    """Open a case by hand, for the agency of the reader."""
    person = signed_in(request)
    case = services.open_case(
        sent.kind, key=sent.key, title=sent.title, agency=sent.agency, note=sent.note, due_on=sent.due_on, by=person
    )
    return Status(201, cases.get(case.pk, person))


@router.get("/{case_id}", response=CaseOut)
def one(request: Request, case_id: CaseId) -> object:
    """One case."""
    return cases.get(case_id, signed_in(request))


@router.get("/{case_id}/timeline", response=list[EntryOut])
def timeline(request: Request, case_id: CaseId) -> object:
    """What happened, newest first."""
    return list(cases.timeline(cases.get(case_id, signed_in(request))))


@router.get("/{case_id}/acts", response=list[ActOut])
def acts(request: Request, case_id: CaseId) -> object:
    """What the reader may do with a case now."""
    person = signed_in(request)
    case = cases.get(case_id, person)
    of = cases.definition_of(case.kind)
    return [
        {
            "code": act.code,
            "name": act.name,
            "name_en": act.name_en,
            "needs": sorted(act.needs),
            "reasons": [reason.code for reason in act.reasons],
            "wants_agency": cases.wants_agency(of, act),
            "wants_case": act.effect == "merge",
        }
        for act in cases.acts_for(case, person)
    ]


@router.post("/{case_id}/acts/{act}", response=CaseOut)
def act(
    request: Request,
    case_id: CaseId,
    act: Code,
    sent: Form[ActIn],
    evidence: File[list[UploadedFile]] = [],  # noqa: B006  # read by the library
) -> object:
    """Do an act on a case, with files as `evidence`."""
    person = signed_in(request)
    case = cases.get(case_id, person)
    if act not in cases.definition_of(case.kind).acts:
        raise Missing("desk.no_act", N_("There is no such act."))
    done = services.act(
        case.pk,
        act,
        by=person,
        seen=sent.seen,
        uploads=evidence,
        note=sent.note,
        reason=sent.reason,
        agency=agencies.get(sent.agency) if sent.agency else None,
        into=sent.into,
        until=sent.until,
    )
    return _as_left(done, person)


@router.post("/{case_id}/hold/{what}", response=CaseOut)
def hold(
    request: Request,
    case_id: CaseId,
    what: Literal["claim", "release", "assign", "receive", "give_back", "recall"],
    sent: HoldIn,
) -> object:
    """Change who has a case in hand; `assign` wants a person, `give_back` a note."""
    person = signed_in(request)
    case = cases.get(case_id, person)
    if what == "assign":
        colleague = people.by_id([sent.person or 0]).get(sent.person or 0)
        if colleague is None:
            raise Missing("desk.no_person", N_("There is no such colleague."))
        return _as_left(cases.assign(case.pk, colleague, by=person, seen=sent.seen), person)
    if what == "give_back":
        return _as_left(cases.give_back(case.pk, by=person, note=sent.note, seen=sent.seen), person)
    changes = {"claim": cases.claim, "release": cases.release, "receive": cases.receive, "recall": cases.recall}
    change = changes[what]
    return _as_left(change(case.pk, by=person, seen=sent.seen), person)


@router.post("/{case_id}/comments", response={201: CaseOut})
def comment(request: Request, case_id: CaseId, sent: Form[CommentIn], files: File[list[UploadedFile]] = []) -> object:  # noqa: B006  # see above
    """Say something on a case, with files or without."""
    person = signed_in(request)
    services.comment(case_id, by=person, note=sent.note, uploads=files)
    return Status(201, cases.get(case_id, person))


@router.put("/{case_id}/watch", response={204: None})
def follow(request: Request, case_id: CaseId) -> object:
    """Follow a case."""
    cases.watch(case_id, by=signed_in(request))
    return Status(204, None)


@router.delete("/{case_id}/watch", response={204: None})
def unfollow(request: Request, case_id: CaseId) -> object:
    """No longer follow a case."""
    cases.watch(case_id, by=signed_in(request), follows=False)
    return Status(204, None)


def _as_left(case: cases.Case, person: people.Person) -> cases.Case:
    """Give a case after an act; who thereby lost it still learns how it was left."""
    seen = cases.visible(person).filter(pk=case.pk).exists()
    return cases.get(case.pk, person) if seen else case
