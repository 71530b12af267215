"""Ports of the programs beside the platform: a free one, and whether a program answers on its own."""

from __future__ import annotations

import http.client
import socket
from http import HTTPStatus


def free(host: str) -> int:
    """Return a port that nobody has at an address just now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def answers(host: str, port: int, page: str = "") -> bool:
    """Return whether the program on a port says that it is well, at `/health`; one that listens everywhere is asked on this machine.

    With a `page` any answer there will do: the port alone is open before any worker is ready.
    """
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # what to connect to instead
    connection = http.client.HTTPConnection(reachable, port, timeout=5)
    try:
        connection.request("GET", page or "/health", headers={"Host": "localhost"})
        status = connection.getresponse().status
        return bool(page) or status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
