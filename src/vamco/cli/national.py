"""The simulated national portal, as a program of the demonstration beside the departments."""

from __future__ import annotations

import os
import secrets
import sys
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from vamco.cli import ports
from vamco.cli.processes import Program
from vamco.demo import layer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from vamco.cli.processes import Log

FOLDER: Final = (
    "VAMCO_SIMULATED_PORTAL"  # where it remembers what it took; absent where the operator has named a portal
)
_CITIZENS: Final = "VAMCO_SIMULATED_PORTAL_CITIZENS"


def settings(folder: Path, shown: str, port: int, pack: Path) -> dict[str, str]:
    """Give the settings by which the platform finds its simulated portal; none where the operator has named another."""
    if os.environ.get("VAMCO_NATIONAL_PORTAL"):
        return {}
    people = layer.citizens_file(pack)
    return {
        "VAMCO_NATIONAL_PORTAL": f"http://{shown}:{port}",
        "VAMCO_NATIONAL_CLIENT": "vamco",
        "VAMCO_NATIONAL_SECRET": secrets.token_urlsafe(24),
        "VAMCO_NATIONAL_PROFILE": "standard",
        FOLDER: str(folder / "demo" / "portal"),
        **({_CITIZENS: str(people.absolute())} if people else {}),
    }


def simulated(environment: Mapping[str, str]) -> bool:
    """Tell whether the portal is the simulated one."""
    return FOLDER in environment


def program(environment: Mapping[str, str], host: str, log: Log) -> Program:
    """Give the program that serves it."""
    address = urlsplit(environment["VAMCO_NATIONAL_PORTAL"])
    words = ["--folder", environment[FOLDER], "--site", environment["VAMCO_SITE_URL"]]
    words += ["--host", host, "--port", str(address.port or 0), "--client", environment["VAMCO_NATIONAL_CLIENT"]]
    if environment.get(_CITIZENS):
        words += ["--citizens", environment[_CITIZENS]]
    argv = [sys.executable, "-m", "vamco.systems.national.adapters.simulators", *words]
    return Program(
        "national portal",
        argv,
        log,
        dict(environment),
        ready=lambda: ports.answers(address.hostname or host, address.port or 0),
    )
