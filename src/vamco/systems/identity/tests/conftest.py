from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vamco.systems.identity.tests import eid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.systems.identity.adapters.simulators.server import Service


@pytest.fixture(params=["vneid", "standard"])
def any_issuer(request: pytest.FixtureRequest, settings: Any) -> Iterator[Service]:
    """An issuer of each profile, on which the platform relies."""
    with eid.issuer(profile=request.param) as service:
        eid.rely_on(settings, service)
        yield service


@pytest.fixture
def issuer(settings: Any) -> Iterator[Service]:
    """An issuer with the profile of VNeID, on which the platform relies."""
    with eid.issuer() as service:
        eid.rely_on(settings, service)
        yield service
