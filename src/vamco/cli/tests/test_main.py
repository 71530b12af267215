"""The command line: the table of commands, laziness, errors as messages."""

from __future__ import annotations

import subprocess
import sys
import types
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vamco.cli import main as command_line
from vamco.lib.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

HEAVY = ("django", "psycopg", "pyarrow", "duckdb", "numpy", "rich", "granian", "pydantic", "procrastinate")


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[list[str]], int]], None]:
    """Puts a function in the place of `vamco up`."""

    def install(run: Callable[[list[str]], int]) -> None:
        stand_in = types.ModuleType("vamco.cli.up")
        stand_in.main = run  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "vamco.cli.up", stand_in)

    return install


def test_help_names_each_command_and_imports_none_of_the_heavy() -> None:
    script = f"""
import sys
from vamco.cli.main import main
try:
    main(["--help"])
finally:
    loaded = {{name.partition(".")[0] for name in sys.modules}} & set({HEAVY!r})
    assert not loaded, loaded
    assert not [name for name in sys.modules if name.startswith("vamco.") and name not in ("vamco.cli", "vamco.cli.main")]
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for command in command_line.COMMANDS:
        assert f" {command.name} " in done.stdout


def test_each_command_s_module_is_there() -> None:
    package = Path(command_line.__file__).parent
    lacking = [c.name for c in command_line.COMMANDS if not (package / f"{c.module.rpartition('.')[2]}.py").is_file()]
    assert lacking == []


def test_no_command_prints_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main([]) == 0
    assert capsys.readouterr().out.startswith("usage: vamco")


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["--version"]) == 0
    assert capsys.readouterr().out == "vamco 0.1.0\n"


def test_an_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        command_line.main(["dance"])
    assert "invalid choice: 'dance'" in capsys.readouterr().err


def test_the_rest_belongs_to_the_command(module: Callable[[Callable[[list[str]], int]], None]) -> None:
    heard: list[list[str]] = []

    def run(argv: list[str]) -> int:
        heard.append(argv)
        return 7

    module(run)
    assert command_line.main(["up", "--help", "--version", "x"]) == 7
    assert heard == [["--help", "--version", "x"]]


def test_a_refusal_becomes_a_message(
    module: Callable[[Callable[[list[str]], int]], None], capsys: pytest.CaptureFixture[str]
) -> None:
    def run(_: list[str]) -> int:
        raise Refused("test.no", "no %(what)s here", what="cats")

    module(run)
    assert command_line.main(["up"]) == 1
    assert capsys.readouterr().err == "vamco up: no cats here\n"


def test_ctrl_c_is_no_traceback(module: Callable[[Callable[[list[str]], int]], None]) -> None:
    def run(_: list[str]) -> int:
        raise KeyboardInterrupt

    module(run)
    assert command_line.main(["up"]) == 130
