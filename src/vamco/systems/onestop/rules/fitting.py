"""Which acts of the kind `dossier` a procedure has, and when: supplements, financial duty, other agencies. Pure.

Source: NĐ 118/2025 with TT 03/2025/TT-VPCP (second-hand): at which stage a supplement is asked for is a matter of the procedure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from vamco.lib.errors import N_

if TYPE_CHECKING:
    from vamco.systems.onestop.declaration import FilingItem

PARTS: Final = {"consult": "other", "consult_tax": "tax", "consult_police": "police", "convene": "council"}
"""The part that each act hands out."""


@dataclass(frozen=True, slots=True)
class Past:
    """What was done so far: how often a supplement was asked for after reception, and which parts were handed out or answered."""

    supplements: int = 0
    open_parts: frozenset[str] = frozenset()
    answered: frozenset[str] = frozenset()


def refusal(filing: FilingItem, act: str, past: Past) -> tuple[str, str, dict[str, Any]] | None:
    """Return why a dossier does not have an act now: a code, a msgid and its data; None where it has."""
    if act in PARTS:
        return _part(filing, PARTS[act], past)
    if act == "ask_supplement":
        return _supplement(filing, past)
    if act == "ask_correction" and "entry" not in filing.supplement:
        text = N_("In this procedure nothing is asked for before reception: receive it or refuse it.")
        return "onestop.no_correction", text, {}
    if act in {"ask_duty", "confirm_duty", "duty_met"} and not filing.duty:
        return "onestop.no_duty", N_("This procedure has no financial duty."), {}
    if act == "propose" and (missing := sorted(set(filing.parts) - past.answered)):
        return "onestop.part_missing", N_("Other agencies have not answered yet: %(parts)s."), {"parts": missing}
    return None


def _part(filing: FilingItem, part: str, past: Past) -> tuple[str, str, dict[str, Any]] | None:
    if part not in filing.parts:
        return "onestop.no_part", N_("In this procedure no such agency is asked."), {}
    if part in past.open_parts or part in past.answered:
        return "onestop.part_asked", N_("This agency has been asked already."), {}
    return None


def _supplement(filing: FilingItem, past: Past) -> tuple[str, str, dict[str, Any]] | None:
    if "appraisal" not in filing.supplement:
        text = N_("In this procedure a supplement is asked for only before reception.")
        return "onestop.no_supplement", text, {}
    if filing.supplements and past.supplements >= filing.supplements:
        text = N_("A supplement may be asked for %(times)s times in this procedure, and has been.")
        return "onestop.supplements_used", text, {"times": filing.supplements}
    return None
