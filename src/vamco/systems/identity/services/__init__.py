"""Acts of identity."""

from vamco.systems.identity.services.accounts import exists, lock, open_account, remove_second_factor, unlock
from vamco.systems.identity.services.first_day import check_mail
from vamco.systems.identity.services.links import accept, issue_first_link, issue_link, make_account, offer, reset
from vamco.systems.identity.services.logging_in import check_code, check_password, clear_sessions
from vamco.systems.identity.services.stays import begin_stay, end_stay

__all__ = [
    "accept",
    "begin_stay",
    "check_code",
    "check_mail",
    "check_password",
    "clear_sessions",
    "end_stay",
    "exists",
    "issue_first_link",
    "issue_link",
    "lock",
    "make_account",
    "offer",
    "open_account",
    "remove_second_factor",
    "reset",
    "unlock",
]
