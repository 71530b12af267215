"""How requests about personal data and breaches show on the pages that all cases have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.systems.privacy import public as privacy
from vamco.systems.privacy.rules import rights
from vamco.web import words
from vamco.web.casework import Beside, Button, Face, Look, Panel, Terms
from vamco.web.components import Column, Table, Tone

if TYPE_CHECKING:
    from vamco.kernel.work.cases import public as cases
    from vamco.kernel.world.people.public import Person


def request(case: cases.Case, _reader: Person) -> Beside:
    """The right, both clocks with their source, and for a deletion what the retention table says."""
    view = privacy.request_view(case.pk)
    answered = words.moment(view.answered_at) if view.answered_at else _("not yet")
    rows = [
        (_("Right"), _(rights.TITLES[view.right])),
        (_("Whose data"), case.applicant.name if case.applicant else "–"),
        (_("Answer due"), words.moment(view.answer_due_at)),
        (_("Answered"), answered),
        (_("To be carried out by"), words.moment(case.due_at)),
        (_("Rule"), view.term.source),
    ]
    late = view.answered_at is None and view.term.mark == "unverified"
    notice = (Tone.WATCH, _("This term has not been verified: check the decree.")) if late else None
    columns = (Column(label=_("Term")), Column(label=_("Value")))
    panels = [Panel(id="right", title=_("Request and clocks"), table=Table(caption=_("Request and clocks"), hide_caption=True, columns=columns, rows=tuple(rows)), notice=notice)]  # fmt: skip
    if view.right is privacy.Right.DELETE:
        panels.append(_table())
    return Beside(panels=tuple(panels))


def _table() -> Panel:
    said = {"delete": _("Delete"), "anonymise": _("Make anonymous"), "keep": _("Keep")}
    rows = tuple(
        (words.either(rule.name, rule.name_en), said[rule.on_request], words.either(rule.reason, rule.reason_en) or "–")
        for rule in privacy.retention_table().values()
    )
    columns = (Column(label=_("Data")), Column(label=_("On request")), Column(label=_("Why")))
    return Panel(id="retention", title=_("What happens when you accept"), table=Table(caption=_("What happens when you accept"), hide_caption=True, columns=columns, rows=rows))  # fmt: skip


def breach(case: cases.Case, _reader: Person) -> Beside:
    """The way to the record."""
    way = Button(label=_("Open the record"), url=reverse("privacy:breach", args=[case.pk]), icon="warning")
    return Beside(buttons=(way,))


REQUEST = Face(
    icon="shield",
    looks={"refuse": Look(icon="close", tone=Tone.NONE, danger=True), "finish": Look(tone=Tone.OK)},
    fruitless=frozenset({"refused", "withdrawn"}),
    terms=Terms(
        opened=_l("Sent by the person"),
        issuer=_l("Sent to"),
        opened_by=_l("Asked by"),
        opened_at=_l("Received"),
        text=_l("What the person writes"),
    ),
    beside=request,
)
BREACH = Face(icon="warning", beside=breach)
