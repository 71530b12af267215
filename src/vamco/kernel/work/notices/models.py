from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from vamco.kernel.work.notices.contracts import State
from vamco.kernel.world.people.models import Person, Sealed


class Kind(models.Model):
    """A kind of notices, by which people choose."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=150)
    name_en = models.CharField(max_length=150)
    mandatory = models.BooleanField()
    source = models.CharField(max_length=300, blank=True)


class TemplateVersion(models.Model):
    """A template as loaded; a message stays on its version, so that it reads tomorrow as it was sent. Never changed."""

    code = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    kind = models.ForeignKey(Kind, on_delete=models.PROTECT)
    content = models.TextField()
    loaded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "version"], name="notices_template_version")]


class Message(models.Model):
    """What is said, to one person or to many; `key` is what the same act says only once. `url` leads to what it is about."""

    key = models.CharField(max_length=200, unique=True)
    template = models.ForeignKey(TemplateVersion, on_delete=models.PROTECT)
    data = models.JSONField()
    about = models.CharField(max_length=100, blank=True)
    url = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["about"], name="notices_about", condition=~Q(about=""))]


class Notice(models.Model):
    """A message in one person's inbox, which is where they surely find it."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="notices", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["message", "person"], name="notices_once")]
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="notices_inbox"),
            models.Index(fields=["person"], name="notices_unread", condition=Q(read_at=None)),
        ]


class Contact(Sealed):
    """An address of a person, one for each channel. Sent to only between consent and withdrawal, and until it is barred."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(max_length=10)
    shown = models.CharField(max_length=300)
    consent_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    barred = models.CharField(max_length=40, blank=True)
    verified_at = models.DateTimeField(null=True)  # when the person has shown that it is theirs

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "channel"], name="notices_contact_once")]
        indexes: ClassVar = [
            models.Index(fields=["key"], name="notices_contact_key"),
            models.Index(fields=["blind"], name="notices_contact_blind"),
        ]

    @property
    def context(self) -> str:
        """What the address is sealed to: row, channel and person."""
        return f"notices:{self.pk}:{self.channel}:{self.person_id}"

    @property
    def found_as(self) -> str:
        """Give the kind of address."""
        return f"notices.{self.channel}"


class Recipient(models.Model):
    """What a person has set: language, and quiet hours in minutes of the day in Vietnam."""

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=2, default="vi")
    quiet_start = models.PositiveSmallIntegerField()
    quiet_end = models.PositiveSmallIntegerField()


class Preference(models.Model):
    """What a person wants of a kind by a channel: now, with the day's digest, or not at all. Without a row: now."""

    pk = models.CompositePrimaryKey("person", "kind", "channel")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.ForeignKey(Kind, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10)
    choice = models.CharField(max_length=6)


class Delivery(models.Model):
    """A notice on its way by one channel: outbox and delivery log in one row, the only one of notice and channel.

    `key` is what the provider knows it by. `next_at`: when it is taken up, and while `sending`, when whoever sends it has lost it.
    `head`: the delivery in whose digest it goes. `shown` is the masked address that it went to.
    """

    key = models.UUIDField(unique=True)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    channel = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=[(state.value, state.value) for state in State])
    priority = models.PositiveSmallIntegerField()  # 0 urgent, 1 to one person, 2 to many
    next_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    doubtful = models.BooleanField(default=False)
    reference = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    shown = models.CharField(max_length=300, blank=True)
    head = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="members")
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [models.UniqueConstraint(fields=["notice", "channel"], name="notices_delivery_once")]
        indexes: ClassVar = [
            models.Index(
                fields=["channel", "priority", "next_at", "id"],
                name="notices_outbox",
                condition=Q(state__in=["queued", "sending"]),
            ),
            models.Index(fields=["next_at"], name="notices_gathered", condition=Q(state="gathered")),
            models.Index(fields=["channel", "reference"], name="notices_reference", condition=~Q(reference="")),
            models.Index(fields=["ended_at"], name="notices_dead", condition=Q(state="dead")),
        ]


class Hold(models.Model):
    """A channel that nothing is sent by until a time, because its provider is too busy or does not serve us."""

    channel = models.CharField(max_length=10, primary_key=True)
    until = models.DateTimeField()
    reason = models.CharField(max_length=40, blank=True)
