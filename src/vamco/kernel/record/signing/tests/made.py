"""Small documents and the people who sign them, good and bad."""

from __future__ import annotations

import datetime as dt
import io
from functools import cache

from reportlab.pdfgen.canvas import Canvas

from vamco.kernel.record.signing.adapters.authority import Authority, new_key
from vamco.kernel.record.signing.adapters.keys import SoftwareSigner
from vamco.kernel.record.signing.adapters.timestamping import SimulatedAuthority
from vamco.kernel.record.signing.contracts import Trust

NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


ROOT = "Gốc thử nghiệm"


def root(name: str = ROOT) -> Authority:
    return _root(name)


@cache
def _root(name: str) -> Authority:
    return Authority.found(name, NOW - 1000 * DAY)


@cache
def signer(kind: str = "ec", *, since: int = -100, until: int = 600, ca: str = ROOT) -> SoftwareSigner:
    key = new_key(kind)
    authority = root(ca)
    certificate = authority.admit("Sở Tài chính", "H53.04", key, since=NOW + since * DAY, until=NOW + until * DAY)
    return SoftwareSigner(key, certificate)


@cache
def clock_signer(ca: str = ROOT) -> SoftwareSigner:
    key = new_key()
    certificate = root(ca).admit_timestamper("Dấu thời gian", key, since=NOW - 900 * DAY, until=NOW + 3000 * DAY)
    return SoftwareSigner(key, certificate)


def clock(at: dt.datetime = NOW, ca: str = ROOT) -> SimulatedAuthority:
    return SimulatedAuthority(clock_signer(ca), lambda: at)


def trust(**more: tuple[bytes, ...]) -> Trust:
    return Trust((root().root,), (root().root,), **more)


def pdf(text: str = "Pay 100", *, pages: int = 1) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1, pageCompression=0)
    for number in range(pages):
        canvas.drawString(100, 700, f"{text} page {number}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()
