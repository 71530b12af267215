from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from vamco.kernel.world.people.models import Organisation, Person, Sealed


class Question(models.Model):
    """That somebody asked a register: about whom, by a fingerprint of the number under the platform's key, and how it ended. Answers are not kept.

    `doubts` are codes: part, why, and places that may be meant. `reported` when a correction was asked for.
    """

    line = models.CharField(max_length=20)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    about = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=64)
    purpose = models.CharField(max_length=300)
    basis = models.CharField(max_length=120, blank=True)
    asked_at = models.DateTimeField()
    outcome = models.CharField(max_length=12, default="asked")  # asked, found, deceased, none, unavailable, refused
    doubts = models.JSONField(default=list)
    reported_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["by", "asked_at"], name="counterparts_asked")]


class Message(models.Model):
    """A message to the tax office, and how far it came. `key` is its id there, too: sent twice it is one. Its content is sealed."""

    key = models.CharField(max_length=80, unique=True)
    subject = models.CharField(max_length=60)
    kind = models.CharField(max_length=30)
    holder = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    refused = models.CharField(max_length=40, blank=True)  # the counterpart's own code
    state = models.CharField(max_length=12, default="waiting")  # waiting, sent, refused; then as last answered

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject"], name="counterparts_subject")]


class TaxReply(models.Model):
    """An answer of the tax office to a message, by its number; never changed."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="replies")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12)
    at = models.DateTimeField()
    taken_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["message", "number"], name="counterparts_reply_once")]


class Position(models.Model):
    """How far answers of a line were fetched."""

    line = models.CharField(max_length=20, unique=True)
    after = models.BigIntegerField(default=0)


class Shipment(models.Model):
    """A parcel with the post. Its address is sealed, and thrown away when it was delivered or came back."""

    key = models.CharField(max_length=80, unique=True)
    subject = models.CharField(max_length=60)
    tracking = models.CharField(max_length=40, blank=True)
    fee = models.BigIntegerField(null=True)
    state = models.CharField(max_length=12, default="waiting")
    states = models.JSONField(default=list)  # [[state, moment]] as the post said them
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject"], name="counterparts_parcels"),
            models.Index(fields=["made_at"], name="counterparts_under_way", condition=models.Q(ended_at=None)),
        ]


class Content(Sealed):
    """What a message, an answer or a parcel holds, sealed: names, addresses, amounts. `of` is "message:3", "reply:7", "parcel:2"."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    of = models.CharField(max_length=40, unique=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["key"], name="counterparts_content_key")]

    @property
    def context(self) -> str:
        """What it is sealed to: row and what it belongs to."""
        return f"counterparts:{self.pk}:{self.of}"

    @property
    def found_as(self) -> str:
        """It is found by what it belongs to, never by its text."""
        return f"counterparts:{self.of}"
