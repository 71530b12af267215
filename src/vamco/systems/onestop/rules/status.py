"""The national code of a dossier (1 to 10) by the state of its case. Pure.

Internal state and national code differ: several states share a code, and the codes may change without the states. Source: onestop codes
1–10 as two independent systems use them (second-hand).
"""

from __future__ import annotations

from typing import Final

from vamco.lib.errors import N_

NATIONAL: Final[dict[str, int]] = {
    "submitted": 1,
    "correcting": 1,
    "received": 2,
    "refused": 3,
    "appraising": 4,
    "approving": 4,
    "signing": 4,
    "numbering": 4,
    "releasing": 4,
    "supplement": 5,
    "charging": 6,
    "withdrawn": 7,
    "stopped": 8,
    "ready": 9,
    "done": 10,
}

NAMES: Final[dict[int, str]] = {
    1: N_("Newly registered"),
    2: N_("Received"),
    3: N_("Not received"),
    4: N_("Being handled"),
    5: N_("A supplement is asked for"),
    6: N_("A financial duty is asked for"),
    7: N_("Withdrawn by the applicant"),
    8: N_("Stopped"),
    9: N_("Decided"),
    10: N_("Result delivered"),
}


def national_code(state: str) -> int:
    """Return the national code of a state of the kind `dossier`; KeyError for a state that it does not have."""
    return NATIONAL[state]
