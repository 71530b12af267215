"""`vamco serve`: what keeps a province from starting is said in one go, and neither kind of data becomes the other."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from vamco.cli import prepare, readiness, serve, up, usage
from vamco.cli.main import main
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Refused
from vamco.systems.identity import public as identity

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

GOOD = {
    "VAMCO_SITE_URL": "https://vamco.tayninh.gov.vn",
    "VAMCO_HTTPS": "true",
    "VAMCO_EMAIL": "smtp://user:word@mail.tayninh.gov.vn:587?from=vamco@tayninh.gov.vn",
    "VAMCO_SCANNER": "unix:///run/clamav/clamd.ctl",
    "VAMCO_SIGNING_PASSPHRASE": "bốn dòng kênh và một cây cầu",
    "VAMCO_IDENTITY_KEYS": "0a1b2c3d:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "VAMCO_SHARED_FOLDER": "",
    "VAMCO_EID_ISSUER": "https://sso.dinhdanh.example",
    "VAMCO_EID_CLIENT": "tayninh",
    "VAMCO_EID_SECRET": "kR7-wQ2z_Lm5",
}
APP = "postgresql://vamco_app:wV3q9Zt-LkP0aR7x@db/vamco"
OWNER = "postgresql://vamco_owner:pX8s2Nf-QmT6eB1y@db/vamco"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "pack.yaml").write_text("code: thu\ndemonstration: false\n", encoding="utf-8")
    (folder / "sources.yaml").write_text("- {code: bang, kind: file, folder_from: VAMCO_SHARED_FOLDER, folder: bang}\n")
    (tmp_path / "shared" / "bang").mkdir(parents=True)
    return folder


def examine(
    monkeypatch: pytest.MonkeyPatch, pack: Path | None, data: Path, **changed: str
) -> tuple[list[str], list[str]]:
    """Give what is wrong and what is missing on good settings with these changes; an empty text takes one away."""
    for name in [name for name in os.environ if name.startswith(("VAMCO_", "DATABASE_", "LANG", "LC_"))]:
        monkeypatch.delenv(name)
    shared = pack.parent / "shared" if pack else data
    settings = {
        name: value for name, value in ({**GOOD, "VAMCO_SHARED_FOLDER": str(shared)} | changed).items() if value
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    found = readiness.examine(settings, data, pack)
    return [each.text()[2:] for each in found if each.wrong], [each.text()[2:] for each in found if not each.wrong]


def test_nothing_is_wrong_with_good_settings(monkeypatch: pytest.MonkeyPatch, pack: Path, tmp_path: Path) -> None:
    assert examine(monkeypatch, pack, tmp_path) == ([], [])
    assert examine(monkeypatch, pack, tmp_path, DATABASE_URL=APP, DATABASE_OWNER_URL=OWNER) == ([], [])
    trial = {"VAMCO_SITE_URL": "http://localhost:8000", "VAMCO_HTTPS": ""}
    assert examine(monkeypatch, pack, tmp_path, **trial) == ([], [])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"VAMCO_DEMO": "true"}, "VAMCO_DEMO is on"),
        ({"VAMCO_TODAY": "2026-11-22"}, "VAMCO_TODAY makes the clock stand still"),
        ({"VAMCO_EMAIL": "simulated"}, "VAMCO_EMAIL=simulated reaches nobody"),
        ({"VAMCO_SMS": "simulated"}, "VAMCO_SMS=simulated reaches nobody"),
        ({"VAMCO_SITE_URL": ""}, "VAMCO_SITE_URL is missing"),
        ({"VAMCO_EID_ISSUER": "http://sso.dinhdanh.example"}, "VAMCO_EID_ISSUER must begin with https"),
        ({"VAMCO_EID_CLIENT": ""}, "VAMCO_EID_CLIENT is missing"),
        ({"VAMCO_EID_SECRET": ""}, "VAMCO_EID_SECRET is missing"),
        ({"VAMCO_EID_PROFILE": "/nowhere/own.json"}, "VAMCO_EID_PROFILE names /nowhere/own.json"),
        ({"VAMCO_EID_PROFILE": "invented"}, "VAMCO_EID_PROFILE: "),
        ({"VAMCO_SITE_URL": "vamco.tayninh.gov.vn"}, "VAMCO_SITE_URL is no address"),
        ({"VAMCO_HTTPS": ""}, "VAMCO_HTTPS is not true"),
        ({"VAMCO_SITE_URL": "http://vamco.tayninh.gov.vn"}, "VAMCO_SITE_URL begins with http://"),
        (
            {"VAMCO_SITE_URL": "http://vamco.tayninh.gov.vn", "VAMCO_HTTPS": ""},
            "would send passwords unencrypted",
        ),
        ({"VAMCO_ALLOWED_HOSTS": "localhost"}, "VAMCO_ALLOWED_HOSTS does not name vamco.tayninh.gov.vn"),
        ({"VAMCO_ALLOWED_HOSTS": "*"}, "VAMCO_ALLOWED_HOSTS=* answers under any name"),
        ({"VAMCO_SECRET_KEY": "short"}, "VAMCO_SECRET_KEY: "),
        ({"VAMCO_SECRET_KEY": "ab" * 40}, "VAMCO_SECRET_KEY looks like an example"),
        ({"VAMCO_SECRET_KEY": "change-me-" * 6}, "VAMCO_SECRET_KEY looks like an example"),
        ({"VAMCO_SIGNING_PASSPHRASE": "my-passphrase-123"}, "VAMCO_SIGNING_PASSPHRASE looks like an example"),
        ({"DATABASE_URL": APP}, "DATABASE_URL is set without DATABASE_OWNER_URL"),
        ({"DATABASE_OWNER_URL": OWNER}, "DATABASE_OWNER_URL is set without DATABASE_URL"),
        ({"DATABASE_URL": APP, "DATABASE_OWNER_URL": APP}, "name the same role"),
        (
            {"DATABASE_URL": APP.replace("wV3q9Zt-LkP0aR7x", "app-password"), "DATABASE_OWNER_URL": OWNER},
            "in DATABASE_URL is short",
        ),
        (
            {"DATABASE_URL": APP, "DATABASE_OWNER_URL": OWNER.replace("pX8s2Nf-QmT6eB1y", "kurz")},
            "in DATABASE_OWNER_URL is short",
        ),
        ({"DATABASE_URL": "postgresql://a b", "DATABASE_OWNER_URL": OWNER}, "DATABASE_URL is not the address"),
    ],
)
def test_each_wrong_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, pack: Path, tmp_path: Path, changed: dict[str, str], said: str
) -> None:
    wrong, _ = examine(monkeypatch, pack, tmp_path, **changed)
    assert len([text for text in wrong if said in text]) == 1, wrong
    assert not [text for text in wrong for value in changed.values() if len(value) > 20 and "://" not in said and value in text and "gov.vn" not in value]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"VAMCO_EMAIL": ""}, "VAMCO_EMAIL is missing"),
        ({"VAMCO_EID_ISSUER": ""}, "VAMCO_EID_ISSUER is not set"),
        ({"VAMCO_SCANNER": ""}, "VAMCO_SCANNER is missing"),
        ({"VAMCO_SIGNING_PASSPHRASE": ""}, "nothing is signed"),
        ({"VAMCO_IDENTITY_KEYS": ""}, "a lost key cannot be replaced"),
        ({"VAMCO_SHARED_FOLDER": ""}, "VAMCO_SHARED_FOLDER is missing: the source bang is not collected"),
        ({"VAMCO_SHARED_FOLDER": "/nowhere"}, "The folder /nowhere/bang of the source bang is not there"),
        ({"VAMCO_SITEURL": "x"}, "Nothing reads VAMCO_SITEURL. Did you mean VAMCO_SITE_URL?"),
    ],
)
def test_each_missing_thing_is_said_and_does_not_hinder(
    monkeypatch: pytest.MonkeyPatch, pack: Path, tmp_path: Path, changed: dict[str, str], said: str
) -> None:
    wrong, missing = examine(monkeypatch, pack, tmp_path, **changed)
    assert wrong == []
    assert len([text for text in missing if said in text]) == 1, missing


def test_pack_and_data_folder_are_looked_at(monkeypatch: pytest.MonkeyPatch, pack: Path, tmp_path: Path) -> None:
    assert "VAMCO_PACK is missing" in examine(monkeypatch, None, tmp_path)[0][0]
    assert "holds no pack.yaml" in examine(monkeypatch, tmp_path, tmp_path)[0][0]
    (pack / "pack.yaml").write_text("code: thu\ndemonstration: true\n", encoding="utf-8")
    (tmp_path / "demo").mkdir()  # what every demonstration has left behind so far
    wrong, _ = examine(monkeypatch, pack, tmp_path)
    assert [text.partition(" ")[0] for text in wrong] == ["The", str(pack / "pack.yaml")]


def test_all_of_it_is_said_in_one_go_in_the_language_of_the_terminal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in os.environ if name.startswith(("VAMCO_", "DATABASE_", "LANG", "LC_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("VAMCO_DEMO", "1")
    monkeypatch.setattr(serve.privileges, "drop", lambda folder, *_words: folder)
    assert serve.main(["--data", str(tmp_path / "data")]) == 78
    said = capsys.readouterr().out
    assert [line.split()[1] for line in said.splitlines() if line.startswith("✗")] == [
        "VAMCO_DEMO",
        "VAMCO_PACK",
        "VAMCO_SITE_URL",
    ]
    assert "Not started: 3 of these must be put right first" in said
    assert not (tmp_path / "data" / "pgdata").exists()


def test_a_folder_keeps_its_use(tmp_path: Path) -> None:
    usage.claim(tmp_path, usage.PROVINCE)
    usage.claim(tmp_path, usage.PROVINCE)
    with pytest.raises(Refused, match="belongs to a province"):
        usage.claim(tmp_path, usage.DEMONSTRATION)
    other = tmp_path / "other"
    other.mkdir()
    usage.claim(other, usage.DEMONSTRATION)
    with pytest.raises(Refused, match="was a demonstration's"):
        usage.claim(other, usage.PROVINCE)
    assert (usage.of(tmp_path), usage.of(other)) == ("province", "demonstration")


@pytest.mark.parametrize("off", ["false", "0", "no", ""])
def test_up_without_a_demonstration_says_how_a_province_is_run(
    monkeypatch: pytest.MonkeyPatch, off: str, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VAMCO_DEMO", off)
    with pytest.raises(Refused, match="vamco serve"):
        up.main([])
    assert main(["up"]) == 1
    assert "./vamco serve" in capsys.readouterr().err


@pytest.mark.django_db
def test_a_database_keeps_its_use(settings: Any) -> None:
    settings.VAMCO_DEMO = False
    prepare._refuse_the_other_kind()  # an empty one may become either
    account = identity.open_account("lanhdao", "x" * 12, people.add("Người Thử"), demonstration=True)
    with pytest.raises(Refused, match="holds the accounts lanhdao, whose password is published"):
        prepare._refuse_the_other_kind()
    settings.VAMCO_DEMO = True
    prepare._refuse_the_other_kind()
    account.delete()
    identity.open_account("canbo", "x" * 12, people.add("Người Thật"))
    with pytest.raises(Refused, match="belongs to a province"):
        prepare._refuse_the_other_kind()
    settings.VAMCO_DEMO = False
    prepare._refuse_the_other_kind()


def test_a_command_beside_nothing_says_so(tmp_path: Path) -> None:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("VAMCO_", "DATABASE_", "LANG", "LC_"))
    }
    environment = {**kept, "VAMCO_DATA": str(tmp_path / "none"), "PYTHONPATH": ":".join(filter(None, sys.path))}
    words = [sys.executable, "-P", "-m", "vamco", "jobs", "list"]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"vamco jobs: No Vàm Cỏ runs on the data folder {tmp_path / 'none'}.")
