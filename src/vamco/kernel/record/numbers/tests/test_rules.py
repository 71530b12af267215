from __future__ import annotations

import datetime as dt
import inspect
import itertools
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vamco.kernel.record.numbers import rules, services
from vamco.lib.time import Period

DAY = dt.date(2026, 10, 8)
PARTED = "a sign that is no digit between {unit} and {n}, or `repeats: true`"


@pytest.mark.parametrize(
    ("form", "unit", "n", "own", "text"),
    [
        ("{unit}-{yymmdd}-{n:04}", "H53.13", 975, {}, "H53.13-261008-0975"),
        ("{unit}-{yymmdd}-{n:04}", "000.00.13.H53", 10_000, {}, "000.00.13.H53-261008-10000"),
        ("{n:02}/{notation}", "H53", 5, {"notation": "QĐ-UBND"}, "05/QĐ-UBND"),
        ("{n}", "H53", 12, {}, "12"),
        ("{dd}.{mm}.{yyyy}/{yy} {yyyymmdd} no {n}", "H53", 1, {}, "08.10.2026/26 20261008 no 1"),
        ("{n}/{notation}", "H53", 1, {"notation": "{n}{unit}"}, "1/{n}{unit}"),
    ],
)
def test_a_number_is_written_as_its_form_says(form: str, unit: str, n: int, own: dict[str, str], text: str) -> None:
    assert rules.write(form, unit, DAY, n, own) == text


def test_a_year_has_four_digits() -> None:
    assert rules.write("{yyyy}{yy}{n}", "x", dt.date(805, 1, 2), 3, {}) == "0805053"


