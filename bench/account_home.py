"""The citizen's home with 400,000 accounts: eight clients at once, four of them signed in, against the running site.

Accounts are made by COPY: a name, a name that nobody can type, no password. Issue 14 asks for 100 ms at the 95th percentile.
Told beside: visitors and citizens apart, and how long the accounts took to make.
"""

from __future__ import annotations

import http.client
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from vamco.cli.bench import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vamco.cli.province import Province

NAME = "account_home"
ACCOUNTS, CLIENTS, SECONDS, WARM_UP = 400_000, 8, 30.0, 20
_MAKE = """
import json, secrets, time
import django; django.setup()
from django.db import connection, transaction
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from vamco.lib.text import fold, sort_key
from vamco.systems.identity.models import Account
count, clients = {accounts}, {clients}
family, given = "Nguyễn Trần Lê Phạm Huỳnh Võ Đặng Bùi Đỗ Hồ".split(), "An Bình Chi Dũng Hạnh Hoa Hùng Lan Minh Nga Phúc Tâm Thảo Yến".split()
now, begun = timezone.now(), time.monotonic()
names = [f"{{family[n % 10]}} Thị {{given[n % 14]}} {{given[n // 14 % 14]}}" for n in range(1960)]
ready = [(name, sort_key(name), fold(name)) for name in names]
with transaction.atomic(), connection.cursor() as cursor:
    cursor.execute("SELECT nextval('people_person_id_seq') FROM generate_series(1, %s)", [count])
    numbers = [number for (number,) in cursor.fetchall()]
    with cursor.cursor.copy("COPY people_person (id, name, sort_key, folded, created_at) FROM STDIN") as rows:
        for number in numbers:
            rows.write_row((number, *ready[number % 1960], now))
    columns = [f.column for f in Account._meta.concrete_fields if f.column != "id"]
    fixed = {{f.column: f.get_default() for f in Account._meta.concrete_fields}}
    with cursor.cursor.copy(f"COPY identity_account ({{', '.join(columns)}}) FROM STDIN") as rows:
        for number in numbers:
            values = dict(fixed, username=f"@{{number}}", password="!" + "x" * 40, person_id=number, created_at=now)
            rows.write_row([values[name] for name in columns])
sessions = []
for account in Account.objects.order_by("-pk")[:clients]:
    store = SessionStore()
    store["_auth_user_id"], store["_auth_user_backend"] = str(account.pk), "django.contrib.auth.backends.ModelBackend"
    store["_auth_user_hash"] = account.get_session_auth_hash()
    store.create()
    sessions.append(store.session_key)
print(json.dumps([time.monotonic() - begun, sessions]))
"""


def run() -> Iterable[Figure]:
    """Fill a province, make the accounts, ask."""
    with tempfile.TemporaryDirectory(prefix="vamco-bench-") as name, ExitStack() as stack:
        Path(name).chmod(0o711)
        from vamco.cli import province as running

        province = running.start(stack, data=Path(name) / "data", port=0)
        running.fill(province, quiet=True)
        took, sessions = _accounts(province)
        yield Figure(NAME, "accounts_made", took, "s")
        asked = _ask(province.address, [*sessions, *[""] * (CLIENTS - len(sessions))])
        every = [second for some in asked.values() for second in some]
        for who in (True, False):
            own = [second for (session, _n), some in asked.items() if bool(session) is who for second in some]
            yield Figure(NAME, "citizens_p95" if who else "visitors_p95", _p95(own) * 1e3, "ms")
        yield Figure(NAME, "requests_a_second", len(every) / SECONDS, "1/s")
        yield Figure(NAME, "p95", _p95(every) * 1e3, "ms", reach="<= 100")


def _accounts(province: Province) -> tuple[float, list[str]]:
    code = _MAKE.format(accounts=ACCOUNTS, clients=CLIENTS // 2)
    argv = [sys.executable, "-c", code]
    done = subprocess.run(argv, env=province.environment, check=True, stdout=subprocess.PIPE, text=True)  # our own code
    took, sessions = json.loads(done.stdout.splitlines()[-1])
    return float(took), list(sessions)


def _ask(address: str, sessions: list[str]) -> dict[tuple[str, int], list[float]]:
    """Have each client ask for the home, one request after the other; return how long each took."""
    found: dict[tuple[str, int], list[float]] = {(session, n): [] for n, session in enumerate(sessions)}
    threads = [threading.Thread(target=_client, args=(address, *key, times)) for key, times in found.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def _client(address: str, session: str, _number: int, times: list[float]) -> None:
    parts = urlsplit(address)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    headers = {"Cookie": f"sessionid={session}"} if session else {}
    asked, end = 0, 0.0
    while not end or time.monotonic() < end:
        begun = time.perf_counter()
        line.request("GET", "/", headers=headers)
        answer = line.getresponse()
        body = answer.read()
        if answer.status != 200 or (b"/log-out" in body) is not bool(session):
            raise RuntimeError(f"the home answered {answer.status}, or not to whom it should")
        asked += 1
        if asked == WARM_UP:
            end = time.monotonic() + SECONDS
        elif asked > WARM_UP:
            times.append(time.perf_counter() - begun)
    line.close()


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]
