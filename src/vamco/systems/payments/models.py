from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from vamco.kernel.record.files.models import File
from vamco.kernel.world.agencies.models import Agency
from vamco.kernel.world.people.models import Organisation, Person


class PayAccount(models.Model):
    """The account of an agency, into which payers transfer. Loaded from the pack."""

    agency = models.CharField(max_length=35, unique=True)
    bank = models.CharField(max_length=6)  # BIN
    bank_name = models.CharField(max_length=120)
    number = models.CharField(max_length=19)
    holder = models.CharField(max_length=120)
    synthetic = models.BooleanField(default=False)


class Gateway(models.Model):
    """How a redirect gateway is reached; its secret stands in the settings. Loaded from the pack."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    pay_url = models.CharField(max_length=300)
    query_url = models.CharField(max_length=300)
    version = models.CharField(max_length=20)


class ReceiptRule(models.Model):
    """How receipts are given, dated. Loaded from the pack."""

    code = models.CharField(max_length=40, unique=True)
    paper_until = models.DateField()
    symbol = models.CharField(max_length=20)
    source = models.CharField(max_length=300)


class Invoice(models.Model):
    """What somebody is asked to pay, to one agency. Its sums follow from `Payment` and `Refund` rows, its standing from the sums.

    `code` cannot be guessed and stands in addresses; `reference` stands in the transfer's text. The account is that of the moment of asking.
    """

    code = models.CharField(max_length=20, unique=True)
    reference = models.CharField(max_length=10, unique=True)
    key = models.CharField(max_length=100, unique=True)
    subject = models.CharField(max_length=60)
    matter = models.CharField(max_length=40, blank=True)
    payee = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    payer_name = models.CharField(max_length=200)
    bank = models.CharField(max_length=6, blank=True)
    account = models.CharField(max_length=19, blank=True)
    holder = models.CharField(max_length=120, blank=True)
    total = models.PositiveBigIntegerField()
    paid = models.PositiveBigIntegerField(default=0)
    refunded = models.PositiveBigIntegerField(default=0)
    standing = models.CharField(max_length=12, default="open")
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=40)
    pay_until = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_because = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(total__gt=0), name="payments_invoice_total"),
            models.CheckConstraint(condition=Q(refunded__lte=F("paid")), name="payments_invoice_refunded"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject"], name="payments_invoice_subject"),
            models.Index(fields=["payee", "-asked_at"], name="payments_invoice_payee"),
        ]


class InvoiceLine(models.Model):
    """A line of an invoice; never changed."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines")
    place = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    count = models.PositiveIntegerField()
    price = models.PositiveBigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["invoice", "place"], name="payments_line_place"),
            models.CheckConstraint(condition=Q(count__gt=0), name="payments_line_count"),
        ]


class Attempt(models.Model):
    """One try to pay an invoice through a gateway, with an id of its own. standing: begun, pending, paid, failed, unknown."""

    code = models.CharField(max_length=32, unique=True)  # the gateway's TxnRef
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="attempts")
    gateway = models.CharField(max_length=40)
    amount = models.PositiveBigIntegerField()
    standing = models.CharField(max_length=10, default="begun")
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    next_poll_at = models.DateTimeField(null=True)
    polls = models.PositiveSmallIntegerField(default=0)
    handed_at = models.DateTimeField(null=True)  # when it became a person's task

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_poll_at"], condition=Q(ended_at=None), name="payments_attempt_due"),
        ]


class Notification(models.Model):
    """What a channel has reported, raw, kept after its sender was verified. outcome: new, settled, queued, ignored, rejected."""

    channel = models.CharField(max_length=10)
    external = models.CharField(max_length=100)
    answer = models.UUIDField(default=uuid.uuid4)  # our own reference, given back to the sender
    raw = models.TextField()
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    at = models.DateTimeField()
    amount = models.PositiveBigIntegerField()
    incoming = models.BooleanField(default=True)
    account = models.CharField(max_length=40, blank=True)
    content = models.CharField(max_length=300, blank=True)
    attempt = models.ForeignKey(Attempt, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, default="new")
    cause = models.CharField(max_length=20, blank=True)
    invoice = models.ForeignKey(Invoice, null=True, on_delete=models.PROTECT, related_name="notifications")
    repeats = models.PositiveIntegerField(default=0)
    contradicted = models.BooleanField(default=False)  # came again with other contents; the first counts

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["channel", "external"], name="payments_notification_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "at"], name="payments_notification_day"),
            models.Index(
                fields=["outcome"], condition=Q(outcome__in=["new", "queued"]), name="payments_notification_open"
            ),
        ]


