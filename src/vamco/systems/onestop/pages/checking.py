"""The page before sending: everything that was stated and given, and everything that is missing, each with the way there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.work.forms import public as forms
from vamco.lib.errors import N_, fill
from vamco.systems.onestop import queries
from vamco.systems.onestop.pages import steps, wording
from vamco.systems.onestop.rules import prechecks
from vamco.systems.onestop.services import preparing, sending
from vamco.web.components import Fact
from vamco.web.form_components import Wrong
from vamco.web.forms import pages as form_pages
from vamco.web.forms.building import Sheet
from vamco.web.pages import render
from vamco.web.words import either

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponseBase

    from vamco.systems.onestop.declaration import ProcedureItem
    from vamco.systems.onestop.public import DossierPaper, Preparation
    from vamco.web.pages import Request


NOT_GIVEN: Final = N_("Not given")
_SAYS: Final[dict[str, str]] = {
    prechecks.NOT_NEEDED: N_("Does not concern me"),
    prechecks.REGISTER: N_("The office looks it up"),
    str(prechecks.Need.OPTIONAL): N_("Not given; it is only shown at a counter"),
    str(prechecks.Need.FILLED_IN): N_("Filled in here"),
}


def shown(request: Request, found: Preparation, *, error: str, status: int) -> HttpResponseBase:
    """Draw the page; for what the national portal takes it is the page that hands over."""
    item, papers = steps.item_of(found), preparing.papers_of(found)
    check = preparing.check(found, papers)
    context = _context(found, item, papers, check) | {"error": error}
    if item.route == "national":
        way = queries.ways(item)[0]
        context |= {"way": way, "way_name": wording.name(way), "handed": found.handed_at}
        answer = render(request, "onestop/hand_off.html", context, status=status)
    else:
        newer = preparing.in_force(item.code).pk != found.procedure_id
        context |= {"newer": newer, "mark": sending.seen(found, papers), "ready": check.complete and not newer}
        answer = render(request, "onestop/check.html", context, status=status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _context(
    found: Preparation, item: ProcedureItem, papers: list[DossierPaper], check: preparing.Check
) -> dict[str, Any]:
    draft = found.draft
    assert draft is not None  # noqa: S101  # `get` gives none without
    form = forms.form_of(draft.form)
    sheet = Sheet(form, draft.data, forms.files_of(draft), {}, check.form)
    address = {page.code: f"{steps.address(found, 'preparation_page', page.code)}?back=check" for page in form.pages}
    asks = steps.asks_papers(found)
    back = "preparation_where" if item.route == "provincial" else "preparation_papers" if asks else ""
    return {
        "found": found,
        "title": _("Check before sending"),
        "name": wording.name(item),
        "applicant": preparing.applicant(found).name,
        "checked": sheet.checked(address),
        "wrong": wrongs(found, sheet, address, check),
        "origins": _origins(found, form),
        "papers": given(item, papers, found, draft.data),
        "asks_papers": asks,
        "facts": _where(found),
        "papers_at": steps.address(found, "preparation_papers"),
        "where_at": steps.address(found, "preparation_where"),
        "time": wording.time(item.time),
        "fees": wording.fees(item),
        "back": steps.address(found, back) if back else steps.last_page(found),
        "leave": reverse("onestop:dossiers"),
    }


def wrongs(found: Preparation, sheet: Sheet, address: dict[str, str], check: preparing.Check) -> tuple[Wrong, ...]:
    """Return the lines of the summary: answers, dates, papers, office, in the order of the pages."""
    lines = list(form_pages.wrongs(sheet, lambda node: _page_of(sheet, address, node.key)))
    lines += [
        Wrong(wording.told(checked.text), f"{_page_of(sheet, address, finding.target)}#{_place(finding.target)}")
        for checked, finding in check.dates
    ]
    known = queries.papers()
    for finding in check.papers:
        paper = known.get(finding.target)
        text = fill(_(finding.message), {"paper": wording.name(paper) if paper else finding.target})
        lines.append(Wrong(text, f"{steps.address(found, 'preparation_papers')}#paper-{finding.target}"))
    place = steps.address(found, "preparation_where")
    lines += [Wrong(_(finding.message), f"{place}#id_{finding.target}") for finding in check.where]
    return tuple(lines)


def _page_of(sheet: Sheet, address: dict[str, str], key: str) -> str:
    return next((address[page.code] for page in sheet.form.pages if page.holds(key)), "")


def _place(path: str) -> str:
    return f"f-{path.replace('.', '-')}"


def _origins(found: Preparation, form: forms.Form) -> list[tuple[str, str]]:
    """Return the answers that were filled in, each with where it comes from."""
    data = found.draft.data if found.draft else {}
    lines = []
    for path, origin in found.prefilled.items():
        if path in form.fields and prechecks.answer_at(data, path) is not None:
            field = form.fields[path]
            lines.append((either(field.label, field.label_en or field.label), steps.said_from(origin)))
    return lines


def given(
    item: ProcedureItem, papers: Sequence[DossierPaper], found: Preparation, answers: Any
) -> list[dict[str, Any]]:
    """Return the papers with their files, or with what was said in their place."""
    lines = []
    for need, paper, how in preparing.needs(item, answers):
        if how is prechecks.Need.NONE:
            continue
        held = [each for each in papers if each.paper == need.paper]
        lines.append(
            {
                "label": wording.name(paper) if paper else need.paper,
                "files": [(each.file.name, filesizeformat(each.file.size), each.pages) for each in held],
                "said": "" if held else _(_SAYS.get(found.chosen.get(need.paper) or str(how), NOT_GIVEN)),
            }
        )
    return lines


def _where(found: Preparation) -> list[Fact]:
    office = either(found.office.name, found.office.name_en) if found.office else _("Not chosen yet")
    facts = [
        Fact(term=_("Office"), text=office),
        Fact(term=_("Result"), text=steps.DELIVERIES.get(found.delivery, "")),
        Fact(term=_("Telephone"), text=found.phone or _("Not given")),
    ]
    facts += [Fact(term=_("E-mail"), text=found.email)] if found.email else []
    facts += [Fact(term=_("Postal address"), text=found.address)] if found.address else []
    return facts
