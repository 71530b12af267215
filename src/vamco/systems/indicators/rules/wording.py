"""Indicators and their values as the reader's language writes them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from vamco.lib import money
from vamco.lib.time import Period
from vamco.web.words import either, language

if TYPE_CHECKING:
    import datetime as dt

    from vamco.systems.indicators.contracts import Definition, Missing, ValueView

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


TargetKind = Literal["path", "target", "limit", "none"]
"""What a value is held against: a path through the year, a fixed target to reach, or a limit not to pass."""


def target_kind(of: Definition, on: dt.date | None = None) -> TargetKind:
    """What a value is held against on a day, or in general.

    A fixed target of which less is better is a limit: overdue dossiers are not "behind plan", they pass what is allowed.
    """
    if of.paths if on is None else of.plan_year(on) in of.paths:
        return "path"
    if of.fixed is None:
        return "none"
    return "limit" if of.direction == "down" else "target"


def target_name(of: Definition, on: dt.date | None = None) -> str:
    """What the target of an indicator is called."""
    return {"path": _("Target path"), "target": _("Target"), "limit": _("Limit"), "none": _("No target")}[
        target_kind(of, on)
    ]


def gap(of: Definition, by: Decimal | None, on: dt.date | None = None) -> str:
    """How far a value is from its target, in words that fit the kind of target and the direction; "–" without a target.

    `by` is signed so that less is worse.
    """
    if by is None:
        return money.NO_VALUE
    words = _gap_words(of, on)
    if figure(of, abs(by)) == figure(of, Decimal(0)):
        return words[1]
    return (words[0] if by < 0 else words[2]) % {"amount": amount(of, by)}


def standing(of: Definition, by: Decimal | None, on: dt.date | None = None) -> str:
    """On which side of its target a value is, without the amount, as a badge says it; "No target" without one."""
    if by is None:
        return _("No target")
    worse, level, better = _standing_words(of, on)
    if figure(of, abs(by)) == figure(of, Decimal(0)):
        return level
    return worse if by < 0 else better


def side(of: Definition, on: dt.date | None = None, *, better: bool) -> str:
    """What it is called to be on the better, or the worse, side of the target."""
    worse, _level, good = _standing_words(of, on)
    return good if better else worse


def near(of: Definition, on: dt.date | None = None) -> str:
    """What it is called to be a little on the worse side of the target, or around it."""
    words = {"path": _("Near the path"), "limit": _("Slightly over")}
    return words.get(target_kind(of, on), _("Near the target"))


def _gap_words(of: Definition, on: dt.date | None) -> tuple[str, str, str]:
    """The words for worse than, level with and better than the target."""
    kind, up = target_kind(of, on), of.direction == "up"
    if kind == "limit":
        return _("%(amount)s above the limit"), _("at the limit"), _("%(amount)s below the limit")
    if kind == "path":
        if up:
            return _("%(amount)s behind the path"), _("on the path"), _("%(amount)s ahead of the path")
        above, below = _("%(amount)s above the path"), _("%(amount)s below the path")
        return (above, _("on the path"), below) if of.direction == "down" else (below, _("on the path"), above)
    over = _("%(amount)s over the target") if up else _("%(amount)s above the target")
    return _("%(amount)s below the target"), _("on target"), over


def _standing_words(of: Definition, on: dt.date | None) -> tuple[str, str, str]:
    kind, up = target_kind(of, on), of.direction == "up"
    if kind == "limit":
        return _("Above the limit"), _("At the limit"), _("Within the limit")
    if kind == "path":
        if up:
            return _("Behind the path"), _("On the path"), _("Ahead of the path")
        above, below = _("Above the path"), _("Below the path")
        return (above, _("On the path"), below) if of.direction == "down" else (below, _("On the path"), above)
    return _("Below the target"), _("On target"), _("Over the target") if up else _("Above the target")


def period(code: str) -> str:
    """A period as people read it."""
    return Period.parse(code).label(language()) if code else money.NO_VALUE


def lacks(of: Definition, missing: Missing | None) -> str:
    """What is missing behind a value: "chưa đủ: thiếu 12 dòng (≥ 3,4% tử số)"; "" when nothing is."""
    if missing is None:
        return ""
    if missing.expected == 1:
        return unreported(missing)
    found = [*_silent(missing), *_rows(of, missing)]
    return _("incomplete: %(what)s") % {"what": "; ".join(found)}


def unreported(missing: Missing) -> str:
    """What is said instead of the value of a place or agency that has not reported."""
    if missing.silent_since is None:
        return _("no data yet: has never reported")
    return _("no data yet: has reported until %(day)s") % {"day": period(missing.silent_since.isoformat())}


def unjudged(view: ValueView) -> str:
    """What is said of a value that rests on too little to be held against its target; "" of others."""
    return "" if view.judged else _("Too early to judge")


def _silent(missing: Missing) -> list[str]:
    if not missing.silent:
        return []
    given = {"silent": _number(missing.silent), "expected": _number(missing.expected)}
    return [_("%(silent)s of %(expected)s have not reported") % given]


def _rows(of: Definition, missing: Missing) -> list[str]:
    if not missing.rows:
        return []
    if missing.unsure:
        found = ngettext("%(rows)s row may be missing", "%(rows)s rows may be missing", missing.rows)
    else:
        found = ngettext("%(rows)s row missing", "%(rows)s rows missing", missing.rows)
    found = found % {"rows": _number(missing.rows)}
    shares = _shares(of, missing)
    found = f"{found} ({', '.join(shares) if shares else _('unknown how much')})"
    if not missing.kept:
        return [found]
    kept = ngettext(
        "for %(kept)s of them its former row stands in", "for %(kept)s of them their former rows stand in", missing.kept
    )
    return [found, kept % {"kept": _number(missing.kept)}]


_SIGNS: Final = {
    (False, False): "",
    (True, False): "≥\N{NO-BREAK SPACE}",
    (False, True): "≤\N{NO-BREAK SPACE}",
    (True, True): "≈\N{NO-BREAK SPACE}",
}


def _shares(of: Definition, missing: Missing) -> list[str]:
    """How much the missing rows carry: a floor where some amounts could not be read, at most where some rows may not belong."""
    halves = [
        (missing.numerator, _("%(share)s of the numerator")),
        (missing.denominator, _("%(share)s of the denominator")),
    ]
    if of.formula.denominator is None:
        halves = [(missing.numerator, _("%(share)s of the value"))]
    sign = _SIGNS[missing.unread, missing.unsure]
    return [words % {"share": f"{sign}{_percent(share)}"} for share, words in halves if share is not None]


def _percent(share: Decimal) -> str:
    """A share of which some is there, however little."""
    shown = money.format_percent(share * 100, 1, language())
    return (
        shown
        if share >= Decimal("0.001")
        else f"<\N{NO-BREAK SPACE}{money.format_percent(Decimal('0.1'), 1, language())}"
    )


def _number(count: int) -> str:
    return money.format_number(count, 0, language())
