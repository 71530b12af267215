"""The public pages: planning notices and investment projects."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.base import clock
from vamco.kernel.world.access import public as access
from vamco.kernel.world.places import public as places
from vamco.systems.planning import queries
from vamco.systems.planning.pages import maps, wording
from vamco.systems.planning.rules import columns
from vamco.web import addresses
from vamco.web.acting import set_choices
from vamco.web.answers import download
from vamco.web.components import Entry, Fact, Link
from vamco.web.pages import PUBLIC, Request, page, render
from vamco.web.words import either

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponseBase

    from vamco.systems.planning.contracts import Kind
    from vamco.systems.planning.public import Notice, Project

PER_PAGE: Final = 20
LONGEST: Final = 200


class _FilterForm(forms.Form):
    q = forms.CharField(label=_l("Search"), required=False, max_length=LONGEST)
    commune = forms.ChoiceField(label=_l("Commune or ward"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = places.communes(clock.today())
        set_choices(self, "commune", [(unit.code, either(unit.full_name, unit.name_en)) for unit in units], _("All"))


class NoticeFilterForm(_FilterForm):
    """What narrows the list of notices."""

    kind = forms.ChoiceField(label=_l("Kind"), required=False)
    state = forms.ChoiceField(label=_l("State"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "kind", [(code, _(label)) for code, label in columns.NOTICE_KINDS.items()], _("All"))
        states = [
            (code, _(wording.STANDING[code][1])) for code in ("draft", "coming", "in_force", "expired", "replaced")
        ]
        set_choices(self, "state", states, _("All"))


class ProjectFilterForm(_FilterForm):
    """What narrows the list of projects."""

    field = forms.ChoiceField(label=_l("Field"), required=False)
    group = forms.ChoiceField(label=_l("Group"), required=False)
    state = forms.ChoiceField(label=_l("State"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "field", [(code, _(label)) for code, label in columns.FIELDS.items()], _("All"))
        set_choices(self, "group", [(code, code) for code in "ABC"], _("All"))
        set_choices(self, "state", [(code, _(label)) for code, label in columns.STATES.items()], _("All"))


@page(PUBLIC)
def notices(request: Request) -> HttpResponseBase:
    """Planning notices: searched, narrowed, on the map."""
    form, chosen = _chosen(NoticeFilterForm, request)
    found = queries.notices(text=chosen["q"], commune=chosen["commune"], kind=chosen["kind"], state=chosen["state"])
    elsewhere = queries.notices(text=chosen["q"], kind=chosen["kind"], state=chosen["state"])
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "narrowed": any(chosen.values()),
        "count": len(found),
        "page": shown,
        "rows": [_notice_row(each) for each in shown],
        "map": maps.draw(queries.per_commune(elsewhere), reverse("planning:notices"), chosen["commune"]),
        "publish": _publish(request, "notice"),
    }
    return render(request, "planning/notices.html", context)


@page(PUBLIC)
def projects(request: Request) -> HttpResponseBase:
    """Investment projects: searched, narrowed, on the map."""
    form, chosen = _chosen(ProjectFilterForm, request)
    narrow = {name: chosen[name] for name in ("field", "group", "state")}
    found = queries.projects(text=chosen["q"], commune=chosen["commune"], **narrow)
    elsewhere = queries.projects(text=chosen["q"], **narrow)
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    every = list(found)
    context = {
        "form": form,
        "narrowed": any(chosen.values()),
        "count": len(every),
        "sum_capital": wording.capital(sum(each.capital for each in every)),
        "sum_hectares": wording.hectares(sum((each.hectares for each in every if each.hectares), start=Decimal(0))),
        "page": shown,
        "rows": [_project_row(each) for each in shown],
        "map": maps.draw(queries.per_commune(elsewhere), reverse("planning:projects"), chosen["commune"]),
        "publish": _publish(request, "project"),
    }
    return render(request, "planning/projects.html", context)


def _chosen(form_of: type[forms.Form], request: Request) -> tuple[forms.Form, dict[str, str]]:
    form = form_of(request.GET or None)
    valid = form.cleaned_data if form.is_bound and form.is_valid() else {}
    return form, {name: str(valid.get(name) or "").strip() for name in form.fields}


def _publish(request: Request, kind: Kind) -> str:
    """Return the address of the uploads, "" for whoever may publish nothing."""
    return f"{reverse('planning:uploads')}?kind={kind}" if access.allow(request.person, queries.PUBLISH) else ""


def _notice_row(found: Notice) -> dict[str, Any]:
    tone, word = wording.standing(found)
    return {
        "title": found.title,
        "url": reverse("planning:notice", args=[found.code]),
        "tone": tone,
        "word": word,
        "validity": wording.validity(found),
        "meta": " · ".join(
            filter(None, (_(columns.NOTICE_KINDS[found.kind]), found.number, wording.short_names(found.communes)))
        ),
        "synthetic": found.synthetic,
    }


def _project_row(found: Project) -> dict[str, Any]:
    meta = (
        _(columns.FIELDS[found.field]),
        _("Group %(group)s") % {"group": found.group},
        wording.short_names(found.communes),
    )
    return {
        "title": found.title,
        "url": reverse("planning:project", args=[found.code]),
        "tone": wording.STATE_TONES[found.state],
        "word": _(columns.STATES[found.state]),
        "figures": f"{wording.hectares(found.hectares)} · {wording.capital(found.capital)}",
        "meta": " · ".join(meta),
        "synthetic": found.synthetic,
    }


# ── one of them ──────────────────────────────────────────────────────────────────────────────────────────────────────


@page(PUBLIC)
def notice(request: Request, notice: str) -> HttpResponseBase:
    """One planning notice."""
    found = queries.notice(notice)
    tone, word = wording.standing(found)
    state = queries.validity(found)
    agency = found.upload.agency
    may_attach = agency is not None and access.allow(request.person, queries.PUBLISH, agency)
    context = {
        "found": found,
        "tone": tone,
        "word": word,
        "state": state,
        "validity": wording.validity(found),
        "is_draft": found.standing != "decided",
        "is_over": state in {"expired", "replaced"},
        "successor": _link(found.successor),
        "before": [
            Link(each.title, reverse("planning:notice", args=[each.code])) for each in queries.predecessors(found)
        ],
        "facts": _facts(
            found,
            (
                "code",
                "kind",
                "number",
                "issuer",
                "issued_on",
                "valid_from",
                "valid_to",
                "comment_from",
                "comment_to",
                "hectares",
            ),
        ),
        "communes": _communes(found),
        "files": queries.attachments(found.code),
        "may_attach": may_attach,
        "history": _history("notice", found.code),
        "map": maps.draw(queries.per_commune([found]), reverse("planning:notices"), "", found.area),
        "crumbs": [Link(_("Planning"), reverse("planning:notices")), Link(found.title)],
    }
    return render(request, "planning/notice.html", context)


@page(PUBLIC)
def project(request: Request, project: str) -> HttpResponseBase:
    """One investment project."""
    found = queries.project(project)
    context = {
        "found": found,
        "tone": wording.STATE_TONES[found.state],
        "word": _(columns.STATES[found.state]),
        "facts": _facts(
            found, ("code", "field", "group", "hectares", "capital", "form", "foreign", "listed_in", "list_decision")
        ),
        "details": _facts(
            found, ("scale", "land_origin", "land_use", "planning_decision", "infrastructure", "clearance")
        ),
        "communes": _communes(found),
        "history": _history("project", found.code),
        "map": maps.draw(queries.per_commune([found]), reverse("planning:projects")),
        "crumbs": [Link(_("Investment"), reverse("planning:projects")), Link(found.title)],
    }
    return render(request, "planning/project.html", context)


@page(PUBLIC)
def attachment(request: Request, planning_file: int) -> HttpResponseBase:
    """A file of a notice."""
    return download(queries.attachment(planning_file), request.person)


def _link(code: str) -> Link | None:
    """Return the way to a notice; None where no such one is published."""
    found = queries.notices_by_code([code]) if code else []
    return Link(found[0].title, reverse("planning:notice", args=[code])) if found else None


def _facts(found: Notice | Project, names: Sequence[str]) -> list[Fact]:
    return [
        Fact(term=wording.label(name), text=wording.value(name, getattr(found, name)))
        for name in names
        if getattr(found, name) not in {None, ""}
    ]


def _communes(found: Notice | Project) -> list[Link]:
    return [
        Link(name, addresses.to("place", code))
        for code, name in zip(found.communes, wording.names(found.communes), strict=True)
    ]


def _history(kind: Kind, code: str) -> list[Entry]:
    entries = []
    for each in queries.history(kind, code):
        lines = [
            f"{wording.label(name)}: {wording.value(name, before)} → {wording.value(name, after)}"
            for name, (before, after) in each.fields.items()
        ]
        who = each.upload.agency
        entries.append(
            Entry(
                title=_("Published") if each.standing == "new" else _("Changed"),
                at=each.at,
                who=either(who.name, who.name_en) if who else "",
                text="; ".join(lines),
            )
        )
    return entries
