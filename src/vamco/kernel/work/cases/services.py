from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.events import public as events
from vamco.kernel.work.cases import rules
from vamco.kernel.work.cases.models import Case, Entry, KindVersion
from vamco.kernel.work.cases.queries import definition_of
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Missing, Refused
from vamco.vocab import CaseActed

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from vamco.kernel.record.files.models import File
    from vamco.kernel.work.cases.contracts import Act, Definition, Kind
    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person

_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Tells the engine what a system adds to its kind of case."""
    _kinds[kind.code] = kind


def kind(code: str) -> Kind:
    """Give what a system registered for a kind."""
    return _kinds[code]


def put_kind(definition: Definition) -> None:
    """Write a definition as the newest version of its kind."""
    content = {
        **{name: getattr(definition, name) for name in ("code", "name", "name_en", "initial")},
        # Lists, because PostgreSQL forgets the order of a mapping, and it is that of the buttons.
        "states": [asdict(state) for state in definition.states.values()],
        "acts": [
            asdict(act) | {"sources": sorted(act.sources), "needs": sorted(act.needs), "not_by": sorted(act.not_by)}
            for act in definition.acts.values()
        ],
    }
    latest = KindVersion.objects.filter(code=definition.code).aggregate(latest=Max("version"))["latest"] or 0
    KindVersion.objects.create(code=definition.code, version=latest + 1, content=content, loaded_at=clock.now())


def open_case(  # a case has that many parts
    code: str,
    *,
    key: str,
    title: str,
    agency: Agency,
    issuer: Agency,
    due_at: dt.datetime,
    by: Person,
    note: str = "",
) -> Case:
    """Open a case. `key` names what it is about: a second call with the same key gives the first case back.

    Whether `by` may open it is for the calling system to ask.
    """
    with transaction.atomic():
        version = KindVersion.objects.filter(code=code).order_by("-version").first()
        if version is None:
            raise Missing("cases.no_kind", N_("There is no kind of case %(kind)s."), kind=code)
        definition = definition_of(version)
        case, created = Case.objects.get_or_create(
            key=f"{code}:{key}",
            defaults={
                "kind": version,
                "title": title,
                "state": definition.initial,
                "agency": agency,
                "issuer": issuer,
                "opened_by": by,
                "opened_at": clock.now(),
                "due_at": due_at,
            },
        )
        if created:
            entry = _enter(case, rules.OPEN, by, definition.initial, note=note)
            _tell(case, entry, chain=issuer)
    return case


def act(  # an act has that many parts
    case_id: int,
    code: str,
    *,
    by: Person,
    seen: int | None = None,
    note: str = "",
    files: Sequence[File] = (),
) -> Case:
    """Do one act on a case. `seen` is the `seq` that the person had before their eyes when deciding."""
    with transaction.atomic():
        case = (
            Case.objects.select_for_update(of=("self",))
            .select_related("kind", "agency", "issuer")
            .filter(pk=case_id)
            .first()
        )
        if case is None:
            raise Missing("cases.no_case", N_("There is no case %(case)s."), case=case_id)
        definition = definition_of(case.kind)
        if seen is not None and seen != case.seq:
            _refuse_stale(case, definition.acts)
        known = definition.acts.get(code)
        party = case.issuer if known and known.party == "issuer" else case.agency
        acting = access.on_behalf(by, known.may, party, state=case.state) if known else {}
        target = rules.judge(
            definition,
            case.state,
            rules.Attempt(
                act=code,
                by=by.pk,
                allowed=known is not None and access.allow(by, known.may, party, state=case.state),
                has_note=bool(note.strip()),
                has_evidence=bool(files),
                past=frozenset(case.entries.values_list("act", "by_id")),
            ),
        )
        entry = _enter(case, code, by, target, note=note, files=files)
        case.open = not definition.states[target].final
        case.closed_at = None if case.open else entry.at
        case.save(update_fields=["state", "seq", "open", "closed_at"])
        if definition.code in _kinds:
            kind(definition.code).on_act(case, entry)
        _tell(case, entry, chain=case.agency, acting=acting)
    return case


def _enter(  # an entry has that many parts
    case: Case, code: str, by: Person, target: str, *, note: str, files: Sequence[File] = ()
) -> Entry:
    case.seq += 1
    before, case.state = case.state, target
    entry = Entry.objects.create(
        case=case,
        seq=case.seq,
        act=code,
        from_state=before,
        to_state=target,
        by=by,
        at=clock.now(),
        note=note.strip(),
    )
    if files:
        entry.files.set(files)
    if code == rules.OPEN:
        case.save(update_fields=["seq"])
    return entry


def _tell(case: Case, entry: Entry, *, chain: Agency, acting: Mapping[str, int] | None = None) -> None:
    events.emit(CaseActed(case.pk, case.kind.code, entry.act, entry.from_state, entry.to_state))
    audit.record(
        f"cases.{entry.act}",
        actor=str(entry.by_id),
        chain=chain.code,
        subject=f"case:{case.pk}",
        detail={"from": entry.from_state, "to": entry.to_state, "seq": entry.seq, **(acting or {})},
    )


def _refuse_stale(case: Case, acts: dict[str, Act]) -> None:
    last = case.entries.select_related("by").order_by("-seq")[0]
    name = acts[last.act].name if last.act in acts else last.act
    raise Refused(
        "cases.changed",
        N_("%(person)s did “%(act)s” while you were looking. Please look at the case again."),
        person=last.by.name,
        act=name,
    )
