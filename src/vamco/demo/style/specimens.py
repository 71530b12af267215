"""The content of the style page: each component with what it takes, what it promises to people, and an example."""

from __future__ import annotations

import datetime as dt
import inspect
import re
from dataclasses import MISSING, dataclass, fields
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from vamco.demo.style.listing import LISTING, Letter
from vamco.kernel.base import clock
from vamco.lib.money import format_number
from vamco.web import components
from vamco.web.components import (
    Area,
    Card,
    Cell,
    Chart,
    Column,
    Entry,
    Fact,
    Link,
    MapClass,
    MapLayer,
    Mark,
    Role,
    Series,
    Step,
    Table,
    Text,
    Tone,
)  # fmt: skip
from vamco.web.date_fields import DayField
from vamco.web.palette import Command, Offer
from vamco.web.tables.public import Act, Drawn, Listing, Row
from vamco.web.templatetags.web import age, day
from vamco.web.words import language

if TYPE_CHECKING:
    from vamco.web.pages import Request

COLOURS = (
    "paper", "surface", "sunken", "line", "line-strong", "ink", "ink-soft", "accent", "accent-strong", "accent-soft",
    "on-accent", "ok", "ok-soft", "watch", "watch-soft", "warning", "warning-soft", "urgent", "urgent-soft",
    "urgent-strong", "on-urgent", "stale", "stale-soft", "step-1", "step-2", "step-3", "step-4", "step-5", "fill-ok",
    "fill-watch", "fill-warning", "fill-urgent", "fill-none", "river-two", "scrim", "shadow",
)  # fmt: skip
SIZES = ("xs", "s", "m", "l", "xl", "2xl", "3xl")
ICONS = (
    "ok", "watch", "warning", "urgent", "stale", "none", "active", "info", "synthetic", "home", "wall", "inbox", "bell",
    "directive", "chart", "map", "table", "list", "value", "definition", "snapshot", "run", "checks", "file", "database",
    "plug", "agency", "calendar", "user", "lock", "shield", "search", "filter", "plus", "check", "close", "edit", "undo",
    "refresh", "send", "attach", "link", "path", "upload", "download", "print", "menu", "help", "down", "right", "left",
    "up-arrow", "forward", "back", "leave", "sun", "moon", "broken", "partial",
    "baby", "rings", "study", "work", "health", "vehicle", "field", "business", "elder", "candle",
    "phone", "clock", "pin", "device", "offline",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Specimen:
    """One component on the style page; its example is `style/specimens/<key>.html`."""

    key: str
    title: Text
    about: Text
    promise: Text  # to people who use a keyboard, a screen reader, large print or another language
    usage: str
    takes: tuple[type, ...] = ()

    @property
    def template(self) -> str:
        """Give the template that shows it."""
        return f"style/specimens/{self.key}.html"

    @property
    def parameters(self) -> list[Table]:
        """Give the fields of what it takes, read from the code."""
        return [parameters(kind) for kind in self.takes]


_l = gettext_lazy
SPECIMENS: tuple[Specimen, ...] = (
    Specimen(
        "icon", _l("Icon"), _l("Drawn for this project on a grid of 24, stroke 2, in one file."),
        _l("Decoration is hidden from screen readers. An icon that stands alone takes a label. Colour follows the text."),
        '{% icon "directive" %}  {% icon "print" label %}',
    ),
    Specimen(
        "button", _l("Button"), _l("One primary button on a view. Danger only where something is lost."),
        _l("At least 40 px high. The words say what happens; the icon only helps. Links that act like buttons stay links."),
        '{% button label "primary" "check" %}  {% button label url=address %}  {% button label opens="dialog-id" %}',
    ),
    Specimen(
        "status", _l("Status"), _l("The more it matters, the heavier it looks: urgent alone is filled."),
        _l("Icon, word and colour together, so it reads in grey, in print and aloud. Text contrast is at least 7 : 1."),
        '{% status "urgent" %}  {% status "ok" word %}  {% status tone plain=True %}  {% synthetic %}  {% incomplete text %}',
    ),
    Specimen(
        "kpi", _l("Indicator card"), _l("Value, age, target, gap, trend, status and open directives. The whole card leads to the indicator."),
        _l("One link carries the name; the card is its large target. The trend is decoration: the same figures are a table on the indicator's page."),
        "{% kpi_card card %}  {% kpi_cards cards %}", (Card,),
    ),
    Specimen(
        "red", _l("Red list"), _l("What needs a decision, the worst first. Nothing else on the board comes before it."),
        _l("An ordered list: its length and order are read aloud. Without entries it says what may be concluded, and from how many."),
        "{% red_list cards %}  {% coverage cards %}", (Card,),
    ),
    Specimen(
        "table", _l("Data table"), _l("Dense, for officials. Heads sort, the first cell names the row, narrow screens stack the rows into cards."),
        _l("A real table at every width, with a caption, scopes and the order told by aria-sort. A table that scrolls can be reached by keyboard."),
        "{% data_table table %}", (Table, Column, Cell),
    ),
    Specimen(
        "listing", _l("Table to work in"),
        _l("Declared once as a Listing; the page is one call. It sorts, filters, pages by key, keeps views, exports to CSV and Excel, and takes acts on many rows."),
        _l("All of it stands in the address and works without scripts. Rows: ↑ ↓ Home End go from row to row on the same control, Space picks, Shift with ↑ ↓ or a click picks a range, Ctrl+A picks the page, Escape lets go. Each choice, each order and each count is read aloud; the head tells its order by aria-sort. What is done to many is asked first, in a dialog, or on a page without scripts."),
        'tables.answer(request, LISTING, "desk/runs.html")  {% listing drawn %}', (Listing, Act, Row),
    ),
    Specimen(
        "filters", _l("Filter bar and pages"), _l("Filters live in the address, so a view can be sent to a colleague. Pages keep filter and order."),
        _l("A search landmark with labelled fields; it works without scripts. The present page is marked as such."),
        "{% filter_bar form %}  {% pagination page %}",
    ),
    Specimen(
        "card", _l("Card and help text"), _l("One thing among others: a name, a sentence, an icon. A help text explains a word where it stands."),
        _l("The title is the one link; the card is its large target. The help button says what it is about and whether it is open; it opens with Enter or Space, closes with Escape, and works without scripts."),
        "{% card title icon url %} … {% endcard %}  {% tip label %} … {% endtip %}",
    ),
    Specimen(
        "palette", _l("Command palette"), _l("Ctrl+K on every page: to any page, act or record that the reader may see, in a few letters. Other rooms add to it by palette.offer and palette.register."),
        _l("A combobox: ↑ ↓ choose, Enter opens, Ctrl+Enter opens in a new tab, Escape closes and gives the focus back. How many were found is read aloud. Marks may be left out. Without scripts the button leads to a search page."),
        "palette.offer(Offer(…))  palette.register(title, find)", (Command, Offer),
    ),
    Specimen(
        "facts", _l("Facts"), _l("Terms and what they stand for."), _l("A definition list: each term is read with its text."),
        "{% facts items wide=True %}", (Fact,),
    ),
    Specimen(
        "timeline", _l("Timeline"), _l("What happened, when and by whom, with its evidence."),
        _l("An ordered list with real dates. Times are the province's clock."), "{% timeline entries %}", (Entry, Link),
    ),
    Specimen(
        "tabs", _l("Tabs and breadcrumbs"), _l("Views of one thing. Each has its own address and works without scripts."),
        _l("A navigation landmark; the present view is told by aria-current."),
        "{% tabs links label %}  {% breadcrumbs links %}", (Link,),
    ),
    Specimen(
        "form", _l("Form field and dialog"), _l("Label above, help below it, the error beside what is wrong and in words that say how to mend it."),
        _l("Help and error are tied to the control. Optional fields say so. A dialog is named by its title, holds the focus, begins at the first thing to fill in, closes with Escape and gives the focus back to the button that opened it."),
        "{% field form.name %}  {% day_input name day max=today %}  {% dialog id title %} … {% enddialog %}",
    ),
    Specimen(
        "upload", _l("Upload"), _l("Names what was chosen with its size, refuses what is too large before it is sent, shows how far the sending is, and can be stopped."),
        _l("A native file field under it all: files can be dropped on it, and it works without scripts. What is chosen and each quarter of the way is read aloud; after an answer the focus is on what is wrong."),
        "{% upload form.file megabytes=20 %}",
    ),
    Specimen(
        "notice", _l("Notice"), _l("One message in one or two sentences, with the next step."),
        _l("With live=True screen readers say it at once; use it for answers to what the reader just did."),
        '{% notice "warning" title %} … {% endnotice %}',
    ),
    Specimen(
        "empty", _l("Empty page"), _l("Says why there is nothing and teaches the first step."), _l("A heading, a sentence, a button: no picture to decode."),
        "{% empty title text icon url action %}",
    ),
    Specimen(
        "progress", _l("Progress"), _l("Long work shows how far it is and can be left."), _l("A native progress element with its words. It stands still where motion is unwanted."),
        "{% progress label done total %}",
    ),
    Specimen(
        "chart", _l("Chart"), _l("Lines with their target path, a sentence that says the message, and the same figures as a table."),
        _l("The drawing is named by its message; the table carries every figure. Lines differ in dash as well as colour. Print opens the table."),
        "{% chart chart %}", (Chart, Series, Mark),
    ),
    Specimen(
        "map", _l("Map"), _l("Communes in classes, beside a list that says the same."),
        _l("The list is the keyboard's and the screen reader's way in: focus marks the place on the map. Classes have words, and a schematic map says that it is one."),
        "{% place_map layer %}", (MapLayer, MapClass, Area),
    ),
    Specimen(
        "lineage", _l("Lineage"), _l("From a value back to the row of the source file that it came from."),
        _l("An ordered list: the way can be followed with a keyboard alone."), "{% lineage steps %}", (Step, Fact),
    ),
)  # fmt: skip

_FIELD = re.compile(r"^    (\w+): .*?#\s*(.+)$", re.MULTILINE)


def parameters(takes: type) -> Table:
    """Give a dataclass's fields with type, default and the comment beside them."""
    notes = dict(_FIELD.findall(inspect.getsource(takes)))

    def default(item: Any) -> str:
        if item.default is not MISSING:
            return (
                str(item.default)
                if isinstance(item.default, str | int | float | bool | tuple) and item.default != ""
                else "–"
            )
        return "()" if item.default_factory is not MISSING else _("required")

    return Table(
        caption=_("%(name)s: parameters") % {"name": takes.__name__},
        hide_caption=True,
        columns=(
            Column(label=_("Name")),
            Column(label=_("Type")),
            Column(label=_("Default")),
            Column(label=_("Meaning")),
        ),
        rows=tuple((item.name, str(item.type), default(item), notes.get(item.name, "")) for item in fields(takes)),
    )


# ── examples ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class Feedback(forms.Form):
    """A form with one of each control."""

    subject = forms.CharField(
        label=gettext_lazy("Subject"), help_text=gettext_lazy("One line that a colleague understands.")
    )
    due = DayField(label=gettext_lazy("Due date"), help_text=gettext_lazy("Day, month and year, such as 27/3/1990."))
    text = forms.CharField(label=gettext_lazy("What is asked"), widget=forms.Textarea, required=False)
    level = forms.ChoiceField(
        label=gettext_lazy("Level"), widget=forms.RadioSelect,
        choices=[("1", gettext_lazy("Watch")), ("2", gettext_lazy("Warning")), ("3", gettext_lazy("Urgent"))],
    )  # fmt: skip
    evidence = forms.FileField(
        label=gettext_lazy("Evidence"), help_text=gettext_lazy("PDF or picture, at most 5 MB."), required=False
    )


class Search(forms.Form):
    """Filters of a list."""

    words = forms.CharField(label=gettext_lazy("Search"), required=False)
    status = forms.ChoiceField(
        label=gettext_lazy("Status"), required=False,
        choices=[("", gettext_lazy("All")), *((tone.value, word) for tone, word in components.WORDS.items())],
    )  # fmt: skip


def _figure(value: float, decimals: int = 1) -> str:
    from decimal import Decimal

    return format_number(Decimal(str(value)), decimals, language())


PAID = (2.1, 5.4, 10.8, 16.5, 23.0, 30.1, 37.9, 45.2, 52.8, 61.0, 70.9)
PATH = (2.0, 6.0, 12.0, 20.0, 29.0, 38.0, 46.0, 54.0, 62.0, 72.0, 82.0, 92.0)


def cards() -> tuple[Card, ...]:
    """Give ten indicators of a leaders' board with invented figures."""
    today = clock.today()
    here = reverse("style:guide")

    def card(code: str, name: Text, value: float | None, unit: Text, tone: Tone, days: int, **more: Any) -> Card:  # noqa: PLR0917
        decimals, target = more.pop("decimals", 1), more.pop("target", "")
        more.setdefault("comparisons", (Fact(term=_("Target"), text=target),) if target else ())
        as_of = today - dt.timedelta(days=days)
        return Card(
            code=code, name=name, url=f"{here}#{code}", figure="" if value is None else _figure(value, decimals), unit=unit,
            tone=tone, as_of=None if value is None else as_of, age=age(as_of), synthetic=code == "NS02",
            directives_url=f"{here}#red", missing=_("No data so far") if value is None else "",
            **more,
        )  # fmt: skip

    def below(points: float) -> str:
        return _("%(points)s points below the path") % {"points": _figure(points)}

    held = {"comparisons": tuple(
        Fact(term=term, text=f"{_figure(value)}%")
        for term, value in ((_("Same period of %(year)s") % {"year": 2025}, 48.1), (_("Path today"), 82.0), (_("Target of %(year)s") % {"year": 2026}, 100.0))
    )}  # fmt: skip
    rise = (61.0, 62.5, 61.8, 64.0, 66.2, 65.9, 68.4, 70.1)
    return (
        card("DTC01", _("Public-investment disbursement against the plan"), 70.9, "%", Tone.URGENT, 2, trend=PAID, path=PATH, period=_("%(months)s months of %(year)s") % {"months": 11, "year": 2026}, gap=below(11.1), directives=2, **held),
        card("KT01", _("GRDP growth, year to date"), 9.63, "%", Tone.WATCH, 52, decimals=2, trend=(7.9, 8.4, 9.1, 9.63), path=(10.0, 10.0, 10.0, 10.0), target="10%", gap=below(0.4)),
        card("NS02", _("Budget revenue against the estimate"), 112.4, "%", Tone.OK, 1, trend=rise, target="100%", gap=_("ahead of the path")),
        card("HCC08", _("Dossiers handled on time"), 93.2, "%", Tone.WARNING, 1, trend=(98.1, 97.6, 97.0, 96.2, 95.1, 93.2), path=(98.0,) * 6, target="98%", gap=below(4.8), directives=1),
        card("KT05", _("Industrial production, year on year"), 14.9, "%", Tone.OK, 22, trend=rise, target="12%", gap=_("ahead of the path")),
        card("HCC00", _("Service quality score (QĐ 766)"), 86.3, _("points"), Tone.WATCH, 3, trend=(88.0, 87.4, 87.9, 86.9, 86.3), target="90", gap=_("band: good")),
        card("PA02", _("Field reports handled in time"), 95.8, "%", Tone.OK, 0, trend=rise, target="95%", gap=_("ahead of the path")),
        card("CD01", _("Directives handled in time"), 88.5, "%", Tone.WATCH, 0, trend=(92.0, 91.2, 90.0, 88.5), target="95%", gap=below(6.5), directives=3),
        card("CDS03", _("Datasets updated on time"), 81.0, "%", Tone.STALE, 9, trend=(90.0, 88.0, 85.0, 81.0), target="95%", gap=_("last update is late")),
        card("YT02", _("Dengue cases this week"), None, "", Tone.NONE, 0),
    )  # fmt: skip


def context(request: Request) -> dict[str, Any]:
    """Give everything that the style page shows."""
    query = request.GET
    sort = query.get("sort", "-paid")
    return {
        "specimens": SPECIMENS, "colours": COLOURS, "sizes": SIZES, "icons": ICONS, "tones": tuple(Tone), "lacks": _("incomplete: 12 rows missing (3.4% of the numerator)"),
        "cards": cards(), "table": table(sort), "drawn": Drawn(LISTING, request, reverse("style:table")), "letter": Letter(), "facts_shown": facts(), "entries": entries(), "form": Feedback(), "wrong": _wrong(),
        "search": Search(query), "paged": Paginator(range(1234), 25).get_page(query.get("page", "3")), "chart": chart(),
        "layer": layer(), "steps": steps(),
        "tabs_shown": (Link(_("History"), "#tabs", "chart", current=True), Link(_("Map"), "#map", "map"), Link(_("Lineage"), "#lineage", "path", count=6)),
        "trail": (Link(_("Board"), "#kpi"), Link(_("Public investment"), "#chart"), Link("DTC01")),
    }  # fmt: skip


def wall() -> dict[str, Any]:
    """Give what the example wall shows."""
    return {"cards": cards(), "moment": clock.now()}


def _wrong() -> Feedback:
    form = Feedback({"subject": "", "due": "2026-11-30", "level": "2"}, auto_id="wrong_%s")
    form.full_clean()
    return form


def table(sort: str) -> Table:
    """Give five investors with their disbursement, in the order that is asked for."""
    rows: list[tuple[str, int, float, Tone, int]] = [
        (_("Provincial Traffic Works Board"), 3_412_500_000_000, 58.4, Tone.URGENT, 2),
        (_("Department of Agriculture and Environment"), 1_204_000_000_000, 71.2, Tone.WARNING, 1),
        (_("Department of Health"), 642_300_000_000, 83.0, Tone.OK, 1),
        (_("Tan Ninh Ward People's Committee"), 98_750_000_000, 90.6, Tone.OK, 0),
        (_("Economic Zone Authority"), 410_000_000_000, 76.5, Tone.WATCH, 4),
    ]
    keys = {"name": 0, "plan": 1, "paid": 2, "days": 4}
    rows.sort(key=lambda row: row[keys.get(sort.lstrip("-"), 2)], reverse=sort.startswith("-"))
    today = clock.today()
    return Table(
        caption=_("Disbursement by investor"),
        sort=sort,
        columns=(
            Column(label=_("Investor"), key="name"), Column(label=_("Plan (bn VND)"), key="plan", number=True),
            Column(label=_("Disbursed (%)"), key="paid", number=True), Column(label=_("Status")),
            Column(label=_("Updated"), key="days", tight=True),
        ),
        rows=tuple(
            (Cell(text=name, url="#table"), _figure(plan / 1e9), _figure(paid), Cell(text=components.WORDS[tone], tone=tone),
             Cell(moment=today - dt.timedelta(days=days)))
            for name, plan, paid, tone, days in rows
        ),
    )  # fmt: skip


def facts() -> tuple[Fact, ...]:
    """Give an indicator's particulars."""
    return (
        Fact(term=_("Owner"), text=_("Department of Finance")),
        Fact(term=_("Unit"), text=_("percent of the plan assigned by the Prime Minister")),
        Fact(term=_("Due"), text=_("each working day, 08:00")),
        Fact(term=_("Definition"), text=_("version 3"), url="#lineage"),
        Fact(term=_("Last value"), text="", moment=clock.now() - dt.timedelta(hours=3)),
    )


def entries() -> tuple[Entry, ...]:
    """Give the life of a directive."""
    now = clock.now()
    return (
        Entry(title=_("Alarm raised"), at=now - dt.timedelta(days=9), who=_("System"), tone=Tone.URGENT, text=_("11.1 points below the path for seven days.")),
        Entry(title=_("Directive issued"), at=now - dt.timedelta(days=8), who=_("Vice Chairperson"), icon="directive", tone=Tone.ACTIVE, text=_("Report the causes at each project and a plan to catch up by the due date.")),
        Entry(title=_("Report with evidence"), at=now - dt.timedelta(days=1), who=_("Department of Finance"), icon="send", links=(Link(_("Catch-up plan.pdf"), "#timeline"),)),
        Entry(title=_("Closed: the next value confirms"), at=now, who=_("Office of the Provincial People's Committee"), tone=Tone.OK),
    )  # fmt: skip


def chart() -> Chart:
    """Give the year's disbursement."""
    year = clock.today().year
    months = tuple(f"{month:02}/{year}" for month in range(1, 13))
    return Chart(
        id="example-chart", title=_("Public-investment disbursement, year to date"), unit="%", from_zero=True, points=months,
        message=_("At the end of November 70.9% of the plan was paid out, 11.1 points below the path; at this pace the year ends at 77%."),
        series=(
            Series(name=pgettext("chart", "This year"), values=(*PAID, None)),
            Series(name=_("Target path"), values=PATH, role=Role.TARGET),
            Series(name=_("Last year"), values=(1.8, 4.9, 9.5, 15.2, 22.8, 31.4, 40.2, 47.7, 54.9, 63.3, 70.9, 86.0), role=Role.PREVIOUS),
        ),
        marks=(Mark(6, _("Merged province")),),
    )  # fmt: skip


def squares() -> dict[str, Any]:
    """Give nine squares as a GeoJSON map."""

    def ring(column: int, row: int) -> list[list[float]]:
        x, y = 106 + column * 0.1, 11 + row * 0.1
        return [[x, y], [x + 0.1, y], [x + 0.1, y + 0.1], [x, y + 0.1], [x, y]]

    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"code": str(index)}, "geometry": {"type": "Polygon", "coordinates": [ring(index % 3, index // 3)]}}
            for index in range(9)
        ],
    }  # fmt: skip


def layer() -> MapLayer:
    """Give the nine squares their values."""
    values = (58.0, 64.5, 71.2, 77.0, 83.4, 88.1, 90.6, 95.0, None)
    names = "Tân Ninh", "Long Hoa", "Hòa Thành", "Gò Dầu", "Trảng Bàng", "Long An", "Tân An", "Kiến Tường", "Bến Cầu"
    bounds = (60, 70, 80, 90)
    return MapLayer(
        id="example-map", title=_("Disbursement by commune"), source=reverse("style:map"), value_label=_("Disbursed (%)"),
        message=_("Two communes are below 65%; the best has paid out 95%."),
        classes=(
            *(MapClass(f"step-{index + 1}", text) for index, text in enumerate((
                _("below 60"), "60–70", "70–80", "80–90", _("90 and above"),
            ))),
            MapClass("none", _("No data")),
        ),
        areas=tuple(
            Area(code=str(index), name=name, figure="–" if value is None else _figure(value), sort=value,
                 group="none" if value is None else f"step-{1 + sum(value >= bound for bound in bounds)}")
            for index, (name, value) in enumerate(zip(names, values, strict=True))
        ),
    )  # fmt: skip


def steps() -> tuple[Step, ...]:
    """Give the way back from 70.9%."""
    now = clock.now()
    return (
        Step(kind=_("Value"), title=f"{_figure(70.9)}%", icon="value", facts=(Fact(term=_("Period"), text=f"11/{now.year}"), Fact(term=_("Computed"), text="", moment=now))),
        Step(kind=_("Definition"), title=_("DTC01, version 3"), icon="definition", url="#facts", facts=(Fact(term=_("Formula"), text=_("paid ÷ plan × 100")),)),
        Step(kind=_("Snapshot"), title="8843561022954417301", icon="snapshot", facts=(Fact(term=_("Rows"), text=format_number(18_204, 0, language())),)),
        Step(kind=_("Run"), title=_("Run %(number)s") % {"number": 412}, icon="run", tone=Tone.OK, word=_("Published"), url="#timeline"),
        Step(kind=_("Checks"), title=_("11 of 11 checks passed, 3 rows in quarantine"), icon="checks", tone=Tone.WATCH, word=_("3 rows apart")),
        Step(kind=_("Source"), title="kho-bac-2026-11-20.csv", icon="file", facts=(Fact(term=_("Row"), text=format_number(1_207, 0, language())), Fact(term=_("Received"), text=day(now)))),
    )  # fmt: skip
