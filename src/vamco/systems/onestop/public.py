from vamco.systems.onestop.contracts import ActAt, DossierAt, OutsideStatus, PaperAt, Standing
from vamco.systems.onestop.models import Dossier, DossierDocument, DossierPaper, OutsideDossier, Preparation
from vamco.systems.onestop.queries import (
    life_event,
    life_events,
    offices,
    procedure,
    procedures,
    search,
    versions,
    ways,
)
from vamco.systems.onestop.rules.status import NAMES as STATUS_NAMES
from vamco.systems.onestop.services.arriving import Arrived, take_in
from vamco.systems.onestop.services.exchanging import acts_upto, dossier_at, standing, synchronised
from vamco.systems.onestop.services.outside import assign_outside, match_waiting, take_in_outside

__all__ = [
    "STATUS_NAMES",
    "ActAt",
    "Arrived",
    "Dossier",
    "DossierAt",
    "DossierDocument",
    "DossierPaper",
    "OutsideDossier",
    "OutsideStatus",
    "PaperAt",
    "Preparation",
    "Standing",
    "acts_upto",
    "assign_outside",
    "dossier_at",
    "life_event",
    "life_events",
    "match_waiting",
    "offices",
    "procedure",
    "procedures",
    "search",
    "standing",
    "synchronised",
    "take_in",
    "take_in_outside",
    "versions",
    "ways",
]
