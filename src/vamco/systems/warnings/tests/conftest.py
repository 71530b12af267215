from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vamco.systems.indicators.tests.conftest import clock, departments
from vamco.systems.indicators.tests.made import FINANCE
from vamco.systems.warnings.tests import made

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

__all__ = ["clock", "departments"]


@pytest.fixture
def office(db: None) -> Person:
    return made.person("office", made.OFFICE, "Trần Quốc Bảo")


@pytest.fixture
def verifier(db: None) -> Person:
    return made.person("office", made.OFFICE, "Đặng Thị Thu Vân")


@pytest.fixture
def operator(db: None) -> Person:
    return made.person("operator", made.IOC, "Ngô Thanh Tùng")


@pytest.fixture
def finance(db: None) -> Person:
    return made.person("department_official", FINANCE, "Phạm Văn Đức")


@pytest.fixture
def farming(db: None) -> Person:
    return made.person("department_official", made.FARMING, "Võ Hoàng Nam")


@pytest.fixture
def auditor(db: None) -> Person:
    return made.person("auditor", made.INSPECTION, "Dương Thị Lệ Quyên")
