"""`vamco up`: a running province on this machine, with data on every page.

Starts the database, the demonstration's departments, the web and the worker, and stops them all on Ctrl-C. Started as root, it
goes on as the system user `vamco` (or as whom the data belong to already).
"""

from __future__ import annotations

import argparse
import os
from contextlib import ExitStack
from pathlib import Path

from vamco.cli import check_up, issuer, national, privileges, processes, simulated_bank
from vamco.cli.console import say
from vamco.cli.province import CHECKOUT, PORT, Province, chosen_folder, chosen_pack, fill, start
from vamco.lib.errors import N_, Refused


def main(argv: list[str]) -> int:
    """Start everything and look after it until Ctrl-C, which is a clean end: exit code 0."""
    chosen = _arguments(argv)
    if (wish := os.environ.get("VAMCO_DEMO")) is not None and wish.strip().lower() not in {
        "1",
        "true",
        "yes",
        "on",
        "t",
        "y",
    }:
        raise Refused(
            "up.no_demonstration",
            N_(
                "“vamco up” is the demonstration, with made-up figures and published log-ins. To run a province without it: "
                "VAMCO_PACK=… VAMCO_SITE_URL=… ./vamco serve (docs/operating.md, “The first day”)."
            ),
        )
    folder = None if chosen.check else chosen.data or chosen_folder()
    data = privileges.drop(folder, ["up", *argv], CHECKOUT, chosen_pack())
    with processes.interruptible():
        try:
            if chosen.check:
                return check_up.main()
            with ExitStack() as stack:
                province = start(stack, data=data, host=chosen.host, port=chosen.port)
                _welcome(province)
                fill(province)
                say(N_("Ctrl-C stops everything."))
                province.supervisor.watch()
        except KeyboardInterrupt:
            say(N_("Stopped."))
    return 0


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="vamco up", description=__doc__)
    parser.add_argument("--data", type=Path, help="data folder (default: VAMCO_DATA, or .vamco in the checkout)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, help=f"port to listen on (default: {PORT}, or the next free one)")
    parser.add_argument(
        "--check", action="store_true", help="start in a temporary folder, walk main line and pages, say JSON"
    )
    return parser.parse_args(argv)


def _welcome(province: Province) -> None:
    from vamco.demo import layer
    from vamco.demo.people import PASSWORD, PIN, app_key

    say(N_("Vàm Cỏ answers at %(address)s"), address=province.address)
    say(N_("Demonstration log-ins, all with the password %(password)s:"), password=PASSWORD)
    everybody = layer.log_ins(chosen_pack())
    width = max(len(person.username) for person in everybody)
    for person in everybody:
        print(f"  {person.username:<{width}}  {person.name}, {person.title}", flush=True)
    say(
        N_(
            "These have an authenticator app, too; the page that asks for its six digits shows them. Keys for an app of your own:"
        )
    )
    for person in (each for each in everybody if each.app):
        print(f"  {person.username:<{width}}  {app_key(person.username)}", flush=True)
    if issuer.simulated(province.environment):
        say(N_("Citizens sign in with VNeID (simulation), all with the PIN %(pin)s:"), pin=PIN)
        for citizen in layer.citizens(chosen_pack()):
            print(f"  {citizen.name}, {citizen.about}", flush=True)
        say(
            N_("How the simulated issuer behaves is set at %(address)s"),
            address=province.environment["VAMCO_EID_ISSUER"],
        )
    if simulated_bank.simulated(province.environment):
        say(
            N_("A simulated bank, gateway and carrier of receipts: %(address)s"),
            address=province.environment["VAMCO_BANK_APP"],
        )
    if national.simulated(province.environment):
        say(
            N_("The simulated national portal, where citizens file and officials decide: %(address)s"),
            address=province.environment["VAMCO_NATIONAL_PORTAL"],
        )
    portal = province.environment.get("VAMCO_REPORTS_PORTAL", "")
    say(N_("Another system, simulated, that signs its users in here: %(address)s"), address=portal)
    say(N_("Data and logs are in %(folder)s."), folder=province.data)
