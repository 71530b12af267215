"""Simulated counterparts for tests, behind HTTP, with a clock that is set."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vamco.lib.time import HCM
from vamco.systems.counterparts.adapters.calling import Circuit, HttpLine
from vamco.systems.counterparts.adapters.simulators.bodies import (
    SimulatedPost,
    SimulatedRegisters,
    SimulatedTaxOffice,
    SimulatedVehicles,
)
from vamco.systems.counterparts.adapters.simulators.made_up import Entry, Registered
from vamco.systems.counterparts.adapters.simulators.server import Server, Service

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET: Final = "thử/bí:mật"  # with what an address must escape
NOON: Final = dt.datetime(2026, 11, 18, 10, tzinfo=HCM)
MOTHER, OLD, MOVED, AWAY = "072188000901", "080038000912", "072066000906", "080190000909"
PEOPLE: Final = [
    Registered(
        number=MOTHER,
        name="Nguyễn Thị Hồng Nhung",
        born="19880412",
        marital="2",
        commune="25708",
        commune_name="Phường Trảng Bàng",
        address="12 Quang Trung",
        entries=(
            Entry(
                kind="marriage",
                number="41/2016",
                registered_at="UBND thị trấn Trảng Bàng",
                registered_on="20160218",
                spouse="Lê Văn Phúc",
                married_on="201602",
            ),
        ),
    ),
    Registered(number=OLD, name="Trương Văn Tám", born="1938", sex="1", marital="4", died="20240310"),
    Registered(number=MOVED, name="Võ Văn Sáu", born="19660808", sex="1", commune="25711", commune_name="Xã Lộc Hưng"),
    Registered(number=AWAY, name="Đặng Thị Tuyết Hường", born="19901201", province="79", commune="26734"),
]


@dataclass
class Bodies:
    """The simulated bodies, their server, and their clock."""

    service: Service
    server: Server
    moment: list[dt.datetime]

    def address(self, path: str) -> str:
        host, port = self.server.server_address[:2]
        return f"http://vamco:th%E1%BB%AD%2Fb%C3%AD%3Am%E1%BA%ADt@{host!s}:{port}/{path}"

    def line(self, path: str, *, deadline: float = 3.0, circuit: Circuit | None = None) -> HttpLine:
        return HttpLine("The simulated one", self.address(path), simulated=True, deadline=deadline, circuit=circuit)

    def later(self, seconds: float) -> None:
        self.moment[0] += dt.timedelta(seconds=seconds)


def bodies() -> Iterator[Bodies]:
    moment = [NOON]
    service = Service(
        SimulatedRegisters(PEOPLE),
        SimulatedTaxOffice(lambda: moment[0], pace=10),
        SimulatedPost(lambda: moment[0], pace=10),
        "vamco",
        SECRET,
        SimulatedVehicles(),
    )
    server = Server("127.0.0.1", 0, service)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield Bodies(service, server, moment)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
