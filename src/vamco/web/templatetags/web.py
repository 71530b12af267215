"""Tags and filters of every page (a builtin: no `load`). What they take is described in `vamco.web.components`."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.template import loader
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.lib import money
from vamco.lib import time as periods
from vamco.web import addresses, components
from vamco.web.components import RED, WORDS, Card, Cell, Chart, Entry, Fact, Link, MapLayer, Step, Table, Text, Tone
from vamco.web.date_fields import DayInput
from vamco.web.words import either as words_either
from vamco.web.words import language

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from django.core.paginator import Page
    from django.forms import BaseForm, BoundField
    from django.template import Context

    from vamco.web.tables.drawing import Drawn

register = template.Library()
EMPTY = SafeString("")


@register.simple_tag
def address(sort: str, *which: object) -> str:
    """Return the address of a thing by its sort, as the room that shows it registered it; "" where none does."""
    return addresses.to(sort, *which)


# ── figures and moments ──────────────────────────────────────────────────────────────────────────────────────────────


@register.filter
def number(value: Decimal | int | None, decimals: int = 0) -> str:
    """Give 1.234,5; 1,234.5 in English."""
    return money.format_number(value, decimals, language())


@register.filter
def percent(value: Decimal | int | None, decimals: int = 1) -> str:
    """Give 64,5%."""
    return money.format_percent(value, decimals, language())


@register.filter
def dong(amount: int | None) -> str:
    """Give an amount to the dong."""
    return money.format_dong(amount, language())


@register.filter
def bn(amount: int | None, decimals: int = 1) -> str:
    """Give an amount of dong in thousand millions (tỷ đồng)."""
    return money.format_bn(amount, language(), decimals)


@register.filter
def day(value: dt.date | dt.datetime | None) -> str:
    """Give the date in the province."""
    if value is None:
        return money.NO_VALUE
    return periods.format_date(periods.local_date(value) if isinstance(value, dt.datetime) else value, language())


@register.filter
def moment(value: dt.datetime | None) -> str:
    """Give hour and date on the province's clock."""
    return money.NO_VALUE if value is None else periods.format_moment(value, language())


@register.filter
def clock_time(value: dt.datetime | None) -> str:
    """Give the hour on the province's clock: 07:30."""
    return money.NO_VALUE if value is None else f"{value.astimezone(periods.HCM):%H:%M}"


@register.filter
def upcoming(value: dt.datetime) -> str:
    """Give the hour of a moment that lies ahead, with its day unless that is today."""
    at = value.astimezone(periods.HCM)
    days = (at.date() - clock.today()).days
    hour = f"{at:%H:%M}"
    if days == 0:
        return _("at %(hour)s") % {"hour": hour}
    if days == 1:
        return _("tomorrow at %(hour)s") % {"hour": hour}
    return _("on %(day)s at %(hour)s") % {"hour": hour, "day": day(at.date())}


@register.simple_tag
def either(vi: str, en: str) -> str:
    """Give the text in the reader's language; the Vietnamese one where there is no other."""
    return words_either(vi, en or vi)


@register.filter
def age(value: dt.date | dt.datetime | None) -> str:
    """Give how long ago it was; a date counts in days."""
    if value is None:
        return money.NO_VALUE
    if isinstance(value, dt.datetime):
        return periods.ago(clock.now() - value, language())
    days = clock.today() - value
    return periods.ago(days, language()) if days else _("today")


@register.simple_tag
def when(value: dt.date | dt.datetime | None) -> str:
    """Give <time>: the hour too when `value` is a moment."""
    if value is None:
        return money.NO_VALUE
    text = moment(value) if isinstance(value, dt.datetime) else day(value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


@register.filter
def tone(level: str) -> Tone:
    """Give the tone of a level of Django's messages."""
    return {"success": Tone.OK, "warning": Tone.WARNING, "error": Tone.URGENT}.get(level, Tone.ACTIVE)


# ── small pieces ─────────────────────────────────────────────────────────────────────────────────────────────────────


@register.simple_tag
def icon(name: str, label: Text = "") -> SafeString:
    """Give a drawing from the sprite; without `label` it is decoration and hidden from screen readers."""
    return _icon(name, str(label))


@lru_cache(maxsize=512)
def _icon(name: str, label: str) -> SafeString:
    voice = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="icon" {} focusable="false"><use href="{}#{}"></use></svg>', voice, static("web/icons.svg"), name
    )


@register.simple_tag
def status(tone: Tone | str, word: Text = "", *, plain: bool = False) -> SafeString:
    """Give a badge: icon, word and colour. `word` replaces the tone's own, `plain` leaves the ground out."""
    tone = Tone(tone)
    return _badge(tone.value, str(word or WORDS[tone]), plain)


