from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from vamco.kernel.record.files.models import File
from vamco.kernel.work.cases.models import Case
from vamco.kernel.world.agencies.models import Agency
from vamco.kernel.world.people.models import Person, Sealed
from vamco.kernel.world.places.models import Place


class Camera(models.Model):
    """A camera of the province. `source` is where its pictures come from (rtsp:, http:, file:, `clip:NAME` of the demonstration).

    `hall` is the office whose reception hall it looks at, by code, "" for a street. `days`: how long passages and pictures are kept.
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=150)
    name_en = models.CharField(max_length=150)
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    lon = models.FloatField()
    lat = models.FloatField()
    view = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=300)
    use = models.CharField(max_length=10, default="street")
    hall = models.CharField(max_length=35, blank=True)
    days = models.PositiveSmallIntegerField(default=30)
    active = models.BooleanField(default=True)
    synthetic = models.BooleanField(default=False)
    drawing = models.ForeignKey("DrawingVersion", null=True, on_delete=models.PROTECT, related_name="+")


class DrawingVersion(models.Model):
    """Lanes, lines, zones and calibration of a camera, as JSON of `engines.vision.contracts.Drawing`; never changed."""

    camera = models.ForeignKey(Camera, on_delete=models.PROTECT, related_name="drawings")
    version = models.PositiveIntegerField()
    content = models.JSONField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["camera", "version"], name="traffic_drawing_once")]


class CameraState(models.Model):
    """How a camera is now, and which worker has it. `condition` is a `CameraCondition`."""

    camera = models.OneToOneField(Camera, on_delete=models.CASCADE, primary_key=True, related_name="state")
    condition = models.CharField(max_length=10, default="never")
    since = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)  # when its clock was last found right
    clock_off_s = models.FloatField(null=True)
    dropped = models.BigIntegerField(default=0)
    per_second = models.FloatField(null=True)
    held_at = models.DateTimeField(
        null=True
    )  # three faults in a day: it proposes nothing until somebody has looked. TC-07
    looked_at = models.DateTimeField(null=True)
    worker = models.CharField(max_length=80, blank=True)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["leased_until"], name="traffic_leases")]


class CameraChange(models.Model):
    """A camera's condition changed; so its past can be told, and what it counted in doubt stays empty."""

    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="changes", db_index=False)
    condition = models.CharField(max_length=10)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["camera", "-at"], name="traffic_changes")]


class CameraFault(models.Model):
    """Something that only a camera at fault gives. `what`: `speed`, two measures disagreed; `rejected`, a person said so. TC-07."""

    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="+", db_index=False)
    what = models.CharField(max_length=10)
    passage = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["camera", "passage", "what"], name="traffic_fault_once")
        ]
        indexes: ClassVar = [models.Index(fields=["camera", "at"], name="traffic_faults")]


class Passage(models.Model):
    """A vehicle went by. A table partitioned by month of `at`, written by COPY; `key` is unique within a month.

    `plate` is the text read, "" for none; `complete` False is never matched. `confidence` is the weakest character's.
    `evidence` is the hex SHA-256 of what the worker kept, "" for nothing.
    """

    key = models.CharField(max_length=64, primary_key=True)
    camera = models.ForeignKey(
        Camera, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    at = models.DateTimeField()
    kind = models.CharField(max_length=10)
    plate = models.CharField(max_length=12)
    lines = models.PositiveSmallIntegerField()
    colour = models.CharField(max_length=10)
    complete = models.BooleanField()
    confidence = models.FloatField()
    speed = models.FloatField(null=True)
    within = models.FloatField(null=True)
    lane = models.CharField(max_length=20)
    doubt = ArrayField(models.CharField(max_length=20))
    evidence = models.CharField(max_length=64)


class Evidence(models.Model):
    """An evidence file: a ZIP of the kernel, whole before this row is. `manifest` is the hex SHA-256 of its manifest."""

    file = models.OneToOneField(File, on_delete=models.PROTECT, related_name="+")
    manifest = models.CharField(max_length=64, unique=True)
    camera = models.ForeignKey(Camera, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["camera", "at"], name="traffic_evidence_at")]


class RuleVersion(models.Model):
    """A road rule as the pack said it; a violation stays with the version that it was found by. Never changed."""

    code = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    content = models.TextField()
    loaded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "version"], name="traffic_rule_once")]


class Setting(models.Model):
    """Days and limits of the procedure, from the pack."""

    code = models.CharField(max_length=20, unique=True)
    notice_days = models.PositiveSmallIntegerField()
    answer_days = models.PositiveSmallIntegerField()
    limitation_days = models.PositiveSmallIntegerField()
    silent_days = models.PositiveSmallIntegerField(default=60)
    clock_off_s = models.FloatField()
    weakest = models.FloatField()
    source = models.CharField(max_length=300)
    verified = models.BooleanField(default=False)


class PlateTable(models.Model):
    """The pack's table of number plates: letters, forms and codes of provinces, as `traffic/plates.yaml` has them."""

    code = models.CharField(max_length=20, unique=True)
    table = models.JSONField()
    verified = models.BooleanField(default=False)


