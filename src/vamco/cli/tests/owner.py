"""A process that owns a PostgreSQL, for tests that kill it. Run with the folder; obeys lines on its standard input.

Answers each of “start” and “look” with one line of JSON; ends its server and itself at the end of its input.
"""

import json
import sys
from pathlib import Path

from vamco.cli import postgres
from vamco.lib.errors import VamcoError


def main() -> int:
    try:
        with postgres.running(Path(sys.argv[1]), {"fsync": "off"}) as server:
            _look(server)
            for line in sys.stdin:
                if line.strip() == "start":
                    server.start()
                _look(server)
    except VamcoError as error:
        print(json.dumps({"refused": error.code, "says": str(error)}), flush=True)
        return 1
    return 0


def _look(server: postgres.Server) -> None:
    found = {
        "alive": server.alive(),
        "postmaster": server.pid,
        "app": server.url(),
        "owner": server.url("owner"),
        "home": str(server.ground.home),
        "sockets": str(server.ground.sockets),
    }
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    sys.exit(main())
