from vamco.kernel.base.audit.contracts import Seen
from vamco.kernel.base.audit.queries import attests, concerning, examine, export, heads, seen, verify
from vamco.kernel.base.audit.rules import PURPOSE
from vamco.kernel.base.audit.services import SYSTEM, checkpoint, erase, record, record_access

__all__ = [
    "PURPOSE",
    "SYSTEM",
    "Seen",
    "attests",
    "checkpoint",
    "concerning",
    "erase",
    "examine",
    "export",
    "heads",
    "record",
    "record_access",
    "seen",
    "verify",
]
