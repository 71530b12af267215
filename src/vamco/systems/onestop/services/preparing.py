"""Preparing a dossier: a draft of the form, papers, office and delivery, and all that is still missing, before it is sent."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.record.files import public as files
from vamco.kernel.work.forms import public as forms
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing, Refused
from vamco.systems.onestop import queries
from vamco.systems.onestop.contracts import APPLY
from vamco.systems.onestop.models import DossierPaper, Preparation
from vamco.systems.onestop.rules import prechecks, prefilling, reading
from vamco.systems.onestop.services import prefill

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Organisation, Person
    from vamco.systems.onestop.declaration import FilingItem, NeededPaper, PaperItem, ProcedureItem
    from vamco.systems.onestop.models import ProcedureVersion

CHAIN: Final = "onestop"
PAPERS, WHERE = "papers", "where"


def missing() -> Missing:
    """Return the error for a preparation that is not there, whyever."""
    return Missing(
        "onestop.no_preparation", N_("This draft is not there: it was sent or dropped, or its time is over.")
    )


def in_force(code: str) -> ProcedureVersion:
    """Return the row of a procedure's version that is in force today; Missing when there is none."""
    rows = queries.PROCEDURES.versions(code)
    items = queries.PROCEDURES.get_all(rows)
    if not rows:
        return queries.PROCEDURES.newest(code)  # raises
    return rows[reading.version_on(items, clock.today())]


def filing_of(item: ProcedureItem) -> FilingItem:
    """Return how a procedure is filed; Refused where it is only shown."""
    if item.filing is None or item.online == "none":
        raise Refused("onestop.not_prepared_here", N_("This procedure cannot be prepared online yet."))
    if queries.has_ended(item, clock.today()):
        raise Refused("onestop.ended", N_("This procedure has ended."))
    return item.filing


def begin(code: str, *, by: Person, owner: access.Owner | None = None) -> Preparation:
    """Begin a preparation of a procedure for oneself or a principal, with the answers that are known already."""
    version = in_force(code)
    filing = filing_of(queries.PROCEDURES.get(version))
    owner = owner or access.Owner(by.pk)
    if not access.owns(by, APPLY, owner, filing.matter):
        raise Refused("onestop.mandate", N_("Your mandate does not include this procedure."))
    applicant = _applicant(owner)
    known, _silent = prefill.known(applicant, by=by)
    data, origins = prefilling.fill(filing.prefill, known)
    now = clock.now()
    with transaction.atomic():
        draft = forms.begin(filing.form, by=by, data=data)
        draft, origins = _fitting(draft, origins, by)
        return Preparation.objects.create(
            code=secrets.token_urlsafe(16),
            procedure=version,
            by=by,
            person=applicant if isinstance(applicant, people.Person) else None,
            organisation=None if isinstance(applicant, people.Person) else applicant,
            draft=draft,
            prefilled=origins,
            phone=_text(known.get("phone")),
            email=_text(known.get("email")),
            address=_text(known.get("residence.address")),
            delivery=filing.deliveries[0],
            begun_at=now,
            saved_at=now,
        )


def _text(known: prefilling.Known | None) -> str:
    return str(known.value) if known else ""


def _applicant(owner: access.Owner) -> Person | Organisation:
    if owner.person is not None:
        return people.get(owner.person)
    return people.organisation(owner.organisation or 0)


def _fitting(draft: forms.Draft, origins: dict[str, Any], by: Person) -> tuple[forms.Draft, dict[str, Any]]:
    """Take back what a register said and the form does not take, such as a year where it asks for a day."""
    wrong = {".".join(map(str, problem.path)) for problem in forms.problems(draft) if problem.code != "required"}
    unfit = [path for path in origins if path in wrong]
    if unfit:
        draft = forms.amend(draft.code, prefilling.without(draft.data, unfit), by=by, seen=draft.revision)
    return draft, {path: origin for path, origin in origins.items() if path not in unfit}


