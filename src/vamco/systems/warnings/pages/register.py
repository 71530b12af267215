"""The register of directives: what was ordered, who handles it, by when, and what became of it; for ever."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.lib.money import NO_VALUE
from vamco.lib.time import HCM, local_date
from vamco.systems.hub import public as hub
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.public import wording
from vamco.systems.warnings import public as warnings
from vamco.systems.warnings.contracts import RegisterFilter
from vamco.systems.warnings.pages import doubts
from vamco.systems.warnings.pages.register_forms import RegisterFilters
from vamco.web import addresses, casework, words
from vamco.web.components import Cell, Column, Link, Tone
from vamco.web.pages import Request, page, signed_in
from vamco.web.tables import public as tables
from vamco.web.tables import rules as address
from vamco.web.tables.public import Asked, Listing, Records, Row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponseBase

    from vamco.systems.indicators.contracts import Definition
    from vamco.systems.warnings.contracts import Registered, Standing

DAY: Final = dt.timedelta(days=1)
TITLE: Final = 90  # characters of what is ordered in a row; a file has all of the title
SHOWN: Final = 160  # characters of a result in a row; a file has all of it
COLUMNS: Final = (
    Column(label=_l("Directive"), key="directive", sorts=False, noted=_l("Number")),
    Column(label=_l("Indicator or data"), key="about", sorts=False, noted=_l("Gap when issued")),
    Column(label=_l("Handling agency"), key="agency", sorts=False),
    Column(label=_l("Issued on"), key="issued", noted=_l("Issued by")),
    Column(label=_l("Due on"), key="due", tight=True),
    Column(label=_l("Days left or over"), key="days", sorts=False),
    Column(label=_l("State"), key="state", sorts=False, noted=_l("Newest answer")),
    Column(label=_l("Result"), key="result", sorts=False),
)
ORDER: Final = {"issued": "pk", "due": "due_at"}  # both have an index
NAMES: Final[Mapping[Standing, Any]] = {
    "open": _l("Open"),
    "overdue": _l("Overdue"),
    "done": _l("Done"),
    "withdrawn": _l("Withdrawn"),
    "all": _l("All directives"),
}


@page("warnings.view_directives", methods=tables.METHODS)
def register(request: Request) -> HttpResponseBase:
    """The directives that agencies still work on, what is due first."""
    return _answer(request, "open")


@page("warnings.view_directives", methods=tables.METHODS)
def overdue(request: Request) -> HttpResponseBase:
    """Those of them whose due time has passed."""
    return _answer(request, "overdue")


@page("warnings.view_directives", methods=tables.METHODS)
def done(request: Request) -> HttpResponseBase:
    """The directives that were closed as done, the newest first."""
    return _answer(request, "done")


@page("warnings.view_directives", methods=tables.METHODS)
def withdrawn(request: Request) -> HttpResponseBase:
    """The directives that were withdrawn, the newest first."""
    return _answer(request, "withdrawn")


@page("warnings.view_directives", methods=tables.METHODS)
def everything(request: Request) -> HttpResponseBase:
    """All directives that there have been, the newest first."""
    return _answer(request, "all")


def _answer(request: Request, standing: Standing) -> HttpResponseBase:
    shown = listing(standing)
    if request.method == "POST" or request.GET.get("export"):
        return tables.answer(request, shown, "warnings/register.html")
    return tables.answer(request, shown, "warnings/register.html", {"tabs": _tabs(request, standing, shown)})


def _tabs(request: Request, standing: Standing, shown: Listing) -> list[Link]:
    """The states, each with how many directives are in it; the filters in force go along."""
    state = address.read(dict(request.GET.lists()), shown.shape)
    filters = RegisterFilters(request.GET)
    filters.is_valid()
    counts = warnings.register_counts(signed_in(request), _wanted(filters.cleaned_data))
    query = address.address(address.State(filters=state.filters)) if state.filters else ""
    return [
        Link(label, f"{reverse(_url(name))}{query}", count=words.number(counts[name]), current=name == standing)
        for name, label in NAMES.items()
    ]


def _url(standing: Standing) -> str:
    return "warnings:register" if standing == "open" else f"warnings:register_{standing}"


def listing(standing: Standing) -> Listing:
    """The directives that stand so: open ones what is due first, ended ones the newest first."""
    nothing = {
        "open": _("No directive is open"),
        "overdue": _("No directive is overdue"),
        "done": _("No directive has been closed yet"),
        "withdrawn": _("No directive has been withdrawn"),
        "all": _("No directive has been issued yet"),
    }[standing]
    return Listing(
        code=f"warnings.directives_{standing}",
        caption=_("Register of directives: %(state)s") % {"state": NAMES[standing]},
        columns=COLUMNS,
        filters=RegisterFilters,
        rows=partial(_rows, standing),
        nothing=nothing,
        first_step=_("A directive is issued from the page of a confirmed alarm. From then on it stands in this register, also when it has ended."),
        step=Link(_("See the board"), addresses.to("board")),
    )  # fmt: skip


def _rows(standing: Standing, asked: Asked) -> Records[cases.Case]:
    known, now = indicators.definitions(), clock.now()
    titles: dict[str, str] = {}
    return Records(
        warnings.register(asked.person, standing, _wanted(asked.filters)),
        lambda case: _row(case, warnings.registered(case), known, titles, now),
        ORDER,
        default="due_at" if standing in {"open", "overdue"} else "-pk",
    )


def _wanted(filters: Mapping[str, Any]) -> RegisterFilter:
    """What the filters say; days are those of the province, as on the badge of a due time."""
    start, end = _due(filters.get("days") or "")
    return RegisterFilter(
        agency=filters.get("agency") or "",
        issuer=filters.get("issuer") or "",
        about=filters.get("about") or "",
        due_from=start,
        due_before=end,
        issued_from=filters.get("since"),
        issued_until=filters.get("until"),
    )


def _due(days: str) -> tuple[dt.datetime | None, dt.datetime | None]:
    tomorrow = dt.datetime.combine(clock.today() + DAY, dt.time(), HCM)
    if days.startswith("within"):
        return clock.now(), tomorrow + int(days.removeprefix("within")) * DAY
    if days.startswith("over"):
        return None, tomorrow - int(days.removeprefix("over")) * DAY
    return None, None


def _row(
    case: cases.Case, beside: Registered, known: Mapping[str, Definition], titles: dict[str, str], now: dt.datetime
) -> Row:
    of = cases.definition_of(case.kind)
    state = of.states[case.state]
    by = words.either(case.issuer.name, case.issuer.name_en)
    return Row(
        key=str(case.pk),
        cells=(
            Cell(
                text=Truncator(case.title).chars(TITLE),
                value=case.title,
                url=casework.address(case),
                note=cases.number(case),
            ),
            _about(beside, known, titles),
            words.either(case.agency.name, case.agency.name_en),
            Cell(moment=local_date(case.opened_at), note=f"{by}, {case.opened_by.name}" if case.opened_by else by),
            Cell(moment=local_date(case.due_at)),
            _days(case, now),
            Cell(
                text=words.either(state.name, state.name_en),
                tone=casework.tone(case, of),
                note=doubts.sentence(beside.doubt) if case.open else "",
            ),
            Cell(text=Truncator(beside.told).chars(SHOWN), value=beside.told) if beside.told else NO_VALUE,
        ),
    )


def _about(beside: Registered, known: Mapping[str, Definition], titles: dict[str, str]) -> Cell:
    """What a directive is about, and how far the value was from its target when it was issued."""
    if beside.dataset:
        if beside.dataset not in titles:
            contract = hub.contract(beside.dataset)
            titles[beside.dataset] = words.either(contract.title, contract.title_en)
        return Cell(text=titles[beside.dataset], note=_("Data late"))
    of = known.get(beside.indicator)
    if of is None:
        return Cell(text=beside.indicator)
    return Cell(text=wording.name(of, short=True), note=wording.gap(of, beside.gap) if beside.gap is not None else "")


def _days(case: cases.Case, now: dt.datetime) -> Cell:
    """How many days are left or over, as a badge and, in a file, as a number: negative when it is or was late."""
    if case.open:
        tone, text = words.due(case.due_at, now)
        return Cell(text=text, tone=tone, value=(local_date(case.due_at) - local_date(now)).days)
    if case.closed_at is None or case.state == "withdrawn":
        return Cell(text=NO_VALUE, value="")
    left = (local_date(case.due_at) - local_date(case.closed_at)).days
    if case.closed_at <= case.due_at:
        return Cell(text=_("In time"), tone=Tone.OK, value=left)
    late = ngettext("Late by %(days)s day", "Late by %(days)s days", -left) % {"days": -left}
    return Cell(text=late if left else _("Late on the due day"), tone=Tone.WATCH, value=left)
