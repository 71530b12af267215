"""The daily reconciliation: statements are taken in, a day is looked at as often as wanted, each difference closed by a person, the day once."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import TYPE_CHECKING

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Missing, Refused
from vamco.lib.time import HCM
from vamco.systems.payments.contracts import RECONCILE, StatementRow
from vamco.systems.payments.models import (
    Difference,
    Invoice,
    Notification,
    PayAccount,
    ReconciledDay,
    Refund,
    StatementLine,
)
from vamco.systems.payments.rules import reconciling, reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vamco.kernel.world.agencies.public import Agency
    from vamco.kernel.world.people.public import Person

_MOST_ROWS = 20_000
COLUMNS = ("id", "time", "account", "amount", "content")


def read_statement(content: bytes) -> list[StatementRow]:
    """Read a statement as CSV in UTF-8 with the columns id, time (ISO, or 30/11/2026 14:05), account, amount, content; Refused at the first wrong line."""
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
        rows = [_row(line, row) for line, row in enumerate(reader, 2)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise Refused("payments.no_statement", N_("This is no statement as CSV in UTF-8.")) from error
    if not rows or len(rows) > _MOST_ROWS:
        raise Refused("payments.empty_statement", N_("A statement has between 1 and 20,000 lines."))
    return rows


def _row(line: int, row: dict[str, str | None]) -> StatementRow:
    try:
        values = {name: (row[name] or "").strip() for name in COLUMNS}
        at = _moment(values["time"])
        amount = int(values["amount"].replace(".", "").replace(",", ""))
    except (KeyError, ValueError) as error:
        raise Refused("payments.wrong_line", N_("Line %(line)s of the statement cannot be read."), line=line) from error
    if not values["id"] or amount == 0:
        raise Refused("payments.wrong_line", N_("Line %(line)s of the statement cannot be read."), line=line)
    return StatementRow(values["id"][:100], at, values["account"][:40], amount, values["content"][:300])


def _moment(text: str) -> dt.datetime:
    for form in ("%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S"):
        try:
            return dt.datetime.strptime(text, form).replace(tzinfo=HCM)
        except ValueError:
            continue
    found = dt.datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=HCM)


def take_statement(agency: Agency, rows: Iterable[StatementRow], *, source: str, by: str) -> int:
    """Take lines of a statement of an agency's account, each once; return how many were new. Refused for another account's."""
    account = _account(agency)
    found = list(rows)
    if any(row.account != account.number for row in found):
        raise Refused("payments.other_account", N_("The statement is of another account than this agency's."))
    with transaction.atomic():
        known = StatementLine.objects.filter(source=source, account=account.number).count()
        StatementLine.objects.bulk_create(
            [
                StatementLine(
                    source=source, external=row.external, account=row.account, at=row.at, amount=row.amount,
                    content=row.content, taken_at=clock.now(),
                )
                for row in found
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        new = StatementLine.objects.filter(source=source, account=account.number).count() - known
        audit.record(
            "payments.take_statement",
            actor=by,
            chain=agency.code,
            subject=f"agency:{agency.code}",
            detail={"lines": new},
        )
    return new


def look(agency: Agency, day: dt.date) -> ReconciledDay:
    """Look at a day: what is found is kept, what is not found any more is marked, what a person closed stays closed."""
    account = _account(agency)
    begin = dt.datetime.combine(day, dt.time(), HCM)
    end = begin + dt.timedelta(days=1)
    with transaction.atomic():
        found, _made = ReconciledDay.objects.select_for_update().get_or_create(
            agency=agency, day=day, defaults={"looked_at": clock.now()}
        )
        if found.closed_at is not None:
            return found
        lines = list(StatementLine.objects.filter(account=account.number, at__gte=begin, at__lt=end).order_by("pk"))
        notices = list(
            Notification.objects.filter(account=account.number, at__gte=begin, at__lt=end, incoming=True)
            .select_related("payment", "invoice")
            .order_by("pk")
        )
        cases = reconciling.reconcile(
            [_notice(row) for row in notices],
            [
                reconciling.Booked(id=row.pk, external=row.external, amount=row.amount, content=row.content)
                for row in lines
            ],
            named=_named(lines),
            refunds=_refunds(agency),
            statement=bool(lines),
        )
        _keep(found, cases)
        found.looked_at, found.statement = clock.now(), bool(lines)
        found.matched = sum(case.bucket == "matched" for case in cases)
        found.save()
    return found


def _notice(row: Notification) -> reconciling.Notice:
    payment = getattr(row, "payment", None)
    return reconciling.Notice(
        id=row.pk,
        external=row.external,
        amount=row.amount,
        content=row.content,
        outcome=row.outcome,  # type: ignore[arg-type]
        invoice=row.invoice.code if row.invoice else "",
        due=payment.due if payment else None,
        late=bool(payment and payment.late),
        second=bool(payment and payment.due == 0),
        contradicted=row.contradicted,
        other_account=row.cause == "other_account",
    )


def _named(lines: Sequence[StatementLine]) -> dict[int, str]:
    by_line = {line.pk: reference.found_in(line.content) for line in lines}
    every = {each for found in by_line.values() for each in found}
    known = dict(Invoice.objects.filter(reference__in=every).values_list("reference", "code"))
    return {pk: known[found[0]] for pk, found in by_line.items() if len(found) == 1 and found[0] in known}


def _refunds(agency: Agency) -> dict[str, int]:
    rows = Refund.objects.filter(invoice__payee=agency, standing="done").exclude(reference="")
    return dict(rows.values_list("reference", "amount"))


def _keep(day: ReconciledDay, cases: Sequence[reconciling.Found]) -> None:
    wanted = {case.key: case for case in reconciling.open_cases(cases)}
    codes = dict(
        Invoice.objects.filter(code__in=[case.invoice for case in cases if case.invoice]).values_list("code", "pk")
    )
    held = {row.key: row for row in Difference.objects.filter(day=day)}
    for key, case in wanted.items():
        row = held.get(key) or Difference(day=day, key=key)
        if row.closed_at is None:
            row.bucket, row.cause, row.amount = case.bucket, case.cause, case.amount
            row.invoice_id, row.notification_id, row.line_id = codes.get(case.invoice), case.notice, case.booked
        row.gone = False
        row.save()
    Difference.objects.filter(day=day, closed_at=None).exclude(key__in=wanted).update(gone=True)


def close_difference(difference: int, note: str, *, by: Person) -> None:
    """Close a difference with what was found out."""
    if not note.strip():
        raise Refused("payments.no_reason", N_("Say why."))
    known = (
        Difference.objects.select_related("day__agency").filter(pk=difference).first()
        if 0 < difference < 2**63
        else None
    )
    if known is None or not access.allow(by, RECONCILE, known.day.agency):
        raise Missing("payments.no_difference", N_("There is no such difference."))
    with transaction.atomic():
        day = ReconciledDay.objects.select_for_update().get(pk=known.day_id)
        found = Difference.objects.select_for_update().get(pk=difference)
        if day.closed_at is not None or found.closed_at is not None:
            raise Refused("payments.closed_already", N_("This was closed already."))
        found.closed_at, found.closed_by, found.note = clock.now(), str(by.pk), note.strip()[:300]
        found.save()
        audit.record(
            "payments.close_difference",
            actor=str(by.pk),
            chain=known.day.agency.code,
            subject=f"difference:{found.pk}",
            detail={"bucket": found.bucket, "cause": found.cause},
        )


def close_day(agency: Agency, day: dt.date, *, by: Person) -> None:
    """Close a day, once: it lies behind us, its statement is here, and every difference is closed."""
    access.demand(by, RECONCILE, agency)
    if day >= clock.today():
        raise Refused("payments.day_not_over", N_("A day is closed when it is over."))
    with transaction.atomic():
        found = look(agency, day)
        if found.closed_at is not None:
            raise Refused("payments.closed_already", N_("This was closed already."))
        if not found.statement:
            raise Refused("payments.statement_missing", N_("The bank's statement of this day is missing."))
        if found.differences.filter(closed_at=None, gone=False).exists():
            raise Refused("payments.differences_open", N_("Close every difference first."))
        found.closed_at, found.closed_by = clock.now(), str(by.pk)
        found.save()
        audit.record(
            "payments.close_day",
            actor=str(by.pk),
            chain=agency.code,
            subject=f"reconciled_day:{found.pk}",
            detail={"day": day.isoformat()},
        )


def _account(agency: Agency) -> PayAccount:
    """Return the agency's own account: one that it shares is reconciled by whose it is."""
    found = PayAccount.objects.filter(agency=agency.code).first()
    if found is None:
        raise Refused("payments.no_account", N_("The pack names no account of its own for this agency."))
    return found
