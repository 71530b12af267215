"""`vamco audit verify | export | checkpoint`: whether the log of acts is true, the log as a file, a signed statement of its end.

`verify FILE` needs no database. Keep checkpoints on another machine: only they show that the log's end is missing.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vamco.cli.console import say
from vamco.lib.checkpoints import Doubt
from vamco.lib.errors import N_, Refused
from vamco.lib.hashchain import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vamco.lib.chain_export import Report
    from vamco.lib.checkpoints import Checkpoint

_REASONS: Final = {
    Reason.MISSING: N_("%(chain)s: entry %(seq)s is missing or stands in another place"),
    Reason.ALTERED: N_("%(chain)s: entry %(seq)s was changed"),
    Reason.EMPTY: N_("%(chain)s: the chain holds no entry any more"),
    Reason.HEAD: N_("%(chain)s: from entry %(seq)s on the entries and the end of the chain do not agree"),
    Reason.REWRITTEN: N_(
        "%(chain)s: one of the entries %(first)s to %(seq)s was rewritten, as checkpoint %(number)s shows"
    ),
    Reason.CUT: N_("%(chain)s: the entries from %(seq)s on are gone, as checkpoint %(number)s shows"),
}
_DOUBTS: Final = {
    Doubt.FORGED: N_("checkpoint %(number)s: the signature does not hold"),
    Doubt.STRANGE: N_("checkpoint %(number)s: signed with another key"),
    Doubt.UNLINKED: N_("checkpoint %(number)s: does not follow the one before it"),
    Doubt.BACKWARDS: N_("checkpoint %(number)s: a chain is shorter than before"),
    Doubt.UNKNOWN: N_("checkpoint %(number)s: kept elsewhere, but the log does not know it"),
}


def main(argv: Sequence[str]) -> int:
    """Run one of the three; 1 when the log is not true."""
    options = _parser().parse_args(argv)
    if options.command == "verify":
        return _verify(options.file, options.checkpoint, options.key)
    from vamco.config.start import start

    start()
    from vamco.kernel.base.audit import public as audit

    if options.command == "checkpoint":
        made = audit.checkpoint()
        _write(options.out, made.line())
        if options.out is not None:
            say(N_("Checkpoint %(number)s, signed with the key %(key)s"), number=made.number, key=made.key)
        return 0
    if options.out is None:
        audit.export(sys.stdout)
        return 0
    with options.out.open("w", encoding="utf-8") as file:
        say(N_("%(entries)s entries written"), entries=audit.export(file))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vamco audit", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    verify = commands.add_parser("verify", help="name the first broken entry of each chain; 1 when there is one")
    verify.add_argument("file", nargs="?", type=Path, help="an export (default: the database)")
    verify.add_argument("--checkpoint", type=Path, help="file of checkpoints that was kept elsewhere")
    verify.add_argument("--key", default="", help="the public key that must have signed, in hexadecimal")
    export = commands.add_parser("export", help="write the log as lines of JSON, without the names of persons")
    export.add_argument("--out", type=Path, help="file to write (default: standard output)")
    checkpoint = commands.add_parser("checkpoint", help="sign where all chains end, to be kept elsewhere")
    checkpoint.add_argument("--out", type=Path, help="file to add it to (default: standard output)")
    return parser


def _write(path: Path | None, line: str) -> None:
    if path is None:
        print(line)
        return
    known = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    if line not in known:
        with path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


def _verify(export: Path | None, kept: Path | None, key: str) -> int:
    outside = _read(kept) if kept else []
    if export is not None:
        from vamco.lib.chain_export import check

        with _opened(export).open(encoding="utf-8") as lines:
            report = check(lines, outside, key)
    else:
        from vamco.config.start import start

        start()
        from vamco.kernel.base.audit import public as audit

        report = audit.examine(outside, key)
    for message, data in _findings(report):
        say(message, **data)
    counts = {"entries": report.entries, "chains": report.chains, "checkpoints": report.checkpoints}
    if report.wrong:
        say(N_("Not true. %(entries)s entries of %(chains)s chains hold, up to the first break of each."), **counts)
        return 1
    say(N_("True: %(entries)s entries in %(chains)s chains, %(checkpoints)s checkpoints."), **counts)
    if not outside:
        say(N_("No checkpoint kept elsewhere was given: that an end is missing, or all was rewritten, would not show."))
    return 0


def _findings(report: Report) -> Iterator[tuple[str, dict[str, object]]]:
    for chain, broken in sorted(report.broken.items()):
        data = {"chain": chain, "seq": broken.seq, "first": broken.after + 1, "number": broken.checkpoint}
        yield _REASONS[broken.reason], data
    for fault in report.faults:
        yield _DOUBTS[fault.doubt], {"number": fault.number}
    for chain, seq in sorted(report.mentions.items()):
        yield (
            N_("%(chain)s: entry %(seq)s is linked to a person whom it does not concern"),
            {"chain": chain, "seq": seq},
        )
    if report.unexplained:
        yield (
            N_("%(count)s links to persons are gone or added without an act of erasure"),
            {"count": report.unexplained},
        )
    if report.dangling:
        yield N_("%(count)s links to persons lead to no entry"), {"count": report.dangling}
    if report.damaged:
        yield N_("The file cannot be read to its end: %(why)s"), {"why": report.damaged}


def _read(path: Path) -> list[Checkpoint]:
    from vamco.lib.checkpoints import Checkpoint

    try:
        lines = [line for line in _opened(path).read_text(encoding="utf-8").splitlines() if line.strip()]
        return [
            Checkpoint.read(line) for line in lines or [""]
        ]  # of none at all: to compare with nothing finds nothing
    except (ValueError, OverflowError, RecursionError) as error:
        raise Refused(
            "audit.no_checkpoint", N_("%(path)s holds no checkpoint: %(why)s"), path=str(path), why=str(error)
        ) from error


def _opened(path: Path) -> Path:
    if not path.is_file():
        raise Refused("audit.no_file", N_("There is no file %(path)s."), path=str(path))
    return path
