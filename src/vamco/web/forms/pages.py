"""The pages of a form, for systems to mount: one thing a page with check-answers at the end, or all on one dense page.

A system's view finds the draft (`forms.draft`), says where things lie (`Mount`), and lets these answer the request.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from vamco.kernel.record.files import public as files
from vamco.kernel.work.forms import public as forms
from vamco.lib.errors import Refused, VamcoError
from vamco.web.form_components import Words, Wrong
from vamco.web.forms import posting
from vamco.web.forms.building import Sheet, sentence, words
from vamco.web.pages import render, signed_in
from vamco.web.templatetags.web import moment
from vamco.web.words import language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from django.core.files.uploadedfile import UploadedFile
    from django.http import HttpResponseBase

    from vamco.kernel.work.forms.public import Draft, Node, PageOf, Problem
    from vamco.web.pages import Request

UNPROCESSABLE: Final = 422
CONFLICT: Final = 409
INSIDE: Final = ("add:", "remove:", "drop:")


@dataclass(frozen=True)
class Mount:
    """Where a form's pages lie, and what handing in does.

    `finish` is called with the revision that was seen, ends the draft in a transaction of the system's own
    (`forms.finish`) and gives the next page. `frame` is the template around the pages. `notes` stand beside questions, by key, such as
    where an answer comes from; answers in `locked`, by key, stay as they are there, whatever is sent.
    """

    page: Callable[[str], str]
    check: str
    leave: str
    finish: Callable[[int], HttpResponseBase]
    frame: str = "web/base.html"
    notes: Mapping[str, str] = field(default_factory=dict)
    locked: Mapping[str, Any] = field(default_factory=dict)


def resume(draft: Draft, mount: Mount) -> HttpResponseBase:
    """Go to the first page that is not done yet, or to the check."""
    return redirect(_open(draft, mount))


def _open(draft: Draft, mount: Mount) -> str:
    sheet = Sheet(forms.form_of(draft.form), draft.data)
    wrong = {problem.path for problem in forms.problems(draft)}
    for page in sheet.pages():
        if page.code not in draft.seen or any(node.path in wrong for node in sheet.nodes(page)):
            return mount.page(page.code)
    return mount.check


# ── one thing a page ─────────────────────────────────────────────────────────────────────────────────────────────────


def wizard_page(request: Request, draft: Draft, code: str, mount: Mount) -> HttpResponseBase:
    """Show one page, or take what it sends and go on."""
    form = forms.form_of(draft.form)
    page = form.page(code)
    if page is None:
        raise Http404
    if request.method == "POST":
        return _sent(request, draft, page, mount)
    if page not in Sheet(form, draft.data).pages():  # another answer has closed it
        return resume(draft, mount)
    return _asked(request, draft, page, mount)


def _sent(request: Request, draft: Draft, page: PageOf, mount: Mount) -> HttpResponseBase:
    do = request.POST.get("do", "next")
    draft, filled, refused = _taken(request, draft, page, do, mount)
    sheet = Sheet(forms.form_of(draft.form), draft.data)
    back = request.GET.get("back", "")
    here = f"{mount.page(page.code)}{'?back=check' if back == 'check' else ''}"
    if _only_keeps(do):
        if lost := [*filled.problems, *refused]:  # what could not be kept does not vanish without a word
            return _asked(request, draft, page, mount, problems=lost, typed=filled.typed)
        return _kept(request, draft, mount, do, here)
    opened = _opened(request, sheet, page)
    if do == "update":  # only what was changed in what somebody typed is said
        cut = [problem for problem in filled.problems if problem.code == "not_text"]
        return _asked(request, draft, page, mount, problems=cut, typed=filled.typed)
    problems = _on_page(draft, sheet, page, filled.problems, refused)
    new = {node.path for node in opened}
    if problems := [problem for problem in problems if problem.path not in new]:
        return _asked(request, draft, page, mount, problems=problems, typed=filled.typed)
    if opened:
        return _to_opened(here, opened)
    return redirect(_after(draft, sheet, page, mount, back))


def _only_keeps(do: str) -> bool:
    """Tell whether a button only keeps what there is, without asking for what is missing."""
    return do == "leave" or do.startswith(INSIDE)


def _kept(request: Request, draft: Draft, mount: Mount, do: str, here: str) -> HttpResponseBase:
    if do == "leave":
        messages.success(request, _("Saved. You can go on until %(day)s.") % {"day": moment(draft.expires_at)})
        return redirect(mount.leave)
    return redirect(f"{here}#{_place(do)}")


def _asks(node: Node) -> bool:
    return node.kind is not forms.Kind.GROUP


def _opened(request: Request, sheet: Sheet, page: PageOf | None) -> list[Node]:
    """Give the questions that apply with what was sent and that the sender has not seen yet."""
    shown = set(request.POST.get("shown", "").split())
    return [node for node in sheet.nodes(page) if _asks(node) and node.name not in shown]


def _to_opened(here: str, opened: list[Node]) -> HttpResponseBase:
    return redirect(f"{here}{'&' if '?' in here else '?'}opened=1#{opened[0].name.replace('.', '-')}")


def _shown(sheet: Sheet, page: PageOf | None = None) -> str:
    return " ".join(node.name for node in sheet.nodes(page) if _asks(node))


def _place(do: str) -> str:
    """Give the id of what a button has changed."""
    return do.split(":")[1].replace(".", "-")[:200]


def _after(draft: Draft, sheet: Sheet, page: PageOf, mount: Mount, back: str) -> str:
    if back == "check":
        return _open(draft, mount)
    pages = sheet.pages()
    later = [one for one in pages if sheet.form.pages.index(one) > sheet.form.pages.index(page)]
    return mount.page(later[0].code) if later else mount.check


def _taken(
    request: Request, draft: Draft, page: PageOf | None, do: str, mount: Mount
) -> tuple[Draft, forms.Filled, list[Problem]]:
    """Keep the files and the answers that a page sent; gives the draft, what could not be read, and files refused."""
    posted: posting.Posted = {name: request.POST.getlist(name) for name in request.POST}
    form, person = forms.form_of(draft.form), signed_in(request)
    refused: list[Problem] = []
    for node in Sheet(form, draft.data).nodes(page):
        uploads = request.FILES.getlist(node.name) if node.kind in {forms.Kind.FILE, forms.Kind.FILES} else []
        try:
            files.demand_few(len(uploads), files.FROM_PEOPLE)
        except Refused as error:
            refused.append(forms.Problem(node.path, error.code, error.message, error.data))
            continue
        for upload in uploads:
            _attach(draft, node, upload, posted, refused, person)
    for node in Sheet(form, draft.data).nodes(page):
        if node.key in mount.locked:
            posted[node.name] = forms.written(node, mount.locked[node.key], language())
    edited = posting.edited(posted, do)  # only now: a button that takes an entry away gives the others new names
    draft, filled = forms.fill(draft.code, edited, by=person, language=language(), page=page)
    return draft, filled, refused


def _attach(  # noqa: PLR0917  # what an upload consists of
    draft: Draft, node: Node, upload: UploadedFile[bytes], posted: posting.Posted, refused: list[Problem], person: Any
) -> None:
    try:
        file = forms.attach(draft.code, upload.file, name=upload.name or "", field=node.field, by=person)  # type: ignore[arg-type]
    except Refused as error:
        refused.append(forms.Problem(node.path, error.code, error.message, error.data))
        return
    kept = posted.get(node.name, []) if node.kind is forms.Kind.FILES else []
    posted[node.name] = [*kept, str(file.id)]


def _on_page(
    draft: Draft, sheet: Sheet, page: PageOf | None, unread: Iterable[Problem], refused: Iterable[Problem]
) -> list[Problem]:
    """Give what is wrong on a page, one problem a question, in the order of asking."""
    own = {node.path: index for index, node in enumerate(sheet.nodes(page))}
    found: dict[Any, Problem] = {}
    for problem in (*refused, *unread, *forms.problems(draft)):
        if problem.path in own:
            found.setdefault(problem.path, problem)
    return sorted(found.values(), key=lambda problem: own[problem.path])


def _asked(  # what a page consists of
    request: Request, draft: Draft, page: PageOf, mount: Mount, *, problems: Iterable[Problem] = (), typed: Any = None
) -> HttpResponseBase:
    sheet = _sheet(draft, mount, typed, tuple(problems))
    pages = sheet.pages()
    index = pages.index(page) if page in pages else 0
    back = request.GET.get("back", "") == "check"
    context = {
        "frame_template": mount.frame,
        "form": words(sheet.form.words),
        "heading": sheet.heading(page),
        "lead": words(page.lead),
        "own_heading": bool(page.title),
        "sections": sheet.sections(page),
        "shown": _shown(sheet, page),
        "wrong": wrongs(sheet),
        "number": index + 1,
        "total": len(pages),
        "previous": mount.check if back else mount.page(pages[index - 1].code) if index else mount.leave,
        "opened": "opened" in request.GET,
        "here": f"{request.path}{'?back=check' if back else ''}",  # without what stood behind #, which would take the focus
        "checking": back,
    }
    return _answered(request, "web/form/page.html", context, UNPROCESSABLE if sheet.problems else 200)


def _sheet(draft: Draft, mount: Mount, typed: Any, problems: tuple[Problem, ...]) -> Sheet:
    form, held = forms.form_of(draft.form), forms.files_of(draft)
    return Sheet(form, draft.data, held, typed or {}, problems, mount.notes, frozenset(mount.locked))


def wrongs(sheet: Sheet, address: Callable[[Node], str] | None = None) -> tuple[Wrong, ...]:
    """Give the lines of the error summary."""
    nodes = {node.path: node for node in sheet.nodes()}
    found = []
    for problem in sheet.problems:
        node = nodes.get(problem.path)
        label = words(node.field.words) if node else Words()
        place = f"#{node.name.replace('.', '-')}" if node else ""
        found.append(Wrong(sentence(problem, label), f"{address(node) if address and node else ''}{place}"))
    return tuple(found)


def _answered(request: Request, template: str, context: dict[str, Any], status: int = 200) -> HttpResponseBase:
    """Give a page that holds personal data: no copy of it stays in any cache."""
    response = render(request, template, context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


# ── check answers ────────────────────────────────────────────────────────────────────────────────────────────────────


def check_page(request: Request, draft: Draft, mount: Mount) -> HttpResponseBase:
    """Show all answers with the way to change each, and hand them in."""
    if request.method == "POST":
        return _handed_in(request, mount, lambda error: _checked(request, draft, mount, error))
    return _checked(request, draft, mount)


def _handed_in(request: Request, mount: Mount, again: Callable[[VamcoError], HttpResponseBase]) -> HttpResponseBase:
    text = request.POST.get("seen", "")
    try:
        return mount.finish(int(text) if text.isdecimal() and len(text) < 10 else -1)  # noqa: PLR2004  # an integer of SQL
    except Refused as error:
        return again(error)


def _checked(request: Request, draft: Draft, mount: Mount, error: VamcoError | None = None) -> HttpResponseBase:
    form = forms.form_of(draft.form)
    sheet = Sheet(form, draft.data, forms.files_of(draft), {}, tuple(forms.problems(draft)))
    address = {page.code: f"{mount.page(page.code)}?back=check" for page in form.pages}
    stale = error is not None and not isinstance(error, forms.Invalid)
    context = {
        "frame_template": mount.frame,
        "form": words(form.words),
        "checked": sheet.checked(address),
        "wrong": wrongs(sheet, lambda node: next(address[page.code] for page in form.pages if page.holds(node.key))),
        "refused": error.text(_) if error is not None and stale else "",
        "revision": draft.revision,
        "previous": mount.page(sheet.pages()[-1].code),
        "leave": mount.leave,
    }
    return _answered(
        request, "web/form/check.html", context, 200 if error is None else CONFLICT if stale else UNPROCESSABLE
    )


# ── all on one page ──────────────────────────────────────────────────────────────────────────────────────────────────


def dense_page(request: Request, draft: Draft, mount: Mount) -> HttpResponseBase:
    """Show the whole form on one page, for those who fill in many: save, or save and hand in."""
    if request.method != "POST":
        return _dense(request, draft, mount)
    do = request.POST.get("do", "finish")
    draft, filled, refused = _taken(request, draft, None, do, mount)
    sheet = Sheet(forms.form_of(draft.form), draft.data)
    keeps = _only_keeps(do)
    lost = [*filled.problems, *refused]
    problems = lost if keeps or do == "update" else _on_page(draft, sheet, None, filled.problems, refused)
    if problems or do == "update":
        return _dense(request, draft, mount, problems=problems, typed=filled.typed)
    if keeps:
        return _kept(request, draft, mount, do, request.path)
    if opened := _opened(request, sheet, None):  # nothing is handed in that asks what nobody has seen
        return _to_opened(request.path, opened)
    try:
        return mount.finish(draft.revision)
    except Refused as error:
        messages.error(request, error.text(_))
        return _dense(request, draft, mount, status=CONFLICT)


def _dense(  # what a page consists of
    request: Request,
    draft: Draft,
    mount: Mount,
    *,
    problems: Iterable[Problem] = (),
    typed: Any = None,
    status: int = 200,
) -> HttpResponseBase:
    sheet = _sheet(draft, mount, typed, tuple(problems))
    context = {
        "frame_template": mount.frame,
        "form": words(sheet.form.words),
        "parts": [(page.code, words(page.heading), sheet.sections(_titled(page))) for page in sheet.pages()],
        "shown": _shown(sheet),
        "opened": "opened" in request.GET,
        "wrong": wrongs(sheet),
        "leave": mount.leave,
        "here": request.path,
    }
    return _answered(request, "web/form/dense.html", context, UNPROCESSABLE if sheet.problems else status)


def _titled(page: PageOf) -> PageOf:
    """Give a page whose only question does not carry the heading, because there are others."""
    return page if page.title else page.model_copy(update={"title": "–"})