class Violation(models.Model):
    """What is known of a violation beside its case. `code` cannot be guessed: the address of the owner's look-up.

    `measured` holds figures and codes of the finding, no names. `limitation` is the last day on which it can be pursued.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="+")
    code = models.CharField(max_length=30, unique=True)
    act = models.CharField(max_length=20)
    rule = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="+")
    passage = models.CharField(max_length=64)
    camera = models.ForeignKey(Camera, on_delete=models.PROTECT, related_name="+")
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="violations")
    at = models.DateTimeField()
    plate_read = models.CharField(max_length=12)
    plate = models.CharField(max_length=12)  # as corrected
    kind = models.CharField(max_length=10)
    colour = models.CharField(max_length=10)
    doubt = models.JSONField(default=list)
    measured = models.JSONField(default=dict)
    limitation = models.DateField()
    notice = models.CharField(max_length=40, blank=True)
    notified_at = models.DateTimeField(null=True)
    notice_file = models.ForeignKey(File, null=True, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )  # where they are known here
    warned_at = models.DateTimeField(null=True)
    sanction_number = models.CharField(max_length=60, blank=True)
    sanction_day = models.DateField(null=True)
    amount = models.BigIntegerField(null=True)
    invoice = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["passage", "act"], name="traffic_violation_once"),
            models.UniqueConstraint(fields=["notice"], name="traffic_notice_once", condition=~Q(notice="")),
        ]
        indexes: ClassVar = [models.Index(fields=["plate", "notice"], name="traffic_by_plate")]


class VehicleAnswer(Sealed):
    """What the vehicle register answered for a violation: the owner sealed. `outcome`: found, none, unavailable."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    violation = models.ForeignKey(Violation, on_delete=models.PROTECT, related_name="answers", db_index=False)
    outcome = models.CharField(max_length=12)
    kind = models.CharField(max_length=10, blank=True)
    colour = models.CharField(max_length=10, blank=True)
    valid = models.BooleanField(null=True)
    source = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["violation", "-at"], name="traffic_answers"),
            models.Index(fields=["key"], name="traffic_answer_key"),
        ]

    @property
    def context(self) -> str:
        """What the owner is sealed to: row and violation."""
        return f"traffic.owner:{self.pk}:{self.violation_id}"

    @property
    def found_as(self) -> str:
        """Return the kind of text; owners are never looked for by it."""
        return f"traffic.owner:{self.pk}"


class Statement(models.Model):
    """What the owner said against a violation, through the look-up; photos are files of the case."""

    violation = models.ForeignKey(Violation, on_delete=models.PROTECT, related_name="statements")
    text = models.TextField()
    at = models.DateTimeField()


class HotPlate(models.Model):
    """A plate that officials wait for, why and until when (that day included)."""

    plate = models.CharField(max_length=12)
    reason = models.CharField(max_length=300)
    basis = models.CharField(max_length=200)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    until = models.DateField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plate", "agency"], name="traffic_hot_once", condition=Q(ended_at=None))
        ]


class HotHit(models.Model):
    """A hot plate went by; officials are notified once for each passage."""

    hot = models.ForeignKey(HotPlate, on_delete=models.PROTECT, related_name="hits")
    passage = models.CharField(max_length=64)
    camera = models.ForeignKey(Camera, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["hot", "passage"], name="traffic_hit_once")]


class PlateSearch(models.Model):
    """Somebody searched passages by plate: never without a purpose."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=300)
    basis = models.CharField(max_length=200)
    plate = models.CharField(max_length=12)
    since = models.DateTimeField()
    until = models.DateTimeField()
    found = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "plate searches"


class Flow(models.Model):
    """Five minutes of a lane, from `at` on. Null where the camera was in doubt, never 0. TC-01."""

    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()
    lane = models.CharField(max_length=20)
    by_kind = models.JSONField(null=True)
    mean_kmh = models.FloatField(null=True)
    occupancy = models.FloatField(null=True)
    queue = models.PositiveIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["camera", "at", "lane"], name="traffic_flow_once")]
        indexes: ClassVar = [models.Index(fields=["at"], name="traffic_flow_at")]


class HallCount(models.Model):
    """A minute of a hall, from `at` on. Null where the camera was in doubt."""

    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()
    waiting = models.PositiveIntegerField(null=True)
    staffed = models.PositiveIntegerField(null=True)
    crowded = models.BooleanField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["camera", "at"], name="traffic_hall_once")]


class Correction(models.Model):
    """A plate's picture and what a reviewer found on it, for `vamco vision adapt`."""

    violation = models.OneToOneField(Violation, on_delete=models.CASCADE, related_name="correction")
    crop = models.ForeignKey(File, null=True, on_delete=models.PROTECT, related_name="+")
    read = models.CharField(max_length=12)
    text = models.CharField(max_length=12)
    at = models.DateTimeField()


class Incident(models.Model):
    """A lane is congested, or a vehicle stands where it should not (`what`); `ended` None while it lasts."""

    camera = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="+", db_index=False)
    lane = models.CharField(max_length=20)
    what = models.CharField(max_length=12)
    began = models.DateTimeField()
    ended = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["camera", "lane", "what"], name="traffic_incident_open", condition=Q(ended=None)
            )
        ]
        indexes: ClassVar = [models.Index(fields=["began"], name="traffic_incident_began")]


class TravelTime(models.Model):
    """How long vehicles took from one camera to another, in an hour from `at` on. No plate is kept for it."""

    start = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="+", db_index=False)
    end = models.ForeignKey(Camera, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()
    pairs = models.PositiveIntegerField()
    median_s = models.FloatField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["start", "end", "at"], name="traffic_travel_once")]


class CameraAlarm(models.Model):
    """Operators were notified that a camera is in doubt: when last, and of what."""

    camera = models.OneToOneField(Camera, on_delete=models.CASCADE, primary_key=True, related_name="+")
    condition = models.CharField(max_length=10)
    since = models.DateTimeField()
    told_at = models.DateTimeField()


class Publication(models.Model):
    """Up to which day a dataset was published, and why it was not the last time; "" when it was."""

    dataset = models.CharField(max_length=40, unique=True)
    upto = models.DateField(null=True)
    at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=60, blank=True)