def get(code: str, *, by: Person) -> Preparation:
    """Return somebody's own preparation, also one that was sent; Missing for another's, and when its draft or the mandate has ended."""
    found = (
        Preparation.objects.select_related(
            "procedure", "draft__form", "office", "person", "organisation", "dossier__case"
        )
        .filter(code=code, by=by)
        .first()
    )
    if found is None:
        raise missing()
    if found.dossier is None and (found.draft is None or found.draft.finished_at or found.draft.expires_at <= clock.now()):  # fmt: skip
        raise missing()
    filing = queries.PROCEDURES.get(found.procedure).filing
    if not access.owns(by, APPLY, owner(found), filing.matter if filing else ""):
        raise missing()
    return found


def owner(of: Preparation) -> access.Owner:
    """Return the applicant of a preparation as access knows them."""
    return access.Owner(of.person_id, of.organisation_id)


def applicant(of: Preparation) -> Person | Organisation:
    """Return the applicant."""
    found = of.person or of.organisation
    assert found is not None  # noqa: S101  # the table's constraint
    return found


def under_way(by: Person) -> list[Preparation]:
    """Return what somebody is preparing, the last saved first."""
    found = Preparation.objects.filter(
        by=by, dossier=None, draft__finished_at=None, draft__expires_at__gt=clock.now()
    ).select_related("procedure", "draft", "person", "organisation")
    return list(found.order_by("-draft__saved_at", "-pk"))


def discard(code: str, *, by: Person) -> None:
    """Delete a preparation with its draft and its files."""
    with transaction.atomic():
        found = locked(code, by)
        if found.draft is not None:
            forms.discard(found.draft.code, by=by)
        remove(found, actor=by.actor)


def drop(found: Preparation, *, actor: str) -> None:
    """Delete a preparation with its draft and its files, whoever holds them. Part of the act's transaction."""
    if found.draft is not None:
        forms.drop(found.draft)
    remove(found, actor=actor)


def remove(found: Preparation, *, actor: str) -> None:
    """Delete a preparation that was not sent, and those of its files that no other paper uses."""
    for paper in found.papers.select_related("file"):
        drop_file(paper, actor=actor)
    audit.record("onestop.discard", actor=actor, chain=CHAIN, subject=f"preparation:{found.pk}")
    found.delete()


def locked(code: str, by: Person) -> Preparation:
    """Return a preparation that is not sent, held until the transaction ends."""
    get(code, by=by)
    # Joined rows would still be those from before the wait, so they are read afterwards.
    found = Preparation.objects.select_for_update().get(code=code)
    if found.dossier_id is not None:
        raise missing()
    return found


# ── papers ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def drop_file(paper: DossierPaper, *, actor: str) -> None:
    """Delete a paper that was not sent; its file too, unless another paper is the same file."""
    shared = DossierPaper.objects.filter(file=paper.file).exclude(pk=paper.pk).exists()
    paper.delete()
    if not shared and not files.drop(paper.file_id, act="onestop.drop_file", by=actor):
        files.retain(paper.file_id, clock.today())  # somebody stores the same just now: the purge takes it later


def choose(code: str, chosen: dict[str, str], *, by: Person) -> None:
    """Keep what was said of papers: that one does not concern the applicant, or that the office should look it up."""
    with transaction.atomic():
        found = locked(code, by)
        known = {need.paper for need in queries.PROCEDURES.get(found.procedure).papers}
        words = {prechecks.NOT_NEEDED, prechecks.REGISTER}
        found.chosen = {paper: said for paper, said in chosen.items() if paper in known and said in words}
        _save(found, PAPERS, "chosen")


def settle(  # what is asked on one page
    code: str, *, office: Agency, delivery: str, phone: str, email: str, address: str, by: Person
) -> None:
    """Keep where the dossier is sent, how the result is wished for, and how the applicant is reached."""
    with transaction.atomic():
        found = locked(code, by)
        found.office, found.delivery = office, delivery
        found.phone, found.email, found.address = phone, email, address
        _save(found, WHERE, "office", "delivery", "phone", "email", "address")


def _save(found: Preparation, step: str, *fields: str) -> None:
    found.steps, found.saved_at = sorted({*found.steps, step}), clock.now()
    found.save(update_fields=[*fields, "steps", "saved_at"])


