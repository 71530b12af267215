"""The grammar of conditions in an indicator's definition: small, typed, and nothing in it can leave its dataset.

    condition  = conjunct { OR conjunct }
    conjunct   = negation { AND negation }
    negation   = NOT negation | "(" condition ")" | predicate
    predicate  = column ( "=" | "<>" | "!=" | "<" | "<=" | ">" | ">=" ) ( literal | column )
               | column [ NOT ] IN "(" literal { "," literal } ")"
               | column [ NOT ] BETWEEN literal AND literal
               | column IS [ NOT ] NULL
    literal    = 'text' | number | TRUE | FALSE      dates are written 'YYYY-MM-DD'

An empty value fulfils no comparison, as in SQL.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlglot import exp
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import Token, TokenType
from sqlglot.tokens import Tokenizer

from vamco.lib.errors import N_, Refused
from vamco.lib.text import nfc

if TYPE_CHECKING:
    from collections.abc import Mapping

_COMPARE: dict[TokenType, type[exp.Binary]] = {
    TokenType.EQ: exp.EQ,
    TokenType.NEQ: exp.NEQ,
    TokenType.LT: exp.LT,
    TokenType.LTE: exp.LTE,
    TokenType.GT: exp.GT,
    TokenType.GTE: exp.GTE,
}
_NUMBERS = ("long", "double", "decimal")
_DATES = ("date", "timestamptz")
_DEEPEST = 50


def parse_filter(text: str, columns: Mapping[str, str]) -> exp.Condition:
    """Give the condition for the columns with these types; Refused with the position (from 1) and what was expected there.

    An empty text is always true.
    """
    if not text.strip():
        return exp.true()
    parser = _Parser(text, columns)
    found = parser.condition(0)
    parser.expect_end()
    return found


class _Parser:
    def __init__(self, text: str, columns: Mapping[str, str]) -> None:
        self._text = text
        self._columns = columns
        self._at = 0
        try:
            self._tokens = Tokenizer().tokenize(text)
        except TokenError as error:
            raise self._wrong(len(text), "the end of a text: '") from error

    def condition(self, depth: int) -> exp.Condition:
        found = self._conjunct(depth)
        while self._take(TokenType.OR):
            found = exp.Or(this=found, expression=self._conjunct(depth))
        return found

    def _conjunct(self, depth: int) -> exp.Condition:
        found = self._negation(depth)
        while self._take(TokenType.AND):
            found = exp.And(this=found, expression=self._negation(depth))
        return found

    def _negation(self, depth: int) -> exp.Condition:
        if depth > _DEEPEST:
            raise self._wrong(self._start(), "fewer brackets")
        if self._take(TokenType.NOT):
            return exp.Not(this=exp.Paren(this=self._negation(depth + 1)))
        if self._take(TokenType.L_PAREN):
            found = self.condition(depth + 1)
            self._need(TokenType.R_PAREN, ")")
            return exp.Paren(this=found)
        return self._predicate()

    def _predicate(self) -> exp.Condition:
        column, kind = self._column()
        if self._take(TokenType.IS):
            negated = self._take(TokenType.NOT)
            self._need(TokenType.NULL, "NULL")
            return self._maybe_not(exp.Is(this=column, expression=exp.Null()), negated=negated)
        token = self._token()
        if token and token.token_type in _COMPARE:
            if kind == "boolean" and token.token_type not in {TokenType.EQ, TokenType.NEQ}:
                raise self._wrong(token.start, "= or <>")
            self._at += 1
            return _COMPARE[token.token_type](this=column, expression=self._operand(kind))
        negated = self._take(TokenType.NOT)
        if self._take(TokenType.IN):
            return self._maybe_not(exp.In(this=column, expressions=self._literals(kind)), negated=negated)
        if kind != "boolean" and self._take(TokenType.BETWEEN):
            low = self._literal(kind)
            self._need(TokenType.AND, "AND")
            return self._maybe_not(exp.Between(this=column, low=low, high=self._literal(kind)), negated=negated)
        raise self._wrong(self._start(), "IN, BETWEEN" if negated else "=, <>, <, <=, >, >=, IN, BETWEEN, IS NULL")

    @staticmethod
    def _maybe_not(found: exp.Condition, *, negated: bool) -> exp.Condition:
        return exp.Not(this=exp.Paren(this=found)) if negated else found

    def _column(self) -> tuple[exp.Expression, str]:
        token = self._token()
        if token is None or token.text not in self._columns or token.token_type in {TokenType.STRING, TokenType.NUMBER}:
            raise self._wrong(self._start(), self._names(tuple(self._columns)))
        self._at += 1
        kind = self._columns[token.text].split("(", 1)[0]
        column = exp.column(token.text, quoted=True)
        return (exp.cast(column, "DATE") if kind == "timestamptz" else column), kind

    def _operand(self, kind: str) -> exp.Expression:
        token = self._token()
        if token and token.token_type != TokenType.STRING and token.text in self._columns:
            start = self._start()
            other, other_kind = self._column()
            if _family(other_kind) != _family(kind):
                raise self._wrong(
                    start, self._names([n for n, t in self._columns.items() if _family(t) == _family(kind)])
                )
            return other
        return self._literal(kind)

    def _literals(self, kind: str) -> list[exp.Expression]:
        self._need(TokenType.L_PAREN, "(")
        found = [self._literal(kind)]
        while self._take(TokenType.COMMA):
            found.append(self._literal(kind))
        self._need(TokenType.R_PAREN, ", or )")
        return found

    def _literal(self, kind: str) -> exp.Expression:
        start = self._start()
        if kind in _NUMBERS:
            negative = self._take(TokenType.DASH)
            number = self._need(TokenType.NUMBER, "a number").text
            if not number.replace(".", "", 1).isdigit():  # 1e5 is a double to one engine and a decimal to another
                raise self._wrong(start, "a number such as 12 or 12.5")
            return exp.Neg(this=exp.Literal.number(number)) if negative else exp.Literal.number(number)
        if kind == "boolean":
            if self._take(TokenType.TRUE):
                return exp.true()
            self._need(TokenType.FALSE, "TRUE or FALSE")
            return exp.false()
        what = "a date such as '2026-11-20'" if kind in _DATES else "a text such as 'abc'"
        text = self._need(TokenType.STRING, what).text
        if kind == "string":
            return exp.Literal.string(nfc(text))
        try:
            return exp.cast(exp.Literal.string(dt.date.fromisoformat(text).isoformat()), "DATE")
        except ValueError as error:
            raise self._wrong(start, what) from error

    def expect_end(self) -> None:
        if self._token() is not None:
            raise self._wrong(self._start(), "AND, OR")

    def _token(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _start(self) -> int:
        token = self._token()
        return token.start if token else len(self._text)

    def _take(self, kind: TokenType) -> bool:
        token = self._token()
        if token is None or token.token_type != kind:
            return False
        self._at += 1
        return True

    def _need(self, kind: TokenType, expected: str) -> Token:
        token = self._token()
        if token is None or token.token_type != kind:
            raise self._wrong(self._start(), expected)
        self._at += 1
        return token

    @staticmethod
    def _names(names: tuple[str, ...] | list[str]) -> str:
        return ", ".join(names)

    def _wrong(self, position: int, expected: str) -> Refused:
        return Refused(
            "measure.bad_filter",
            N_("The condition “%(text)s” is wrong at character %(position)s: expected %(expected)s."),
            text=self._text,
            position=position + 1,
            expected=expected,
        )


def _family(kind: str) -> str:
    kind = kind.split("(", 1)[0]
    return "number" if kind in _NUMBERS else "date" if kind in _DATES else kind
