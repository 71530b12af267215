"""Indicators and their values as the reader's language writes them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vamco.lib import money
from vamco.lib.time import Period
from vamco.web.words import either, language

if TYPE_CHECKING:
    from vamco.systems.indicators.contracts import Definition

BN = Decimal(10**9)


def name(of: Definition, *, short: bool = False) -> str:
    """The indicator's name."""
    return either(of.short_name, of.short_name_en) if short else either(of.name, of.name_en)


def figure(of: Definition, value: Decimal | None) -> str:
    """A value without its unit; "" when there is none. Amounts of money are in tỷ đồng."""
    if value is None:
        return ""
    if of.unit == "dong":
        return money.format_number(value / BN, 1, language())
    return money.format_number(value, of.decimals, language())


def unit(of: Definition, *, distance: bool = False) -> str:
    """The unit of `figure`, or of the distance between two values."""
    if of.unit == "percent":
        return pgettext("distance between percentages", "points") if distance else "%"
    return {"dong": _("bn dong"), "count": "", "score": _("points")}[of.unit]


def with_unit(of: Definition, value: Decimal | None) -> str:
    """A value with its unit."""
    if value is None:
        return _("no data")
    if of.unit == "dong":
        return money.format_bn(int(value), language())
    shown = figure(of, value)
    return f"{shown}%" if of.unit == "percent" else f"{shown} {unit(of)}".strip()


def amount(of: Definition, gap: Decimal | None) -> str:
    """The distance between a value and its target, without its direction: "14,1 điểm phần trăm"."""
    if gap is None:
        return money.NO_VALUE
    return f"{figure(of, abs(gap))} {unit(of, distance=True)}".strip()


def gap(of: Definition, by: Decimal | None) -> str:
    """How far a value is from its target, in words; "–" without a target."""
    if by is None:
        return money.NO_VALUE
    if figure(of, abs(by)) == figure(of, Decimal(0)):
        return _("on target")
    said = {"amount": amount(of, by)}
    if of.direction == "down":
        return (_("%(amount)s above the target") if by < 0 else _("%(amount)s below the target")) % said
    return (_("%(amount)s behind the path") if by < 0 else _("%(amount)s ahead of the path")) % said


def period(code: str) -> str:
    """A period as people read it."""
    return Period.parse(code).label(language()) if code else money.NO_VALUE
