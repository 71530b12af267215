import threading, time, datetime as dt
import pytest
from pathlib import Path
ROOT = Path(__file__).resolve().parents[5]

def test_demo(fresh_db, tmp_path, monkeypatch, settings):
    from vamco.demo import build
    from vamco.demo.department import serve
    from vamco.systems.hub import public as hub
    from vamco.kernel.base.audit import public as audit
    from vamco.kernel.base import clock
    settings.VAMCO_TODAY = dt.date(2026, 11, 20)
    demo = build.build(tmp_path / "demo", pack=ROOT / "packs" / "tayninh", today=dt.date(2026, 11, 20))
    server = serve(demo.folder, 0, "t0ken")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("VAMCO_TREASURY_URL", f"http://127.0.0.1:{server.server_address[1]}")
    monkeypatch.setenv("VAMCO_TREASURY_TOKEN", "t0ken")
    monkeypatch.setenv("VAMCO_SHARED_FOLDER", str(demo.shared))
    for round in (1, 2, 3):
        for source in hub.sources():
            t = time.perf_counter()
            found = hub.collect(source.code, lambda p: None)
            print(round, source.code, f"{time.perf_counter()-t:.2f}s", found.failures)
            for run in found.runs:
                print("   ", run.id, run.dataset, run.name, run.state, run.rows, run.accepted, run.quarantined, run.reason, [(f.code, f.rows) for f in run.findings])
    for s in hub.freshness(clock.now()):
        print(s)
    planted = {}
    for p in demo.planted:
        planted.setdefault(p.dataset, []).append(p)
    for d, ps in planted.items():
        rows = {(r.name, q.row): [x.code for x in q.reasons] for r in hub.runs(dataset=d, size=1000) for q in hub.quarantine(r.id, size=100000)}
        print(d, len(ps), len(rows))
        names = {}
        for p in ps: names.setdefault(p.flaw, set())
        for p in ps:
            key = [k for k in rows if k[1] == p.row and (d.startswith("kb") or k[0] in p.file)]
            if not key: print("  MISSING", p)
            else: names[p.flaw].add(tuple(rows[key[0]]))
        print("  ", names)
        assert len(ps) == len(rows)
    r = hub.runs(dataset="csgt_tngt")[0]
    q = hub.quarantine(r.id)[0]
    print(q); print(hub.source_row(r.id, q.row))
    for x in q.reasons: print(x.text(str))
    r = hub.runs(dataset="kb_thu")[0]
    q = hub.quarantine(r.id)[0]
    print(q); print(hub.source_row(r.id, q.row))
    assert audit.verify() == {}
    server.shutdown(); server.server_close()
