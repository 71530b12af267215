"""The simulated counterparts (registers, tax office, post), as a program of the demonstration beside the issuer of the eID."""

from __future__ import annotations

import os
import secrets
import sys
from typing import TYPE_CHECKING, Final

from vamco.cli import ports
from vamco.cli.processes import Program
from vamco.demo import layer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from vamco.cli.processes import Log

REGISTERS: Final = "VAMCO_SIMULATED_REGISTERS"
_PORT: Final = "VAMCO_SIMULATED_COUNTERPARTS"
_SECRET: Final = "SIMULATED_COUNTERPARTS_SECRET"  # noqa: S105  # a name
_HOST: Final = "127.0.0.1"
_LINES: Final = {
    "VAMCO_POPULATION": "population",
    "VAMCO_CIVIL_STATUS": "civil-status",
    "VAMCO_TAX": "tax",
    "VAMCO_POST": "post",
    "VAMCO_VEHICLES": "vehicles",
}


def settings(pack: Path) -> dict[str, str]:
    """Return the settings by which the platform finds its simulated counterparts; a line that the operator has named stays as it is."""
    file = layer.registers_file(pack)
    if file is None:
        return {}
    port = ports.free(_HOST)
    secret = secrets.token_urlsafe(24)
    lines = {name: f"http://vamco:{secret}@{_HOST}:{port}/{path}" for name, path in _LINES.items()}
    own = {name: address for name, address in lines.items() if not os.environ.get(name)}
    return {**own, REGISTERS: str(file.absolute()), _PORT: str(port), _SECRET: secret}


def simulated(environment: Mapping[str, str]) -> bool:
    """Return whether they are to be started."""
    return REGISTERS in environment


def program(environment: Mapping[str, str], log: Log) -> Program:
    """Return the program that serves them."""
    port = int(environment[_PORT])
    words = ["--registers", environment[REGISTERS], "--host", _HOST, "--port", str(port)]
    argv = [sys.executable, "-m", "vamco.systems.counterparts.adapters.simulators", *words]
    return Program("counterparts", argv, log, dict(environment), ready=lambda: ports.answers(_HOST, port))
