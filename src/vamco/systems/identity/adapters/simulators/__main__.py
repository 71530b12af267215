"""The simulated issuer as a program: `python -m vamco.systems.identity.adapters.simulators --citizens … --site … --port …`.

The secret of its one client is in the environment as VAMCO_EID_SECRET, as the platform's is.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from vamco.systems.identity.adapters.simulators.issuer import PIN, SimulatedIssuer
from vamco.systems.identity.adapters.simulators.registrations import STANDARD, VNEID, Client, citizens
from vamco.systems.identity.adapters.simulators.server import Server, Service


def main() -> int:
    """Serve until a signal comes."""
    parser = argparse.ArgumentParser(prog="python -m vamco.systems.identity.adapters.simulators")
    parser.add_argument("--citizens", type=Path, required=True, help="a file of made-up people")
    parser.add_argument("--site", required=True, help="address of the platform, its only client")
    parser.add_argument("--address", required=True, help="its own address, as browsers reach it")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--client", default="vamco")
    parser.add_argument("--pin", default=PIN, help="of all the made-up people")
    parser.add_argument("--profile", choices=[VNEID, STANDARD], default=VNEID)
    chosen = parser.parse_args()
    secret = os.environ.get("VAMCO_EID_SECRET", "")
    if not secret:
        sys.stderr.write("needs VAMCO_EID_SECRET in the environment\n")
        return 2
    client = Client(chosen.client, secret, (f"{chosen.site}/eid/back",), (f"{chosen.site}/log-in",))
    people = citizens(chosen.citizens)
    server = Server(chosen.host, chosen.port)
    issuer = SimulatedIssuer(chosen.address.rstrip("/"), people, client, profile=chosen.profile, pin=chosen.pin)
    server.service = Service(issuer)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
