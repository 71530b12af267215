"""The simulated bank, payment gateway and carrier of receipts, as a program of the demonstration."""

from __future__ import annotations

import os
import secrets
import sys
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from vamco.cli import ports
from vamco.cli.processes import Program

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vamco.cli.processes import Log

_REAL: Final = ("VAMCO_VIETQR_USER", "VAMCO_GATEWAY_MERCHANT", "VAMCO_RECEIPT_CARRIER")


def settings(host: str, shown: str) -> dict[str, str]:
    """Return the settings by which the platform and its simulated bank know each other; none where the operator has named real ones."""
    if any(os.environ.get(name) for name in _REAL):
        return {}
    name = "127.0.0.1" if host == "127.0.0.1" else shown  # another name than the site's: the two share no cookies
    address = f"http://{name}:{ports.free(host)}"
    return {
        "VAMCO_BANK_APP": address,
        "VAMCO_VIETQR_USER": "vietqr",
        "VAMCO_VIETQR_PASSWORD": secrets.token_urlsafe(24),
        "VAMCO_GATEWAY_MERCHANT": "VAMCODEMO",
        "VAMCO_GATEWAY_SECRET": secrets.token_urlsafe(24),
        "VAMCO_GATEWAY_URL": address,
        "VAMCO_RECEIPT_CARRIER": address,
        "VAMCO_RECEIPT_CARRIER_KEY": secrets.token_urlsafe(24),
    }


def simulated(environment: Mapping[str, str]) -> bool:
    """Return whether the bank is the simulated one."""
    return bool(environment.get("VAMCO_BANK_APP"))


def program(environment: Mapping[str, str], site: str, host: str, log: Log) -> Program:
    """Return the program that serves it; `site` is where it reaches the platform."""
    port = urlsplit(environment["VAMCO_BANK_APP"]).port or 0
    words = ["--site", site, "--host", host, "--port", str(port)]
    argv = [sys.executable, "-m", "vamco.systems.payments.adapters.simulators", *words]
    return Program("bank", argv, log, dict(environment), ready=lambda: ports.answers(host, port))
