"""What a number is, in a sentence and a formula: made from its definition and from the names that the datasets give.

Names of datasets and columns stand in quotation marks, so that a reader finds them again in the source rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vamco.lib import money
from vamco.lib.time import Period
from vamco.systems.indicators.contracts import Explanation
from vamco.systems.indicators.rules import wording
from vamco.web.words import either, language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlglot import exp

    from vamco.engines.measure.contracts import Term
    from vamco.systems.indicators.contracts import Definition, ValueView

PERCENT = 100


@dataclass(frozen=True)
class Names:
    """What people call a dataset and its columns; `types` and `units` of the columns by their technical name."""

    title: str
    columns: Mapping[str, str]
    types: Mapping[str, str]
    units: Mapping[str, str]

    def column(self, name: str) -> str:
        """Return a column's name in quotation marks."""
        return f"“{self.columns.get(name) or name}”"


def explain(of: Definition, names: Mapping[str, Names]) -> Explanation:
    """Return what an indicator is, in the reader's language; `names` has each of its datasets."""
    formula = of.formula
    parts = [_Part(of, term, names[term.dataset]) for term in formula.terms]
    top = parts[0]
    symbols = top.symbol(with_filter=len(parts) > 1)
    if len(parts) == 1:
        sentence = top.whole()
    else:
        symbols = f"{symbols} ÷ {parts[1].symbol(with_filter=True)}"
        sentence = top.share() if top.is_part_of(parts[1]) and formula.scale == PERCENT else _ratio(of, *parts)
    if formula.scale != 1:
        symbols += f" × {money.format_number(formula.scale, 0, language())}"
    return Explanation(f"{sentence[:1].upper()}{sentence[1:]}.", f"{wording.name(of, short=True)} = {symbols}")


def calculation(of: Definition, view: ValueView, names: Mapping[str, Names]) -> str:
    """Return the formula with a value's own numbers; "" where it is no division, or was not made from two numbers."""
    terms = of.formula.terms
    if len(terms) == 1 or view.numerator is None or view.denominator is None or view.value is None:
        return ""
    top, bottom = (
        amount(of, term, names[term.dataset], number)
        for term, number in zip(terms, (view.numerator, view.denominator), strict=True)
    )
    scale = of.formula.scale
    factor = f" × {money.format_number(scale, 0, language())}" if scale != 1 else ""
    return f"{top} ÷ {bottom}{factor} = {wording.with_unit(of, view.value)}"


def amount(of: Definition, term: Term, names: Names, number: Decimal) -> str:
    """Return a numerator or denominator as people write it: money in tỷ đồng, counts with what they count."""
    if names.units.get(term.column) == "dong":
        return money.format_bn(int(number), language())
    shown = money.format_number(number, 0 if number == number.to_integral_value() else 2, language())
    return f"{shown} {either(of.counts, of.counts_en)}".strip() if term.agg == "count" else shown


def _ratio(of: Definition, top: _Part, bottom: _Part) -> str:
    amounts = {"top": top.whole(), "bottom": bottom.whole(), "scale": of.formula.scale}
    if of.formula.scale == PERCENT:
        return _("%(top)s, as a percentage of %(bottom)s") % amounts
    if of.formula.scale == 1:
        return _("%(top)s, divided by %(bottom)s") % amounts
    return _("%(top)s, divided by %(bottom)s, times %(scale)s") % amounts


