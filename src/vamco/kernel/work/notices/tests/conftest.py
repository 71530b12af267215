from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from vamco.kernel.base import clock
from vamco.kernel.work.notices.adapters import channels
from vamco.kernel.work.notices.contracts import CHANNELS, ChannelName
from vamco.kernel.work.notices.tests import made

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vamco.kernel.work.notices.adapters.simulators.provider import Provider
    from vamco.kernel.world.people.models import Person


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = made.NOON

    def __call__(self) -> dt.datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += dt.timedelta(**time)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    moved = Clock()
    monkeypatch.setattr(clock, "now", moved)
    return moved


@pytest.fixture
def providers(settings: Any, time: Clock) -> Iterator[dict[ChannelName, Provider]]:
    """All channels served by providers in this process."""
    settings.VAMCO_CHANNELS = dict.fromkeys(CHANNELS, "simulated")
    channels._adapter.cache_clear()
    yield {name: channels.channel(name).provider for name in CHANNELS}  # type: ignore[attr-defined]
    channels._adapter.cache_clear()


@pytest.fixture
def lan() -> Person:
    return made.person("Nguyễn Thị Lan")


@pytest.fixture
def minh() -> Person:
    return made.person("Trần Văn Minh")


@pytest.fixture
def reached(lan: Person) -> Callable[..., Person]:
    """Gives Lan addresses for the channels named."""

    def reach(*names: ChannelName) -> Person:
        for name in names:
            made.contact(lan, name)
        return lan

    return reach
