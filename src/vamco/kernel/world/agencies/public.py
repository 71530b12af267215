from vamco.kernel.world.agencies.models import Agency
from vamco.kernel.world.agencies.queries import find, get, of_kind, serving

__all__ = ["Agency", "find", "get", "of_kind", "serving"]
