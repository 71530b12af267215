"""A log outside its database: lines of JSON that anybody can check, in one pass and in memory that does not grow with the entries.

{"vamco_audit_export":2,"at":…}                           first
{"checkpoint":{…},"signature":…}                          in their order
{"chain":…,"seq":…,"hash":…}                              a chain's head, then its entries from the first on
{"seq":1,"row":7,"hash":…,"content":{…}}
{"end":{"chains":…,"entries":…}}                          last: without it the file was cut

Files of version 1, which tell no rows, are read for ever.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from vamco.lib.checkpoints import Checkpoint, Claims, Doubt, Fault, faults
from vamco.lib.hashchain import GENESIS, Break, Item, Place, Reason, bind, canonical, digest, follow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

VERSION: Final = 2
_WITHOUT_ROWS: Final = 1
_NOTHING: Final = '{"nothing":true}'  # stands for the line after the last one
_CONTENT: Final = '{"content":'  # how an entry's line begins
_decode: Final = json.JSONDecoder().raw_decode


@dataclass
class Report:
    """What an examination of a log found; true when nothing is `wrong`."""

    entries: int = 0  # found true
    chains: int = 0
    checkpoints: int = 0
    broken: dict[str, Break] = field(default_factory=dict)  # by chain
    faults: list[Fault] = field(default_factory=list)
    mentions: dict[str, int] = field(
        default_factory=dict
    )  # by chain: the first entry that is linked to the wrong person
    unexplained: int = 0  # persons unlinked without an erasure saying so; below 0: linked again after one
    dangling: int = 0  # links that lead from a person to no entry
    damaged: str = ""  # why the file itself cannot be read to its end

    @property
    def wrong(self) -> bool:
        """Whether anything is."""
        return bool(self.broken or self.faults or self.mentions or self.unexplained or self.dangling or self.damaged)


def first_line(at: str, version: int = VERSION) -> str:
    """How an export begins."""
    return canonical({"vamco_audit_export": version, "at": at})


def head_line(chain: str, head: Place) -> str:
    """What stands before a chain's entries."""
    return canonical({"chain": chain, "seq": head.seq, "hash": head.hash.hex()})


def entry_line(item: Item) -> str:
    """One entry."""
    row = {} if item.row is None else {"row": item.row}
    return canonical({"seq": item.seq, **row, "hash": item.hash.hex(), "content": item.content})


def last_line(chains: int, entries: int) -> str:
    """How an export ends."""
    return canonical({"end": {"chains": chains, "entries": entries}})


def check(lines: Iterable[str], outside: Sequence[Checkpoint] = (), key: str = "") -> Report:
    """Examines an export; `outside` are checkpoints that were kept elsewhere, `key` the public key that must have signed.

    A line that no export would hold as it stands is damage, for another reader may see something else in it than we do.
    """
    report = Report()
    reading = _Reading(lines, report)
    try:
        reading.whole(outside, key)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        report.damaged = f"line {reading.number}: {type(error).__name__}: {error}"
    return report


class _Reading:
    """One pass over the lines, with the next one in sight: `number` is its number, from 1."""

    def __init__(self, lines: Iterable[str], report: Report) -> None:
        self.report = report
        self.number = 0
        self._lines = iter(lines)
        self._line = ""
        self._next: dict[str, Any] = {}
        self._judged = False
        self._rows = True

    def _move(self) -> None:
        self.number += 1
        self._line = next(self._lines, _NOTHING).removesuffix("\n")
        self._next, end = _decode(self._line)
        if end != len(self._line):
            raise ValueError("something stands behind the JSON")

    def _demand(self, written: str) -> None:
        """ValueError unless the line in sight is what an export writes for that which was read in it."""
        if self._line != written:
            raise ValueError("no export writes this line as it stands")

    def whole(self, outside: Sequence[Checkpoint], key: str) -> None:
        self._move()
        version = self._next.get("vamco_audit_export")
        if version not in {VERSION, _WITHOUT_ROWS}:
            raise ValueError("this is no export of the audit log")
        self._demand(first_line(self._next["at"], int(version)))
        self._rows = version != _WITHOUT_ROWS
        self._move()
        known, claims = self._checkpoints(key), Claims(outside)
        self.report.faults += compare(known, outside, key)
        for each in known:
            claims.add(each)
        chains, entries = set[str](), 0
        while "chain" in self._next:
            chain = str(self._next["chain"])
            if chain in chains:
                raise ValueError(f"the chain {chain} comes twice")
            chains.add(chain)
            entries += self._chain(chain, claims)
        self.report.chains = len(chains)
        lost_chains(self.report, claims, chains)
        if self._next.get("end") != {"chains": len(chains), "entries": entries}:
            raise ValueError("the file ends too early, or its end is not its own")
        self._demand(last_line(len(chains), entries))
        self.number += 1
        if next(self._lines, None) is not None:
            raise ValueError("the file goes on after its end")

    def _checkpoints(self, key: str) -> list[Checkpoint]:
        found = []
        while "checkpoint" in self._next:
            found.append(Checkpoint.read(self._line))
            self._demand(found[-1].line())
            self._move()
        self.report.checkpoints = len(found)
        self.report.faults += faults(found, key)
        return found

    def _chain(self, chain: str, claims: Claims) -> int:
        head = Place(int(self._next["seq"]), bytes.fromhex(self._next["hash"]))
        self._demand(head_line(chain, head))
        self._move()
        self._read = 0
        true, broken = follow(chain, self._entries(), head, claims.about(chain))
        for _rest in self._entries():  # what stands after a break is not judged
            pass
        self.report.entries += true
        if broken:
            self.report.broken[chain] = broken
        return self._read

    def _entries(self) -> Iterator[Item]:
        previous = GENESIS
        while True:
            if self._judged:
                self._judged = False
                self._move()
            if "content" not in self._next:
                return
            entry = self._next
            row = int(entry["row"]) if self._rows else None
            item = Item(int(entry["seq"]), row, dict(entry["content"]), bytes.fromhex(entry["hash"]))
            self._read += 1
            if item.seq != self._read or not _bound(self._line, previous, item):
                self._demand(entry_line(item))
            previous = item.hash
            self._judged = True  # but while it is, its line stays in sight: should that fail, it is the one to name
            yield item


def _bound(line: str, previous: bytes, item: Item) -> bool:
    """Whether a line is an entry whose content is bound letter by letter as it stands there.

    That it is written as it should be then follows from the chain, at a fraction of the cost of writing it once more.
    """
    row = "" if item.row is None else f',"row":{item.row}'
    end = f',"hash":"{item.hash.hex()}"{row},"seq":{item.seq}}}'
    if not (line.startswith(_CONTENT) and line.endswith(end)):
        return False
    digested = digest(line[len(_CONTENT) : -len(end)])
    return item.hash in {bind(previous, item.seq, digested, row) for row in (item.row, None)}


def compare(known: Iterable[Checkpoint], outside: Sequence[Checkpoint], key: str) -> Iterator[Fault]:
    """What is wrong with the checkpoints kept elsewhere, seen from those of the log."""
    yield from faults(outside, key, whole=False)
    missing = {each.number: each.digest() for each in outside}
    for each in known:
        if missing.get(each.number) == each.digest():
            del missing[each.number]
    yield from (Fault(number, Doubt.UNKNOWN) for number in sorted(missing))


def lost_chains(report: Report, claims: Claims, found: set[str]) -> None:
    """Notes the chains that a checkpoint knows and that are not there at all."""
    for chain in sorted(claims.chains() - found):
        report.broken[chain] = Break(1, Reason.CUT, claims.about(chain)[0].number)