# ── what is missing ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Check:
    """All that stands between a preparation and sending it."""

    form: tuple[forms.Problem, ...]
    dates: tuple[tuple[Any, prechecks.Finding], ...]
    papers: tuple[prechecks.Finding, ...]
    where: tuple[prechecks.Finding, ...]
    notes: tuple[prechecks.Finding, ...]

    @property
    def complete(self) -> bool:
        """Tell whether it can be sent."""
        return not (self.form or self.dates or self.papers or self.where)


def needs(item: ProcedureItem, answers: Any) -> list[tuple[NeededPaper, PaperItem | None, prechecks.Need]]:
    """Return the papers of a procedure, in order, with how each stands with the answers."""
    known = queries.papers()
    own_form = item.filing is not None and not item.filing.general
    return [
        (each, known.get(each.paper), prechecks.need(each, known.get(each.paper), answers, own_form=own_form))
        for each in item.papers
    ]


def papers_of(found: Preparation) -> list[DossierPaper]:
    """Return the files given so far, in the order of giving."""
    return list(found.papers.filter(dossier=None).select_related("file__content").order_by("pk"))


def check(found: Preparation, given: Sequence[DossierPaper] | None = None) -> Check:
    """Look through a preparation that was not sent."""
    item, draft = queries.PROCEDURES.get(found.procedure), found.draft
    assert draft is not None  # noqa: S101  # `get` gives none without
    answers = draft.data
    standing = [(need.paper, how) for need, _paper, how in needs(item, answers)]
    held = papers_of(found) if given is None else given
    as_seen = [prechecks.GivenFile(each.paper, each.file.size, _state(each.file)) for each in held]
    checks = item.filing.checks if item.filing else []
    return Check(
        form=tuple(forms.problems(draft)),
        dates=tuple(prechecks.dates(checks, answers, clock.today())),
        papers=tuple(prechecks.papers(standing, as_seen, found.chosen)),
        where=tuple(_where(found, item)),
        notes=tuple(prechecks.locked_changed(found.prefilled, answers)),
    )


def _state(file: files.File) -> str:
    if file.content is None:
        return "gone"
    return "infected" if file.content.scan == files.Scan.INFECTED else ""


def _where(found: Preparation, item: ProcedureItem) -> list[prechecks.Finding]:
    if item.route != "provincial":
        return []
    wrong = []
    if found.office is None:
        wrong.append(("office", N_("Choose the office that receives the dossier.")))
    if not found.phone:
        wrong.append(("phone", N_("Give a telephone number.")))
    if found.delivery == "post" and not found.address:
        wrong.append(("address", N_("Give the address to which the result is sent.")))
    return [prechecks.Finding("where", name, f"{name}_missing", text) for name, text in wrong]


# ── a new version, another portal ────────────────────────────────────────────────────────────────────────────────────


def renew(code: str, *, by: Person) -> Preparation:
    """Go on under the version of the procedure that is in force now, with the answers and papers that it still asks for."""
    with transaction.atomic():
        found = locked(code, by)
        version = in_force(found.procedure.code)
        filing = filing_of(queries.PROCEDURES.get(version))
        old = found.draft
        assert old is not None  # noqa: S101  # `get` gives none without
        if forms.newest(filing.form).pk != old.form_id:
            found.draft = forms.begin(filing.form, by=by, data=old.data)
        found.procedure, found.steps = version, []
        if found.delivery not in filing.deliveries:
            found.delivery = filing.deliveries[0]
        found.save(update_fields=["draft", "procedure", "steps", "delivery"])
        if found.draft_id != old.pk:
            forms.discard(old.code, by=by)
    return get(code, by=by)


def sent_elsewhere(code: str, number: str, *, by: Person) -> None:
    """Note that the applicant has sent it at the national portal, perhaps with the number that it has there."""
    with transaction.atomic():
        found = locked(code, by)
        if queries.PROCEDURES.get(found.procedure).route != "national":
            raise Refused("onestop.sent_here", N_("This procedure is filed here."))
        found.handed_at, found.handed_number = clock.now(), number
        found.save(update_fields=["handed_at", "handed_number"])
        audit.record("onestop.hand_off", actor=by.actor, chain=CHAIN, subject=f"preparation:{found.pk}")
