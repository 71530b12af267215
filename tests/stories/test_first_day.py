"""A province's first day: an empty folder, a link, an administrator with a second factor, and a spreadsheet of their own.

In real processes and a real browser; as the user who runs the tests, and where that is root as an ordinary user, too.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vamco.cli.tests.conftest import AS_NOBODY, NOBODY, python_for_everybody
from vamco.demo.people import PASSWORD as PUBLISHED
from vamco.systems.identity.rules import codes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playwright.sync_api import Browser, Page

PACKS = Path(__file__).parents[2] / "packs"
PASSWORD = "hai dòng sông Vàm Cỏ"
STARTED_S = 300
SOURCE = """
- code: cong-vien
  name: Bảng tính công viên
  name_en: Park spreadsheet
  agency: H53.04
  kind: file
  folder_from: VAMCO_SHARED_FOLDER
  folder: cong-vien
  schedule: "*/10 * * * *"
  datasets:
    - {dataset: cong_vien, pattern: "cong-vien.xlsx", format: xlsx, sheet: Công viên, header_row: 1}
"""
CONTRACT = r"""
apiVersion: v3.1.0
kind: DataContract
id: cong_vien
name: Công viên
version: 1.0.0
status: active
domain: environment
description:
  purpose: Danh sách công viên của tỉnh. / The parks of the province.
  usage: Một dòng một công viên. / One row a park.
  limitations: Không. / None.
team: {name: H53.04, description: Sở Tài chính}
customProperties:
  - {property: vamco.nameEn, value: Parks}
  - {property: vamco.delivery, value: replace}
  - {property: vamco.personalData, value: none}
schema:
  - name: cong_vien
    logicalType: object
    physicalType: table
    dataGranularityDescription: Một dòng một công viên. / One row a park.
    properties:
      - name: ma
        businessName: Mã
        description: Mã công viên. / Code of the park.
        logicalType: string
        physicalType: VARCHAR(10)
        required: true
        unique: true
        primaryKey: true
        primaryKeyPosition: 1
        logicalTypeOptions: {pattern: '^CV\d+$'}
      - name: dien_tich
        businessName: Diện tích
        description: Diện tích, mét vuông. / Area in square metres.
        logicalType: integer
        physicalType: BIGINT
        required: true
        logicalTypeOptions: {minimum: 1}
"""


class Serving:
    """A `vamco serve` in processes, on a pack and folders of its own below `place`."""

    def __init__(self, place: Path, *, ordinary: bool) -> None:
        self.place, self.ordinary = place, ordinary
        self.data, self.shared = place / "data", place / "shared"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://localhost:{self.port}"
        self.prefix = [*AS_NOBODY] if ordinary else []
        self.python = python_for_everybody() if ordinary else sys.executable
        self.process: subprocess.Popen[str] | None = None
        self.said = ""

    def environment(self, **more: str) -> dict[str, str]:
        """Give the settings of the province."""
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": ":".join(filter(None, sys.path)),
            "PYTHONDONTWRITEBYTECODE": "1",
            "LANG": "C.UTF-8",
            "VAMCO_DATA": str(self.data),
            "VAMCO_PACK": str(self.place / "packs" / "tayninh"),
            "VAMCO_SITE_URL": self.address,
            "VAMCO_SHARED_FOLDER": str(self.shared),
            **more,
        }

    def run(self, *words: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [*self.prefix, self.python, "-P", "-m", "vamco", *words],
            env=environment or self.environment(),
            cwd=PACKS.parent,
            capture_output=True,
            text=True,
            timeout=STARTED_S,
            check=False,
        )

    def start(self) -> str:
        """Start, and give all that was said until it runs."""
        self.process = subprocess.Popen(
            [*self.prefix, self.python, "-P", "-m", "vamco", "serve", "--port", str(self.port)],
            env=self.environment(),
            cwd=PACKS.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        self.said = ""
        for line in self.process.stdout:
            self.said += line
            if line.startswith("Running."):
                return self.said
        raise AssertionError(self.said)

    def stop(self) -> int:
        """Stop as systemd does."""
        process, self.process = self.process, None
        if process is None:
            return 0
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(120)
        finally:
            process.kill()
            assert process.stdout is not None
            process.stdout.close()


@pytest.fixture(params=["as we are", "as an ordinary user"])
def province(request: pytest.FixtureRequest) -> Iterator[Serving]:
    ordinary = request.param == "as an ordinary user"
    if ordinary and os.geteuid() != 0:
        pytest.skip("we are an ordinary user already")
    place = Path(tempfile.mkdtemp(prefix="vamco-first-day-"))
    place.chmod(0o755)
    shutil.copytree(PACKS, place / "packs")
    pack = place / "packs" / "tayninh"
    (pack / "pack.yaml").write_text(
        re.sub(r"(?m)^demonstration: true", "demonstration: false", (pack / "pack.yaml").read_text("utf-8")), "utf-8"
    )
    with (pack / "sources.yaml").open("a", encoding="utf-8") as sources:
        sources.write(SOURCE)
    (pack / "datasets").mkdir()
    (pack / "datasets" / "cong_vien.odcs.yaml").write_text(CONTRACT.lstrip(), encoding="utf-8")
    (place / "shared" / "cong-vien").mkdir(parents=True)
    (place / "data").mkdir()
    subprocess.run(["chmod", "-R", "a+rX", str(place)], check=True)
    if ordinary:
        os.chown(place / "data", NOBODY, NOBODY)
    serving = Serving(place, ordinary=ordinary)
    yield serving
    serving.stop()
    shutil.rmtree(place)


def drop_spreadsheet(folder: Path) -> None:
    """Put a spreadsheet into the shared folder: nine good rows and one that breaks the contract."""
    import xlsxwriter

    workbook = xlsxwriter.Workbook(str(folder / "cong-vien.xlsx"))
    sheet = workbook.add_worksheet("Công viên")
    for at, row in enumerate([("ma", "dien_tich"), *((f"CV{n}", 100 * n) for n in range(1, 10)), ("hồ nước", 5)]):
        sheet.write_row(at, 0, row)
    workbook.close()
    (folder / "cong-vien.xlsx").chmod(0o644)


def code_now(secret: bytes) -> str:
    return codes.code(secret, codes.step_at(time.time()))


def await_next_code(secret: bytes, used: str) -> str:
    """Wait until the app shows another code than the one that was used."""
    deadline = time.monotonic() + 120
    while code_now(secret) == used:
        assert time.monotonic() < deadline
        time.sleep(0.5)
    return code_now(secret)


def set_up_account(page: Page, link: str) -> tuple[bytes, str, list[str]]:
    """Open the link, make the account; give the app's secret, the code that was used, and the recovery codes."""
    page.goto(link)
    secret = base64.b32decode(page.locator("code").first.inner_text().replace(" ", ""))
    page.get_by_label("Họ và tên").fill("Nguyễn Thị An")
    page.get_by_label("Tên tài khoản").fill("quantri.an")
    page.get_by_label("Mật khẩu mới").fill(PASSWORD)
    page.get_by_label("Nhập lại mật khẩu").fill(PASSWORD)
    used = code_now(secret)
    page.get_by_label("Nhập sáu chữ số").fill(used)
    page.get_by_role("button", name="Mở tài khoản").click()
    page.get_by_role("heading", name="Mã khôi phục").wait_for()
    recovery = page.locator("li code").all_inner_texts()
    page.get_by_role("link", name="Đã cất giữ").click()
    return secret, used, recovery


