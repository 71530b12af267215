"""Two joinings of the same records at the same moment: one wins, and no ring arises that neither of them sees."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from vamco.kernel.base.audit.models import Entry
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.kernel.world.people.models import Joining
from vamco.lib.errors import Refused

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

ROUNDS = 12


def at_once(*pairs: tuple[Person, Person]) -> list[str]:
    """Join each second record to the first, all at the same moment; return how each ended."""
    together = Barrier(len(pairs))

    def join(pair: tuple[Person, Person]) -> str:
        together.wait()
        try:
            people.join(*pair, basis="Xuất trình cả hai", actor="7")
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return "joined"

    with ThreadPoolExecutor(len(pairs)) as pool:
        return sorted(pool.map(join, pairs))


def selves(person: Person) -> frozenset[int]:
    return access.selves(people.get(person.pk))


@pytest.mark.usefixtures("fresh_db")
def test_two_officials_join_the_same_two_records_the_other_way_round() -> None:
    for _ in range(ROUNDS):
        one, two = people.add("Võ Thị Hai Lần"), people.add("VO THI HAI LAN")
        before = Entry.objects.filter(act="people.join").count()
        assert at_once((one, two), (two, one)) == ["joined", "people.joined_already"]
        assert selves(one) == selves(two) == {one.pk, two.pk}
        assert Joining.objects.filter(kept__in=(one, two), ended_at=None).count() == 1
        assert Entry.objects.filter(act="people.join").count() == before + 1


@pytest.mark.usefixtures("fresh_db")
def test_two_officials_join_one_record_to_two_persons() -> None:
    for _ in range(ROUNDS):
        one, two, third = (people.add(name) for name in ("Trần Thị Một", "Trần Thị Hai", "TRAN THI BA"))
        assert at_once((one, third), (two, third)) == ["joined", "people.joined_elsewhere"]
        (held,) = Joining.objects.filter(other=third, ended_at=None)
        assert selves(third) == {held.kept_id, third.pk}
