"""Temporary: the whole demonstration in one process, and pictures of every page of the desk."""
import datetime as dt, os
from pathlib import Path
import pytest
from tests.pages.conftest import *  # noqa
from tests.stories.conftest import province  # noqa
from vamco.kernel.world.agencies import public as agencies

OUT = Path("/tmp/desk/shots")

def test_shots(province, site, browser, settings):
    import threading
    from django.db import connections
    boxed = []
    def work():
        try: province.collect()
        except BaseException as e: boxed.append(e)
        finally: connections.close_all()
    t = threading.Thread(target=work); t.start(); t.join()
    if boxed: raise boxed[0]
    from django.test import Client
    from vamco.systems.identity.models import Account
    from vamco.systems.warnings import public as warnings
    from vamco.systems.warnings.models import Alarm
    from vamco.kernel.record.files import public as files
    from vamco.kernel.base.events.models import Event, Delivery
    from vamco.kernel.base import clock
    from vamco.kernel.work.cases import public as cases
    from vamco.systems.desk import services
    from vamco.systems.hub import public as hub
    from django.core.files.uploadedfile import SimpleUploadedFile
    who = {a.username: a.person for a in Account.objects.select_related("person")}
    alarms = warnings.open_alarms(who["vanphong"])
    print(len(alarms), [(a.id, a.indicator, a.agency, a.level, str(a.gap)) for a in alarms][:20])
    import json
    (Path(settings.VAMCO_DATA) / "demo-logins.json").write_text(json.dumps({"password": "vam-co-dong-vam-co-tay", "people": [{"username": "lanhdao", "name": "Nguyễn Thị Minh Hạnh", "title": "Phó Chủ tịch UBND tỉnh"}, {"username": "vanphong", "name": "Trần Quốc Bảo", "title": "Chuyên viên tổng hợp, Văn phòng UBND tỉnh"}]}))
    made = []
    by = who["vanphong"]
    targets = ["H53.04", "H53.CDT.02", "H53.09", "H53.04"]
    picked = [a for a in alarms if a.cause == "behind"][:6]
    for n, a in enumerate(picked[:4]):
        warnings.confirm(a.id, by=by, note="Đã kiểm tra số liệu với Kho bạc.")
        from vamco.systems.desk import alarm_page
        from vamco.systems.indicators import public as ind
        from django.utils import translation
        with translation.override("vi"):
            text = alarm_page.proposal(warnings.alarm(a.id, by), ind.definition(a.indicator))["text"]
        c = warnings.issue_directive(a.id, agency=agencies.get(targets[n]), due_on=clock.today() + dt.timedelta(days=[0, 2, 15, 7][n]) if n else clock.today(), text=text, by=by) if clock.now().astimezone(clock.HCM).hour < 17 or n else None
        if c: made.append(c)
    c = made[-1]
    fin = who["sotaichinh"]
    services.act(c.pk, "accept", by=fin, seen=1, note="", uploads=())
    if len(alarms) > 5: warnings.dismiss(picked[4].id, by=by, note="Số liệu đã được đính chính trong ngày.")
    services.act(c.pk, "report", by=fin, seen=2, note="Đã rà soát 12 dự án; 3 dự án vướng giải phóng mặt bằng.\nCam kết giải ngân thêm 420 tỷ đồng trước 15/12.", uploads=[SimpleUploadedFile("Báo cáo rà soát dự án.pdf", b"%PDF-1.7\n..."), SimpleUploadedFile("so-lieu.txt", "số liệu".encode())])
    ev = Event.objects.create(name="indicators.values_settled", version=1, payload={}, at=clock.now())
    Delivery.objects.create(event=ev, handler="warnings.judge", state="dead", attempts=5, error="Traceback (most recent call last):\n  File x\n    y\ndjango.db.utils.OperationalError: Nguyễn Văn A", at=clock.now())
    runs = hub.runs(size=200)
    bad = max(runs, key=lambda r: r.quarantined)
    refused = next((r for r in runs if r.state == "refused"), bad)
    al = picked[5].id if len(picked) > 5 else alarms[0].id
    confirmed = picked[5].id if len(picked) > 5 else alarms[0].id
    pages = [
        ("sotaichinh", "inbox-fin", "/desk/"), ("vanphong", "inbox-office", "/desk/"), ("vanphong", "following", "/desk/following/"), ("kiemtoan", "alarms-audit", "/desk/alarms/"),
        ("nongnghiep", "case-handler", f"/desk/cases/{made[1 if len(made)>3 else 0].pk}"), ("thamdinh", "case-verify", f"/desk/cases/{c.pk}"),
        ("vanphong", "alarms", "/desk/alarms/"), ("vanphong", "past", "/desk/alarms/past/"), ("vanphong", "alarm", f"/desk/alarms/{al}"),
        ("ioc", "runs", "/desk/runs/"), ("ioc", "allruns", "/desk/runs/all/"), ("ioc", "run-bad", f"/desk/runs/{bad.id}"), ("ioc", "run-refused", f"/desk/runs/{refused.id}"),
        ("ioc", "letters", "/desk/letters/"), ("", "login", "/log-in"),
    ]
    from django.conf import settings as s
    only = os.environ.get("ONLY", "").split(",") if os.environ.get("ONLY") else None
    sizes = [("d", 1920, 1080, "light", "vi"), ("m", 390, 844, "light", "vi"), ("k", 1920, 1080, "dark", "en"), ("n", 390, 844, "dark", "en")]
    want = os.environ.get("SIZES", "d,m,k,n").split(",")
    def shoot(username, name, path, post=None):
        if only and name not in only: return
        for key, w, h, theme, lang in sizes:
            if key not in want: continue
            ctx = browser.new_context(viewport={"width": w, "height": h}, color_scheme=theme)
            cookies = [{"name": "vamco_language", "value": lang, "url": site}]
            if username:
                cl = Client(); cl.force_login(Account.objects.get(username=username), backend="django.contrib.auth.backends.ModelBackend")
                cookies.append({"name": "sessionid", "value": cl.cookies["sessionid"].value, "url": site})
            ctx.add_cookies(cookies)
            page = ctx.new_page()
            a = page.goto(site + path)
            page.wait_for_selector("html[data-ready]")
            page.wait_for_timeout(300)
            wd, sh = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
            print(name, key, a.status, "WIDE" if wd > sh else "")
            page.screenshot(path=str(OUT / f"{name}-{key}.png"), full_page=True)
            ctx.close()
    for args in pages: shoot(*args)
    warnings.confirm(confirmed, by=by)
    shoot("vanphong", "alarm-direct", f"/desk/alarms/{confirmed}?act=direct")