def log_in(page: Page, address: str, username: str, password: str) -> None:
    page.goto(f"{address}/log-in")
    page.get_by_label("Tên tài khoản").fill(username)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()


def test_from_an_empty_folder_to_an_official_with_real_data(province: Serving, browser: Browser) -> None:
    said = province.start()
    link = re.search(rf"{province.address}/start/\S+", said)
    assert link, said
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(60_000)

    secret, used, recovery = set_up_account(page, link[0])
    assert len(recovery) == 10
    page.get_by_role("heading", name="Ngày đầu tiên").wait_for()
    assert "Chưa cấu hình máy chủ thư" in page.locator("#mail").inner_text()

    drop_spreadsheet(province.shared / "cong-vien")
    page.get_by_label("Nguồn", exact=True).select_option("cong-vien")
    page.get_by_role("button", name="Thu thập ngay").click()
    page.get_by_text("tiếp nhận 9 dòng, cách ly 1 dòng").wait_for()
    assert page.goto(f"{province.address}/desk/runs/").status == 200  # type: ignore[union-attr]
    assert "Bảng tính công viên" in page.content()
    assert "Công viên" in page.content()
    context.close()

    # The link is over, the password alone opens nothing, and a code counts once.
    second = browser.new_context().new_page()
    second.set_default_timeout(60_000)
    assert second.goto(link[0]).status == 404  # type: ignore[union-attr]
    log_in(second, province.address, "quantri.an", PASSWORD)
    second.get_by_role("heading", name="Xác thực lớp thứ hai").wait_for()
    second.get_by_label("Mã").fill(used)
    second.get_by_role("button", name="Đăng nhập", exact=True).click()
    second.get_by_text("Mã không đúng hoặc đã được dùng").wait_for()
    second.get_by_label("Mã").fill(await_next_code(secret, used))
    second.get_by_role("button", name="Đăng nhập", exact=True).click()
    second.get_by_text("Nguyễn Thị An").first.wait_for()

    _an_official_comes(province, browser)
    log_in(fresh := browser.new_context().new_page(), province.address, "lanhdao", PUBLISHED)
    fresh.get_by_text("Tên tài khoản hoặc mật khẩu không đúng").wait_for()

    assert province.stop() == 0
    again = province.start()
    assert "/start/" not in again  # somebody can log in
    assert province.stop() == 0
    refused = province.run("up", "--data", str(province.data), "--port", "0")
    assert refused.returncode == 1
    assert "belongs to a province" in refused.stderr


def _an_official_comes(province: Serving, browser: Browser) -> None:
    """Commands beside the running province make an account; its person sets a password and is signed in."""
    wrong = province.run("account", "make", "an.le", "--name", "Lê Văn An", "--role", "ofice", "--agency", "H53.01")
    assert (wrong.returncode, "Did you mean: office" in wrong.stderr) == (1, True), wrong.stderr
    made = province.run("account", "make", "an.le", "--name", "Lê Văn An", "--role", "office", "--agency", "H53.01")
    link = re.search(rf"{province.address}/start/\S+", made.stdout)
    assert link, made.stdout + made.stderr
    page = browser.new_context().new_page()
    page.set_default_timeout(60_000)
    page.goto(link[0])
    page.get_by_label("Mật khẩu mới").fill(PASSWORD)
    page.get_by_label("Nhập lại mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Lưu mật khẩu").click()
    page.get_by_text("Lê Văn An").first.wait_for()

    listed = province.run("account", "list").stdout
    assert "an.le                Lê Văn An; office H53.01\n" in listed
    assert "quantri.an           Nguyễn Thị An; administrator H53, second factor\n" in listed
    locked = province.run("account", "lock", "an.le")
    assert locked.returncode == 0, locked.stderr
    page.goto(f"{province.address}/desk/")
    assert "/log-in" in page.url
    for words in (["pack", "load"], ["jobs", "list"], ["events", "letters"], ["keys", "list"], ["audit", "verify"]):
        done = province.run(*words)
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
