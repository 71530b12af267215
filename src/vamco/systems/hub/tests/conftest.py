from __future__ import annotations

from vamco.systems.desk.tests.conftest import auditor, data_owner, farming, finance, office, operator

__all__ = ["auditor", "data_owner", "farming", "finance", "office", "operator"]
