"""The password of the demonstration's log-ins; who they are says the pack's demonstration layer."""

from __future__ import annotations

PASSWORD = "vam-co-dong-vam-co-tay"  # noqa: S105 - printed at every start of the demonstration, refused in production
PIN = "135790"  # of the made-up people at the simulated issuer of the national eID; printed, too
