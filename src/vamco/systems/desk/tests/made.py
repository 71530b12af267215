"""People, values and alarms for the desk's tests, made as the platform makes them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from vamco.kernel.base import clock
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.systems.identity import public as identity
from vamco.systems.identity.models import Account
from vamco.systems.identity.tests import entering
from vamco.systems.indicators.models import DefinitionVersion, Settlement, Value
from vamco.systems.warnings.models import Alarm
from vamco.systems.warnings.services import judging

if TYPE_CHECKING:
    from vamco.kernel.work.cases.public import Case
    from vamco.kernel.world.people.models import Person

TODAY = dt.date(2026, 11, 20)
SINCE = dt.date(2025, 7, 1)
OFFICE, FINANCE, FARMING, ROADS, IOC, INSPECTION = "H53.01", "H53.04", "H53.09", "H53.CDT.02", "H53.15", "H53.14"
COMMUNE = "H53.25708"


def pdf(said: bytes = b"") -> bytes:
    """A whole PDF of one empty page that holds some bytes nobody sees."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(said), said),
    ]
    made, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(b"%010d 00000 n \n" % len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(places)
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(made))
    return made + table + end


PDF = pdf()


def person(role: str, agency: str, name: str) -> Person:
    """Somebody with a role in an agency."""
    found = people.add(name)
    people.appoint(found, agencies.get(agency), role, since=SINCE)
    return found


def upload(name: str = "Báo cáo.pdf") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, PDF)


def reader(who: Person, *, language: str = "vi") -> Client:
    """The browser of somebody who has logged in."""
    client = Client()
    account = Account.objects.filter(person=who).first()
    account = account or identity.open_account(f"p{who.pk}", "không-cần-nhớ-2026", who)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["vamco_language"] = language
    return client


def sure_reader(who: Person, *, language: str = "vi") -> Client:
    """The same, who has just shown two factors: pages that appoint, dismiss, import or recover ask for that."""
    return entering.sure(reader(who, language=language))


def values(code: str, *amounts: int | str, agency: str = "", place: str = "") -> None:
    """The values of an indicator on the days up to today, known since 06:00 of today."""
    version = DefinitionVersion.objects.filter(code=code).order_by("-version").first()
    assert version is not None
    divides = version.content["formula"]["denominator"] is not None
    at = clock.now()
    settlement = Settlement.objects.create(definition=version, at=at, engine="duckdb", changed=len(amounts), sources=[])
    Value.objects.filter(indicator=code, agency=agency, place=place, known_to=None).update(known_to=at)
    days = [TODAY - dt.timedelta(days=len(amounts) - 1 - n) for n in range(len(amounts))]
    Value.objects.bulk_create(
        Value(
            indicator=code,
            period=day.isoformat(),
            period_end=day,
            agency=agency,
            place=place,
            value=Decimal(amount),
            numerator=Decimal(amount) if divides else None,
            denominator=100 if divides else None,
            rows=1,
            known_from=at,
            settlement=settlement,
        )
        for day, amount in zip(days, amounts, strict=True)
    )


def alarm(code: str = "HCC08", amount: int = 80, agency: str = FINANCE) -> int:
    """An alarm of an agency: for ten days so many overdue dossiers, or per cent disbursed."""
    values(code, *[amount] * 10, agency=agency)
    judging.judge(code)
    return int(Alarm.objects.get(indicator=code, subject=agency, state="firing").pk)


def late(dataset: str = "kb_giaingan", owner: str = FINANCE) -> int:
    """An alarm of a dataset that did not come."""
    judging.dataset_late(dataset, owner, clock.now() - dt.timedelta(hours=3))
    return int(Alarm.objects.get(dataset=dataset, state="firing").pk)


def directive(
    alarm_id: int, by: Person, *, agency: str = FINANCE, days: int = 7, text: str = "Giải quyết hồ sơ."
) -> Case:
    """A directive that answers an alarm."""
    from vamco.systems.warnings import public as warnings

    warnings.confirm(alarm_id, by=by)
    return warnings.issue_directive(
        alarm_id, agency=agencies.get(agency), due_on=TODAY + dt.timedelta(days=days), text=text, by=by
    )


def vietnamese(msgid: str, **data: object) -> str:
    """What the catalogue says in Vietnamese; fails where it says nothing."""
    with translation.override("vi"):
        said = translation.gettext(msgid)
    assert said != msgid, f"no words for {msgid!r}"
    return said % data if data else said


def questions(reader: Client, address: str) -> int:
    """How many statements a page needs, once what is asked once a process is known."""
    assert reader.get(address).status_code == 200
    with CaptureQueriesContext(connection) as asked:
        reader.get(address)
    return len(asked)
