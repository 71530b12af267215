from __future__ import annotations

import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from vamco.config.environment import database, environment
from vamco.lib.errors import Refused

if TYPE_CHECKING:
    from pathlib import Path


def test_a_database_is_told_by_its_url() -> None:
    told = database(SecretStr("postgresql://an:bi%20mat@db.example:6432/tinh?sslmode=require"))
    assert {key: told[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "NAME": "tinh",
        "USER": "an",
        "PASSWORD": "bi mat",
        "HOST": "db.example",
        "PORT": "6432",
    }
    assert told["OPTIONS"].items() >= {"application_name": "vamco", "sslmode": "require"}.items()


def test_a_socket_folder_needs_no_user() -> None:
    told = database(SecretStr("postgresql:///vamco?host=/run/vamco"))
    assert (told["NAME"], told["HOST"], told["USER"], told["PORT"]) == ("vamco", "/run/vamco", "", "")


@pytest.mark.parametrize(
    "url", ["postgresql://an:mat khau@x", "mysql://an:matkhau@x/y", "postgresql://x/y?matkhau=1", "matkhau"]
)
def test_a_wrong_url_is_named_without_its_secrets(url: str) -> None:
    with pytest.raises(Refused, match="DATABASE_URL") as error:
        database(SecretStr(url))
    assert "khau" not in str(error.value)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VAMCO_SECRET_KEY", "khau-lenh"),
        ("VAMCO_TODAY", "tomorrow"),
        ("VAMCO_QUERY_ENGINE", "oracle"),
        ("VAMCO_HTTPS", "perhaps"),
        ("VAMCO_FILES", "https://khau-lenh@bucket"),
    ],
)
def test_a_wrong_setting_is_refused(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    environment.cache_clear()
    try:
        with pytest.raises(Refused) as error:
            environment()
    finally:
        environment.cache_clear()
    assert (error.value.code, error.value.__suppress_context__) == ("config.wrong", True)
    assert name in str(error.value)
    assert "khau-lenh" not in str(error.value)


def test_a_bucket_is_given_by_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAMCO_FILES", "s3://key:secret@bucket/files")
    environment.cache_clear()
    try:
        found = environment().files
    finally:
        environment.cache_clear()
    assert found is not None
    assert found.get_secret_value() == "s3://key:secret@bucket/files"


def settings_in(folder: Path, code: str, **more: str) -> str:
    env = {name: value for name, value in os.environ.items() if not name.startswith("VAMCO_")}
    env |= {"VAMCO_DATA": str(folder), **more}
    program = f"from vamco.config import settings; print({code})"
    return subprocess.run(
        [sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_a_secret_key_is_made_once_and_kept_for_nobody_else(tmp_path: Path) -> None:
    first = settings_in(tmp_path, "settings.SECRET_KEY")
    assert len(first) >= 50
    assert settings_in(tmp_path, "settings.SECRET_KEY") == first
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]
    assert settings_in(tmp_path / "other", "settings.SECRET_KEY") != first


def test_processes_that_start_at_once_agree_on_the_key(tmp_path: Path) -> None:
    env = {**os.environ, "VAMCO_DATA": str(tmp_path)}
    program = [sys.executable, "-c", "from vamco.config import settings; print(settings.SECRET_KEY)"]
    started = [subprocess.Popen(program, env=env, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert len({process.communicate()[0] for process in started}) == 1


def test_https_makes_cookies_secure(tmp_path: Path) -> None:
    code = "settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SECURE_HSTS_SECONDS > 0"
    assert settings_in(tmp_path, code) == "False False False"
    assert settings_in(tmp_path, code, VAMCO_HTTPS="true") == "True True True"


def test_debug_is_never_on(tmp_path: Path) -> None:
    assert settings_in(tmp_path, "settings.DEBUG", DEBUG="1", VAMCO_DEBUG="1") == "False"
