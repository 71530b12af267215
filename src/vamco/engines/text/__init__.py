"""What a report says: which category, whether others told the same, what a person must look at. No Django, no persons, no network."""

from __future__ import annotations

from vamco.engines.text.classify import Model, Score, evaluate, replace_if_better, train
from vamco.engines.text.contracts import Concern, Flag, Match, Proposal, Report
from vamco.engines.text.duplicates import near
from vamco.engines.text.flags import find as find_flags

__all__ = [
    "Concern",
    "Flag",
    "Match",
    "Model",
    "Proposal",
    "Report",
    "Score",
    "evaluate",
    "find_flags",
    "near",
    "replace_if_better",
    "train",
]
