"""The register of a day (form 07), and the public page of apologies (form 04)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.base import clock
from vamco.kernel.world.people import public as people
from vamco.lib.time import format_date, read_date
from vamco.systems.onestop.pages.office_list import row
from vamco.systems.onestop.pages.office_pages import PDF, content
from vamco.systems.onestop.services import apologies, listing, registering
from vamco.web import words
from vamco.web.acting import set_choices
from vamco.web.components import Cell, Column, Link
from vamco.web.date_fields import DayField
from vamco.web.pages import PUBLIC, Request, page, signed_in
from vamco.web.tables import public as tables

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpResponseBase

    from vamco.systems.onestop.public import Dossier, DossierDocument

COLUMNS: Final = (
    Column(label=_l("Applicant"), key="applicant", sorts=False, noted=_l("Number")),
    Column(label=_l("Procedure"), key="procedure", sorts=False),
    Column(label=_l("Sent"), key="sent", sorts=False, tight=True),
    Column(label=_l("Received"), key="received", sorts=False, tight=True),
    Column(label=_l("Promised"), key="promised", sorts=False, tight=True),
    Column(label=_l("Result"), key="finished", sorts=False, tight=True),
    Column(label=_l("Delivered"), key="delivered", sorts=False, tight=True),
    Column(label=_l("State"), key="state", sorts=False),
)


class DayForm(forms.Form):
    """Which day."""

    day = DayField(label=_l("Day"), required=False)


def _day(request: Request) -> dt.date:
    return read_date(request.GET.get("day", "")) or clock.today()


@page(listing.VIEW)
def register(request: Request) -> HttpResponseBase:
    """What was sent on a day to the offices for which the reader works: on the page, as a spreadsheet, as form 07."""
    person, day = signed_in(request), _day(request)
    listed = tables.Listing(
        code="onestop.register",
        caption=_("Register of %(day)s") % {"day": format_date(day, words.language())},
        columns=COLUMNS,
        filters=DayForm,
        rows=lambda asked: tables.Records(
            registering.register_rows(person, asked.filters.get("day") or day), _row, {}, "pk"
        ),
        per_page=100,
        period=format_date(day, words.language()),
        nothing=_("Nothing was sent on this day"),
    )
    context = {
        "pdf": f"{reverse('onestop:register_form')}?day={day.isoformat()}",
        "crumbs": [Link(_("Dossiers"), reverse("onestop:office_dossiers")), Link(_("Daily register"))],
    }
    return tables.answer(request, listed, "onestop/register.html", context)


def _row(dossier: Dossier) -> tables.Row:
    drawn, case = row(dossier), dossier.case
    return tables.Row(
        key=drawn.key,
        cells=(
            drawn.cells[0],
            drawn.cells[1],
            _at(dossier.sent_at),
            _at(dossier.received_at),
            _at(case.due_at if dossier.received_at else None),
            _at(dossier.finished_at),
            _at(dossier.delivered_at),
            drawn.cells[3],
        ),
    )


def _at(moment: dt.datetime | None) -> Cell:
    return Cell(text=words.moment(moment), moment=moment) if moment else Cell(text="–")


@page(listing.VIEW)
def register_form(request: Request) -> HttpResponseBase:
    """Form 07 of a day as a PDF."""
    person, day = signed_in(request), _day(request)
    made = registering.register(people.home(person), day, registering.register_rows(person, day))
    return content(made, PDF, f"mau-07-{day.isoformat()}.pdf", inline=True)


# ── apologies, for everybody ─────────────────────────────────────────────────────────────────────────────────────────

SORRY: Final = (
    Column(label=_l("Dossier"), key="dossier", sorts=False),
    Column(label=_l("Procedure"), key="procedure", sorts=False),
    Column(label=_l("Office"), key="office", sorts=False),
    Column(label=_l("Promised"), key="promised", sorts=False, tight=True),
    Column(label=_l("New date"), key="due", sorts=False, tight=True),
    Column(label=_l("Reason"), key="reason", sorts=False),
)


class OfficeForm(forms.Form):
    """Of which office."""

    office = forms.ChoiceField(label=_l("Office"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = [(agency.code, words.either(agency.name, agency.name_en)) for agency in apologies.offices()]
        set_choices(self, "office", offices, none=_("All"))


@page(PUBLIC)
def sorry(request: Request) -> HttpResponseBase:
    """Which results come later than promised, with the new date and why; never whose they are."""
    listed = tables.Listing(
        code="onestop.apologies",
        caption=_("Apologies and new dates"),
        columns=SORRY,
        filters=OfficeForm,
        rows=lambda asked: tables.Records(apologies.published(asked.filters.get("office") or ""), _sorry, {}, "-pk"),
        per_page=25,
        exports=False,
        nothing=_("No result is late enough for an apology"),
    )
    return tables.answer(request, listed, "onestop/apologies.html", {"crumbs": [Link(_("Apologies and new dates"))]})


def _sorry(document: DossierDocument) -> tables.Row:
    told = apologies.told(document)
    return tables.Row(
        key=str(document.pk),
        cells=(
            told.number,
            words.either(told.procedure, told.procedure_en),
            words.either(told.office, told.office_en),
            _at(told.promised_at),
            _at(told.due_at),
            words.either(told.reason, told.reason_en) or "–",
        ),
    )
