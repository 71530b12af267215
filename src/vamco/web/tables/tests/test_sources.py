"""Pages by key: whatever the order, all rows once, forwards and backwards, also while rows come and go."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from vamco.kernel.world.places.models import Place
from vamco.web.components import Cell
from vamco.web.tables import rules
from vamco.web.tables.public import Given, Records, Row, Source

ORDER = {"name": "sort_key", "from": "valid_from", "area": "area_km2", "above": "parent__sort_key", "known": "known"}


def records(**filters: Any) -> Records[Place]:
    found = Place.objects.filter(**filters).annotate(known=Coalesce(F("area_km2"), Value(Decimal(0))))
    return Records(found, lambda place: Row(key=str(place.pk), cells=(place.name,)), ORDER, default="-valid_from")


def keys(rows: Any) -> list[str]:
    return [row.key for row in rows]


def walked(source: Source, sort: str, limit: int) -> list[str]:
    """Go to the last page and back to the first, and check that both ways show the same."""
    pages, after = [], ""
    while True:
        page = source.slice(sort, after=after, before="", limit=limit)
        pages.append(page)
        assert bool(page.before) == (len(pages) > 1)
        if not (after := page.after):
            break
    for place in range(len(pages) - 1, 0, -1):
        before = source.slice(sort, after="", before=pages[place].before, limit=limit)
        assert keys(before.rows) == keys(pages[place - 1].rows)
        assert before.after
        assert bool(before.before) == (place > 1)
    return [key for page in pages for key in keys(page.rows)]


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["", *ORDER])
@pytest.mark.parametrize("down", ["", "-"])
@pytest.mark.parametrize("limit", [7, 50])
def test_pages_show_every_row_once_in_order(column: str, down: str, limit: int) -> None:
    if limit == 7:
        source = records(kind="ward")
        Place.objects.filter(kind="ward", code__endswith="5").update(area_km2=None, parent=None)
    else:
        source = records()
        Place.objects.filter(code__endswith="5").update(area_km2=None)
    sort = f"{down}{column}"
    seen = walked(source, sort, limit)
    assert len(seen) == len(set(seen)) == source.records.count() > limit
    assert seen == keys(source.every(sort))

    field = ORDER.get(column, "valid_from")
    by_key = {str(pk): value for pk, value in source.records.values_list("pk", field)}
    values = [by_key[key] for key in seen]
    known = [value for value in values if value is not None]
    assert values == known + [None] * (len(values) - len(known))  # what has no value comes last, both ways
    assert known == sorted(known, reverse=down == "-" or not column)


@pytest.mark.django_db
def test_a_page_costs_one_query_and_counts_no_further_than_it_must() -> None:
    source = records()
    with CaptureQueriesContext(connection) as asked:
        page = source.slice("area", after="", before="", limit=10)
        source.slice("area", after=page.after, before="", limit=10)
    assert len(asked) == 2
    assert not any("OFFSET" in query["sql"] for query in asked)
    with CaptureQueriesContext(connection) as asked:
        assert source.count(5) == 5
    assert "LIMIT 5" in asked[0]["sql"]
    assert source.count(10**6) == Place.objects.count()


@pytest.mark.django_db
def test_rows_that_come_and_go_shift_nothing() -> None:
    source = records(kind="ward")
    first = source.slice("name", after="", before="", limit=5)
    rest = keys(source.every("name"))[5:10]
    Place.objects.filter(pk=first.rows[-1].key).update(sort_key="~~~")  # the row that the key names goes elsewhere
    assert keys(source.slice("name", after=first.after, before="", limit=5).rows) == rest


@pytest.mark.django_db
@pytest.mark.parametrize(
    "token",
    ["x", "?", rules.write_place("a"), rules.write_place("no date", "1"), rules.write_place("2026-01-01", "x"),
     rules.write_place(None, None), rules.write_place("9" * 400, "1"), rules.write_place("2026-02-30", "1")],
)  # fmt: skip
@pytest.mark.parametrize("way", ["after", "before"])
def test_a_damaged_key_shows_the_first_page(token: str, way: str) -> None:
    source = records(kind="ward")
    whole = source.slice("from", after="", before="", limit=5)
    asked = {"after": "", "before": "", way: token}
    found = source.slice("from", **asked, limit=5)
    assert keys(found.rows) == keys(whole.rows)
    assert len(found.rows) == 5


@pytest.mark.django_db
def test_an_index_serves_a_page_of_a_column_that_is_never_empty() -> None:
    """The condition is a range that an index can begin at, and the order is the index's own."""
    source = records()
    page = source.slice("-from", after="", before="", limit=3)
    with CaptureQueriesContext(connection) as asked:
        source.slice("-from", after=page.after, before="", limit=3)
    sql = asked[0]["sql"]
    assert "NULLS" not in sql
    assert '"valid_from" <=' in sql


# ── a short list ──


def row(key: int, *cells: Any) -> Row:
    return Row(key=str(key), cells=cells)


ROWS = (
    row(1, "Đỗ Hạnh", Cell(text="1.000", value=1000), Cell(moment=dt.date(2026, 3, 1))),
    row(2, "Dương An", Cell(text="–", value=""), Cell(moment=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))),
    row(3, "Ánh", Cell(text="200", value=200), Cell(text="–", value="")),
    row(4, "An", Cell(text="30,5", value=Decimal("30.5")), Cell(moment=dt.date(2025, 12, 31))),
)
LIST = Given(ROWS, ("name", "sum", "day"))


@pytest.mark.parametrize(
    ("sort", "order"),
    [("", "1234"), ("name", "4321"), ("-name", "1234"), ("sum", "4312"), ("-sum", "1342"), ("day", "4213"), ("-day", "1243"), ("none", "1234")],
)  # fmt: skip
def test_a_short_list_sorts_words_as_vietnamese_and_figures_as_figures_with_the_empty_last(
    sort: str, order: str
) -> None:
    assert "".join(keys(LIST.every(sort))) == order


@given(st.integers(0, 30), st.integers(1, 12))
def test_pages_of_a_short_list(many: int, limit: int) -> None:
    source = Given(tuple(row(n, str(n)) for n in range(many)), ("name",))
    if many:
        assert walked(source, "", limit) == [str(n) for n in range(many)]
    assert source.count(10) == min(many, 10)
    assert keys(source.slice("", after="nonsense", before="", limit=limit).rows) == [
        str(n) for n in range(min(many, limit))
    ]
