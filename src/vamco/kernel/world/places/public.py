from vamco.kernel.world.places.contracts import EndedPlace, Location, NameMatch, PlaceOn
from vamco.kernel.world.places.models import Place
from vamco.kernel.world.places.queries.boundaries import locate, locate_all
from vamco.kernel.world.places.queries.units import (
    all_units,
    communes,
    ended_communes,
    ever_communes,
    get,
    in_force,
    map_layer,
    named,
    predecessors,
    province,
    successors,
    the_one,
)
from vamco.kernel.world.places.services import store_layer

__all__ = [
    "EndedPlace",
    "Location",
    "NameMatch",
    "Place",
    "PlaceOn",
    "all_units",
    "communes",
    "ended_communes",
    "ever_communes",
    "get",
    "in_force",
    "locate",
    "locate_all",
    "map_layer",
    "named",
    "predecessors",
    "province",
    "store_layer",
    "successors",
    "the_one",
]
