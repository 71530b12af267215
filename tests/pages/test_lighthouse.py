"""Eight pages of citizens by Lighthouse's phone profile, as `vamco bench lighthouse` measures them."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from vamco.cli import bench

BENCH = Path(__file__).parents[2] / "bench" / "lighthouse.py"


@pytest.mark.full
def test_pages_are_light_and_accessible_on_a_phone() -> None:
    spec = importlib.util.spec_from_file_location("bench_lighthouse", BENCH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if why := module.lacking():
        pytest.skip(f"Lighthouse: {why}")
    figures = list(bench.measured("lighthouse"))
    assert len(figures) == 16
    assert [figure.line() for figure in figures if not figure.ok] == []
