"""The public pages of the catalogue: procedures by life event, field and office, one procedure, one life event."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.systems.onestop import queries
from vamco.systems.onestop.pages import procedure_page, wording
from vamco.systems.onestop.rules import reading
from vamco.web.acting import set_choices
from vamco.web.components import Link
from vamco.web.pages import PUBLIC, Request, page, render
from vamco.web.words import either

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.http import HttpResponseBase

    from vamco.systems.onestop.contracts import Procedure, SearchAnswer

PER_PAGE: Final = 30
LONGEST: Final = 200  # characters of a question
VIEWS: Final = {"life": _l("By life event"), "field": _l("By field"), "office": _l("By office")}


class FilterForm(forms.Form):
    """What narrows the list; its answers stand in the address."""

    q = forms.CharField(label=_l("Search in your own words"), required=False, max_length=LONGEST)
    field = forms.ChoiceField(label=_l("Field"), required=False)
    office = forms.ChoiceField(label=_l("Where it is filed"), required=False)
    applicant = forms.ChoiceField(label=_l("Who applies"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = sorted((wording.name(item), code) for code, item in queries.fields().items())
        set_choices(self, "field", [(code, label) for label, code in named], _("All"))
        set_choices(self, "office", [(code, _(label)) for code, label in reading.RECEIVERS.items()], _("All"))
        set_choices(self, "applicant", [(code, _(label)) for code, label in reading.APPLICANTS.items()], _("All"))


@page(PUBLIC)
def procedures(request: Request) -> HttpResponseBase:
    """The list: cards to choose from, or what is left when it is narrowed."""
    form = FilterForm(request.GET or None)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    asked = str(chosen.get("q") or "").strip()
    narrowed = any(chosen.get(name) for name in ("field", "office", "applicant"))
    view = request.GET.get("by", "life")
    context: dict[str, Any] = {"form": form, "asked": asked, "narrowed": narrowed, "total": len(queries.procedures())}
    if asked or narrowed:
        context |= _narrowed(request, asked, chosen)
    else:
        view = view if view in VIEWS else "life"
        links = [Link(str(label), f"?by={code}", current=code == view) for code, label in VIEWS.items()]
        context |= {"tabs": links, "view": view, "cards": _cards(view)}
    return render(request, "onestop/procedures.html", context)


def _narrowed(request: Request, asked: str, chosen: dict[str, Any]) -> dict[str, Any]:
    answer = queries.search(asked, limit=50) if asked else None
    found = _ordered(answer) if answer else queries.procedures()
    left = [each for each in found if _fits(each, chosen)]
    pages = Paginator(left, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "answer": answer,
        "events": [hit for hit in answer.hits if hit.kind == "life_event"] if answer else [],
        "page": pages,
        "rows": [_row(each) for each in pages],
        "count": len(left),
    }


def _ordered(answer: SearchAnswer) -> list[Procedure]:
    """Return the procedures that an answer names, in its order."""
    codes = [hit.code for hit in answer.hits if hit.kind == "procedure"]
    known = {each.item.code: each for each in queries.only(codes)}
    return [known[code] for code in codes if code in known]


def _fits(each: Procedure, chosen: dict[str, Any]) -> bool:
    item = each.item
    return (
        chosen.get("field") in {"", None, item.field}
        and (not chosen.get("office") or chosen["office"] in item.received_by)
        and (not chosen.get("applicant") or chosen["applicant"] in item.applicants)
    )


def _row(each: Procedure) -> dict[str, Any]:
    item = each.item
    return {
        "title": wording.name(item),
        "url": reverse("onestop:procedure", args=[item.code]),
        "summary": wording.told(item.summary),
        "time": wording.time(item.time),
        "code": wording.code(item),
        "joined": item.joined,
    }


def _cards(view: str) -> list[dict[str, Any]]:
    """Return the cards of a view: title, address, text, icon."""
    if view == "life":
        return [_event_card(event.item, len(event.procedures)) for event in queries.life_events()]
    known = queries.procedures()
    at = reverse("onestop:procedures")
    if view == "field":
        counts = Counter(each.item.field for each in known)
        named = sorted((wording.name(item), code) for code, item in queries.fields().items() if counts[code])
        return [
            {"title": label, "url": f"{at}?field={code}", "text": _counted(counts[code]), "icon": "list"}
            for label, code in named
        ]
    offices: Counter[str] = Counter(receiver for each in known for receiver in each.item.received_by)
    return [
        {"title": _(label), "url": f"{at}?office={code}", "text": _counted(offices[code]), "icon": "agency"}
        for code, label in reading.RECEIVERS.items()
        if offices[code]
    ]


def _event_card(item: Any, count: int) -> dict[str, Any]:
    return {
        "title": wording.name(item),
        "url": reverse("onestop:life_event", args=[item.code]),
        "text": f"{wording.told(item.summary)} {_counted(count)}.",
        "icon": item.icon,
    }


def _counted(count: int) -> str:
    return _("%(count)s procedures") % {"count": count}


@page(PUBLIC)
def procedure(request: Request, procedure: str) -> HttpResponseBase:
    """One procedure."""
    return render(request, "onestop/procedure.html", procedure_page.context(request, procedure))


@page(PUBLIC)
def printed(request: Request, procedure: str) -> HttpResponseBase:
    """One procedure as a sheet to print, with its QR code."""
    context = procedure_page.context(request, procedure)
    return render(request, "onestop/print.html", {**context, "qr": procedure_page.qr(context["address"])})


@page(PUBLIC)
def qr(request: Request, procedure: str) -> HttpResponseBase:
    """The QR code that leads to a procedure, as a picture for posters and counters."""
    found = queries.procedure(procedure)
    address = request.build_absolute_uri(reverse("onestop:procedure", args=[found.item.code]))
    response = HttpResponse(procedure_page.qr_file(address), content_type="image/svg+xml")
    response.headers["Content-Disposition"] = f'inline; filename="{found.item.code}.svg"'
    return response


@page(PUBLIC)
def life_event(request: Request, life_event: str) -> HttpResponseBase:
    """One life event with its procedures, in order."""
    found = queries.life_event(life_event)
    context = {
        "title": wording.name(found.item),
        "summary": wording.told(found.item.summary),
        "words": [wording.told(each) for each in found.item.words],
        "rows": [_row(each) for each in found.procedures],
        "others": _others(life_event),
        "crumbs": [Link(_("Procedures"), reverse("onestop:procedures")), Link(wording.name(found.item))],
    }
    return render(request, "onestop/life_event.html", context)


def _others(code: str) -> Sequence[Link]:
    events: Iterable[Any] = (event.item for event in queries.life_events() if event.item.code != code)
    return [Link(either(item.name, item.name_en), reverse("onestop:life_event", args=[item.code])) for item in events]
