"""Reads the body of a request to its end before a thread is taken: into memory, then into a file, within terms."""

from __future__ import annotations

import asyncio
import io
from collections import Counter
from typing import IO, TYPE_CHECKING, Any, Final

from vamco.web import spool
from vamco.web.front import refusals

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from concurrent.futures import Executor

    from vamco.web.front.terms import Terms

    Receive = Callable[[], Awaitable[dict[str, Any]]]

IN_MEMORY: Final = 64 << 10  # bytes; what is larger goes to the disk
_BLOCK: Final = 256 << 10  # bytes that are written at once
_PIECES: Final = 512  # so many pieces are free
_PIECE: Final = 128  # bytes that pieces beyond them must have on average


class Gone(Exception):  # noqa: N818  # no error of ours: nobody is there to be answered
    """The client has gone away."""


class Shelf:
    """How many bytes of bodies a process holds, in all and for each address, in memory and on the disk."""

    def __init__(self, most: int, per_address: int) -> None:
        self._most, self._per_address = most, per_address
        self._total = 0
        self._held: Counter[str] = Counter()

    def take(self, address: str, size: int) -> None:
        """Count `size` more bytes; Refusal when they find no room."""
        if self._total + size > self._most or self._held[address] + size > self._per_address:
            raise refusals.busy()
        self._total += size
        self._held[address] += size

    def give_back(self, address: str, size: int) -> None:
        """Count them no more."""
        self._total -= size
        self._held[address] -= size
        if not self._held[address]:
            del self._held[address]


class Body:
    """The body of a request; `file` is at its beginning once it has been read."""

    def __init__(self, shelf: Shelf, address: str) -> None:
        self.size = 0
        self.file: IO[bytes] = io.BytesIO()
        self._shelf, self._address = shelf, address
        self._pending: list[bytes] = []
        self._pending_size = 0

    async def read(self, receive: Receive, terms: Terms, disk: Executor) -> None:
        """Read all of it; Refusal when it breaks its terms, Gone when the client went away."""
        loop = asyncio.get_running_loop()
        begun, pieces, more = loop.time(), 0, True
        while more:
            try:
                async with asyncio.timeout_at(begun + terms.grace + self.size / terms.rate):
                    message = await receive()
            except TimeoutError:
                raise refusals.too_slow() from None
            if message["type"] != "http.request":
                raise Gone
            piece, more, pieces = message["body"], message["more_body"], pieces + 1
            if self.size + len(piece) > terms.most:
                raise refusals.too_large(terms.most)
            if pieces > _PIECES + self.size // _PIECE:  # each costs as much as a page's share of the loop
                raise refusals.broken()
            self._take(piece)
            if self._pending_size >= _BLOCK or (self._pending_size >= IN_MEMORY and not more):
                await loop.run_in_executor(disk, self._write)
        if isinstance(self.file, io.BytesIO):
            self.file = io.BytesIO(b"".join(self._pending))
        elif self._pending:
            await loop.run_in_executor(disk, self._write)
        self.file.seek(0)

    def _take(self, piece: bytes) -> None:
        self._shelf.take(self._address, len(piece))
        self.size += len(piece)
        self._pending.append(piece)
        self._pending_size += len(piece)

    def _write(self) -> None:
        if isinstance(self.file, io.BytesIO):
            self.file = spool.open_file()
        self.file.writelines(self._pending)
        self._pending, self._pending_size = [], 0

    def close(self) -> None:
        """Let go of it."""
        self.file.close()
        self._pending.clear()
        self._shelf.give_back(self._address, self.size)
