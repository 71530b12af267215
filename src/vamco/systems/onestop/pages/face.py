"""How a dossier shows on the page that all cases have: who applies, what they answered and gave, the steps, the result, what was issued.

Other parts of the one-stop desk add panels with `also`, such as the fee.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.record.documents import public as documents
from vamco.kernel.work.forms import public as forms
from vamco.kernel.world.access import public as access
from vamco.lib.money import NO_VALUE
from vamco.systems.onestop.contracts import APPRAISE
from vamco.systems.onestop.pages import wording
from vamco.systems.onestop.queries import PROCEDURES, papers
from vamco.systems.onestop.rules.outgoing import FORM_NAMES
from vamco.systems.onestop.services import listing, promising, results, steps
from vamco.web import words
from vamco.web.casework import Beside, Button, Face, Look, Panel, Terms
from vamco.web.components import Cell, Column, Fact, Table, Tone
from vamco.web.forms.building import Sheet

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator

    from vamco.kernel.work.cases import public as cases
    from vamco.kernel.world.people.public import Person
    from vamco.systems.onestop.public import Dossier

    MakePanels = Callable[[Dossier, Person], Iterator[Panel]]

CHANNELS: Final = {"online": _l("Online"), "counter": _l("At the counter"), "post": _l("By post")}
DELIVERED: Final = {
    "none": _l("not yet"),
    "stored": _l("delivered online"),
    "at_counter": _l("waits at the counter"),
    "posted": _l("sent by post"),
    "handed_over": _l("handed over"),
}
_more: list[MakePanels] = []


def also(panels: MakePanels) -> None:
    """Let a part of the one-stop desk show more on a dossier's page."""
    _more.append(panels)


def beside(case: cases.Case, reader: Person) -> Beside:
    """What stands beside the usual things on the page of a dossier."""
    dossier = listing.of(case)
    panels = [
        *_result(dossier, reader),
        _applicant(dossier),
        *_answers(dossier),
        *_papers(dossier),
        _steps(dossier),
        *_issued(dossier),
        *(panel for more in _more for panel in more(dossier, reader)),
    ]
    return Beside(number=dossier.number, panels=tuple(panels), buttons=tuple(_buttons(dossier, reader)))


def _buttons(dossier: Dossier, reader: Person) -> Iterator[Button]:
    pk = dossier.pk
    if access.allow(reader, listing.VIEW):
        yield Button(label=_("Why this deadline"), url=reverse("onestop:why", args=[pk]), icon="calendar")
        yield Button(label=_("Control slip (form 06)"), url=reverse("onestop:slip", args=[pk]), icon="print")


def _applicant(dossier: Dossier) -> Panel:
    item = PROCEDURES.get(dossier.procedure)
    pairs: list[tuple[str, str, str]] = [
        (_("Number of the dossier"), dossier.number, ""),
        (_("Procedure"), words.either(item.name, item.name_en), reverse("onestop:procedure", args=[item.code])),
        (_("Version"), str(dossier.procedure.version), ""),
        (_("Applicant"), dossier.applicant_name, ""),
        (_("Phone"), dossier.phone, ""),
        (_("E-mail"), dossier.email, ""),
        (_("Address"), dossier.address, ""),
        (_("Filed"), str(CHANNELS.get(dossier.channel, dossier.channel)), ""),
        (_("Filed by whom"), dossier.filed_by.name if dossier.filed_by else "", ""),
        (_("Received at"), words.either(dossier.office.name, dossier.office.name_en), ""),
        (
            _("Helped at"),
            words.either(dossier.helped_at.name, dossier.helped_at.name_en) if dossier.helped_at else "",
            "",
        ),
        (_("Decided by"), words.either(dossier.case.agency.name, dossier.case.agency.name_en), ""),
        (_("Result wanted"), str(CHANNELS.get(dossier.delivery, dossier.delivery)), ""),
        (_("Delivery"), str(DELIVERED.get(dossier.delivered, dossier.delivered)), ""),
        (_("Time by law"), wording.time(item.time), ""),
    ]
    facts = tuple(Fact(term=term, text=text, url=url) for term, text, url in pairs if text)
    return Panel(id="dossier", title=_("The dossier"), facts=facts)


def _answers(dossier: Dossier) -> Iterator[Panel]:
    if dossier.form is None or not dossier.answers:
        return
    form = forms.form_of(dossier.form)
    sheet = Sheet(form, dossier.answers)
    yield Panel(
        id="answers",
        title=_("What the applicant states"),
        answers=sheet.checked({page.code: "" for page in form.pages}),
    )


def _papers(dossier: Dossier) -> Iterator[Panel]:
    known = papers()
    given = list(dossier.papers.select_related("file", "digitised_by").order_by("round", "pk"))
    if not given:
        return
    copies = {"original": _("original"), "copy": _("copy"), "electronic": _("electronic")}
    rows = []
    for each in given:
        item = known.get(each.paper)
        name = words.either(item.name, item.name_en) if item else each.paper
        by = each.digitised_by.name if each.digitised_by else _("the applicant")
        note = ", ".join(filter(None, [copies.get(each.copy, ""), _("given before") if each.again else ""]))
        rows.append(
            (
                Cell(text=name, url=reverse("onestop:office_paper", args=[each.pk]), note=note),
                Cell(text=each.file.name, note=filesizeformat(each.file.size)),
                words.number(each.pages),
                _("with the dossier") if each.round == 0 else _("supplement %(round)s") % {"round": each.round},
                Cell(text=by, note=words.moment(each.given_at), moment=None),
            )
        )
    columns = (
        Column(label=_("Paper")),
        Column(label=_("File")),
        Column(label=_("Pages"), number=True),
        Column(label=_("Came")),
        Column(label=_("Put in by")),
    )
    yield Panel(
        id="papers",
        title=_("Papers"),
        table=Table(caption=_("Papers"), hide_caption=True, columns=columns, rows=tuple(rows)),
    )


