"""What an owner brings against a violation: a statement and photos, taken in with the act or not at all."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Final

from django.db import transaction

from vamco.kernel.record.files import public as kept
from vamco.systems.traffic.models import Violation
from vamco.systems.traffic.queries import violations
from vamco.systems.traffic.services import owners

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.systems.traffic.contracts import LookedUp

MOST_PHOTOS: Final = 3
PHOTO_BYTES: Final = 8 << 20
PHOTOS: Final = kept.Terms(
    frozenset({kept.Kind.JPEG, kept.Kind.PNG, kept.Kind.WEBP, kept.Kind.PDF}),
    PHOTO_BYTES,
    max_files=12,
    max_total=64 << 20,
    max_at_once=MOST_PHOTOS,
)


def contest(code: str, text: str, uploads: Sequence[tuple[IO[bytes], str]]) -> LookedUp:
    """Contest a violation by the code of its look-up. Photos are examined first, and stay only where the act is done."""
    found = Violation.objects.filter(code=code).exclude(notice="").select_related("case__agency").first()
    if found is None:
        raise violations.no_violation(code)
    owner = f"case:{found.pk}"
    with kept.examined_together(uploads, terms=PHOTOS) as ready, transaction.atomic():
        files = [kept.keep(each, agency=found.case.agency, owner=owner) for each in ready]
        return owners.contest(code, text, files)
