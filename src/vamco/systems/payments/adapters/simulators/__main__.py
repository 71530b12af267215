"""The simulated bank, gateway and carrier as a program: `python -m vamco.systems.payments.adapters.simulators --site … --port …`.

The secrets are in the environment under the platform's own names.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading

from vamco.systems.payments.adapters.simulators.server import Server
from vamco.systems.payments.adapters.simulators.world import World


def main() -> int:
    """Serve until a signal comes."""
    parser = argparse.ArgumentParser(prog="python -m vamco.systems.payments.adapters.simulators")
    parser.add_argument("--site", required=True, help="address of the platform")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    chosen = parser.parse_args()
    held = os.environ
    server = Server(chosen.host, chosen.port)
    server.world = World(
        site=chosen.site.rstrip("/"),
        user=held.get("VAMCO_VIETQR_USER", ""),
        password=held.get("VAMCO_VIETQR_PASSWORD", ""),
        merchant=held.get("VAMCO_GATEWAY_MERCHANT", ""),
        secret=held.get("VAMCO_GATEWAY_SECRET", ""),
        carrier_key=held.get("VAMCO_RECEIPT_CARRIER_KEY", ""),
    )
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