@lru_cache(maxsize=512)
def _badge(tone: str, word: str, plain: bool) -> SafeString:  # noqa: FBT001 - private, cached by position
    kind = SafeString("badge plain" if plain else "badge")
    return format_html('<span class="{} tone-{}">{}{}</span>', kind, tone, _icon(tone, ""), word)


@register.simple_tag
def synthetic() -> SafeString:
    """Give the mark that says: these figures are invented."""
    return format_html('<span class="mark">{}{}</span>', _icon("synthetic", ""), _("Synthetic data"))


@register.simple_tag
def button(  # noqa: PLR0913 - each is one attribute of the element
    label: Text, kind: str = "", icon: str = "", *, url: str = "", name: str = "", value: str = "", opens: str = "",
    type: str = "submit", disabled: bool = False,  # noqa: A002 - the attribute's name
) -> SafeString:  # fmt: skip
    """Give a button, or a link that looks like one when it has an address. `opens` is the id of a dialog."""
    picture = _icon(icon, "") if icon else EMPTY
    look = SafeString(f"button {kind}".strip())
    if url:
        return format_html('<a class="{}" href="{}">{}{}</a>', look, url, picture, label)
    more = format_html(' name="{}" value="{}"', name, value) if name else EMPTY
    if opens:
        type = "button"  # noqa: A001 - the attribute's name
        more = format_html(' data-opens="{}" aria-haspopup="dialog"', opens)
    off = SafeString(" disabled") if disabled else EMPTY
    return format_html('<button class="{}" type="{}"{}{}>{}{}</button>', look, type, more, off, picture, label)


@register.simple_tag
def progress(label: Text, done: int, total: int | None = None) -> SafeString:
    """Give a bar with its words; without `total` it only says that work goes on."""
    if total is None:
        return format_html(
            '<div class="progress"><span>{}</span><progress aria-label="{}"></progress></div>', label, label
        )
    return format_html(
        '<div class="progress"><span>{} <span>{} / {}</span></span><progress aria-label="{}" value="{}" max="{}"></progress></div>',
        label, number(done), number(total), label, done, total,
    )  # fmt: skip


@register.simple_tag
def incomplete(text: Text) -> SafeString:
    """Mark a value behind which something is missing, with its sign and in words; nothing without words."""
    return (
        format_html('<span class="incomplete">{} <span>{}</span></span>', _icon("partial", ""), text) if text else EMPTY
    )


# ── blocks ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@register.simple_block_tag
def notice(content: str, tone: Tone | str = Tone.ACTIVE, title: Text = "", *, live: bool = False) -> SafeString:
    """Wrap a message. `live` makes screen readers say it at once."""
    picture = _icon("info" if tone == Tone.ACTIVE else str(tone), "")
    head = format_html("<b>{}</b> ", title) if title else EMPTY
    role = SafeString(' role="alert"') if live else EMPTY
    return format_html('<div class="notice tone-{}"{}>{}<div>{}{}</div></div>', str(tone), role, picture, head, content)


@register.simple_block_tag
def dialog(content: str, id: str, title: Text) -> SafeString:  # noqa: A002 - the attribute's name
    """Wrap the body of a dialog that a button with `opens=id` opens; Escape and the cross close it."""
    return format_html(
        '<dialog id="{}" aria-labelledby="{}-title"><header><h2 id="{}-title">{}</h2>'
        '<form method="dialog"><button class="tool">{}</button></form></header><div class="body">{}</div></dialog>',
        id, id, id, title, _icon("close", _("Close")), content,
    )  # fmt: skip


@register.simple_block_tag
def card(content: str, title: Text, icon: str = "", url: str = "", level: int = 3) -> SafeString:
    """Wrap one thing among others. With an address the whole card leads there; its title is the link."""
    picture = format_html('<span class="card-icon">{}</span>', _icon(icon, "")) if icon else EMPTY
    name = format_html('<a href="{}">{}</a>', url, title) if url else title
    tag = SafeString(f"h{int(level)}")
    return format_html(
        '<article class="card">{}<div><{}>{}</{}>{}</div></article>', picture, tag, name, tag, content
    )  # fmt: skip


@register.simple_block_tag
def tip(content: str, label: Text) -> SafeString:
    """Wrap a help text that opens beside what it explains; `label` says what about."""
    return format_html(
        '<details class="tip" data-fold><summary>{}<span class="visually-hidden">{}</span></summary><div class="tip-body">{}</div></details>',
        _icon("help", ""), label, content,
    )  # fmt: skip


@register.inclusion_tag("web/empty.html")
def empty(title: Text, text: Text = "", icon: str = "inbox", url: str = "", action: Text = "") -> dict[str, Any]:
    """Show that there is nothing yet, and the first step."""
    return {"title": title, "text": text, "icon": icon, "url": url, "action": action}


