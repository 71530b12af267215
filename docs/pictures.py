"""Makes the pictures of the user guide anew: starts the demonstration, looks at its pages as its people do, and keeps what is seen.

    .venv/bin/python docs/pictures.py [--site http://localhost:8000] [NAME …]

Without `--site` a demonstration of its own is started in a temporary folder and stopped at the end. NAME: only the pictures whose
names begin so. It needs the test packages (Chromium through Playwright), as `./vamco test` installs them.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image
from playwright.sync_api import sync_playwright

from vamco.demo.people import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

HERE: Final = Path(__file__).resolve().parents[1]
KEPT: Final = HERE / "src" / "vamco" / "systems" / "guide" / "static" / "guide"
WIDE: Final = (1280, 800)
PHONE: Final = (390, 720)
CHROMIUM: Final = "/usr/bin/chromium"
FINANCE: Final = "H53.04"
WARD: Final = "H53.25708"
PORT: Final = 8931
START_S: Final = 600
SEND_MS: Final = 15_000


@dataclass(frozen=True)
class Picture:
    """What to look at: as whom, where, and which links to follow from there."""

    name: str
    user: str
    path: str
    follow: tuple[str, ...] = ()  # selectors, each clicked in its turn
    size: tuple[int, int] = WIDE
    scroll: str = ""  # a selector that is brought to the top
    after: Callable[[Browser, str], None] | None = None  # what people do before it is taken


def main() -> int:
    """Make the pictures that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", default="", help="address of a demonstration that runs already")
    parser.add_argument("names", nargs="*", help="only pictures whose names begin so")
    told = parser.parse_args()
    wanted = [each for each in PICTURES if not told.names or each.name.startswith(tuple(told.names))]
    KEPT.mkdir(parents=True, exist_ok=True)
    with _site(told.site) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        missed = []
        for each in wanted:
            if each.after is not None:
                each.after(browser, site)
            if not _take(browser, site, each):
                missed.append(each.name)
        browser.close()
    total = sum(path.stat().st_size for path in KEPT.glob("*.webp"))
    print(f"{len(wanted) - len(missed)} pictures made, {total / 1000:.0f} kB in all")
    if missed:
        print(f"not made: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


@contextmanager
def _site(given: str) -> Iterator[str]:
    if given:
        yield given.rstrip("/")
        return
    with tempfile.TemporaryDirectory(prefix="vamco-pictures-") as folder:
        command = [str(HERE / "vamco"), "up", "--data", folder, "--port", str(PORT)]
        running = subprocess.Popen(command, cwd=HERE)
        site = f"http://localhost:{PORT}"
        try:
            _wait(site, running)
            yield site
        finally:
            running.terminate()
            running.wait(60)


def _wait(site: str, running: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end and running.poll() is None:
        try:
            with urllib.request.urlopen(f"{site}/log-in", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(1)
    raise SystemExit("the demonstration did not start")


def _confirm(browser: Browser, site: str) -> None:
    """Let the Office confirm the first alarm, as must be before a directive."""
    with _session(browser, site, "vanphong", WIDE) as page:
        _go(page, f"{site}/desk/alarms/1")
        form = page.locator("main form[action*='act=confirm'] button.primary")
        if form.count():
            form.first.click()
            page.wait_for_selector(".flashes .notice")


def _order(browser: Browser, site: str) -> None:
    """Let the Office give a directive to Finance, and Finance ask a ward for help."""
    due = "document.querySelector('[data-today]')?.dataset.today ?? new Date().toISOString().slice(0, 10)"
    with _session(browser, site, "vanphong", WIDE) as page:
        _go(page, f"{site}/desk/alarms/1?act=issue")
        if not page.locator("main [name=due_on]").count():
            return  # it has been done already
        day = page.evaluate(f"new Date(new Date({due}).getTime() + 14 * 864e5).toISOString().slice(0, 10)")
        page.select_option("main [name=agency]", FINANCE)
        page.fill("main [name=due_on]", str(day))
        page.fill(
            "main [name=text]", "Rà soát dự án giải ngân chậm, báo cáo nguyên nhân và cam kết tiến độ từng dự án."
        )
        _send(page)
    with _session(browser, site, "sotaichinh", WIDE) as page:
        _go(page, f"{site}/desk/cases/new/request")
        page.fill("main [name=title]", "Xác nhận khối lượng hoàn thành của dự án trên địa bàn")
        page.select_option("main [name=agency]", WARD)
        page.fill("main [name=note]", "Đề nghị xác nhận khối lượng và gửi biên bản nghiệm thu.")
        _send(page)


def _send(page: Page) -> None:
    before = page.url
    page.locator("main form[method=post]:has([name=agency]) button.primary").first.click()
    page.wait_for_url(lambda url: url != before, timeout=SEND_MS)


def _take(browser: Browser, site: str, picture: Picture) -> bool:
    """Look at a page and keep the picture; False where a link to follow is not there."""
    with _session(browser, site, picture.user, picture.size) as page:
        _go(page, site + picture.path.format(yesterday=_yesterday(page)))
        for selector in picture.follow:
            link = page.locator(selector).first
            if not link.count():
                return False
            _go(page, str(link.evaluate("(one) => one.href")))
        if picture.scroll:
            page.locator(picture.scroll).first.evaluate("(one) => one.scrollIntoView()")
        _keep(page.screenshot(), KEPT / f"{picture.name}.webp")
    return True


@contextmanager
def _session(browser: Browser, site: str, user: str, size: tuple[int, int]) -> Iterator[Page]:
    """A page as somebody sees it who is logged in."""
    viewport = {"width": size[0], "height": size[1]}
    context = browser.new_context(viewport=viewport, locale="vi-VN", color_scheme="light", reduced_motion="reduce")
    try:
        page = context.new_page()
        _log_in(page, site, user)
        yield page
    finally:
        context.close()


def _log_in(page: Page, site: str, user: str) -> None:
    page.goto(f"{site}/log-in")
    page.fill("#username", user)
    page.fill("#password", PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/log-in"))
    if page.url.endswith("/log-in/code"):
        page.fill("#code", page.locator("[data-demonstration-code]").inner_text())
        page.locator("#code").press("Enter")
    page.wait_for_url(lambda url: "/log-in" not in url)


def _go(page: Page, address: str) -> None:
    answer = page.goto(address, wait_until="load")
    if answer is None or answer.status != 200:
        raise SystemExit(f"{address}: {answer.status if answer else 'no answer'}")
    page.wait_for_selector("html[data-ready]")
    page.evaluate("document.fonts.ready")


def _yesterday(page: Page) -> str:
    """The province's day before today, as the demonstration's clock has it."""
    today = page.evaluate(
        "document.querySelector('[data-today]')?.dataset.today ?? new Date().toISOString().slice(0, 10)"
    )
    return str(page.evaluate("(day) => new Date(new Date(day) - 864e5).toISOString().slice(0, 10)", today))


def _keep(png: bytes, path: Path) -> None:
    with Image.open(io.BytesIO(png)) as image:
        image.convert("RGB").save(path, "WEBP", quality=72, method=6)


ROW: Final = "main tbody tr th a"
CARD: Final = "main article.kpi h3 a"
LINEAGE: Final = "main a[href*='/values/']"
PICTURES: Final = (
    Picture("leader-board", "lanhdao", "/"),
    Picture("leader-indicator", "lanhdao", "/indicators/DTC01"),
    Picture("leader-alarm", "lanhdao", "/desk/alarms/", (ROW,)),
    Picture("office-alarms", "vanphong", "/desk/alarms/"),
    Picture("office-issue", "vanphong", "/desk/alarms/1?act=issue", scroll="#act", after=_confirm),
    Picture("department_head-inbox", "truongphong", "/desk/", after=_order),
    Picture("department_head-case", "truongphong", "/desk/", (ROW,)),
    Picture("department_official-inbox", "sotaichinh", "/desk/"),
    Picture("department_official-case", "sotaichinh", "/desk/", (ROW,)),
    Picture("commune_official-inbox", "trangbang", "/desk/", size=PHONE),
    Picture("commune_official-indicator", "trangbang", "/indicators/HCC08", size=PHONE),
    Picture("operator-wall", "ioc", "/wall"),
    Picture("operator-runs", "ioc", "/desk/runs/"),
    Picture("auditor-board", "kiemtoan", "/?on={yesterday}"),
    Picture("auditor-lineage", "kiemtoan", "/indicators/DTC01", (LINEAGE,)),
    Picture("data_owner-runs", "taichinh", "/desk/runs/"),
    Picture("data_owner-run", "taichinh", "/desk/runs/all/", (ROW,)),
    Picture("administrator-work", "ioc", "/desk/work/"),
    Picture("administrator-kind", "ioc", "/desk/kinds/request"),
)


if __name__ == "__main__":
    raise SystemExit(main())
