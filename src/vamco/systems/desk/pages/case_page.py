"""What the page of a case shows."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.people import public as people
from vamco.lib import money
from vamco.lib.errors import Refused
from vamco.systems.desk.pages import case_timeline
from vamco.systems.desk.pages.choices import choices
from vamco.systems.desk.pages.forms import ActForm, AssignForm, BackForm, CommentForm
from vamco.web import casework, words
from vamco.web.components import Cell, Column, Fact, Link, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django import forms

    from vamco.kernel.world.people.public import Person


def context(
    case: cases.Case, person: Person, *, chosen: str = "", form: forms.Form | None = None, error: str = ""
) -> dict[str, Any]:
    """All parts of the page. `form` is what the reader sent for the act `chosen` and could not be done, for `error`."""
    of = cases.definition_of(case.kind)
    face = casework.face(of.code)
    sorted_acts = choices(of, case.state, cases.acts_for(case, person), face)
    open_acts = [act for act in (sorted_acts.main, *sorted_acts.beside) if act]
    act = next((act for act in open_acts if act.code == chosen), sorted_acts.main)
    state, now = of.states[case.state], clock.now()
    beside = face.beside(case, person)
    promised = list(cases.promises(case))
    return {
        "case": case,
        "kind": words.either(of.name, of.name_en),
        "number": beside.number or cases.number(case),
        "text": beside.text or _first_note(case),
        "face": face,
        "beside": beside,
        "state": (casework.tone(case, of), words.either(state.name, state.name_en)),
        "due": words.due(case.due_at, now)
        if case.open and (not case.paused_at or cases.is_overdue(case, now))
        else None,
        "paused": case.paused_at,
        "facts": facts(case, person),
        "parts": parts(case, person),
        "promises": promises(promised),
        "acts": _tabs(case, open_acts, act),
        "grave": _tabs(case, sorted_acts.grave, None),
        "act": act,
        "main": sorted_acts.main,
        "main_name": words.either(sorted_acts.main.name, sorted_acts.main.name_en) if sorted_acts.main else "",
        "act_name": words.either(act.name, act.name_en) if act else "",
        "form": _form(case, act, person, form, chosen),
        "typed": form.data.get("note", "") if form and (act is None or act.code != chosen) else "",
        "error": error,
        "report": _report(case, of),
        "returned": _returned(case),
        "entries": case_timeline.entries(case, of, face, beside.entries, promised),
        "crumbs": [Link(_("My work"), reverse("desk:inbox")), Link(cases.number(case))],
        **_beside(case, person, form, chosen),
    }


def grave(case: cases.Case, person: Person, code: str) -> cases.Act | None:
    """Return an act that the reader may do now and that is confirmed on a page of its own; None for any other."""
    of = cases.definition_of(case.kind)
    found = choices(of, case.state, cases.acts_for(case, person), casework.face(of.code)).grave
    return next((act for act in found if act.code == code), None)


def confirming(
    case: cases.Case, act: cases.Act, person: Person, *, form: forms.Form | None = None, error: str = ""
) -> dict[str, Any]:
    """Return what the page shows on which an act is confirmed that ends a case without a result."""
    of = cases.definition_of(case.kind)
    end = of.states.get(act.target)
    kind = words.either(of.name, of.name_en)
    form = form or ActForm(case, act, person, initial={"seen": case.seq})
    if form.is_bound:
        form.data = {**form.data.dict(), "seen": case.seq}  # type: ignore[attr-defined]  # the QueryDict of a request
    form.fields["note"].label = _("Reason")
    return {
        "case": case,
        "act": act,
        "act_name": words.either(act.name, act.name_en),
        "ends_as": words.either(end.name, end.name_en) if end and end.final else "",
        "agency": words.either(case.agency.name, case.agency.name_en),
        "form": form,
        "error": error,
        "address": casework.address(case),
        "kind": kind,
        "number": cases.number(case),
        "facts": [
            Fact(term=kind, text=f"{cases.number(case)} · {case.title}"),
            Fact(term=_("Agency that acts"), text=words.either(case.agency.name, case.agency.name_en)),
            Fact(term=_("Due"), text="", moment=case.due_at),
        ],
        "crumbs": [
            Link(_("My work"), reverse("desk:inbox")),
            Link(cases.number(case), casework.address(case)),
            Link(words.either(act.name, act.name_en)),
        ],
    }


def _report(case: cases.Case, of: cases.Definition) -> dict[str, Any] | None:
    """Return the result that is to be decided on, with its evidence, and why an earlier one was sent back."""
    entry = cases.handed_in(case)
    if entry is None:
        return None
    act = of.acts[entry.act]
    return {
        "title": words.either(act.name, act.name_en),
        "entry": entry,
        "agency": words.either(entry.agency.name, entry.agency.name_en),
        "files": [
            (file.name, filesizeformat(file.size), reverse("desk:file", args=[file.pk])) for file in entry.files.all()
        ],
    }


def _returned(case: cases.Case) -> dict[str, Any] | None:
    """Return by whom and why a case came back to who has the turn now."""
    entry = cases.sent_back([case]).get(case.pk)
    if entry is None:
        return None
    return {
        "by": entry.by.name if entry.by else "",
        "agency": words.either(entry.agency.name, entry.agency.name_en),
        "at": entry.at,
        "why": entry.note,
    }


def _beside(case: cases.Case, person: Person, sent: forms.Form | None, chosen: str) -> dict[str, Any]:
    """What the reader can do without moving the case: have it in hand, give it to a colleague, comment, follow it."""
    seen = {"seen": case.seq}
    holding = cases.holding_for(case, person)
    return {
        "holding": holding,
        "assigning": AssignForm(colleagues(case), initial=seen) if "assign" in holding else None,
        "giving_back": (sent if chosen == "give_back" and sent else BackForm(initial=seen))
        if "give_back" in holding
        else None,
        "commenting": (sent if chosen == "comment" and sent else CommentForm())
        if cases.takes_part(case, person)
        else None,
        "watched": cases.watched(case, person),
    }


def _first_note(case: cases.Case) -> str:
    """What was asked for, as it stands in the first entry."""
    return case.entries.order_by("seq").values_list("note", flat=True).first() or ""


def colleagues(case: cases.Case) -> list[tuple[str, str]]:
    """Who may do what the case waits for, in the agency whose turn it is."""
    if case.holder is None:
        return []
    return [
        (str(member.person_id), f"{member.person.name}, {member.title}" if member.title else member.person.name)
        for member in people.staff(case.holder)
        if cases.may_take(case, member.person)
    ]


def _form(
    case: cases.Case, act: cases.Act | None, person: Person, sent: forms.Form | None, chosen: str
) -> forms.Form | None:
    """The form of the act shown, with what was typed; its `seen` is always that of the case as shown."""
    if act is None:
        return None
    if sent is None or act.code != chosen:
        return ActForm(case, act, person, initial={"seen": case.seq})
    sent.data = {**sent.data.dict(), "seen": case.seq}  # type: ignore[attr-defined]  # the QueryDict of a request
    return sent


def _tabs(case: cases.Case, acts: Sequence[cases.Act], shown: cases.Act | None) -> list[Link]:
    address = reverse("desk:case", args=[case.pk])
    return [
        Link(words.either(act.name, act.name_en), f"{address}?act={act.code}#act", current=act == shown) for act in acts
    ]


def facts(case: cases.Case, person: Person) -> list[Fact]:
    """The particulars of a case."""
    terms = casework.face(case.kind.code).terms
    found = [
        Fact(term=_("Agency that acts"), text=words.either(case.agency.name, case.agency.name_en)),
        Fact(
            term=terms.issuer,
            text=words.either(case.issuer.name, case.issuer.name_en),
        ),
        Fact(term=terms.opened_by, text=case.opened_by.name if case.opened_by else _("The platform")),
        Fact(term=terms.opened_at, text="", moment=case.opened_at),
        Fact(term=_("Due"), text="", moment=case.due_at),
    ]
    if applicant := case.applicant or case.applicant_organisation:
        found.insert(0, Fact(term=_("Applicant"), text=applicant.name))
    if case.place:
        found.append(Fact(term=_("Place"), text=words.either(case.place.full_name, case.place.name_en)))
    if case.paused_at:
        found.append(Fact(term=_("Deadline paused since"), text="", moment=case.paused_at))
        found.extend(_time_left(case))
    if case.step_due_at:
        found.append(Fact(term=_("This step by plan until"), text="", moment=case.step_due_at))
    if case.taken_by:
        found.append(Fact(term=_("In hand with"), text=case.taken_by.name))
    if case.handed_to:
        found.append(
            Fact(term=_("Being handed over to"), text=words.either(case.handed_to.name, case.handed_to.name_en))
        )
    for term, other in ((_("Part of"), case.parent), (_("Merged into"), case.merged_into)):
        if other is not None:
            seen = cases.visible(person).filter(pk=other.pk).exists()
            found.append(Fact(term=term, text=cases.number(other), url=casework.address(other) if seen else ""))
    return found if case.closed_at is None else [*found, Fact(term=_("Ended"), text="", moment=case.closed_at)]


def _time_left(case: cases.Case) -> list[Fact]:
    """Return how much working time the agency will have when the deadline goes on; nothing where no calendar says so."""
    try:
        left = cases.left(case, clock.now())
    except Refused:  # a year that nobody has entered yet
        return []
    if left.days >= 1:
        days = money.format_number(Decimal(left.days.numerator) / left.days.denominator, 1, words.language())
        return [Fact(term=_("Working time left"), text=_("%(days)s working days") % {"days": days})]
    hours, minutes = divmod(int(left.time.total_seconds()) // 60, 60)
    return [
        Fact(term=_("Working time left"), text=_("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes})
    ]


def parts(case: cases.Case, person: Person) -> Table | None:
    """What other agencies do for this case at the same time."""
    found = list(case.parts.select_related("kind", "agency").defer("kind__content").order_by("pk"))
    if not found:
        return None
    seen = set(cases.visible(person).filter(parent=case.pk).values_list("pk", flat=True))
    now = clock.now()
    return Table(
        caption=_("What other agencies do for this case"),
        hide_caption=True,
        columns=(Column(label=_("Part")), Column(label=_("Agency")), Column(label=_("State")), Column(label=_("Due"))),
        rows=tuple(
            (
                Cell(text=cases.number(part), note=part.title, url=casework.address(part) if part.pk in seen else ""),
                words.either(part.agency.name, part.agency.name_en),
                Cell(text=words.either(state.name, state.name_en), tone=casework.tone(part, kind)),
                words.due_cell(part.due_at, now) if part.open else Cell(text="–"),
            )
            for part in found
            for kind in (cases.definition_of(part.kind),)
            for state in (kind.states[part.state],)
        ),
    )


def promises(found: Sequence[cases.Promise]) -> Table | None:
    """All deadlines that were ever promised; None while there is only the first."""
    if len(found) < 2:  # noqa: PLR2004  # one is shown as the deadline already
        return None
    why = {
        "opened": _("promised when it was opened"),
        "resumed": _("moved by a pause"),
        "reopened": _("promised anew when it was reopened"),
        "begun": _("promised when it was received"),
        "extended": _("promised anew, with an apology"),
    }
    return Table(
        caption=_("All deadlines that were ever promised"),
        hide_caption=True,
        columns=(Column(label=_("Deadline")), Column(label=_("Promised at")), Column(label=_("Why"))),
        rows=tuple(
            (
                Cell(text=words.moment(promise.due_at), moment=promise.due_at),
                Cell(text=words.moment(promise.at), moment=promise.at),
                why.get(promise.why, promise.why),
            )
            for promise in found
        ),
    )
