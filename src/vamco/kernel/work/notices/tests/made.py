"""Persons, addresses and notices for tests."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import TYPE_CHECKING, Any

from django.db import transaction

from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.people import public as people
from vamco.lib.time import HCM

if TYPE_CHECKING:
    from vamco.kernel.work.notices.contracts import ChannelName
    from vamco.kernel.world.people.models import Person

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=HCM).astimezone(dt.UTC)
SUBSCRIPTION = (
    '{"endpoint":"https://fcm.googleapis.com/fcm/send/abc","keys":{"p256dh":'
    '"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}}'
)
ADDRESSES: dict[ChannelName, str] = {
    "email": "lan.nguyen@example.vn",
    "sms": "0912345678",
    "zalo": "0912345678",
    "push": SUBSCRIPTION,
}
RECEIVED: dict[str, object] = {
    "dossier": "H53.13-261120-0001",
    "procedure": "Đăng ký khai sinh",
    "agency": "UBND phường Long An",
    "received_by": "Lê Thị Hoa",
    "received_at": NOON,
    "due_at": dt.datetime(2026, 11, 25, 16, 30, tzinfo=HCM),
}
ASSIGNED: dict[str, object] = {"title": "Báo cáo giải ngân", "number": "NV-7", "by": "Văn phòng", "due_at": NOON}
_numbers = itertools.count(1)


def person(name: str) -> Person:
    return people.add(name)


def contact(whose: Person, channel: ChannelName, address: str = "", *, consent: bool = True) -> None:
    notices.set_contact(whose, channel, address or ADDRESSES[channel], consent=consent)


def send(to: Any, template: str = "onestop.received", data: Any = None, *, key: str = "", **more: Any) -> int:
    values = data if data is not None else {"onestop.received": RECEIVED, "cases.assigned": ASSIGNED}[template]
    with transaction.atomic():
        return notices.send(template, to, values, key=key or f"test:{next(_numbers)}", **more)