@dataclass(frozen=True)
class _Part:
    """One half of a formula, in words."""

    of: Definition
    term: Term
    names: Names

    @property
    def rows(self) -> str:
        """What the rows are: "hồ sơ"."""
        return either(self.of.counts, self.of.counts_en) or _("rows")

    def symbol(self, *, with_filter: bool) -> str:
        """What is added up or counted, short enough for a formula."""
        column = self.names.column(self.term.column)
        found = {
            "count": _("number of %(rows)s") % {"rows": self.rows},
            "sum": _("sum of %(column)s") % {"column": column},
            "mean": _("mean of %(column)s") % {"column": column},
            "max": _("highest %(column)s") % {"column": column},
            "min": _("lowest %(column)s") % {"column": column},
        }[self.term.agg]
        return f"{found} ({self.condition()})" if with_filter and self.term.filter else found

    def whole(self) -> str:
        """What is counted, where, over which time and under which condition."""
        given = {"what": self.symbol(with_filter=False), "dataset": self.names.title, "when": ", ".join(self.window())}
        found = _("the %(what)s in “%(dataset)s” %(when)s") % given
        return f"{found}, {_('where %(condition)s') % {'condition': self.condition()}}" if self.term.filter else found

    def is_part_of(self, other: _Part) -> bool:
        """Tell whether it counts some of the rows that the other counts."""
        mine, theirs = self.term, other.term
        return mine.agg == "count" and bool(mine.filter) and replace(mine, filter="") == theirs

    def share(self) -> str:
        """Which percentage of the rows fulfils the condition."""
        given = {
            "rows": self.rows,
            "when": ", ".join(self.window()),
            "dataset": self.names.title,
            "condition": self.condition(),
        }
        return _("of the %(rows)s %(when)s (data: “%(dataset)s”), the percentage where %(condition)s") % given

    def window(self) -> list[str]:
        """Which rows count in a period."""
        term, column = self.term, self.names.column
        given = {
            "time": column(term.time),
            "leave": column(term.leave),
            "key": ", ".join(column(key) for key in term.key),
        }
        period = {
            "day": _("with %(time)s on the day"),
            "month": _("with %(time)s within the month"),
            "quarter": _("with %(time)s within the quarter"),
            "year": _("with %(time)s within the year"),
        }[self.of.frequency]
        found = {
            "period": period,
            "ytd": _("with %(time)s from 1 January to the reporting day"),
            "to_date": _("with %(time)s up to the reporting day"),
            "open": _("with %(time)s up to the reporting day and no %(leave)s by its end"),
            "overdue": _("whose %(time)s has passed with no %(leave)s by the end of the reporting day"),
            "in_force": _("in force on the reporting day (for each %(key)s, the row with the latest %(time)s)"),
        }[term.window]
        year = [_("of the reporting year (by %(year)s)") % {"year": column(term.year)}] if term.year else []
        return [found % given, *year]

    def condition(self) -> str:
        """The filter in words."""
        from vamco.engines import measure

        return _condition(measure.parse_filter(self.term.filter, self.names.types), self.names)


def _condition(node: exp.Expr, names: Names) -> str:
    from sqlglot import exp

    if isinstance(node, exp.Paren):
        return f"({_condition(node.this, names)})"
    if isinstance(node, exp.And | exp.Or):
        sides = {"one": _condition(node.this, names), "other": _condition(node.expression, names)}
        return (_("%(one)s and %(other)s") if isinstance(node, exp.And) else _("%(one)s or %(other)s")) % sides
    if isinstance(node, exp.Not):
        inner = node.this.unnest()
        if isinstance(inner, exp.Is):
            return _("%(column)s is not empty") % {"column": _operand(inner.this, names)}
        return _("not (%(condition)s)") % {"condition": _condition(inner, names)}
    return _predicate(node, names)


def _predicate(node: exp.Expr, names: Names) -> str:
    """What one comparison asks of one column."""
    from sqlglot import exp

    given = {"column": _operand(node.this, names)}
    if isinstance(node, exp.Is):
        return _("%(column)s is empty") % given
    if isinstance(node, exp.In):
        values = ", ".join(_operand(each, names) for each in node.expressions)
        return _("%(column)s is one of %(values)s") % (given | {"values": values})
    if isinstance(node, exp.Between):
        ends = {"low": _operand(node.args["low"], names), "high": _operand(node.args["high"], names)}
        return _("%(column)s is from %(low)s to %(high)s") % (given | ends)
    return _comparison(node, names) % (given | {"other": _operand(node.expression, names)})


def _comparison(node: exp.Expr, names: Names) -> str:
    from sqlglot import exp

    column = node.find(exp.Column)
    days = column is not None and names.types.get(column.name, "").startswith(("date", "timestamp"))
    words: dict[type[exp.Expr], str] = {
        exp.EQ: _("%(column)s is %(other)s"),
        exp.NEQ: _("%(column)s is not %(other)s"),
        exp.LT: _("%(column)s is before %(other)s") if days else _("%(column)s is below %(other)s"),
        exp.LTE: _("%(column)s is not later than %(other)s") if days else _("%(column)s is at most %(other)s"),
        exp.GT: _("%(column)s is after %(other)s") if days else _("%(column)s is above %(other)s"),
        exp.GTE: _("%(column)s is not earlier than %(other)s") if days else _("%(column)s is at least %(other)s"),
    }
    return words[type(node)]


def _operand(node: exp.Expr, names: Names) -> str:
    """A column's name, or a value as the reader's language writes it."""
    from sqlglot import exp

    if isinstance(node, exp.Cast):
        literal = isinstance(node.this, exp.Literal)
        return Period.parse(node.this.name).label(language()) if literal else _operand(node.this, names)
    if isinstance(node, exp.Column):
        return names.column(node.name)
    if isinstance(node, exp.Boolean):
        return _("true") if node.this else _("false")
    number = Decimal(node.this.name) * -1 if isinstance(node, exp.Neg) else None
    if number is None and not node.is_string:
        number = Decimal(node.name)
    if number is None:
        return f"“{node.name}”"
    return money.format_number(number, max(0, -int(number.as_tuple().exponent)), language())
