from vamco.systems.identity.queries import demonstration_log_ins
from vamco.systems.identity.services import check_password, exists, open_account

__all__ = ["check_password", "demonstration_log_ins", "exists", "open_account"]
