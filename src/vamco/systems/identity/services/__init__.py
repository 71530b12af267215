"""Acts of identity."""

from vamco.systems.identity.services.accounts import exists, lock, open_account, remove_second_factor, unlock
from vamco.systems.identity.services.eid import Arrival
from vamco.systems.identity.services.eid import ask_again as ask_eid_again
from vamco.systems.identity.services.eid import begin as begin_eid
from vamco.systems.identity.services.eid import come_back as come_back_from_eid
from vamco.systems.identity.services.eid import leave as leave_eid
from vamco.systems.identity.services.eid import state as eid_state
from vamco.systems.identity.services.eid_line import Away
from vamco.systems.identity.services.first_day import check_mail
from vamco.systems.identity.services.links import accept, issue_first_link, issue_link, make_account, offer, reset
from vamco.systems.identity.services.logging_in import check_code, check_password, clear_sessions
from vamco.systems.identity.services.stays import begin_stay, end_stay

__all__ = [
    "Arrival",
    "Away",
    "accept",
    "ask_eid_again",
    "begin_eid",
    "begin_stay",
    "check_code",
    "check_mail",
    "check_password",
    "clear_sessions",
    "come_back_from_eid",
    "eid_state",
    "end_stay",
    "exists",
    "issue_first_link",
    "issue_link",
    "leave_eid",
    "lock",
    "make_account",
    "offer",
    "open_account",
    "remove_second_factor",
    "reset",
    "unlock",
]
