from vamco.systems.service_quality.contracts import VIEW, Counted, PartScore, Points, Score
from vamco.systems.service_quality.queries import counted, offices, score, scores
from vamco.systems.service_quality.rules.score import band, bands
from vamco.systems.service_quality.services.facts import note
from vamco.systems.service_quality.services.publishing import publish

__all__ = [
    "VIEW",
    "Counted",
    "PartScore",
    "Points",
    "Score",
    "band",
    "bands",
    "counted",
    "note",
    "offices",
    "publish",
    "score",
    "scores",
]
