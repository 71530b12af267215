"""A province at work: officials who act and a department that delivers, until told to stop."""

from __future__ import annotations

import json
import random
import re
import threading
import urllib.request
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from tests.faults.officials import Notebook, Official

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.running import Running

HANDLERS: Final = {"sotaichinh": "H53.04", "giaothong": "H53.CDT.02", "trangbang": "H53.25708"}
SOURCES: Final = ("kho-bac", "tai-chinh", "cong-an", "mot-cua")
BATCH: Final = 300  # payments in one delivery


class Work:
    """Threads of officials and of a department; what they were told is in the notebook."""

    def __init__(self, running: Running, seed: int) -> None:
        self.running, self.seed = running, seed
        self.notebook = Notebook()
        self.stopped = threading.Event()
        self.payments = 0
        self.collections = 0
        self.failed: list[BaseException] = []
        self._threads = [
            *(self._thread(self._directives, number, name) for number, name in enumerate(HANDLERS)),
            self._thread(self._deliveries),
        ]

    def _thread(self, run: Callable[..., None], *args: object) -> threading.Thread:
        def guarded() -> None:
            try:
                run(*args)
            except BaseException as error:  # told in the main thread
                self.failed.append(error)

        return threading.Thread(target=guarded, name=f"{run.__name__} {args}", daemon=True)

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let everybody finish what they are at."""
        self.stopped.set()
        for thread in self._threads:
            thread.join(120)
        assert not any(thread.is_alive() for thread in self._threads)
        assert self.failed == []

    def official(self, username: str) -> Official:
        return Official(lambda: self.running.address, username, self.notebook)

    def _directives(self, number: int, handler: str) -> None:
        """Take every third alarm and lead a directive on it through its life, again and again."""
        rng = random.Random(self.seed + number)
        people = {name: self.official(name) for name in ("ioc", "lanhdao", "thamdinh", handler)}
        while not self.stopped.is_set():
            listed = people["ioc"].read("desk/alarms/", self.stopped) or ""
            alarms = sorted({int(found) for found in re.findall(r'href="/desk/alarms/(\d+)"', listed)})
            mine = [alarm for alarm in alarms if alarm % len(HANDLERS) == number]
            if not mine:
                self.stopped.wait(0.5)
            for alarm in rng.sample(mine, len(mine)):
                if self.stopped.is_set():
                    return
                self._one(people, handler, alarm, rng)

    def _one(self, people: dict[str, Official], handler: str, alarm: int, rng: random.Random) -> None:
        def act(who: str, path: str, code: str, **fields: str) -> None:
            people[who].do(path, code, self.stopped, rng, **fields)
            self.stopped.wait(rng.uniform(0, 0.1))

        place = f"desk/alarms/{alarm}"
        act("ioc", place, "confirm", note="Đã xem {token}")
        act("lanhdao", place, "issue", agency=HANDLERS[handler], text="Khẩn trương xử lý {token}")
        found = re.search(r'href="/(desk/cases/\d+)"', people["lanhdao"].read(place, self.stopped) or "")
        if found is None:
            return
        act("lanhdao", found[1], "watch")
        act(handler, found[1], "accept", note="Đã nhận {token}")
        for _ in range(rng.randint(1, 3)):
            act(handler, found[1], "report", note="Đã làm {token}")
            act("thamdinh", found[1], "close", note="Hoàn thành {token}")  # refused while the alarm fires
            act("thamdinh", found[1], "send_back", note="Bổ sung {token}")
        act("lanhdao", found[1], "withdraw", note="Rút {token}")

    def _deliveries(self) -> None:
        """Deliver payments late, and have the Treasury collected from, as fast as the platform takes it."""
        rng = random.Random(self.seed - 1)
        operator = self.official("ioc")
        while not self.stopped.is_set():
            self.deliver(BATCH)
            self.collect(operator, rng.choice(SOURCES) if rng.random() < 0.25 else "kho-bac")
            self.stopped.wait(rng.uniform(0.2, 1.5))

    def deliver(self, count: int) -> None:
        """Send payments that arrive late to the Treasury; when no answer comes they may have arrived or not."""
        with suppress(OSError, AssertionError, KeyError, ValueError):
            environment = self.running.environment()
            rows = [payment(self.payments + n) for n in range(count)]
            self.payments += count
            request = urllib.request.Request(
                f"{environment['VAMCO_TREASURY_URL']}/v1/kb_giaingan",
                method="POST",
                data=json.dumps({"du_lieu": rows}).encode(),
                headers={"Authorization": f"Bearer {environment['VAMCO_TREASURY_TOKEN']}"},
            )
            with urllib.request.urlopen(request, timeout=120):
                pass

    def collect(self, operator: Official, source: str) -> bool:
        """Press “collect now”; the answer is only that it is on its way."""
        page = operator.read("desk/runs/", self.stopped)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page or "")
        if token is None:
            return False
        answer = operator.ask("POST", f"desk/sources/{source}/collect", data={"csrfmiddlewaretoken": token[1]})
        if answer is None or answer.status_code != 302:
            return False
        self.collections += 1
        return True


def payment(number: int) -> dict[str, object]:
    """Give a payment that was booked on a Friday and is told later."""
    return {
        "ma_giao_dich": f"KB{900_000_000_000 + number}",
        "ngay": "2026-11-20",
        "nam_ke_hoach": 2026,
        "ma_chu_dau_tu": ("H53.CDT.01", "H53.CDT.02", "H53.CDT.09")[number % 3],
        "ma_du_an": f"79001{number % 97:02d}",
        "ma_xa": ("27991", "25708")[number % 2],
        "so_tien": 1_000_000 + number,
        "nguon_von": "NSTW",
    }
