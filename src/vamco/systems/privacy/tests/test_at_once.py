"""Two at once: one copy is given out once, one decision is recorded once, and no more requests are open than may be."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from vamco.lib.errors import Refused
from vamco.systems.privacy import public as privacy
from vamco.systems.privacy.models import Consent, Request
from vamco.systems.privacy.tests import made
from vamco.systems.privacy.tests.test_exports import ready

if TYPE_CHECKING:
    from collections.abc import Callable

THREADS = 4
pytestmark = pytest.mark.usefixtures("fresh_db")


def together(do: Callable[[], object]) -> list[object]:
    """What each of some threads gets that do the same at the same moment: a value, or the code of a refusal."""
    barrier = Barrier(THREADS)

    def one() -> object:
        barrier.wait()
        try:
            return do()
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return [found.result() for found in [pool.submit(one) for _ in range(THREADS)]]


def test_a_copy_is_given_once() -> None:
    person, _official = made.citizen(), made.official()
    row = ready(person)
    found = together(lambda: privacy.fetch_export(row.pk, person))
    assert sorted(type(each).__name__ for each in found) == ["bytes", "str", "str", "str"]
    assert [each for each in found if isinstance(each, str)] == ["privacy.export_gone"] * 3


def test_consent_is_recorded_once() -> None:
    person = made.citizen()
    found = together(lambda: privacy.set_consent(person, "reminders", given=True, seen=1))
    assert sorted(map(str, found)) == ["False", "False", "False", "True"]
    assert Consent.objects.count() == 1


def test_the_same_form_sent_by_two_clicks_is_one_request_and_the_limit_holds() -> None:
    person, _official = made.citizen(), made.official()
    key = uuid.uuid4()
    found = together(lambda: privacy.ask(person, privacy.Right.KNOW, text="Hỏi.", key=key, by=person).pk)
    assert len(set(found)) == 1
    for _n in range(8):
        made.asked(person)
    found = together(lambda: made.asked(person).pk)
    assert [each for each in found if isinstance(each, str)] == ["privacy.too_many"] * 3
    assert Request.objects.count() == 10
