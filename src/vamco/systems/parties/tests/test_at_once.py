"""An offer is accepted and taken back at the same moment: one of the two happens, wholly."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import connection

from vamco.kernel.base.audit.models import Entry
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Missing
from vamco.systems.parties import public as parties
from vamco.systems.parties.models import Offer
from vamco.systems.parties.tests.made import ACCOUNTANT, DIRECTOR, person

if TYPE_CHECKING:
    from collections.abc import Callable

TODAY, ROUNDS = dt.date(2026, 11, 20), 12


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Do some acts at the same moment; return how each ended, in their order."""
    together = Barrier(len(acts))

    def do(act: Callable[[], object]) -> str:
        together.wait()
        try:
            act()
        except Missing as missing:
            return missing.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


@pytest.mark.usefixtures("fresh_db")
def test_accepted_and_taken_back_at_the_same_moment(settings: Any) -> None:
    settings.VAMCO_TODAY = TODAY
    hers, his = person("Võ Thị Giám Đốc", DIRECTOR), person("Lê Văn Kế Toán", ACCOUNTANT)
    for turn in range(ROUNDS):
        offer = parties.offer(
            hers,
            by=hers,
            number=ACCOUNTANT,
            name=his.name,
            since=TODAY + dt.timedelta(days=2 * turn),
            until=TODAY + dt.timedelta(days=2 * turn),
            matters=["tax"],
            sending=uuid4(),
        )
        before = set(Entry.objects.values_list("pk", flat=True))
        accepted, taken_back = at_once(
            lambda offer=offer: parties.accept(offer, by=his),  # type: ignore[misc]
            lambda offer=offer: parties.take_back(offer, by=hers),  # type: ignore[misc]
        )
        assert {accepted, taken_back} == {"done", "parties.no_offer"}
        row = Offer.objects.get(pk=offer)
        given = people.mandates_given(hers).filter(basis=f"offer:{offer}").count()
        acts = set(Entry.objects.exclude(pk__in=before).values_list("act", flat=True))
        assert row.ended_at is not None
        if accepted == "done":
            assert (given, row.mandate is not None) == (1, True)
            assert {"parties.accept", "people.give_mandate"} <= acts
            assert "parties.take_back" not in acts
        else:
            assert (given, row.mandate) == (0, None)
            assert acts == {"parties.take_back"}
    mine = people.get(his.pk)
    today = people.mandates_given(hers).filter(valid_from=TODAY).exists()
    assert access.owns(mine, "any.act", access.Owner(person=hers.pk), "tax") is today
