from vamco.kernel.record.signing.adapters.keyring import signer_of, timestamper, trust
from vamco.kernel.record.signing.contracts import (
    Appearance,
    Report,
    Signature,
    Signer,
    Timestamper,
    Trust,
    Verdict,
)
from vamco.kernel.record.signing.rules.detached import verify_beside
from vamco.kernel.record.signing.rules.verifying import verify
from vamco.kernel.record.signing.services.apart import verify as verify_apart
from vamco.kernel.record.signing.services.sealing import sign, sign_beside, stamp

__all__ = [
    "Appearance",
    "Report",
    "Signature",
    "Signer",
    "Timestamper",
    "Trust",
    "Verdict",
    "sign",
    "sign_beside",
    "signer_of",
    "stamp",
    "timestamper",
    "trust",
    "verify",
    "verify_apart",
    "verify_beside",
]
