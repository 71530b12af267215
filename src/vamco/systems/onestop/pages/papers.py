"""The page of papers: one paper a block, a photo or files for each, or what is said in its place."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any, Final, cast

from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.record.files import public as files
from vamco.lib.errors import N_, Refused, VamcoError, fill
from vamco.systems.onestop.pages import steps, wording
from vamco.systems.onestop.rules import prechecks
from vamco.systems.onestop.services import giving, preparing
from vamco.web.answers import UNPROCESSABLE, download
from vamco.web.form_components import Wrong
from vamco.web.pages import SIGNED_IN, Request, page, render, signed_in
from vamco.web.templatetags.web import day

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.systems.onestop.public import DossierPaper, Preparation

ACCEPT: Final = ",".join(f".{each}" for each in giving.ACCEPTED)
WAYS_OUT: Final = {
    prechecks.Need.CHOICE: (prechecks.NOT_NEEDED, N_("This does not concern me")),
    prechecks.Need.LOOKED_UP: (prechecks.REGISTER, N_("The office should look it up in the national database")),
}


@page(SIGNED_IN, methods=("GET", "HEAD", "POST"))
def papers(request: Request, preparation: str) -> HttpResponseBase:
    """Give papers, take them back, give earlier ones again; then go on."""
    person = signed_in(request)
    found = preparing.get(preparation, by=person)
    if found.dossier is not None:
        return redirect("onestop:receipt", found.dossier.number)
    if request.method != "POST":
        return _shown(request, found, {})
    do = request.POST.get("do", "next")
    wrong = _taken(request, found)
    if do.startswith("drop:") and do[5:].isdecimal():
        wrong |= _tried(lambda: giving.take_back(preparation, int(do[5:][:18]), by=person), "")
    found = preparing.get(preparation, by=person)
    if wrong:
        return _shown(request, found, wrong)
    if do == "leave":
        return redirect("onestop:dossiers")
    if do != "next":
        paper = do.partition(":")[2]
        return redirect(f"{request.path}{f'#paper-{paper}' if do.startswith('add:') else ''}")
    return redirect(steps.next_address(found))


def _tried(do: Any, paper: str) -> dict[str, list[str]]:
    try:
        do()
    except VamcoError as error:
        return {paper: [error.text(_)]}
    return {}


def _taken(request: Request, found: Preparation) -> dict[str, list[str]]:
    """Keep what the page sent; return by paper what could not be kept. One bad file stops no other."""
    person, wrong = signed_in(request), {}
    chosen = {}
    for need, _paper, _how in preparing.needs(steps.item_of(found), found.draft.data if found.draft else {}):
        code, said = need.paper, request.POST.get(f"say.{need.paper}", "")
        if said:
            chosen[code] = said
        uploads = [*request.FILES.getlist(f"file.{code}"), *request.FILES.getlist(f"photo.{code}")]
        try:
            files.demand_few(len(uploads), giving.TERMS)
        except Refused as error:
            wrong[code] = [error.text(_)]
            continue
        for upload in uploads:
            name, stream = upload.name or "", cast("IO[bytes]", upload.file)
            more = _tried(lambda: giving.give(found.code, code, stream, name=name, by=person), code)  # noqa: B023  # called at once
            wrong.setdefault(code, []).extend(more.get(code, []))
        for number in request.POST.getlist(f"again.{code}")[: giving.OFFERED]:
            if number.isdecimal():
                more = _tried(lambda: giving.give_again(found.code, int(number[:18]), by=person), code)  # noqa: B023  # called at once
                wrong.setdefault(code, []).extend(more.get(code, []))
    preparing.choose(found.code, chosen, by=person)
    return {code: said for code, said in wrong.items() if said}


def _shown(request: Request, found: Preparation, wrong: dict[str, list[str]]) -> HttpResponseBase:
    item, person = steps.item_of(found), signed_in(request)
    data = found.draft.data if found.draft else {}
    held, offered = preparing.papers_of(found), giving.earlier(found, person)
    blocks = []
    for need, paper, how in preparing.needs(item, data):
        if how in {prechecks.Need.NONE, prechecks.Need.FILLED_IN}:
            continue
        drawn = wording.paper(need, {need.paper: paper} if paper else {})
        way = WAYS_OUT.get(how)
        blocks.append(
            drawn
            | {
                "code": need.paper,
                "optional": how is prechecks.Need.OPTIONAL,
                "files": [drawn_file(each) for each in held if each.paper == need.paper],
                "again": [_offered(each) for each in offered.get(need.paper, [])],
                "way": (way[0], _(way[1])) if way else None,
                "said": found.chosen.get(need.paper, ""),
                "errors": wrong.get(need.paper, []),
            }
        )
    context = {
        "title": _("Papers"),
        "name": wording.name(item),
        "blocks": blocks,
        "wrong": tuple(
            Wrong(text, f"#paper-{code}" if code else "") for code, texts in wrong.items() for text in texts
        ),
        "accept": ACCEPT,
        "limit": fill(_("PDF, JPG or PNG, at most %(limit)s MB each."), {"limit": giving.TERMS.max_bytes >> 20}),
        "back": steps.last_page(found),
    }
    answer = render(request, "onestop/papers.html", context, status=UNPROCESSABLE if wrong else 200)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def drawn_file(paper: DossierPaper) -> dict[str, Any]:
    """Return a file of a paper as the blocks show it."""
    return {
        "id": paper.pk,
        "name": paper.file.name,
        "size": filesizeformat(paper.file.size),
        "again": paper.again,
        "url": reverse("onestop:paper_file", args=[paper.pk]),
    }


def _offered(paper: DossierPaper) -> dict[str, Any]:
    assert paper.dossier is not None  # noqa: S101  # only those of dossiers are offered
    return {"id": paper.pk, "name": paper.file.name, "from": paper.dossier.number, "day": day(paper.given_at)}


@page(SIGNED_IN)
def paper_file(request: Request, given_paper: int) -> HttpResponseBase:
    """A file that the reader gave, or who acts for them; to nobody else it exists."""
    return download(giving.file_of(given_paper, by=signed_in(request)), signed_in(request))
