from vamco.kernel.record.signing.apart import verify as verify_apart
from vamco.kernel.record.signing.contracts import (
    Appearance,
    Report,
    Signature,
    Signer,
    Timestamper,
    Trust,
    Verdict,
)
from vamco.kernel.record.signing.keyring import signer_of, timestamper, trust
from vamco.kernel.record.signing.sealing import sign, stamp
from vamco.kernel.record.signing.verifying import verify

__all__ = [
    "Appearance",
    "Report",
    "Signature",
    "Signer",
    "Timestamper",
    "Trust",
    "Verdict",
    "sign",
    "signer_of",
    "stamp",
    "timestamper",
    "trust",
    "verify",
    "verify_apart",
]
