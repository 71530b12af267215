"""The simulated counterparts as a program: `python -m vamco.systems.counterparts.adapters.simulators --registers … --port …`.

The secret of its one client is in the environment as SIMULATED_COUNTERPARTS_SECRET.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import signal
import sys
import threading
from pathlib import Path

from vamco.systems.counterparts.adapters.simulators import made_up
from vamco.systems.counterparts.adapters.simulators.bodies import (
    SimulatedPost,
    SimulatedRegisters,
    SimulatedTaxOffice,
    SimulatedVehicles,
)
from vamco.systems.counterparts.adapters.simulators.server import Server, Service


def main() -> int:
    """Serve until a signal comes."""
    parser = argparse.ArgumentParser(prog="python -m vamco.systems.counterparts.adapters.simulators")
    parser.add_argument("--registers", type=Path, required=True, help="a file of made-up people")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--client", default="vamco")
    parser.add_argument(
        "--pace", type=float, default=20.0, help="seconds from one step of the tax office and the post to the next"
    )
    chosen = parser.parse_args()
    secret = os.environ.get("SIMULATED_COUNTERPARTS_SECRET", "")
    if not secret:
        sys.stderr.write("needs SIMULATED_COUNTERPARTS_SECRET in the environment\n")
        return 2
    service = Service(
        SimulatedRegisters(made_up.read(chosen.registers)),
        SimulatedTaxOffice(_now, chosen.pace),
        SimulatedPost(_now, chosen.pace),
        chosen.client,
        secret,
        SimulatedVehicles(),
    )
    server = Server(chosen.host, chosen.port, service)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    return 0


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


if __name__ == "__main__":
    sys.exit(main())
