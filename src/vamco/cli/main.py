"""The command `vamco`: a table of commands, each in a module that is imported only when it runs."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Command(NamedTuple):
    """A command; its module has `main(argv) -> exit code`.

    `beside`: it works on the database of a running `vamco up` or `vamco serve`; "user": as root it goes on as its system user.
    """

    name: str
    module: str
    help: str
    beside: str = ""


COMMANDS: Final = (
    Command("up", "vamco.cli.up", "start everything: database, demonstration department, web, worker"),
    Command("serve", "vamco.cli.serve", "run a province: own pack, own database, no demonstration"),
    Command("account", "vamco.cli.account", "open, lock and reset accounts; appoint people", "user"),
    Command("test", "vamco.cli.test", "run the tests; --full adds the long ones"),
    Command("check", "vamco.cli.check", "check a pack and say what is wrong, with file and line"),
    Command("pack", "vamco.cli.pack", "import boundaries into a pack, load it", "pack"),
    Command("migrate", "vamco.cli.migrate", "bring the tables of the database at DATABASE_OWNER_URL up to date"),
    Command("worker", "vamco.cli.worker", "work off jobs: collection, indicators, warnings"),
    Command("jobs", "vamco.cli.jobs", "what waits, runs and failed in the background; stop it, send it again", "user"),
    Command("backup", "vamco.cli.backup", "back up database, files and lake of one moment; --check verifies a backup"),
    Command("restore", "vamco.cli.restore", "restore a backup into an empty folder and prove that all is there"),
    Command("events", "vamco.cli.events", "dead letters, and news once more for one handler", "user"),
    Command("search", "vamco.cli.search", "let everything be found again: index anew what the search finds", "user"),
    Command("keys", "vamco.cli.keys", "list, rotate and retire the keys that seal identity numbers", "user"),
    Command("audit", "vamco.cli.audit", "say whether the log of acts is true, export it, sign where it ends", "us"),
    Command(
        "traffic", "vamco.cli.traffic", "watch cameras; check an evidence file; write corrected plates for learning"
    ),
    Command("vision", "vamco.cli.vision", "train, try and adapt the networks that find and read number plates"),
    Command("messages", "vamco.cli.messages", "extract and compile the translations"),
    Command(
        "docs",
        "vamco.cli.docs",
        "write the pages of docs/ that the code can write: settings, commands, pack sections, the architecture",
    ),
    Command("bench", "vamco.cli.bench", "measure, each figure against its peer"),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that `argv` names; gives its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(
        prog="vamco",
        description="Vàm Cỏ, one shared digital-government platform for a Vietnamese province",
        epilog="“vamco COMMAND --help” says more about a command.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="store_true", help="print the version and stop")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for command in COMMANDS:
        commands.add_parser(command.name, help=command.help, add_help=False)
    first, rest = words[:1], words[1:]  # what follows the command belongs to it
    chosen = parser.parse_args(first)
    if chosen.version:
        from importlib.metadata import version

        print(f"vamco {version('vamco')}")
        return 0
    for command in COMMANDS:
        if command.name == chosen.command:
            return _run(command, rest)
    parser.print_help()
    return 0


def _run(command: Command, argv: list[str]) -> int:
    """Run one command; what it refuses to do becomes a message, not a traceback."""
    from vamco.lib.errors import VamcoError

    try:
        if command.beside:
            _join(command, argv)
        return int(importlib.import_module(command.module).main(argv))
    except VamcoError as error:
        from vamco.cli.console import complain

        complain(command.name, error)
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if not command.beside or not _is_silence(error):
            raise
        from vamco.cli import beside
        from vamco.cli.console import complain

        complain(command.name, beside.silence())
        return 1


def _join(command: Command, argv: list[str]) -> None:
    """Find the running Vàm Cỏ, unless the settings of this process have been read: a caller has chosen them."""
    django = sys.modules.get("django.conf")
    if django is None or not django.settings.configured:
        from vamco.cli import beside

        # What only reads or writes the pack's own folder stays who it is.
        own = command.beside == "user" or (command.beside == "pack" and "load" in argv)
        beside.join([command.name, *argv], as_its_user=own and "DATABASE_URL" not in os.environ)


def _is_silence(error: Exception) -> bool:
    """Return whether the database did not answer at all."""
    return type(error).__name__ == "OperationalError" and "connection" in str(error)
