"""The simulated issuer of the national eID, as a program of the demonstration beside the departments."""

from __future__ import annotations

import os
import secrets
import socket
import sys
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from vamco.cli import ports
from vamco.cli.processes import Program
from vamco.demo import layer
from vamco.demo.people import PIN

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from vamco.cli.processes import Log

CITIZENS: Final = (
    "VAMCO_SIMULATED_CITIZENS"  # the file of its people; absent where the operator has named another issuer
)


def settings(folder: Path, host: str, shown: str, site: str, pack: Path) -> dict[str, str]:
    """Give the settings by which the platform finds its simulated issuer; none where the operator has named another, or nobody is known."""
    file = layer.citizens_file(pack)
    if os.environ.get("VAMCO_EID_ISSUER") or file is None:
        return {}
    name = "127.0.0.1" if host == "127.0.0.1" else shown  # another name than the site's: the two share no cookies
    return {
        "VAMCO_EID_ISSUER": f"http://{name}:{_port(folder, host)}",
        "VAMCO_EID_CLIENT": "vamco",
        "VAMCO_EID_SECRET": secrets.token_urlsafe(24),
        "VAMCO_EID_PROFILE": "vneid",
        "VAMCO_EID_NAME": "VNeID",
        "VAMCO_SITE_URL": site.rstrip("/"),
        CITIZENS: str(file.absolute()),
    }


def simulated(environment: Mapping[str, str]) -> bool:
    """Tell whether the issuer is the simulated one."""
    return CITIZENS in environment


def program(environment: Mapping[str, str], host: str, log: Log) -> Program:
    """Give the program that serves it."""
    address = environment["VAMCO_EID_ISSUER"]
    port = urlsplit(address).port or 0
    words = ["--citizens", environment[CITIZENS], "--site", environment["VAMCO_SITE_URL"], "--address", address]
    words += ["--host", host, "--port", str(port), "--pin", PIN, "--client", environment["VAMCO_EID_CLIENT"]]
    argv = [sys.executable, "-m", "vamco.systems.identity.adapters.simulators", *words]
    return Program(
        "issuer", argv, log, dict(environment), ready=lambda: ports.answers(urlsplit(address).hostname or host, port)
    )


def _port(folder: Path, host: str) -> int:
    """Give the port of the last start where it is free: an issuer is known by its address, and so are the accounts that it vouches for."""
    kept = folder / "issuer.port"
    last = int(kept.read_text()) if kept.is_file() and kept.read_text().isdecimal() else 0
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for wanted in (last, 0):
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, wanted))
            except OSError:
                continue
            kept.write_text(str(probe.getsockname()[1]))
            return int(probe.getsockname()[1])
    return 0
