from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vamco.systems.privacy.tests import made

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person


@pytest.fixture(autouse=True)
def _day(settings: Any) -> None:
    settings.VAMCO_TODAY = made.TODAY


@pytest.fixture
def lan(db: None) -> Person:
    return made.citizen()


@pytest.fixture
def official(db: None) -> Person:
    return made.official()