def _steps(dossier: Dossier) -> Panel:
    rows = tuple(
        (
            Cell(
                text=words.either(step.state.name, step.state.name_en),
                note=words.either(step.agency.name, step.agency.name_en),
            ),
            step.by or (NO_VALUE if step.ended else _("under way")),
            Cell(text=words.moment(step.began), moment=step.began),
            Cell(text=words.moment(step.ended), moment=step.ended) if step.ended else NO_VALUE,
            _("%(hours)s h") % {"hours": step.planned} if step.planned else NO_VALUE,
            _late(step.worked, step.planned, paused=step.state.clock == "paused"),
        )
        for step in steps.taken(dossier.case)
    )
    columns = (
        Column(label=_("Step")),
        Column(label=_("Done by")),
        Column(label=_("From"), tight=True),
        Column(label=_("To"), tight=True),
        Column(label=_("Planned"), tight=True),
        Column(label=_("Took")),
    )
    return Panel(
        id="steps", title=_("Steps"), table=Table(caption=_("Steps"), hide_caption=True, columns=columns, rows=rows)
    )


def _late(worked: dt.timedelta | None, planned: int, *, paused: bool) -> Cell:
    if worked is None:
        return Cell(text=NO_VALUE)
    text = span(worked)
    if paused:
        return Cell(text=text, note=_("does not count"))
    over = bool(planned) and worked.total_seconds() > planned * 3600
    return Cell(text=text, tone=Tone.WARNING) if over else Cell(text=text)


def span(worked: dt.timedelta) -> str:
    """Write a length of working time in hours and minutes."""
    hours, minutes = divmod(int(worked.total_seconds()) // 60, 60)
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}


def _issued(dossier: Dossier) -> Iterator[Panel]:
    rows = list(dossier.documents.order_by("at", "pk"))
    if not rows:
        return
    known = documents.by_code([row.document for row in rows])
    drawn = tuple(
        (
            Cell(text=_(FORM_NAMES.get(row.form, row.form)), url=reverse("onestop:office_document", args=[row.pk])),
            known[row.document].number if row.document in known else NO_VALUE,
            Cell(text=words.moment(row.at), moment=row.at),
            Cell(text="DOCX", url=f"{reverse('onestop:office_document', args=[row.pk])}?as=docx")
            if row.form != "result"
            else NO_VALUE,
            Cell(text=documents.code_shown(row.document), url=f"/v/{row.document}"),
        )
        for row in rows
    )
    columns = (
        Column(label=_("Document")),
        Column(label=_("Number")),
        Column(label=_("Issued"), tight=True),
        Column(label=_("For printing")),
        Column(label=_("Look-up code"), tight=True),
    )
    yield Panel(
        id="issued",
        title=_("Issued documents"),
        table=Table(caption=_("Issued documents"), hide_caption=True, columns=columns, rows=drawn),
    )


def _result(dossier: Dossier, reader: Person) -> Iterator[Panel]:
    """The result while it is made: what stands in it, who signed it, and the way to prepare it."""
    found = results.of(dossier)
    state = dossier.case.state
    editable = state in results.MADE_IN and access.allow(reader, APPRAISE, dossier.case.agency)
    if found is None and not editable:
        return
    facts = []
    if found is not None:
        facts.append(Fact(term=_("Made by"), text=found.made_by.name if found.made_by else NO_VALUE))
        facts.append(Fact(term=_("Made at"), text="", moment=found.made_at))
        facts.append(
            Fact(
                term=_("Preview"),
                text=_("Open the draft (PDF)"),
                url=reverse("onestop:result_draft", args=[dossier.pk]),
            )
        )
    if found is not None and found.signed_at:
        facts.append(Fact(term=_("Signed by"), text=", ".join(filter(None, [found.signer_name, found.signer_title]))))
        facts.append(Fact(term=_("Signed at"), text="", moment=found.signed_at))
        facts.append(Fact(term=_("Fingerprint"), text=found.sha256[:16]))
    if found is not None and found.number:
        facts.append(Fact(term=_("Number"), text=found.number))
    if editable:
        label = _("Change the result") if found else _("Prepare the result")
        facts.append(Fact(term=_("Result"), text=label, url=reverse("onestop:result", args=[dossier.pk])))
    notice = None
    if found is None:
        notice = (Tone.WATCH, _("Prepare the result before you propose it."))
    yield Panel(id="result", title=_("The result"), facts=tuple(facts), notice=notice)


FACE: Final = Face(
    icon="inbox",
    looks={
        "refuse": Look(icon="close", tone=Tone.NONE, danger=True),
        "stop": Look(icon="close", tone=Tone.NONE, danger=True),
        "issue": Look(icon="check", tone=Tone.OK),
        "extend": Look(icon="calendar", tone=Tone.WARNING),
        "ask_correction": Look(icon="undo", tone=Tone.WATCH),
        "ask_supplement": Look(icon="undo", tone=Tone.WATCH),
    },
    fruitless=frozenset({"refused", "stopped", "withdrawn"}),
    terms=Terms(
        opened=_l("Sent"),
        issuer=_l("Received at"),
        opened_by=_l("Filed by"),
        opened_at=_l("Sent at"),
        text=_l("Note of the applicant"),
    ),
    beside=beside,
    until=promising.proposed,
    asks={"deliver": _l("Who took it, and by which paper they showed who they are; empty where it was the applicant")},
)
