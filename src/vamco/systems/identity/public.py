from vamco.systems.identity.services import check_password, open_account

__all__ = ["check_password", "open_account"]
