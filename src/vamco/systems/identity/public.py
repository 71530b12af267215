from vamco.systems.identity.services import check_password, exists, open_account

__all__ = ["check_password", "exists", "open_account"]
