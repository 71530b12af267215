"""A receipt as PDF with its QR code, signed: in one process, one after the other, against the same without a signature.

What is made is Form 01 of the pack: one page, a table, three embedded faces, tags, a QR code of its own each time. The signature is
PAdES B-B and B-T, with keys on P-256 and RSA-2048; the timestamp comes from the simulated authority in the same process, so that
no network is measured. Each made file differs; the last of each kind is checked. Median of the rounds.

Speeds are per second of processor time: that is one core's, whatever else the machine does meanwhile.
"""

from __future__ import annotations

import datetime as dt
import os
import statistics
import tempfile
import time
from typing import TYPE_CHECKING, Any

from vamco.cli.bench import Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROUNDS = 5
EACH = 20
NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)


def run() -> Iterable[Figure]:
    """Measures all ways in turns."""
    with tempfile.TemporaryDirectory(prefix="vamco-bench-") as folder:
        os.environ.update(VAMCO_DATA=folder, DJANGO_SETTINGS_MODULE="vamco.config.settings")
        from vamco.config.start import start

        start()
        ways = _ways()
        found: dict[str, list[float]] = {name: [] for name in ways}
        for turn in range(ROUNDS + 1):
            for name, make in ways.items():
                begun = time.process_time()
                for number in range(EACH):
                    make(f"{turn:04}{number:012}")
                if turn:  # the first turn loads fonts and modules
                    found[name].append(EACH / (time.process_time() - begun))
        median = {name: statistics.median(speeds) for name, speeds in found.items()}
    for name, speed in median.items():
        if name == "unsigned":
            continue
        yield Figure(
            "kernel_documents",
            f"pdf_with_qr_{name}_per_second",
            speed,
            "documents/s",
            reach=">= 20" if name.startswith("signed") else "",
            peer="the same PDF, unsigned" if name.startswith("signed") else "",
            peer_value=median["unsigned"] if name.startswith("signed") else None,
        )


def _ways() -> dict[str, Callable[[str], Any]]:
    from vamco.kernel.record.documents.rules import composing, docx, pdf
    from vamco.kernel.record.documents.tests import made
    from vamco.kernel.record.signing import public as signing
    from vamco.kernel.record.signing.adapters.authority import Authority, new_key
    from vamco.kernel.record.signing.adapters.keys import SoftwareSigner
    from vamco.kernel.record.signing.adapters.timestamping import SimulatedAuthority

    template = made.template("receipt")
    authority = Authority.found("Bench", NOW - dt.timedelta(days=1))
    clock_key = new_key()
    until = NOW + dt.timedelta(days=900)
    clock_certificate = authority.admit_timestamper("Clock", clock_key, since=NOW - dt.timedelta(days=1), until=until)
    clock = SimulatedAuthority(SoftwareSigner(clock_key, clock_certificate), lambda: NOW)
    trust = signing.Trust((authority.root,), (authority.root,))

    def composed(code: str) -> Any:
        lookup = composing.lookup(f"HTTPS://VAMCO.TAYNINH.GOV.VN/V/{code}", code, "vamco.tayninh.gov.vn/verify")
        return composing.compose(template, made.HEAD, {**made.RECEIPT, "dossier": code}, made_at=NOW, lookup=lookup)

    def unsigned(code: str) -> bytes:
        return pdf.render(composed(code))

    def signed(kind: str, timestamper: Any) -> Callable[[str], bytes]:
        signer = authority.signer("Sở Tài chính", "H53.04", NOW - dt.timedelta(days=1), kind)

        def make(code: str) -> bytes:
            return signing.sign(unsigned(code), signer, at=NOW, timestamper=timestamper)

        assert signing.verify(make("0" * 16), trust, now=NOW).verdict == signing.Verdict.VALID
        return make

    checked = signed("ec", clock)("1" * 16)
    return {
        "unsigned": unsigned,
        "signed_b_b_p256": signed("ec", None),
        "signed_b_b_rsa2048": signed("rsa", None),
        "signed_b_t_p256": signed("ec", clock),
        "signed_b_t_rsa2048": signed("rsa", clock),
        "as_docx": lambda code: docx.render(composed(code)),
        "verified": lambda _code: signing.verify(checked, trust, now=NOW),
    }
