"""Acts on cases against SpiffWorkflow on the same database, and an inbox at a million cases.

Both engines do the same work for one step: lock the case, load its state, decide, save, keep a line of history, commit. Ours also
asks access, and writes an audit entry and an event with its deliveries. Two kinds live whole lives: the demonstration kind, on
which the reach is judged, and the smallest one, where the peer has the least to load. The peer keeps a process with its state, as
its serializer does unless one takes them apart. The inbox is asked by eight processes that never pause.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import logging
import multiprocessing
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vamco.cli.bench import Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from vamco.kernel.work.cases.contracts import Definition, Party

CHECKOUT = Path(__file__).resolve().parents[1]
LIVES, WARM_UP = 250, 20
REQUEST: Sequence[tuple[str, Party]] = (
    ("begin", "handler"),
    ("ask", "handler"),
    ("complete", "issuer"),
    ("finish", "handler"),
    ("send_back", "issuer"),
    ("finish", "handler"),
    ("confirm", "issuer"),
)
DIRECTIVE: Sequence[tuple[str, Party]] = (
    ("accept", "handler"),
    ("report", "handler"),
    ("send_back", "issuer"),
    ("report", "handler"),
)
CASES, OPEN_SHARE, CLIENTS, ASKED = 1_000_000, 0.2, 8, 60


def run() -> Iterable[Figure]:
    """Acts first, on an almost empty database, then the inbox."""
    from vamco.cli import postgres

    with tempfile.TemporaryDirectory(prefix="vamco-bench-") as name, postgres.running(Path(name) / "pg") as server:
        _start(Path(name), server)
        yield from _acts("request", REQUEST, ">= 1")
        yield from _acts("directive", DIRECTIVE, "")
        _million()
        yield from _inbox()
        yield from _procedures()


def _start(folder: Path, server: Any) -> None:
    server.grant()
    os.environ.update(
        DATABASE_URL=server.url("app"),
        DATABASE_OWNER_URL=server.url("owner"),
        VAMCO_DATA=str(folder / "data"),
        DJANGO_SETTINGS_MODULE="vamco.config.settings",
    )
    from vamco.cli import migrate

    migrate.bring_up_to_date()
    from vamco.kernel.base.packs import public as packs

    packs.load(CHECKOUT / "packs" / "tayninh")


def _person(name: str, role: str, agency: str) -> Any:
    from vamco.kernel.world.agencies import public as agencies
    from vamco.kernel.world.people import public as people

    person = people.add(name)
    people.appoint(person, agencies.get(agency), role, since=dt.date(2025, 7, 1))
    return person


def _acts(kind: str, life: Sequence[tuple[str, Party]], reach: str) -> Iterator[Figure]:
    """One process, one connection, one step a transaction: whole lives of cases, ours and theirs by turns."""
    from vamco.kernel.work.cases import public as cases

    definition = cases.newest(kind)
    ours, theirs = _ours(definition), _spiff(definition)
    mine, peers = [], []
    for n in range(LIVES):
        for seen, (code, party) in enumerate(life, start=1):
            mine.append(_timed(ours, n, code, party, seen))
        for code, _party in life:
            peers.append(_timed(theirs, n, code))
    warm = len(mine) * WARM_UP // LIVES
    del mine[:warm], peers[:warm]
    peer = "SpiffWorkflow 3.2: load, complete, save, one line of history, commit; no access, audit or events"
    half, half_of_peer = statistics.median(mine) * 1000, statistics.median(peers) * 1000
    rate, rate_of_peer = len(mine) / sum(mine), len(peers) / sum(peers)
    yield Figure("kernel_cases", f"{kind}_act_p50_ms", half, "ms", reach="<= 5", peer=peer, peer_value=half_of_peer)
    yield Figure("kernel_cases", f"{kind}_acts_per_second", rate, "acts/s", ">= 300", peer, rate_of_peer, reach)
    yield Figure("kernel_cases", f"{kind}_act_p99_ms", sorted(mine)[int(len(mine) * 0.99)] * 1000, "ms")


def _ours(definition: Definition) -> Callable[[int, str, Party, int], None]:
    """Give a step in ours. Who acts is known, as a request knows it before it comes to the act; what they hold is asked in each."""
    from vamco.kernel.base import clock
    from vamco.kernel.record.files import public as files
    from vamco.kernel.work.cases import public as cases
    from vamco.kernel.world.agencies import public as agencies
    from vamco.kernel.world.people import public as people

    directive = definition.code == "directive"
    who = {
        "issuer": _person("Trần Giao", "office" if directive else "department_official", "H53.01"),
        "handler": _person("Lê Làm", "department_official", "H53.04"),
    }
    evidence = files.store(io.BytesIO(b"Xong.\n"), name="ket-qua.txt")
    opened = [
        cases.open_case(
            definition.code,
            key=f"bench:{definition.code}:{n}",
            title="Đẩy nhanh giải ngân",
            agency=agencies.get("H53.04"),
            issuer=agencies.get("H53.01"),
            due_at=clock.now() + dt.timedelta(days=10),
            by=who["issuer"],
        ).pk
        for n in range(LIVES)
    ]

    def step(n: int, code: str, party: Party, seen: int) -> None:
        by = people.Person(pk=who[party].pk, name=who[party].name)
        known = definition.acts[code]
        given = cases.Given(
            note="Xong." if "note" in known.needs else "",
            files=[evidence] if "evidence" in known.needs else (),
            reason=known.reasons[0].code if known.reasons else "",
        )
        cases.act(opened[n], code, by=by, seen=seen, given=given)

    return step


def _timed(step: Callable[..., None], *given: Any) -> float:
    begun = time.perf_counter()
    step(*given)
    return time.perf_counter() - begun


def _bpmn(definition: Definition) -> bytes:
    """The same process for the peer: each state a manual task, and behind it a gateway with a flow for each act.

    A step with planned hours bears a timer that does not interrupt it. Parts, pauses, the case's own deadline with its promises and
    escalations, and hand-overs are left out.
    """
    nodes, flows = ['<startEvent id="begin"/>'], [("begin", f"s_{definition.initial}", "")]
    for state in definition.states.values():
        if state.final:
            nodes.append(f'<endEvent id="s_{state.code}"/>')
            continue
        ways = [act for act in definition.acts.values() if state.code in act.sources]
        first = len(flows) + 1
        flows.append((f"s_{state.code}", f"g_{state.code}", ""))
        flows += [
            (f"g_{state.code}", f"s_{act.target or state.code}", f"act == '{act.code}'" if n else "")
            for n, act in enumerate(ways)
        ]
        nodes.append(f'<manualTask id="s_{state.code}"/><exclusiveGateway id="g_{state.code}" default="f{first}"/>')
        if state.turn and state.turn.hours:
            nodes.append(
                f'<boundaryEvent id="t_{state.code}" attachedToRef="s_{state.code}" cancelActivity="false"><timerEventDefinition>'
                f'<timeDuration>"PT{state.turn.hours}H"</timeDuration></timerEventDefinition></boundaryEvent>'
                f'<endEvent id="late_{state.code}"/>'
            )
            flows.append((f"t_{state.code}", f"late_{state.code}", ""))
    nodes += [
        f'<sequenceFlow id="f{n}" sourceRef="{source}" targetRef="{target}">'
        + (f"<conditionExpression>{when}</conditionExpression>" if when else "")
        + "</sequenceFlow>"
        for n, (source, target, when) in enumerate(flows)
    ]
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x">'
        f'<process id="p" isExecutable="true">{"".join(nodes)}</process></definitions>'
    ).encode()


def _spiff(definition: Definition) -> Callable[[int, str], None]:
    """Give a step in SpiffWorkflow, over tables of its own in the same database; it tells its log nothing, as ours does not."""
    logging.getLogger("spiff").setLevel(logging.WARNING)
    import psycopg
    from lxml import etree
    from SpiffWorkflow.bpmn.parser import BpmnParser
    from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
    from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
    from SpiffWorkflow.util.task import TaskState

    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(_bpmn(definition)))  # our own text above
    serializer = BpmnWorkflowSerializer()
    first = BpmnWorkflow(parser.get_spec("p"))
    first.do_engine_steps()
    begun = serializer.serialize_json(first)
    states, lines = f"spiff_{definition.code}", f"spiff_{definition.code}_line"
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute(f"CREATE TABLE {states} (id int PRIMARY KEY, state text NOT NULL, due_at timestamptz)")
        owner.execute(f"CREATE TABLE {lines} (case_id int, task text, at timestamptz DEFAULT now())")
        owner.execute(f"GRANT ALL ON {states}, {lines} TO PUBLIC")
        owner.execute(f"INSERT INTO {states} SELECT n, %s, now() FROM generate_series(0, {LIVES}) AS n", (begun,))
    connection = psycopg.connect(os.environ["DATABASE_URL"], prepare_threshold=3)

    def step(n: int, code: str) -> None:
        with connection.transaction():
            row = connection.execute(f"SELECT state FROM {states} WHERE id = %s FOR UPDATE", (n,)).fetchone()
            assert row is not None
            workflow = serializer.deserialize_json(row[0])
            (task,) = workflow.get_tasks(state=TaskState.READY, manual=True)
            task.data["act"] = code
            task.run()
            workflow.do_engine_steps()
            connection.execute(
                f"UPDATE {states} SET state = %s WHERE id = %s", (serializer.serialize_json(workflow), n)
            )
            connection.execute(f"INSERT INTO {lines} (case_id, task) VALUES (%s, %s)", (n, task.task_spec.name))

    return step


_FILL = """
INSERT INTO cases_case (kind_id, audience_id, matter, terms, title, state, open, agency_id, issuer_id, opened_by_id, opened_at,
    due_at, closed_at, seq, key, holder_id, needed, escalated, part, open_parts)
