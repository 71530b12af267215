from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from vamco.kernel.world.people import public as people
from vamco.lib.errors import Forbidden, Refused
from vamco.systems.identity import public as identity
from vamco.systems.identity.models import Account
from vamco.systems.identity.rules import waiting as rules
from vamco.systems.identity.services import staff
from vamco.systems.identity.tests import test_staff

THREADS = 8


@pytest.mark.usefixtures("fresh_db")
def test_attempts_at_the_same_moment_are_counted_one_after_the_other() -> None:
    identity.open_account("canbo", "sông Vàm Cỏ Đông", people.add("Nguyễn Văn Thử"))
    together = Barrier(THREADS)

    def guess() -> list[str]:
        codes = []
        together.wait()
        for _ in range(3):
            with pytest.raises(Refused) as refused:
                identity.check_password("canbo", "sai", network="10.0.0.0/24")
            codes.append(refused.value.code)
        connection.close()
        return codes

    with ThreadPoolExecutor(THREADS) as pool:
        codes = [code for one in [pool.submit(guess) for _ in range(THREADS)] for code in one.result()]
    assert codes.count("identity.wrong") == rules.PER_NETWORK
    assert codes.count("identity.wait") == 3 * THREADS - rules.PER_NETWORK


@pytest.mark.usefixtures("fresh_db")
def test_two_administrators_who_lock_each_other_at_the_same_moment() -> None:
    pair = [
        test_staff.official("administrator", test_staff.made.IOC, name) for name in ("Quản Trị Một", "Quản Trị Hai")
    ]
    seen = [test_staff.stamp(pair[1].pk, pair[0]), test_staff.stamp(pair[0].pk, pair[1])]
    together = Barrier(2)

    def lock(one: int) -> str:
        together.wait()
        try:
            staff.lock_account(pair[1 - one].pk, by=pair[one], seen=seen[one], reason=test_staff.WHY)
        except Forbidden as refused:
            return refused.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(one.result() for one in [pool.submit(lock, one) for one in (0, 1)])
    assert outcomes == ["access.not_allowed", "done"]
    assert Account.objects.filter(person__in=pair, is_active=True).count() == 1
