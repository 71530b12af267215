"""Of a picture two contents are kept: as it was handed in, for few, and painted anew, for those who see the case."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from PIL import Image

from vamco.kernel.base.audit.models import Entry
from vamco.kernel.record.files import public as files
from vamco.kernel.record.files.adapters.inspection import images, limits
from vamco.kernel.record.files.contracts import Facts, Kind
from vamco.kernel.record.files.models import File, PictureFacts
from vamco.kernel.record.files.tests import hostile
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Forbidden

CODE = {"JPEG": "a.jpg", "PNG": "a.png", "WEBP": "a.webp"}
MINUTES_7 = dt.timezone(dt.timedelta(hours=7))
AT = dt.datetime.fromisoformat("2026-11-20T08:15:30")  # a camera mostly tells no zone


def exif(**more: Any) -> Image.Exif:
    """What a phone writes: place, time, maker, and which side is up."""
    made = Image.Exif()
    made[0x010F], made[0x0110], made[0x0131] = "SecretMaker", "SecretModel", "SecretSoftware"
    made[0x0112] = more.get("turned", 1)
    camera, place = made.get_ifd(0x8769), made.get_ifd(0x8825)
    camera[0x9003] = more.get("taken", "2026:11:20 08:15:30")
    if "zone" in more:
        camera[0x9011] = more["zone"]
    place[1], place[2] = more.get("lat", ("N", (10.0, 32.0, 6.0)))
    place[3], place[4] = more.get("lon", ("E", (106.0, 24.0, 45.0)))
    return made


def take(content: bytes, name: str = "a.jpg", **more: Any) -> File:
    return files.store(io.BytesIO(content), name=name, terms=files.FROM_PEOPLE, **more)


def shown(file: File) -> Image.Image:
    return Image.open(io.BytesIO(files.served(file, to=None).path.read_bytes()))


@pytest.mark.django_db
@pytest.mark.parametrize("form", CODE)
def test_the_rendition_says_nothing_beside_the_picture(form: str) -> None:
    content = hostile.picture(form, exif=exif(), xmp=b"<x:xmpmeta>SecretXmp</x:xmpmeta>") + b"tail behind it" * 20
    file = take(content, CODE[form])
    clean = files.served(file, to=None).path.read_bytes()
    for secret in (b"Secret", b"Exif", b"xmp", b"tail behind it", b"2026:11"):
        assert secret not in clean
    assert Image.open(io.BytesIO(clean)).format == form
    assert not Image.open(io.BytesIO(clean)).getexif()
    assert files.content_path(file).read_bytes() == content
    assert files.served(file, to=None).media_type == Kind[form].value


@pytest.mark.django_db
@pytest.mark.parametrize("turned", range(1, 9))
def test_the_rendition_stands_upright(turned: int) -> None:
    """The green corner is at the upper right in what the camera saw, whichever way it was held."""
    upright = Image.open(io.BytesIO(hostile.picture("PNG", (64, 48))))
    back = {
        2: 0,
        3: 3,
        4: 1,
        5: 5,
        6: 2,
        7: 6,
        8: 4,
    }  # what undoes each: flips and turns are Pillow's Transpose numbers
    held = upright.transpose(Image.Transpose(back[turned])) if turned > 1 else upright
    out = io.BytesIO()
    held.save(out, "JPEG", quality=95, subsampling=0, exif=exif(turned=turned))
    found = shown(take(out.getvalue())).convert("RGB")
    assert found.size == (64, 48)
    for corner, colour in {(56, 6): (30, 200, 30), (6, 42): (30, 30, 200), (6, 6): (200, 30, 30)}.items():
        got = found.getpixel(corner)
        assert isinstance(got, tuple)
        assert max(abs(a - b) for a, b in zip(got, colour, strict=True)) < 25, (turned, corner, got)


PLACES: dict[str, tuple[dict[str, Any], Facts]] = {
    "here": ({}, Facts(AT, 106.4125, 10.535)),
    "with a zone": (
        {"zone": "+07:00"},
        Facts(dt.datetime(2026, 11, 20, 8, 15, 30, tzinfo=MINUTES_7), 106.4125, 10.535),
    ),
    "south-west": (
        {"lat": ("S", (1.0, 0.0, 0.0)), "lon": ("W", (2.0, 30.0, 0.0))},
        Facts(AT, -2.5, -1.0),
    ),
    "nowhere": ({"lat": ("N", (95.0, 0.0, 0.0))}, Facts(AT)),
    "never": ({"taken": "0000:00:00 00:00:00"}, Facts(None, 106.4125, 10.535)),
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", PLACES)
def test_place_and_time_are_kept_apart(case: str) -> None:
    more, expected = PLACES[case]
    facts = files.facts(take(hostile.picture(exif=exif(**more))))
    assert facts is not None
    assert facts.taken_at == (expected.taken_at.isoformat() if expected.taken_at else "")
    assert (facts.lon, facts.lat) == (expected.lon, expected.lat)


@pytest.mark.django_db
def test_a_picture_that_tells_nothing_has_no_facts() -> None:
    assert files.facts(take(hostile.picture())) is None
    assert not PictureFacts.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P", "1", "I;16"])
def test_every_kind_of_pixel_is_painted(mode: str) -> None:
    found = shown(take(hostile.picture("PNG", mode=mode), "a.png"))
    assert found.size == (64, 48)
    found.load()


def test_sixteen_bits_become_eight_and_not_white() -> None:
    deep, out = io.BytesIO(), io.BytesIO()
    Image.new("I;16", (8, 8), 32_768).save(deep, "PNG")
    images.inspect(Kind.PNG, deep, out)
    assert Image.open(out).convert("L").getpixel((4, 4)) == 128


@pytest.mark.django_db
def test_a_large_picture_becomes_smaller_and_a_small_one_stays() -> None:
    large = shown(take(hostile.picture(size=(4000, 3000))))
    assert large.size == (limits.LONGEST_SIDE, limits.LONGEST_SIDE * 3 // 4)
    assert shown(take(hostile.picture(size=(640, 480)))).size == (640, 480)


@pytest.mark.django_db
def test_only_the_first_of_moving_pictures_is_shown() -> None:
    frames = [Image.new("RGB", (32, 32), (n * 20, 0, 0)) for n in range(10)]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    assert getattr(shown(take(out.getvalue(), "a.webp")), "n_frames", 1) == 1


@pytest.fixture
def seen() -> Any:
    found = people.add("Thanh tra viên")
    people.appoint(found, agencies.get("H53.14"), "auditor", since=dt.date(2025, 7, 1))
    return found


@pytest.mark.django_db
def test_the_original_is_for_few_and_each_look_is_in_the_log(seen: Any) -> None:
    finance = agencies.get("H53.04")
    content = hostile.picture(exif=exif())
    file = take(content, agency=finance)
    clerk = people.add("Chuyên viên")
    people.appoint(clerk, finance, "department_official", since=dt.date(2025, 7, 1))
    with pytest.raises(Forbidden):
        files.original(file, by=clerk, purpose="xem")
    assert not Entry.objects.filter(act="files.view_original").exists()
    assert files.original(file, by=seen, purpose="Thanh tra số 12").read_bytes() == content
    entry = Entry.objects.get(act="files.view_original")
    assert (entry.chain_id, entry.subject, entry.purpose) == ("H53.04", f"file:{file.pk}", "Thanh tra số 12")
    assert entry.actor == str(seen.pk)
