from vamco.systems.broker.services.authorizing import agree, answer_code, withdraw
from vamco.systems.broker.services.clients import (
    authenticate,
    change_client,
    new_client,
    new_secret,
    open_demonstration,
    put_packed,
    switch,
    withdraw_packed,
)
from vamco.systems.broker.services.facts import userinfo
from vamco.systems.broker.services.keys import key_set, read_hint, rotate_keys, tend_keys
from vamco.systems.broker.services.leaving import leave, leave_now, tell_client
from vamco.systems.broker.services.tokens import clear_old, exchange, introspect, refresh, revoke

__all__ = [
    "agree",
    "answer_code",
    "authenticate",
    "change_client",
    "clear_old",
    "exchange",
    "introspect",
    "key_set",
    "leave",
    "leave_now",
    "new_client",
    "new_secret",
    "open_demonstration",
    "put_packed",
    "read_hint",
    "refresh",
    "revoke",
    "rotate_keys",
    "switch",
    "tell_client",
    "tend_keys",
    "userinfo",
    "withdraw",
    "withdraw_packed",
]
