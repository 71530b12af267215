from vamco.kernel.world.agencies.models import Agency
from vamco.kernel.world.agencies.queries import get, of_kind

__all__ = ["Agency", "get", "of_kind"]
