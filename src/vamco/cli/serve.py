"""`vamco serve`: runs a province: its own pack, database and folders, without a demonstration.

Checks the settings first and names each thing that is missing or wrong. At the first start it prints a one-time link for the
first administrator. Started as root, it goes on as the system user `vamco`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vamco.cli import ground, privileges, processes, readiness
from vamco.cli.console import say
from vamco.cli.province import CHECKOUT, PORT, Province, chosen_folder, fill, prepared, start
from vamco.lib.errors import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

NOT_READY: Final = 78  # EX_CONFIG of sysexits.h: starting again would not help


def main(argv: Sequence[str]) -> int:
    """Start the province and look after it until it is told to stop; 78 when something is wrong with the settings."""
    chosen = _arguments(argv)
    pack = Path(os.environ["VAMCO_PACK"]) if os.environ.get("VAMCO_PACK") else None
    folder = privileges.drop(chosen.data or chosen_folder(), ["serve", *argv], CHECKOUT, *([pack] if pack else []))
    assert folder is not None  # noqa: S101  # for the type checker: it was not None before
    if not _ready(folder, pack):
        return NOT_READY
    if chosen.check:
        say(N_("The settings are right."))
        return 0
    with processes.interruptible():
        try:
            with ExitStack() as stack:
                province = start(stack, data=folder, host=chosen.host, port=chosen.port, demonstration=False)
                _welcome(province)
                fill(province, demonstration=False)
                say(N_("Running. Ctrl-C or SIGTERM stops everything."))
                province.supervisor.watch()
        except KeyboardInterrupt:
            say(N_("Stopped."))
    return 0


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="vamco serve", description=__doc__)
    parser.add_argument("--data", type=Path, help="data folder (default: VAMCO_DATA, or .vamco in the checkout)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=PORT, help=f"port to listen on (default: {PORT})")
    parser.add_argument("--check", action="store_true", help="only say what is missing or wrong; 78 when something is")
    return parser.parse_args(argv)


def _ready(folder: Path, pack: Path | None) -> bool:
    """Say all that is missing or wrong; False when the province cannot start so."""
    data = ground.data_folder(folder)
    found = readiness.examine(os.environ, data, pack)
    faults = "" if pack is None or prepared(data, pack) else _faults_of(pack)
    for finding in found:
        print(finding.text(), flush=True)
    if faults:
        print(f"✗ {faults}", flush=True)
    count = sum(finding.wrong for finding in found) + bool(faults)
    if count:
        say(N_("Not started: %(count)s of these must be put right first (✗)."), count=count)
    return not count


def _faults_of(pack: Path) -> str:
    """Return what `vamco check` finds wrong in a pack, "" for nothing; a pack that is not there is said elsewhere."""
    if not (pack / "pack.yaml").is_file():
        return ""
    words = [sys.executable, "-P", "-m", "vamco", "check", str(pack)]
    # The check looks at the pack alone: settings that are wrong are said by themselves, and it leaves nothing behind.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("VAMCO_", "DATABASE_"))}
    with tempfile.TemporaryDirectory(prefix="vamco-check-") as scratch:
        alone = {**kept, "VAMCO_DATA": scratch}
        done = subprocess.run(words, capture_output=True, text=True, errors="replace", env=alone, check=False)  # noqa: S603
    return "" if done.returncode == 0 else (done.stderr or done.stdout).strip()


def _welcome(province: Province) -> None:
    say(N_("Vàm Cỏ answers at %(address)s"), address=f"{os.environ['VAMCO_SITE_URL'].rstrip('/')}/")
    say(
        N_("It listens at %(address)s; data and logs are in %(folder)s."),
        address=province.address,
        folder=province.data,
    )
    words = [sys.executable, "-P", "-m", "vamco", "account", "first", "--if-needed"]
    processes.run(words, province.environment, name="account", log=None)
