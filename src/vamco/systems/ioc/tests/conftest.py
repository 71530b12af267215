from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from vamco.systems.identity import public as identity
from vamco.systems.identity.models import Account
from vamco.systems.indicators.tests.conftest import clock, departments
from vamco.systems.warnings.tests.conftest import finance, office

if TYPE_CHECKING:
    from collections.abc import Callable

    from vamco.kernel.world.people.models import Person

__all__ = ["clock", "departments", "finance", "office"]


@pytest.fixture
def reader(db: None) -> Callable[..., Client]:
    """Gives the browser of somebody who has logged in."""

    def open_browser(who: Person, *, language: str = "en") -> Client:
        client = Client()
        account = Account.objects.filter(person=who).first()
        account = account or identity.open_account(f"p{who.pk}", "không-cần-nhớ-2026", who)
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        client.cookies["vamco_language"] = language
        return client

    return open_browser
