"""Pictures for tests of pages, and people with two roles."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Final

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from vamco.kernel.base import clock
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.systems.traffic.services import live
from vamco.systems.traffic.tests import made

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from vamco.kernel.world.people.models import Person

JPEG: Final = base64.b64decode(
    "/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/"
    "wAALCAABAAEBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEI"
    "I0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKz"
    "tLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/APn+v//Z"
)
"""One grey pixel."""


def live_picture(
    camera: str,
    counts: Mapping[str, int] | None,
    *,
    at: dt.datetime | None = None,
    drawn: bytes = JPEG,
    drawing: int = 0,
) -> None:
    """Put a picture where a worker would."""
    live.keep(
        camera, drawn, live.Seen(at or clock.now(), counts, drawing=drawing, width=1920, height=1080), plain=drawn
    )


def also(person: Person, role: str, agency: str = made.POLICE) -> None:
    """Give somebody a second role."""
    people.appoint(person, agencies.get(agency), role, since=made.SINCE)


def photo(name: str = "anh.jpg") -> SimpleUploadedFile:
    """A picture as a browser sends it."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (90, 120, 90)).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")
