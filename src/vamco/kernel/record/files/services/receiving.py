"""Takes bytes in: to the disk, through inspection and scanner, into the store. No transaction is open meanwhile."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from vamco.kernel.record.files.adapters import scanners, stores
from vamco.kernel.record.files.contracts import AS_DELIVERED, DISK_FULL, MB, Finding, Kind, Scan, Terms, Verdict
from vamco.kernel.record.files.rules import media
from vamco.kernel.record.files.rules.refusals import refusal
from vamco.kernel.record.files.services import removing
from vamco.lib.errors import N_, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

CHUNK = 1 << 20
FULL_DISK = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True)
class Piece:
    """Bytes that lie in the store, and for a while beside it."""

    part: Path
    sha256: str
    size: int


@dataclass(frozen=True)
class Examined:
    """A file that may be kept: nothing about it is known to the database yet."""

    name: str
    media_type: str
    terms: Terms
    original: Piece
    rendition: Piece | None = None
    finding: Finding = field(default_factory=Finding)
    verdict: Verdict = field(default_factory=lambda: Verdict(Scan.UNSCANNED))

    @property
    def pieces(self) -> list[Piece]:
        """The contents of the file."""
        return [self.original, self.rendition] if self.rendition else [self.original]


@contextlib.contextmanager
def examined(stream: IO[bytes], *, name: str, terms: Terms = AS_DELIVERED) -> Iterator[Examined]:
    """Receive a file, inspect it and lay it down durably; Refused when it breaks the terms, Unavailable when the disk is full.

    Do this before a transaction begins, and keep what it gives inside. When that is refused, nothing of it stays; what is not
    kept for another reason is swept away later.
    """
    name = media.clean_name(name)
    with _incoming() as (part, painted):
        original, head = _copy(stream, part, name, terms.max_bytes)
        media_type, finding = media.media_type(head), Finding()
        if terms.kinds is not None:
            kind = _expect(name, head, original, terms.kinds)
            media_type, finding = kind.value, _inspect(kind, original, head, painted, name)
        verdict = _scan(part, name)
        rendition = _piece(painted) if finding.rendition else None
        found = Examined(name, media_type, terms, original, rendition, finding, verdict)
        store = stores.store()
        try:
            for piece in found.pieces:
                store.put(piece.part, piece.sha256)
            yield found
        except BaseException:
            removing.discard(piece.sha256 for piece in found.pieces)
            raise


@contextlib.contextmanager
def examined_together(uploads: Sequence[tuple[IO[bytes], str]], *, terms: Terms) -> Iterator[list[Examined]]:
    """Receive the files of one act, each with its name, as `examined` does; Refused before the first when they are too many."""
    demand_few(len(uploads), terms)
    with contextlib.ExitStack() as examining:
        yield [examining.enter_context(examined(stream, name=name, terms=terms)) for stream, name in uploads]


def demand_few(uploads: int, terms: Terms) -> None:
    """Refuse more files than one act may bring."""
    if uploads > terms.max_at_once:
        raise refusal("too_many_at_once", limit=terms.max_at_once)


@contextlib.contextmanager
def _incoming() -> Iterator[tuple[Path, Path]]:
    """Give two places for unfinished contents, of which nothing stays; a full disk has an error of its own."""
    part = stores.folder() / "incoming" / secrets.token_hex(16)
    painted = part.with_suffix(".rendition")
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        yield part, painted
    except OSError as error:
        if error.errno in FULL_DISK:
            raise _full() from error
        raise
    finally:
        part.unlink(missing_ok=True)
        painted.unlink(missing_ok=True)


def _full() -> Unavailable:
    return Unavailable("files.disk_full", N_("The disk is full; nothing was stored."))


def _copy(stream: IO[bytes], part: Path, name: str, max_bytes: int) -> tuple[Piece, bytes]:
    digest, size, head = hashlib.sha256(), 0, b""
    with part.open("xb") as out:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > max_bytes:
                raise refusal("too_large", name=name, limit=_megabytes(max_bytes))
            head += chunk[: media.HEAD - len(head)]
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return Piece(part, digest.hexdigest(), size), head


def _megabytes(size: int) -> str:
    return f"{size / MB:.3g}"


def _piece(part: Path) -> Piece:
    with part.open("rb") as file:
        return Piece(part, hashlib.file_digest(file, "sha256").hexdigest(), part.stat().st_size)


def _expect(name: str, head: bytes, original: Piece, allowed: frozenset[Kind]) -> Kind:
    kind, wrong = media.expect(name, head, allowed)
    if kind is None:
        raise refusal(wrong, name=name)
    if not head.startswith(b"PK") and media.ends_as_archive(_tail(original)):
        raise refusal("polyglot", name=name)
    return kind


def _tail(piece: Piece) -> bytes:
    with piece.part.open("rb") as file:
        file.seek(max(piece.size - media.TAIL, 0))
        return file.read()


def _inspect(kind: Kind, original: Piece, head: bytes, painted: Path, name: str) -> Finding:
    """Look into a file. Text and signatures have no structure that could harm; the rest is read in a process apart."""
    if kind in {Kind.TEXT, Kind.CSV} or (kind is Kind.P7S and not head.startswith(b"\x30")):
        finding = Finding("" if _is_text(original) else "damaged")
    elif kind is Kind.P7S:
        finding = Finding("" if media.is_one_value(head, original.size) else "damaged", signed=True)
    else:
        from vamco.kernel.record.files.adapters.inspection import sandbox

        finding = sandbox.inspect(kind, original.part, painted)
    if finding.code == DISK_FULL:
        raise _full()
    if finding.code:
        raise refusal(finding.code, name=name, **finding.data)
    return finding


def _is_text(piece: Piece) -> bool:
    import codecs

    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with piece.part.open("rb") as file:
            while chunk := file.read(CHUNK):
                if "\x00" in decoder.decode(chunk):
                    return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _scan(part: Path, name: str) -> Verdict:
    scanner = scanners.scanner()
    if scanner is None:
        return Verdict(Scan.UNSCANNED)
    with part.open("rb") as stream:
        verdict = scanner.scan(stream)
    if verdict.scan is Scan.INFECTED:
        raise refusal("infected", name=name, found=verdict.found)
    return verdict
