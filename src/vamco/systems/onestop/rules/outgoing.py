"""Forms 01 to 07 of the one-stop desk: which act brings which, by which template, under which notation. Pure.

Source: TT 03/2025/TT-VPCP, Phụ lục I (second-hand). Notations are this platform's proposal.
"""

from __future__ import annotations

from typing import Final

from vamco.lib.errors import N_

RESULT: Final = "result"
BY_ACT: Final = {
    "accept": "01",
    "ask_correction": "02",
    "ask_supplement": "02",
    "refuse": "03",
    "extend": "04",
    "stop": "05",
}
TEMPLATES: Final = {
    "01": "receipt",
    "02": "supplement",
    "03": "refusal",
    "04": "apology",
    "05": "stopping",
    "06": "control_slip",
    "07": "daily_register",
}
GENERAL_RESULT: Final = "result_notice"
NOTATIONS: Final = {"01": "TNHS", "02": "HDHS", "03": "TCHS", "04": "XLHL", "05": "DGQ"}
FORM_NAMES: Final = {
    "01": N_("Form 01: receipt and appointment"),
    "02": N_("Form 02: request for a supplement"),
    "03": N_("Form 03: refusal"),
    "04": N_("Form 04: apology and new appointment"),
    "05": N_("Form 05: notice that it was stopped"),
    RESULT: N_("Result"),
}
OF_OFFICE: Final = frozenset({"accept", "ask_correction", "refuse"})
"""Acts of the office that receives; its forms stand under its name, those of the others under that of who decides."""
_COMMITTEES: Final = frozenset({"committee", "commune"})
_LEFT_OUT: Final = frozenset({"tỉnh", "thành", "phố", "và"})


def number(form: str, dossier: str) -> str:
    """Return the number of a form: it is that of the dossier, so that both are found by one."""
    return f"{dossier}/{NOTATIONS[form]}"


def notation(kind: str, name: str) -> str:
    """Return the notation of a result: a committee's is UBND, any other agency's the initials of its name."""
    if kind in _COMMITTEES:
        return "TTHC-UBND"
    initials = "".join(word[0] for word in name.replace(",", " ").split() if word.lower() not in _LEFT_OUT)
    return f"TTHC-{initials.upper()}"
