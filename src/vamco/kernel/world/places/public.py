from vamco.kernel.world.places.models import Place
from vamco.kernel.world.places.queries import communes, get, in_force, map_layer
from vamco.kernel.world.places.services import store_layer

__all__ = ["Place", "communes", "get", "in_force", "map_layer", "store_layer"]
