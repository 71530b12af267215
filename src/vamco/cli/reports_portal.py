"""Registers the demonstration's other system as a client of the platform, then becomes that system (`vamco.demo.reports_portal`)."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Final

CODE: Final = "cong-bao-cao-mo-phong"


def main(argv: list[str]) -> int:
    """Register it with the address that it has this time; its secret lives as long as the process."""
    parser = argparse.ArgumentParser(prog="python -m vamco.cli.reports_portal")
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args(argv).port
    from vamco.config.start import start

    start()
    from vamco.systems.broker import public as broker
    from vamco.systems.identity import public as identity

    address = f"http://localhost:{port}"
    wanted = broker.NewClient(
        code=CODE,
        name="Cổng báo cáo nội bộ (mô phỏng)",
        purpose="Để biết ai đang lập và gửi báo cáo.",
        agency=identity.root_agency(),
        redirect_uris=(f"{address}/callback",),
        post_logout_uris=(f"{address}/",),
        scopes=("openid", "profile", "email", "phone", "post"),
        backchannel_uri=f"{address}/logged-out",
    )
    own = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "VAMCO_"))}
    own |= {name: os.environ[name] for name in ("VAMCO_TODAY",) if os.environ.get(name)}
    own |= {
        "AUTHLIB_INSECURE_TRANSPORT": "1",  # both are on this machine
        "VAMCO_PORTAL_ISSUER": broker.issuer(),
        "VAMCO_PORTAL_CLIENT": CODE,
        "VAMCO_PORTAL_SECRET": broker.open_demonstration(wanted),
    }
    words = [sys.executable, "-m", "vamco.demo.reports_portal", "--port", str(port)]
    os.execve(sys.executable, words, own)  # noqa: S606  # the other system knows nothing of ours


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
