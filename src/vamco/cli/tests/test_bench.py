from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from vamco.cli import bench

if TYPE_CHECKING:
    from pathlib import Path


def test_a_figure_as_a_line() -> None:
    figure = bench.Figure(
        "ingest", "rows", 300_000, "rows/s", reach=">= 200000", peer="dlt", peer_value=150_000, ratio_reach=">= 1"
    )
    assert json.loads(figure.line()) == {
        "bench": "ingest",
        "figure": "rows",
        "value": 300_000,
        "unit": "rows/s",
        "peer": "dlt",
        "peer_value": 150_000,
        "ratio": 2.0,
        "reach": ">= 200000, >= 1 × peer",
        "ok": True,
    }
    plain = json.loads(bench.Figure("up", "help", 0.25, "s").line())
    assert (plain["peer"], plain["peer_value"], plain["ratio"], plain["reach"], plain["ok"]) == (
        None,
        None,
        None,
        None,
        True,
    )


@pytest.mark.parametrize(("reach", "ratio_reach"), [("", ""), ("<= 2", ""), ("", ">= 1"), (">= 20", ">= 0.5")])
def test_a_line_reads_back_as_its_figure(reach: str, ratio_reach: str) -> None:
    figure = bench.Figure("up", "size", 30, "MB", reach=reach, peer="another", peer_value=12, ratio_reach=ratio_reach)
    assert bench.Figure.read(figure.line()) == figure


@pytest.mark.parametrize(
    ("value", "reach", "peer_value", "ratio_reach", "ok"),
    [
        (5, ">= 5", None, "", True),
        (4.9, ">= 5", None, "", False),
        (0.3, "<= 0.3", None, "", True),
        (0.31, "<= 0.3", None, "", False),
        (5, "", 5, ">= 1", True),
        (5, "", 6, ">= 1", False),
        (5, "", None, ">= 1", False),  # the peer could not be measured: nothing is known
    ],
)
def test_what_a_figure_must_reach(
    value: float, reach: str, peer_value: float | None, ratio_reach: str, *, ok: bool
) -> None:
    figure = bench.Figure("b", "f", value, "s", reach=reach, peer="p", peer_value=peer_value, ratio_reach=ratio_reach)
    assert figure.ok is ok


def test_the_command_measures_and_says_whether_all_held(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "from vamco.cli.bench import Figure\ndef run():\n    yield Figure('x', 'a', 1, 's', reach='<= {limit}')\n"
    for name, limit in (("good", 2), ("bad", 0)):
        (tmp_path / f"{name}.py").write_text(text.format(limit=limit), encoding="utf-8")
    assert bench.main(["good"], tmp_path) == 0
    assert bench.main(["bad"], tmp_path) == 1
    assert [json.loads(line)["ok"] for line in capsys.readouterr().out.splitlines()] == [True, False]
    with pytest.raises(SystemExit):
        bench.main(["none"], tmp_path)