SELECT %(kind)s, %(audience)s, '', '', 'Hồ sơ số ' || n, CASE WHEN n %% 1000 < %(open)s THEN CASE n %% 3 WHEN 0 THEN 'issued' WHEN 1 THEN 'accepted'
        ELSE 'reported' END ELSE 'closed' END,
    n %% 1000 < %(open)s, handler, %(issuer)s, %(person)s, at, at + interval '10 days',
    CASE WHEN n %% 1000 < %(open)s THEN NULL ELSE at + interval '5 days' END, 1, 'bench:million:' || n,
    CASE WHEN n %% 1000 >= %(open)s THEN NULL WHEN n %% 3 = 2 THEN %(issuer)s ELSE handler END,
    CASE WHEN n %% 1000 >= %(open)s THEN '' WHEN n %% 3 = 2 THEN 'warnings.verify_directive'
        ELSE 'warnings.handle_directive' END, 0, '', 0
FROM (SELECT n, (%(agencies)s::bigint[])[1 + (n * 7919 %% cardinality(%(agencies)s::bigint[]))] AS handler,
    now() - (random() * 300)::int * interval '1 day' AS at FROM generate_series(1, %(cases)s::bigint) AS n) AS drawn
"""


def _million() -> None:
    """A million cases over all agencies, one in five of them open."""
    import psycopg
    from django.db import connection

    from vamco.kernel.work.cases.models import KindVersion
    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person

    kind = KindVersion.objects.get(code="directive")
    data = {
        "kind": kind.pk,
        "audience": kind.audience_id,
        "issuer": Agency.objects.get(code="H53.01").pk,
        "person": Person.objects.order_by("pk").values_list("pk", flat=True)[0],
        "agencies": list(Agency.objects.exclude(code="H53").order_by("pk").values_list("pk", flat=True)),
        "open": int(OPEN_SHARE * 1000),
        "cases": CASES,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FILL, data)
    # As a server that has run for a day has long done: a million rows written at once are first read by everybody else.
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("VACUUM (ANALYZE) cases_case")


def _inbox() -> Iterator[Figure]:
    """A clerk of a department, an officer of the office that follows all up, and a leader who reaches everywhere, by turns."""
    from django.db import connections

    readers = [
        _person("Võ Chuyên Viên", "department_official", "H53.04").pk,
        _person("Trần Văn Phòng", "office", "H53.01").pk,
        _person("Phạm Lãnh Đạo", "leader", "H53").pk,
    ]
    connections.close_all()
    forks = multiprocessing.get_context("fork")
    answers = forks.Queue()
    clients = [forks.Process(target=_client, args=(readers, number, answers)) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    found = [json.loads(answers.get(timeout=300)) for _ in clients]
    for client in clients:
        client.join()
    sums = sorted(took for times, _rows in found for took in times)
    assert all(rows for _times, rows in found), "an inbox was empty"
    p95 = sums[int(len(sums) * 0.95)] * 1000
    yield Figure("kernel_cases", f"inbox_statements_p95_ms_{CASES}_cases_{CLIENTS}_clients", p95, "ms", reach="<= 50")
    yield Figure("kernel_cases", "inbox_statements_p50_ms", statistics.median(sums) * 1000, "ms")


def _client(readers: list[int], number: int, answers: Any) -> None:
    """Sum up the statements of each inbox page: one of its two parts by turns, and how many there are in each."""
    from django.db import connection

    from vamco.kernel.work.cases import public as cases
    from vamco.kernel.world.people.models import Person

    times, rows = [], 0
    for turn in range(ASKED + 5):
        spent = 0.0

        def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001  # Django's own signature
            nonlocal spent
            begun = time.perf_counter()
            try:
                return execute(sql, params, many, context)
            finally:
                spent += time.perf_counter() - begun

        person = Person.objects.get(pk=readers[(turn + number) % len(readers)])
        with connection.execute_wrapper(watch):
            box = cases.Inbox(person)
            page = box.page("following" if turn % 2 else "waiting")
            counts = [box.count("waiting"), box.count("following")]
        rows += len(page.cases) + sum(counts)
        if turn >= 5:  # the first ones open the connection and warm it up
            times.append(spent)
    answers.put(json.dumps([times, rows]))


# What two thousand procedures cost as a kind each, three versions of every one, against three: the same cases, spread over them.
PROCEDURES, FEW, VERSIONS, SPREAD, ROUNDS = 2_000, 3, 3, 100_000, 60
_SPREAD = """
INSERT INTO cases_case (kind_id, audience_id, matter, terms, title, state, open, agency_id, issuer_id, opened_by_id, opened_at,
    due_at, seq, key, holder_id, needed, escalated, part, open_parts)
