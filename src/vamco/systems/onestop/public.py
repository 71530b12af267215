from vamco.systems.onestop.models import Dossier
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

__all__ = ["Dossier", "life_event", "life_events", "offices", "procedure", "procedures", "search", "versions", "ways"]
