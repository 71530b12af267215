from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vamco.systems.desk.tests import made

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person


@pytest.fixture(autouse=True)
def _day(settings: Any) -> None:
    settings.VAMCO_TODAY = made.TODAY


@pytest.fixture
def office(db: None) -> Person:
    return made.person("office", made.OFFICE, "Trần Quốc Bảo")


@pytest.fixture
def verifier(db: None) -> Person:
    return made.person("office", made.OFFICE, "Đặng Thị Thu Vân")


@pytest.fixture
def finance(db: None) -> Person:
    return made.person("department_official", made.FINANCE, "Phạm Văn Đức")


@pytest.fixture
def farming(db: None) -> Person:
    return made.person("department_official", made.FARMING, "Võ Hoàng Nam")


@pytest.fixture
def operator(db: None) -> Person:
    return made.person("operator", made.IOC, "Ngô Thanh Tùng")


@pytest.fixture
def auditor(db: None) -> Person:
    return made.person("auditor", made.INSPECTION, "Dương Thị Lệ Quyên")


@pytest.fixture
def data_owner(db: None) -> Person:
    return made.person("data_owner", made.FINANCE, "Lê Thị Kim Ngân")
