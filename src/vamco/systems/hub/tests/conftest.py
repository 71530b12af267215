from __future__ import annotations

import os
from typing import Any

from vamco.systems.desk.tests.conftest import auditor, data_owner, farming, finance, office, operator

__all__ = ["auditor", "data_owner", "farming", "finance", "office", "operator"]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the table of cases: what each expects and what came of it."""
    if not os.environ.get("VAMCO_CASES"):
        return
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            told = dict(report.user_properties)
            if "case" in told:
                line = f"{outcome.upper()} {told['case']} | expected: {told['expected']} | got: {told.get('got', '—')}"
                terminalreporter.write_line(line.replace("\n", " / "))