@register.simple_tag
def kpi_card(card: Card, level: int = 3) -> SafeString:
    """Show one indicator; `level` is that of its heading."""
    return _drawn("web/kpi_card.html", card, level, language())


@register.inclusion_tag("web/cards.html")
def kpi_cards(cards: Sequence[Card], level: int = 3, *, worst_first: bool = False) -> dict[str, Any]:
    """Show indicators side by side, in the order given or the worst first."""
    return {"cards": [kpi_card(card, level) for card in (components.worst_first(cards) if worst_first else cards)]}


@register.inclusion_tag("web/red_list.html")
def red_list(cards: Sequence[Card], level: int = 3) -> dict[str, Any]:
    """Show the cards that need a decision, the worst first; without one, say what may be concluded from those with data."""
    red = components.worst_first(card for card in cards if card.tone in RED)
    return {
        "cards": [_drawn("web/red_card.html", card, level, language()) for card in red],
        "coverage": components.Coverage.count(cards),
    }


@register.inclusion_tag("web/coverage.html")
def coverage(cards: Sequence[Card], *, names: bool = True) -> dict[str, Any]:
    """Say how many cards have data for the day, and which have none; nothing when all have. `names` lists them."""
    return {"coverage": components.Coverage.count(cards), "names": names}


@lru_cache(maxsize=1024)
def _drawn(template: str, card: Card, level: int, language: str) -> SafeString:  # noqa: ARG001 - part of the key
    """A card is a value: the same card looks the same, so it is drawn once for each language."""
    return loader.render_to_string(
        template, {"card": card, "level": level, "spark": components.spark(card.trend, card.path)}
    )


@register.inclusion_tag("web/data_table.html", takes_context=True)
def data_table(context: Context, table: Table) -> dict[str, Any]:
    """Show a table; heads with a key are links that keep the filters in force."""
    heads = [
        (column, *_sorting(context, column.key if column.sorts else "", table.sort), "") for column in table.columns
    ]
    return {"table": table, "heads": heads, "rows": _rows(table, None)}


def _rows(table: Table, picks: Sequence[tuple[str, Text]] | None) -> list[tuple[Any, list[tuple[Any, Cell]]]]:
    """Give each row's pick, where rows can be picked, and its cells with their columns."""
    rows = (
        [
            (column, cell if isinstance(cell, Cell) else Cell(text=cell))
            for column, cell in zip(table.columns, row, strict=True)
        ]
        for row in table.rows
    )
    return list(zip(picks, rows, strict=True)) if picks is not None else [(None, row) for row in rows]


@register.inclusion_tag("web/listing.html", takes_context=True)
def listing(context: Context, drawn: Drawn) -> dict[str, Any]:
    """Show a table that people work in, with its filters, views, export, acts and pages."""
    return {
        "d": drawn,
        "table": drawn.table,
        "heads": [(head.column, head.url, head.direction, head.id) for head in drawn.heads],
        "rows": _rows(drawn.table, drawn.picks),
        "picking": drawn.picks is not None,
        "listed": True,
        "now": clock.now(),
        "csrf_token": context.get("csrf_token"),
        "request": context.get("request"),
    }


def _sorting(context: Context, key: str, now: str) -> tuple[str, str]:
    """Give the address that sorts by `key`, and the present direction as ARIA calls it."""
    request = context.get("request")
    if not key or request is None:
        return "", ""
    query = request.GET.copy()
    query.pop("page", None)
    query["sort"] = f"-{key}" if now == key else key
    return f"?{query.urlencode()}", {key: "ascending", f"-{key}": "descending"}.get(now, "none")


@register.inclusion_tag("web/facts.html")
def facts(items: Sequence[Fact], *, wide: bool = False) -> dict[str, Any]:
    """Show terms and what they stand for; `wide` sets them side by side."""
    return {"items": items, "wide": wide}


@register.inclusion_tag("web/timeline.html")
def timeline(entries: Sequence[Entry], level: int = 3) -> dict[str, Any]:
    """Show what happened, in the order given."""
    return {"entries": entries, "level": level}


@register.inclusion_tag("web/tabs.html")
def tabs(links: Sequence[Link], label: Text) -> dict[str, Any]:
    """Show the views of one thing; `label` names the group for screen readers."""
    return {"links": links, "label": label}


@register.inclusion_tag("web/breadcrumbs.html")
def breadcrumbs(links: Sequence[Link]) -> dict[str, Any]:
    """Show the way here; the last one is this page."""
    return {"links": links}


