"""A page asks each table of versions at most once whether there is a newer one, and reads no version that it has read."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from vamco.systems.desk.tests import made
from vamco.systems.desk.tests.test_requests import opened

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person


def versioned() -> str:
    """Return the names of all tables that hold versions, for a pattern."""
    fields = {
        model._meta.db_table: {field.name for field in model._meta.concrete_fields} for model in apps.get_models()
    }
    return "|".join(sorted(table for table, names in fields.items() if {"content", "loaded_at"} <= names))


@pytest.fixture
def asker(office: Person) -> Person:
    return made.person("department_official", made.FINANCE, "Phạm Văn Đức")


@pytest.mark.parametrize(
    "page",
    ["desk:inbox", "desk:following", "desk:case", "desk:kinds", "ioc:board", "desk:open", "hub:runs", "hub:all_runs"],
)
def test_a_page_asks_once_and_reads_nothing_again(asker: Person, office: Person, page: str) -> None:
    case = opened(asker)
    arguments = {"desk:case": [case.pk], "desk:open": ["request"]}.get(page, [])
    reader = made.reader(office if page in {"ioc:board", "hub:runs", "hub:all_runs"} else asker)
    address = reverse(page, args=arguments)
    assert reader.get(address).status_code == 200
    with CaptureQueriesContext(connection) as asked:
        assert reader.get(address).status_code == 200
    statements = [query["sql"] for query in asked]
    asks = re.compile(
        rf'SELECT [^()]* FROM "?({versioned()})\b'
    )  # not where cases only join the version that they are on
    reads = re.compile(rf'"({versioned()})"\."content"')
    of_versions = Counter(found[1] for sql in statements if (found := asks.match(sql)))
    assert [sql for sql in statements if reads.search(sql)] == []
    assert {table: n for table, n in of_versions.items() if n > 1} == {}
