from vamco.kernel.base.removals.services import allowed, held, suspended

__all__ = ["allowed", "held", "suspended"]
