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

__all__ = ["life_event", "life_events", "offices", "procedure", "procedures", "search", "versions", "ways"]
