from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from vamco.kernel.world.people import public as people
from vamco.lib.errors import Refused
from vamco.systems.identity import public as identity
from vamco.systems.identity.rules import waiting as rules

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
