from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from vamco.systems.broker import public as broker
from vamco.systems.broker.models import Token, Visit
from vamco.systems.broker.tests.conftest import admitted, code_of, person, signed_in


@pytest.mark.usefixtures("fresh_db")
def test_two_codes_of_a_stay_redeemed_at_the_same_moment_both_count() -> None:
    party, _holder = admitted(), person()
    window = signed_in()
    codes = [code_of(window, party) for _ in range(2)]
    broker.key_set()
    together = Barrier(2)

    def redeem(code: str) -> int:
        together.wait()
        try:
            return party.redeem(code).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(redeem, codes)) == [200, 200]
    assert Visit.objects.filter(ended_at=None).count() == 1
    assert Token.objects.filter(ended_at=None).count() == 2
