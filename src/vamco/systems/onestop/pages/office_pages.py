"""Pages about one dossier beside the page of its case: why the deadline is what it is, papers, issued documents, the control slip."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.record.files import public as files
from vamco.systems.onestop.pages import wording
from vamco.systems.onestop.queries import PROCEDURES, papers
from vamco.systems.onestop.services import forming, given, listing, promising, registering, results
from vamco.web import casework, words
from vamco.web.answers import download
from vamco.web.components import Cell, Column, Fact, Link, Table
from vamco.web.pages import Request, page, render, signed_in

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.kernel.work.worktime import public as worktime
    from vamco.systems.onestop.public import Dossier

PDF: Final = "application/pdf"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHOWN_HERE: Final = frozenset({"image/jpeg", "image/png", "image/webp"})
_ALONE: Final = (
    "default-src 'none'; object-src 'self'; frame-src 'self'; img-src 'self' data:; style-src 'unsafe-inline'"
)


def crumbs(dossier: Dossier, last: str) -> list[Link]:
    """Return the way from the list to a page about one dossier."""
    return [
        Link(_("Dossiers"), reverse("onestop:office_dossiers")),
        Link(dossier.number, casework.address(dossier.case)),
        Link(last),
    ]


def content(data: bytes, media_type: str, name: str, *, inline: bool = False) -> HttpResponseBase:
    """Return what was made for one reader: kept by no cache, read as nothing else."""
    answer = HttpResponse(data, content_type=media_type)
    answer.headers["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Security-Policy"] = _ALONE
    return answer


# ── why this deadline ────────────────────────────────────────────────────────────────────────────────────────────────


@page(listing.VIEW)
def why(request: Request, office_dossier: int) -> HttpResponseBase:
    """The way to the deadline in force, to the minute: working time, breaks, days of rest, pauses."""
    dossier = listing.one(office_dossier, signed_in(request))
    found = promising.why(dossier.case)
    context = {
        "dossier": dossier,
        "facts": _why_facts(dossier, found),
        "steps": _why_steps(found.steps) if found.steps else None,
        "differs": found.reckoned is not None and found.reckoned != found.due_at,
        "crumbs": crumbs(dossier, _("Why this deadline")),
    }
    return render(request, "onestop/office_why.html", context)


def _why_facts(dossier: Dossier, found: promising.Why) -> list[Fact]:
    item = PROCEDURES.get(dossier.procedure)
    why_said = {
        "opened": _("from the sending: the office receives it, or asks for what is missing"),
        "begun": _("from the reception"),
        "reopened": _("from the reopening"),
        "extended": _("named with the apology"),
    }
    facts = [
        Fact(term=_("Due"), text="", moment=found.due_at),
        Fact(term=_("Time by law"), text=wording.time(item.time)),
        Fact(term=_("Promised"), text=why_said.get(found.begun.why, found.begun.why), moment=found.begun.at),
    ]
    if found.amount is None:
        facts.append(
            Fact(
                term=_("Reckoned by"), text=_("Nobody: it was named by who acted, and is not counted in working time.")
            )
        )
    for pause in found.pauses:
        text = _("until %(moment)s") % {"moment": words.moment(pause.ends)}
        facts.append(Fact(term=_("The clock stood still"), text=text, moment=pause.begins))
    return facts


def _why_steps(steps: tuple[worktime.Step, ...]) -> Table:
    rows, total = [], 0
    for step in steps:
        minutes = int(step.counted.total_seconds()) // 60
        total += minutes
        rows.append(
            (
                Cell(text=f"{step.begins:%d/%m/%Y}", moment=step.day),
                f"{step.begins:%H:%M}–{step.ends:%H:%M}",
                step.reason.text(words.language(), _)
                + (f" ({_('calendar not official yet')})" if step.provisional else ""),
                _minutes(minutes) if minutes else "–",
                _minutes(total),
            )
        )
    columns = (
        Column(label=_("Day"), tight=True),
        Column(label=_("Hours"), tight=True),
        Column(label=_("What")),
        Column(label=_("Counts"), number=True),
        Column(label=_("Together"), number=True),
    )
    return Table(caption=_("The way to the deadline"), hide_caption=True, columns=columns, rows=tuple(rows))


def _minutes(minutes: int) -> str:
    return _("%(hours)s h %(minutes)s min") % {"hours": minutes // 60, "minutes": minutes % 60}


# ── papers and documents ─────────────────────────────────────────────────────────────────────────────────────────────


@page("desk.view_inbox")
def view(request: Request, office_paper: int) -> HttpResponseBase:
    """A paper on the screen: a picture here, a PDF in the browser's own viewer, anything else as a file."""
    person = signed_in(request)
    paper = given.paper(office_paper, person)
    known, dossier, file = papers().get(paper.paper), given.dossier_of(paper), paper.file
    context = {
        "dossier": dossier,
        "name": words.either(known.name, known.name_en) if known else paper.paper,
        "file": file,
        "picture": file.media_type in SHOWN_HERE,
        "pdf": file.media_type == PDF,
        "url": reverse("onestop:office_paper_file", args=[paper.pk]),
        "beside": [
            Link(words.either(known_.name, known_.name_en) if (known_ := papers().get(each.paper)) else each.paper,
                 reverse("onestop:office_paper", args=[each.pk]), current=each.pk == paper.pk)
            for each in given.papers_of(dossier)
        ],
        "crumbs": crumbs(dossier, _("Papers")),
    }  # fmt: skip
    return render(request, "onestop/office_paper.html", context)


@page("desk.view_inbox")
def paper_file(request: Request, office_paper: int) -> HttpResponseBase:
    """The file of a paper: to be saved, with `?inline` to be shown."""
    person = signed_in(request)
    paper = given.paper(office_paper, person)
    given.record_look(paper, person)
    if "inline" not in request.GET or paper.file.media_type not in {PDF, *SHOWN_HERE}:
        return download(paper.file, person)
    return _inline(paper.file, request)


def _inline(file: files.File, request: Request) -> HttpResponseBase:
    found = files.served(file, to=request.person)
    answer = FileResponse(found.path.open("rb"), filename=found.name, content_type=found.media_type)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Security-Policy"] = _ALONE
    return answer


@page("desk.view_inbox")
def document(request: Request, office_document: int) -> HttpResponseBase:
    """A document that the dossier brought about: the issued PDF, with `?as=docx` a form for printing on the office's own paper."""
    person = signed_in(request)
    found, file = given.document(office_document, person)
    given.record_look(found, person)
    if request.GET.get("as") == "docx" and found.form != "result":
        return content(forming.docx(found), DOCX, f"mau-{found.form}-{found.dossier.number}.docx")
    return download(file, person)


@page(listing.VIEW)
def slip(request: Request, office_dossier: int) -> HttpResponseBase:
    """Form 06, the control slip of the steps, as it stands now; `?as=docx` for the office's own paper."""
    dossier = listing.one(office_dossier, signed_in(request))
    if request.GET.get("as") == "docx":
        return content(registering.slip(dossier, docx=True), DOCX, f"mau-06-{dossier.number}.docx")
    return content(registering.slip(dossier), PDF, f"mau-06-{dossier.number}.pdf", inline=True)


@page("desk.view_inbox")
def result_draft(request: Request, office_draft: int) -> HttpResponseBase:
    """The result as it would be issued now: a draft, without number, QR code and signature until it has them."""
    dossier = listing.one(office_draft, signed_in(request))
    return content(results.draft(dossier), PDF, f"du-thao-{dossier.number}.pdf", inline=True)
