"""The simulated portal as a program: `python -m vamco.systems.national.adapters.simulators --folder … --site … --port …`.

The secret of its one client is in the environment as VAMCO_NATIONAL_SECRET, as the platform's is.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from vamco.systems.national.adapters.simulators.portal import SimulatedPortal
from vamco.systems.national.adapters.simulators.screens import citizens
from vamco.systems.national.adapters.simulators.server import Server, Service
from vamco.systems.national.adapters.simulators.store import Store
from vamco.systems.national.adapters.simulators.weather import FAIR, STORM, Weather


def main() -> int:
    """Serve until a signal comes."""
    parser = argparse.ArgumentParser(prog="python -m vamco.systems.national.adapters.simulators")
    parser.add_argument("--folder", type=Path, required=True, help="where it remembers what it has taken")
    parser.add_argument("--citizens", type=Path, help="a file of made-up people")
    parser.add_argument("--site", default="", help="address of the platform")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--client", default="vamco")
    parser.add_argument("--storm", action="store_true", help="lose, repeat and refuse messages")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    secret = os.environ.get("VAMCO_NATIONAL_SECRET", "")
    if not secret:
        sys.stderr.write("needs VAMCO_NATIONAL_SECRET in the environment\n")
        return 2
    chosen.folder.mkdir(parents=True, exist_ok=True)
    server = Server(chosen.host, chosen.port)
    server.service = Service(
        SimulatedPortal(Store(chosen.folder / "portal.sqlite"), chosen.client, secret),
        secret,
        Weather(STORM if chosen.storm else FAIR, chosen.seed),
        citizens(chosen.citizens) if chosen.citizens else [],
        chosen.site.rstrip("/"),
    )
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
