from vamco.kernel.base.modes.contracts import Mode, Platform, State, SystemMode
from vamco.kernel.base.modes.queries import demand_new_records, get, listed, mode_of
from vamco.kernel.base.modes.services import REASON, switch

__all__ = [
    "REASON",
    "Mode",
    "Platform",
    "State",
    "SystemMode",
    "demand_new_records",
    "get",
    "listed",
    "mode_of",
    "switch",
]
