"""Versions are written once and read once; which row is the newest is asked each time, in a request once."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, connection, transaction

from vamco.kernel.base import clock
from vamco.kernel.base.packs import public as packs
from vamco.kernel.work.cases.contracts import Act, Definition, State
from vamco.kernel.work.cases.models import Audience, KindVersion
from vamco.kernel.work.worktime.models import LayerVersion
from vamco.lib.errors import N_, Missing

if TYPE_CHECKING:
    from collections.abc import Callable

    Counted = Callable[[int], Any]
    Kinds = packs.Versioned[KindVersion, Definition, str]

STATES = {"new": State("new", "Mới", "new", final=False), "done": State("done", "Xong", "done", final=True)}
ACTS = {"end": Act("end", "Xong", "End", frozenset({"new"}), "done", "desk.view_inbox", "handler")}
DEFINITION = Definition("vt_one", "Một", "One", "new", STATES, ACTS)


class Read:
    """Counts how often a content is turned into what rooms work with."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, definition: Definition) -> str:
        self.names.append(definition.name)
        return definition.name


@pytest.fixture
def read() -> Read:
    return Read()


@pytest.fixture
def kinds(read: Read) -> Kinds:
    """A process of its own, as far as what was read goes."""
    return packs.Versioned(
        KindVersion, Definition, read=read, missing=lambda code: Missing("test.none", N_("None %(code)s"), code=code)
    )


def put(kinds: Kinds, name: str, code: str = "vt_one") -> KindVersion:
    audience, _made = Audience.objects.get_or_create(rights="[]")
    return kinds.put(code, replace(DEFINITION, code=code, name=name), audience=audience)


@pytest.mark.django_db
def test_the_newest_version_is_found_by_its_code(kinds: Kinds) -> None:
    first, second, other = put(kinds, "Một"), put(kinds, "Hai"), put(kinds, "Khác", "vt_other")
    assert [(row.code, row.version) for row in (first, second, other)] == [
        ("vt_one", 1),
        ("vt_one", 2),
        ("vt_other", 1),
    ]
    assert (kinds.newest("vt_one").pk, kinds.newest("vt_other").pk) == (second.pk, other.pk)
    assert kinds.get(kinds.newest("vt_one")) == "Hai"
    with pytest.raises(Missing) as none:
        kinds.newest("vt_nothing")
    assert none.value.code == "test.none"


@pytest.mark.django_db
def test_content_that_did_not_change_makes_no_version(kinds: Kinds) -> None:
    first = put(kinds, "Một")
    assert put(kinds, "Một").pk == first.pk
    put(kinds, "Hai")
    again = put(kinds, "Một")
    assert [row.version for row in kinds.versions("vt_one")] == [1, 2, 3]
    assert again.version == 3


@pytest.mark.django_db
def test_content_counts_as_it_is_read_and_not_as_it_is_written(kinds: Kinds) -> None:
    first = put(kinds, "Một")
    KindVersion.objects.filter(pk=first.pk).update(content=json.dumps(json.loads(first.content), indent=1))
    assert put(kinds, "Một").pk == first.pk
    KindVersion.objects.filter(pk=first.pk).update(content="{}")
    assert put(kinds, "Một").version == 2


@pytest.mark.django_db
def test_a_content_is_read_once_and_those_that_are_new_in_one_statement(
    kinds: Kinds, read: Read, django_assert_num_queries: Counted
) -> None:
    put(kinds, "Một")
    put(kinds, "Hai")
    put(kinds, "Khác", "vt_other")
    ours = [row for row in kinds.versions() if row.code.startswith("vt_")]
    with django_assert_num_queries(1):
        assert kinds.get_all(ours) == ["Một", "Hai", "Khác"]
    with django_assert_num_queries(0):
        assert kinds.get_all(ours) == ["Một", "Hai", "Khác"]
    with django_assert_num_queries(1):  # which row is the newest
        assert kinds.get(kinds.newest("vt_one")) == "Hai"
    assert read.names == ["Một", "Hai", "Khác"]


