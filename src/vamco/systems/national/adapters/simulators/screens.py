"""The pages of the simulated portal. It is a program of its own: no page of the platform is used, and each says that it is a simulation."""

from __future__ import annotations

import gettext
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vamco.lib.errors import N_, fill
from vamco.systems.national.adapters.simulators.portal import NEXT, WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SYSTEM: Final = Path(__file__).resolve().parents[2]
_CATALOGUES: Final = (_SYSTEM / "locale", _SYSTEM.parents[1] / "locale")
_STYLE: Final = """
:root{color-scheme:light dark;--ink:#1c2024;--ground:#fff;--line:#6b7280;--seal:#a4262c}
@media(prefers-color-scheme:dark){:root{--ink:#eceef0;--ground:#16191c;--line:#9aa3ad;--seal:#ff9d9d}}
*{box-sizing:border-box}body{margin:0;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--ground)}
main{max-width:44rem;margin:0 auto;padding:1rem}h1{font-size:1.4rem}h2{font-size:1.1rem}a{color:inherit}
.sign{border:2px dashed var(--seal);color:var(--seal);padding:.5rem .75rem;font-weight:600}
fieldset,article{border:1px solid var(--line);margin:1rem 0;padding:.5rem .75rem;overflow-wrap:anywhere}
.who{display:flex;gap:.6rem;padding:.45rem 0;min-height:44px}.who input{width:1.25rem;height:1.25rem;flex:none;margin-top:.2rem}
button,.go{font:inherit;min-height:44px;padding:.5rem 1rem;border:1px solid var(--ink);background:none;color:inherit;
display:inline-block;text-decoration:none}.first{background:var(--ink);color:var(--ground)}.actions{display:flex;gap:.6rem;flex-wrap:wrap}
"""


@dataclass(frozen=True)
class Citizen:
    """A made-up person who can file at the portal."""

    key: str
    name: str
    number: str


def citizens(path: Path) -> list[Citizen]:
    """Read the people with a number from a file of the demonstration layer."""
    from ruamel.yaml import YAML

    rows = YAML(typ="safe", pure=True).load(path)
    return [Citizen(row["key"], row["name"], row["number"]) for row in rows if row.get("number")]


class Screens:
    """Pages in one language."""

    def __init__(self, language: str) -> None:
        self.language = language if language in {"vi", "en"} else "vi"
        self._gettext = _catalogue(self.language).gettext

    def home(self, stormy: bool, own: Sequence[dict[str, Any]]) -> str:  # noqa: FBT001
        """Give the first page: how it behaves, and where to go."""
        say = self._say
        now = say(N_("It loses, repeats and refuses messages.")) if stormy else say(N_("It answers as usual."))
        body = f"""<p>{now}</p><form method="post" action="/weather"><p class="actions">
<button name="to" value="fair">{say(N_("Answer as usual"))}</button>
<button name="to" value="storm">{say(N_("Lose, repeat and refuse messages"))}</button></p></form>
<p><a class="go" href="/officials">{say(N_("Dossiers that the portal keeps (%(count)s)"), count=len(own))}</a></p>"""
        return self.page(say(N_("The simulated national portal")), body)

    def filing(self, procedure: str, people: Iterable[Citizen]) -> str:
        """Ask who files; a dossier that was prepared elsewhere is typed in here in truth, and only its procedure counts in the simulation."""
        rows = "".join(
            f'<label class="who"><input type="radio" name="person" value="{escape(each.key)}" required>'
            f"<span>{escape(each.name)}</span></label>"
            for each in people
        )
        say = self._say
        body = f"""<p>{say(N_("Procedure %(code)s"), code=procedure)}</p>
<form method="post" action="/file"><input type="hidden" name="procedure" value="{escape(procedure)}">
<fieldset><legend>{say(N_("Who files?"))}</legend>{rows}</fieldset>
<p class="actions"><button class="first">{say(N_("File the dossier"))}</button></p></form>"""
        return self.page(say(N_("File at the national portal")), body)

    def filed(self, number: str, site: str) -> str:
        """Tell the number, and lead back."""
        say = self._say
        back = (
            f'<p><a class="go first" href="{escape(site)}/">{say(N_("Back to the province"))}</a></p>' if site else ""
        )
        body = f"<p>{say(N_('The number of your dossier: %(number)s'), number=number)}</p>{back}"
        return self.page(say(N_("The dossier was filed")), body)

    def officials(self, own: Sequence[dict[str, Any]]) -> str:
        """Show the dossiers of the portal to an official there, who leads them on."""
        rows = "".join(self._row(body) for body in own)
        say = self._say
        return self.page(say(N_("Dossiers that the portal keeps")), rows or f"<p>{say(N_('None yet.'))}</p>")

    def _row(self, body: dict[str, Any]) -> str:
        status, number = int(body["TrangThaiHoSo"]), escape(body["MaHoSo"])
        buttons = "".join(
            f'<button name="to" value="{to}">{to}. {escape(WORDS[to])}</button> ' for to in NEXT.get(status, ())
        )
        form = (
            f'<form method="post" action="/move"><input type="hidden" name="number" value="{number}">'
            f'<p class="actions">{buttons}</p></form>'
        )
        return (
            f"<article><h2>{number}</h2><p>{escape(body['MaTTHC'])} · {escape(body['ChuHoSo'])}<br>"
            f"{status}. {escape(WORDS[status])}</p>{form if buttons else ''}</article>"
        )

    def refused(self) -> str:
        """Tell that what was pressed is not possible."""
        return self.page(self._say(N_("That is not possible")), "")

    def page(self, title: str, body: str) -> str:
        """Give a whole page."""
        sign = self._say(N_("National portal (simulation): everything is made up. Never enter your own data here."))
        return (
            f'<!doctype html><html lang="{self.language}"><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{title}</title><style>{_STYLE}</style>'
            f'<body><main><p class="sign">{sign}</p><h1>{title}</h1>{body}</main></body></html>'
        )

    def _say(self, message: str, **data: object) -> str:
        return escape(fill(self._gettext(message), data, self.language))


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    own, common = (gettext.translation("django", each, languages=[language], fallback=True) for each in _CATALOGUES)
    own.add_fallback(common)
    return own