@register.inclusion_tag("web/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any]) -> dict[str, Any]:
    """Show the pages of a list, keeping filters and order."""
    query = context["request"].GET.copy()

    def address(index: int) -> str:
        query["page"] = str(index)
        return f"?{query.urlencode()}"

    numbers = [
        Link(str(index), address(index) if isinstance(index, int) else "", current=index == page.number)
        for index in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    return {
        "page": page,
        "numbers": numbers,
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "next": address(page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("web/filter_bar.html", takes_context=True)
def filter_bar(
    context: Context, form: BaseForm, *, path: str = "", kept: Sequence[tuple[str, str]] | None = None,
    cleared: str = "?", active: bool | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Show a form whose answers stay in the address; the order in force is kept."""
    query = context["request"].GET
    if kept is None:
        kept = [("sort", query["sort"])] if query.get("sort") else []
    if active is None:
        active = any(query.get(bound.html_name) for bound in form)
    return {"form": form, "path": path, "kept": kept, "cleared": cleared, "active": active}


@register.inclusion_tag("web/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """Show a form's field: label, help, control, error, tied together for screen readers."""
    named = [f"{bound.auto_id}_help"] if bound.help_text else []
    named += [f"{bound.auto_id}_error"] if bound.errors else []
    group = bound.use_fieldset  # then the fieldset is what they describe
    extra: dict[str, str | bool] = {"aria-describedby": " ".join(named)} if named and not group else {}
    return {"bound": bound, "control": bound.as_widget(attrs=extra), "group": group, "named": " ".join(named)}


@register.simple_tag
def day_input(name: str, value: dt.date | None = None, **bounds: dt.date) -> str:
    """Show a box for a day with its calendar, outside a form's fields; its id is its name. `bounds`: `min` and `max`."""
    limits = {name: day.isoformat() for name, day in bounds.items()}
    return DayInput(limits).render(name, value, {"id": name})


@register.inclusion_tag("web/upload.html")
def upload(bound: BoundField, megabytes: int = 20) -> dict[str, Any]:
    """Show a file field that names what was chosen and refuses what is too large; its form shows how far the sending is."""
    most = megabytes << 20
    named = f"{bound.auto_id}_help" + (f" {bound.auto_id}_error" if bound.errors else "")
    control = bound.as_widget(attrs={"aria-describedby": named})
    return {"bound": bound, "control": control, "most": most, "most_said": f"{megabytes} MB"}


# ── charts, maps, lineage ────────────────────────────────────────────────────────────────────────────────────────────


@register.inclusion_tag("web/chart.html")
def chart(chart: Chart, level: int = 3) -> dict[str, Any]:
    """Show lines over time; the page's block `head` must include web/chart_scripts.html."""
    drawing = {
        "points": [str(point) for point in chart.points],
        "unit": str(chart.unit),
        "decimals": chart.decimals,
        "fromZero": chart.from_zero,
        "marks": [{"at": mark.at, "label": str(mark.label)} for mark in chart.marks],
        "series": [
            {"name": str(line.name), "role": line.role.value, "bars": line.bars, "values": line.values}
            for line in chart.series
        ],
    }
    twin = Table(
        caption=chart.title,
        hide_caption=True,
        stacks=False,
        columns=(components.Column(label=chart.head or _("Period")), *(components.Column(label=line.name, number=True) for line in chart.series)),
        rows=tuple(
            (point, *(_plain(line.values[index], chart.decimals) for line in chart.series))
            for index, point in enumerate(chart.points)
        ),
    )  # fmt: skip
    return {"chart": chart, "data_id": f"{chart.id}-data", "drawing": drawing, "twin": twin, "level": level}


def _plain(value: float | None, decimals: int) -> str:
    """Format a chart's float: it is a drawing's coordinate, already rounded by whoever computed it."""
    from decimal import Decimal

    return money.format_number(None if value is None else Decimal(repr(float(value))), decimals, language())


@register.inclusion_tag("web/place_map.html")
def place_map(layer: MapLayer, level: int = 3) -> dict[str, Any]:
    """Show a choropleth and its list; the page's block `head` must include web/map_scripts.html."""
    words = {group.key: group.label for group in layer.classes}
    drawing = {
        area.code: {
            "name": str(area.name), "figure": area.figure, "group": area.group, "url": area.url,
            "word": " · ".join(filter(None, (str(words.get(area.group, "")), str(area.lacks)))),
        }
        for area in layer.areas
    }  # fmt: skip
    known = sorted(layer.areas, key=lambda area: (area.sort is None, area.sort or 0))
    rows = [(area, words.get(area.group, ""), "" if area.sort is None else repr(area.sort)) for area in known]
    return {"layer": layer, "data_id": f"{layer.id}-data", "level": level, "drawing": drawing, "areas": rows}


@register.inclusion_tag("web/lineage.html")
def lineage(steps: Sequence[Step], level: int = 3) -> dict[str, Any]:
    """Show the way from a number back to the row that it came from."""
    return {"steps": steps, "level": level}
