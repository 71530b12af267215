"""Acts of identity."""

from vamco.systems.identity.services.accounts import exists, lock, open_account, remove_second_factor, unlock
from vamco.systems.identity.services.contacts import forget_codes, remove_contact, send_code, verify_contact
from vamco.systems.identity.services.eid import Arrival
from vamco.systems.identity.services.eid import ask_again as ask_eid_again
from vamco.systems.identity.services.eid import begin as begin_eid
from vamco.systems.identity.services.eid import come_back as come_back_from_eid
from vamco.systems.identity.services.eid import leave as leave_eid
from vamco.systems.identity.services.eid import state as eid_state
from vamco.systems.identity.services.eid_line import Away
from vamco.systems.identity.services.first_day import check_mail
from vamco.systems.identity.services.links import accept, issue_first_link, issue_link, make_account, offer, reset
from vamco.systems.identity.services.logging_in import (
    check_code,
    check_password,
    clear_sessions,
    counted_try,
    forget_failures,
    forgive_password,
)
from vamco.systems.identity.services.own import change_password, renew_codes, set_up_app
from vamco.systems.identity.services.passkeys import (
    Options,
    add_passkey,
    ask_for_passkey,
    creation_options,
    own_passkey,
    remove_passkey,
    rename_passkey,
    request_options,
    show_passkey,
)
from vamco.systems.identity.services.second_factor import publish_app
from vamco.systems.identity.services.stays import (
    begin_stay,
    confirm_stay,
    end_expired,
    end_own_stay,
    end_stay,
    end_stays,
    move_session,
)

__all__ = [
    "Arrival",
    "Away",
    "Options",
    "accept",
    "add_passkey",
    "ask_eid_again",
    "ask_for_passkey",
    "begin_eid",
    "begin_stay",
    "change_password",
    "check_code",
    "check_mail",
    "check_password",
    "clear_sessions",
    "come_back_from_eid",
    "confirm_stay",
    "counted_try",
    "creation_options",
    "eid_state",
    "end_expired",
    "end_own_stay",
    "end_stay",
    "end_stays",
    "exists",
    "forget_codes",
    "forget_failures",
    "forgive_password",
    "issue_first_link",
    "issue_link",
    "leave_eid",
    "lock",
    "make_account",
    "move_session",
    "offer",
    "open_account",
    "own_passkey",
    "publish_app",
    "remove_contact",
    "remove_passkey",
    "remove_second_factor",
    "rename_passkey",
    "renew_codes",
    "request_options",
    "reset",
    "send_code",
    "set_up_app",
    "show_passkey",
    "unlock",
    "verify_contact",
]
