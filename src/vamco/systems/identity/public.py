from vamco.systems.identity.contracts import Device
from vamco.systems.identity.queries import demonstration_log_ins
from vamco.systems.identity.services import check_password, exists, open_account

__all__ = ["Device", "check_password", "demonstration_log_ins", "exists", "open_account"]
