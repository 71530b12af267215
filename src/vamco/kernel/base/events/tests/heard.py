"""An event of two versions, and how tests tell it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from vamco import vocab
from vamco.kernel.base.events import public as events


@dataclass(frozen=True, slots=True)
class ThingHappened:
    """Version 2; version 1 had a number as text."""

    number: int


vocab.event("test.thing_happened", version=2)(ThingHappened)
vocab.upcaster("test.thing_happened", version=1)(lambda payload: {"number": int(payload["text"])})

Hear = Callable[[str, Callable[[ThingHappened], None]], object]


def tell(*numbers: int) -> None:
    """Tell so many events, each in an act of its own."""
    for number in numbers:
        with transaction.atomic():
            events.emit(ThingHappened(number))


def broken(_event: ThingHappened) -> None:
    """Handle nothing."""
    raise RuntimeError("on purpose\0 Nguyễn Văn A")