SELECT (%(kinds)s::bigint[])[1 + (n * 104729 %% cardinality(%(kinds)s::bigint[]))], %(audience)s, '', '', 'Hồ sơ số ' || n,
    CASE n %% 2 WHEN 0 THEN 'received' ELSE 'answered' END, true, handler, %(issuer)s, %(person)s, at, at + interval '10 days',
    1, 'bench:spread:' || n, CASE n %% 2 WHEN 0 THEN handler ELSE %(issuer)s END,
    CASE n %% 2 WHEN 0 THEN 'desk.handle_request' ELSE 'desk.ask_agency' END, 0, '', 0
FROM (SELECT n, (%(agencies)s::bigint[])[1 + (n * 7919 %% cardinality(%(agencies)s::bigint[]))] AS handler,
    now() - (random() * 300)::int * interval '1 day' AS at FROM generate_series(1, %(cases)s::bigint) AS n) AS drawn
"""


def _procedures() -> Iterator[Figure]:
    """Inbox, followed cases and `visible` at three and at two thousand procedures, and the first page of a fresh process."""
    from vamco.kernel.work.cases.queries import definitions
    from vamco.kernel.world.people.models import Person

    clerk = _person("Bùi Chuyên Viên", "department_official", "H53.04")
    found = {}
    for number in (FEW, PROCEDURES):
        _spread(number)
        definitions.VERSIONS._read.clear()  # noqa: SLF001  # as in a fresh process
        begun = time.perf_counter()
        _look(Person.objects.get(pk=clerk.pk))
        first = time.perf_counter() - begun
        times = [_look(Person.objects.get(pk=clerk.pk)) for _round in range(ROUNDS)]
        found[number] = [first, *(statistics.median(each) for each in zip(*times, strict=True))]
    names = ("first_page", "inbox", "following", "visible")
    for name, few, many in zip(names, found[FEW], found[PROCEDURES], strict=True):
        peer, reach = f"the same at {FEW} procedures", "" if name == "first_page" else "<= 1.3"
        figure = f"{name}_at_{PROCEDURES}_procedures_ms"
        yield Figure("kernel_cases", figure, many * 1000, "ms", "", peer, few * 1000, reach)


def _spread(number: int) -> None:
    """Make so many procedures, and let all cases be theirs."""
    import dataclasses

    import psycopg
    from django.db import connection

    from vamco.kernel.work.cases import public as cases
    from vamco.kernel.work.cases.models import KindVersion
    from vamco.kernel.work.cases.queries import definitions
    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person

    request = cases.newest("request")
    for n in range(number):
        for version in range(VERSIONS):
            definitions.put(dataclasses.replace(request, code=f"procedure_{n}", name=f"Thủ tục {n}, bản {version}"))
    data = {
        "kinds": list(KindVersion.objects.filter(code__startswith="procedure_").values_list("pk", flat=True)),
        "audience": KindVersion.objects.filter(code="request").latest("version").audience_id,
        "issuer": Agency.objects.get(code="H53.01").pk,
        "person": Person.objects.order_by("pk").values_list("pk", flat=True)[0],
        "agencies": list(Agency.objects.exclude(code="H53").order_by("pk").values_list("pk", flat=True)),
        "cases": SPREAD,
    }
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("TRUNCATE cases_case CASCADE")
        with connection.cursor() as cursor:
            cursor.execute(_SPREAD, data)
        owner.execute("VACUUM (ANALYZE) cases_case")
        owner.execute("VACUUM (ANALYZE) cases_kindversion")


def _look(person: Any) -> tuple[float, float, float]:
    """Look at a page of the inbox, of the followed cases, and of all visible ones, with the definitions of what is shown."""
    from vamco.kernel.work.cases import public as cases

    took, box = [], cases.Inbox(person)
    looks: list[Callable[[], list[Any]]] = [
        lambda: box.page().cases,
        lambda: box.page("following").cases,
        lambda: list(cases.visible(person).select_related("kind").order_by("-pk")[:25]),
    ]
    for look in looks:
        begun = time.perf_counter()
        shown = look()
        for case in shown:
            cases.definition_of(case.kind)
        took.append(time.perf_counter() - begun)
        assert shown
    return took[0], took[1], took[2]
