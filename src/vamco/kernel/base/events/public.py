from vamco.kernel.base.events.queries import dead_letters
from vamco.kernel.base.events.services import emit, handler, retry

__all__ = ["dead_letters", "emit", "handler", "retry"]