@pytest.mark.django_db
def test_what_is_in_force_is_known_for_now_for_a_time_and_up_to_a_row(kinds: Kinds) -> None:
    first = put(kinds, "Một")
    between = clock.now()
    put(kinds, "Hai")
    other = put(kinds, "Khác", "vt_other")

    def names(**when: Any) -> dict[str, str]:
        return {code: kinds.get(row) for code, row in kinds.in_force(**when).items() if code.startswith("vt_")}

    assert names() == {"vt_one": "Hai", "vt_other": "Khác"}
    assert names(at=between) == {"vt_one": "Một"}
    assert names(at=first.loaded_at - dt.timedelta(days=1)) == {}
    assert names(up_to=kinds.stamp(first.pk)) == {"vt_one": "Một"}
    assert kinds.stamp() == packs.Stamp(other.pk, other.loaded_at)
    assert kinds.stamp(up_to=0) is None


@pytest.mark.django_db
def test_in_a_request_the_newest_row_is_asked_once(kinds: Kinds, django_assert_num_queries: Counted) -> None:
    put(kinds, "Một")
    kinds.newest("vt_one")
    with packs.asked_once(), django_assert_num_queries(1):
        for _ in range(5):
            assert kinds.newest("vt_one").version == 1
            kinds.in_force()
    with django_assert_num_queries(2):
        kinds.newest("vt_one")
        kinds.newest("vt_one")


@pytest.mark.django_db
def test_a_request_that_puts_a_version_itself_sees_it_and_no_more_when_that_is_undone(kinds: Kinds) -> None:
    put(kinds, "Một")
    with packs.asked_once():
        assert kinds.get(kinds.newest("vt_one")) == "Một"
        with transaction.atomic():
            put(kinds, "Hai")
            assert kinds.get(kinds.newest("vt_one")) == "Hai"
            transaction.set_rollback(True)
        assert kinds.get(kinds.newest("vt_one")) == "Một"


@pytest.mark.django_db
def test_a_version_that_was_undone_is_forgotten(kinds: Kinds) -> None:
    with transaction.atomic():
        put(kinds, "Một")
        assert kinds.newest("vt_one").version == 1
        transaction.set_rollback(True)
    with pytest.raises(Missing):
        kinds.newest("vt_one")


@pytest.mark.django_db
def test_rows_are_each_callers_own(kinds: Kinds) -> None:
    put(kinds, "Một")
    kinds.newest("vt_one").code = "spoiled"
    assert kinds.newest("vt_one").code == "vt_one"


ANOTHER_PROCESS = """
import django
django.setup()
from dataclasses import replace
from vamco.kernel.work.cases.queries import definitions
print(definitions.put(replace(definitions.newest_of("request"), name="Từ tiến trình khác")).version)
"""


@pytest.mark.usefixtures("fresh_db")
def test_what_another_process_loads_holds_with_the_next_question(fresh_db: str) -> None:
    from vamco.kernel.work.cases.queries import definitions

    before = definitions.newest("request")
    assert definitions.newest_of("request").name != "Từ tiến trình khác"
    done = subprocess.run(
        [sys.executable, "-c", ANOTHER_PROCESS],
        env={**os.environ, "DATABASE_URL": fresh_db, "DJANGO_SETTINGS_MODULE": "vamco.config.settings"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == before.version + 1
    assert definitions.newest_of("request").name == "Từ tiến trình khác"


@pytest.mark.usefixtures("fresh_db")
def test_versions_put_at_once_follow_one_another(kinds: Kinds) -> None:
    failed: list[BaseException] = []

    def add(number: int) -> None:
        try:
            put(kinds, f"Số {number}")
        except IntegrityError as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert [row.version for row in kinds.versions("vt_one")] == list(range(1, 9))


@pytest.mark.django_db
def test_a_code_may_stand_in_another_table_and_the_row_be_its_own_number() -> None:
    from vamco.kernel.work.worktime.queries import LAYERS

    row = LAYERS.newest("")
    assert (row.agency_id, LAYERS.put("", LAYERS.get(row), agency=None, subtree=row.subtree).pk) == (None, row.pk)
    assert LayerVersion.objects.count() == len(LAYERS.versions())