@pytest.mark.parametrize(
    ("form", "period", "repeats", "expected"),
    [
        ("{unit}-{yymmdd}-{n:04}", "day", False, []),
        ("{unit}/{yy}/{n}", "year", False, []),
        ("{unit}/{mm}{yyyy}/{n}", "month", False, []),
        ("{n:02}/{notation}", "year", True, []),
        ("{unit}-{n}", "year", False, ["a date that tells one year from another, or `repeats: true`"]),
        ("{unit}-{yy}-{n}", "month", False, ["a date that tells one month from another, or `repeats: true`"]),
        ("{unit}-{mm}{dd}-{n}", "day", False, ["a date that tells one day from another, or `repeats: true`"]),
        ("{yymmdd}-{n}", "day", False, ["the unit {unit}, or `repeats: true`"]),
        ("{unit}{yymmdd}", "day", False, ["the count {n}, or {n:04} with leading zeros, exactly once"]),
        ("{n}{n}", "day", True, ["the count {n}, or {n:04} with leading zeros, exactly once"]),
        ("{n}{unit:04}", "day", True, ["a width at {n} only"]),
        ("{unit}/{n}/{yyyy}", "year", False, []),
        ("{n:02}-{yyyy}/{unit}", "year", False, []),
        ("{unit} {yyyy}{n}", "year", False, []),
        ("{unit}{n}-{yyyy}", "year", False, [PARTED]),
        ("{unit}{yyyy}{n}", "year", False, [PARTED]),
        ("{unit}1{n}-{yyyy}", "year", False, [PARTED]),
        ("{yyyy}-{n}{unit}", "year", False, [PARTED]),
        ("{unit}-{n}{unit}-{yyyy}", "year", False, [PARTED]),
        ("{unit}{n}-{yyyy}", "year", True, []),
        ("{unit}/{n}/{notation}-{yyyy}", "year", False, ["no place that the act fills beside the unit, or `repeats: true`"]),
        ("{n}/{key}", "year", True, ["a place of another name than {key}, which no act can fill"]),
        ("{n}/{series}-{day}", "year", True, [f"a place of another name than {{{name}}}, which no act can fill" for name in ("day", "series")]),
        ("{n}{", "day", True, ["each brace part of a place such as {n:04} or {unit}"]),
        ("{n}{unit!r}{0}{n.real}", "day", True, ["each brace part of a place such as {n:04} or {unit}"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_form_is_said(form: str, period: str, *, repeats: bool, expected: list[str]) -> None:
    assert list(rules.faults(form, period, repeats=repeats)) == expected  # type: ignore[arg-type]


def test_places_that_the_act_fills() -> None:
    assert rules.own_places("{n}/{notation}-{unit}{yy}{yymmdd}") == {"notation"}


PARTS = ["{unit}", "{yymmdd}", "{yyyymmdd}", "{yyyy}", "{yy}", "{mm}", "{dd}", "-", "/", "số "]
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(1999, 12, 31))  # within a century: `yy` says no more


@given(
    st.lists(st.sampled_from(PARTS), max_size=6),
    st.integers(0, 6),
    st.sampled_from(["", ":04"]),
    st.sampled_from(["day", "month", "year"]),
    st.lists(st.tuples(DAYS, st.integers(1, 12_000)), min_size=2, max_size=6),
)
@example(
    ["{unit}", "-", "{yymmdd}", "-"], 4, ":04", "day", [(DAY.replace(year=1926), 1), (DAY.replace(year=1926), 10_000)]
)
def test_a_form_without_faults_and_fixed_widths_tells_numbers_apart(
    parts: list[str], place: int, width: str, period: str, taken: list[tuple[dt.date, int]]
) -> None:
    """With the count last, as in a dossier's number, so that its length is no riddle."""
    form = "".join(parts) + "{n" + width + "}"
    if list(rules.faults(form, period, repeats=False)):  # type: ignore[arg-type]
        return
    identities = {(Period.containing(day, period), n): (day, n) for day, n in taken}  # type: ignore[arg-type]
    texts = {rules.write(form, "H53", day, n, {}) for day, n in identities.values()}
    if form.count("{") > 1:
        assert len(texts) == len(identities)


FORMS = ["{unit}", "{n}", "{yyyy}", "-", "1", "/"]
UNITS = ["".join(signs) for length in (1, 2, 3) for signs in itertools.product("1-H/", repeat=length)]


@given(st.lists(st.sampled_from(FORMS), min_size=3, max_size=6), st.sampled_from(["", ":02"]))
@example(["{unit}", "{n}", "-", "{yyyy}"], "")
@example(["{n}", "1", "{unit}", "-", "{yyyy}"], "")
@example(["{unit}", "-", "{n}", "{yyyy}"], "")
@example(["{unit}", "-", "{yyyy}", "{n}"], ":02")
def test_a_form_without_faults_tells_any_unit_and_count_apart(parts: list[str], width: str) -> None:
    form = "".join(parts).replace("{n}", f"{{n{width}}}")
    if not list(rules.faults(form, "year", repeats=False)):
        taken = [(unit, n) for unit in UNITS for n in (1, 2, 9, 11, 12, 111, 1111)]
        assert len({rules.write(form, unit, DAY, n, {}) for unit, n in taken}) == len(taken)


def test_every_argument_of_take_is_no_place_for_the_act() -> None:
    named = [name for name, of in inspect.signature(services.take).parameters.items() if of.kind is not of.VAR_KEYWORD]
    assert named == ["series", "unit", "day", "key"]
    for name in named:
        faulty = list(rules.faults(f"{{n}}/{{{name}}}", "year", repeats=True))
        assert bool(faulty) == (name != "unit")  # which is a place that `take` fills by itself


@given(st.text())
def test_every_text_is_a_form_or_has_faults_and_never_fails(form: str) -> None:
    if not list(rules.faults(form, "day", repeats=True)):
        own = dict.fromkeys(rules.own_places(form), "x")
        assert "7" in rules.write(form, "u", DAY, 7, own)


@pytest.mark.parametrize("unit", ["H53.13", "000.00.13.H53", "VP-UBND", "a" * 64])
def test_codes_are_units(unit: str) -> None:
    assert rules.is_unit(unit)


@pytest.mark.parametrize("unit", ["", "a b", "a" * 65, "x\n", "{n}", "a\u200bb", "a\x00"])
def test_other_texts_are_no_units(unit: str) -> None:
    assert not rules.is_unit(unit)


def test_the_example_of_the_reference_is_a_number() -> None:
    assert re.fullmatch(r"[0-9A-Z.]+-\d{6}-\d{4}", rules.write("{unit}-{yymmdd}-{n:04}", "H15.50.05.13", DAY, 975, {}))