class Till(models.Model):
    """A cashier's till of one day, opened with a counted sum and closed with one; what is missing or too much is stated."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    cashier = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    opened_at = models.DateTimeField()
    opening = models.PositiveBigIntegerField()
    closed_at = models.DateTimeField(null=True)
    counted = models.PositiveBigIntegerField(null=True)
    expected = models.PositiveBigIntegerField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "cashier", "day"], name="payments_till_day"),
        ]


class Payment(models.Model):
    """Money that came in for an invoice; never changed. `due` is what was owed when it came."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="payments")
    channel = models.CharField(max_length=10)
    amount = models.PositiveBigIntegerField()
    due = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    late = models.BooleanField(default=False)
    notification = models.OneToOneField(Notification, null=True, on_delete=models.PROTECT, related_name="payment")
    by = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(amount__gt=0), name="payments_payment_amount")]


class CashEntry(models.Model):
    """Cash that went into a till, or out of it (negative); never changed."""

    till = models.ForeignKey(Till, on_delete=models.PROTECT, related_name="entries")
    payment = models.OneToOneField(Payment, null=True, on_delete=models.PROTECT, related_name="cash")
    refund = models.OneToOneField("Refund", null=True, on_delete=models.PROTECT, related_name="cash")
    sending = models.UUIDField(unique=True)
    amount = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(payment=None) ^ Q(refund=None), name="payments_cash_for"),
        ]


class Summary(models.Model):
    """The summary of an agency's receipts that went to the tax office on a day (01/TH-BLĐT)."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    seq = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    content = models.JSONField()
    sent_at = models.DateTimeField(null=True)
    carrier_id = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "day", "seq"], name="payments_summary_once"),
        ]


class Receipt(models.Model):
    """An electronic receipt; voided, never deleted. `number` runs from 1 by year and agency. `document` is its code in the register."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    symbol = models.CharField(max_length=20)
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="receipts")
    amount = models.PositiveBigIntegerField()
    payer_name = models.CharField(max_length=200)
    cash = models.BooleanField(default=False)
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=40)
    document = models.CharField(max_length=40, blank=True)
    file = models.ForeignKey(File, null=True, on_delete=models.PROTECT, related_name="+")
    carrier_id = models.CharField(max_length=60, blank=True)
    voided_at = models.DateTimeField(null=True)
    voided_because = models.CharField(max_length=300, blank=True)
    voided_by = models.CharField(max_length=40, blank=True)
    void_sent_at = models.DateTimeField(null=True)
    summary = models.ForeignKey(Summary, null=True, on_delete=models.PROTECT, related_name="receipts")
    void_summary = models.ForeignKey(Summary, null=True, on_delete=models.PROTECT, related_name="voided")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "year", "number"], name="payments_receipt_number"),
            models.UniqueConstraint(fields=["invoice"], condition=Q(voided_at=None), name="payments_receipt_valid"),
        ]


class Refund(models.Model):
    """Money that goes back: asked by one person or a machine, decided by another, then done. standing: asked, approved, declined, done."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="refunds")
    key = models.CharField(max_length=120, unique=True)
    amount = models.PositiveBigIntegerField()
    cause = models.CharField(max_length=12)
    reason = models.CharField(max_length=300)
    standing = models.CharField(max_length=10, default="asked")
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=40)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=40, blank=True)
    reference = models.CharField(max_length=60, blank=True)  # of the transfer by which it went back

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_refund_amount"),
            models.CheckConstraint(
                condition=Q(decided_by="") | ~Q(decided_by=F("asked_by")), name="payments_refund_another"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["standing"], condition=~Q(standing__in=["done", "declined"]), name="payments_refund_open"
            ),
        ]


class StatementLine(models.Model):
    """A line of the bank's or the Treasury's statement; a negative amount went out."""

    source = models.CharField(max_length=20)
    external = models.CharField(max_length=100)
    account = models.CharField(max_length=40)
    at = models.DateTimeField()
    amount = models.BigIntegerField()
    content = models.CharField(max_length=300, blank=True)
    taken_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "account", "external"], name="payments_statement_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["account", "at"], name="payments_statement_day")]


class ReconciledDay(models.Model):
    """A day of an agency's account: looked at as often as wanted, closed once."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    looked_at = models.DateTimeField()
    statement = models.BooleanField(default=False)
    matched = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["agency", "day"], name="payments_day_once")]


class Difference(models.Model):
    """Something of a day that does not match, with its likely cause; a person closes it."""

    day = models.ForeignKey(ReconciledDay, on_delete=models.PROTECT, related_name="differences")
    key = models.CharField(max_length=60)
    bucket = models.CharField(max_length=20)
    cause = models.CharField(max_length=20)
    amount = models.BigIntegerField()
    invoice = models.ForeignKey(Invoice, null=True, on_delete=models.PROTECT, related_name="+")
    notification = models.ForeignKey(Notification, null=True, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(StatementLine, null=True, on_delete=models.PROTECT, related_name="+")
    gone = models.BooleanField(default=False)  # the last look did not find it any more
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["day", "key"], name="payments_difference_once")]
