"""The pages of the simulated issuer. It is a program of its own: no page of the platform is used, and each says that it is a simulation."""

from __future__ import annotations

import gettext
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vamco.lib.errors import N_, fill

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vamco.systems.identity.adapters.simulators.issuer import Request, Session
    from vamco.systems.identity.adapters.simulators.registrations import Citizen

_SYSTEM: Final = Path(__file__).resolve().parents[2]
_CATALOGUES: Final = (
    _SYSTEM / "locale",
    _SYSTEM.parents[1] / "locale",
)  # words that others say, too, are the platform's
_STYLE: Final = """
:root{color-scheme:light dark;--ink:#1c2024;--ground:#fff;--line:#6b7280;--seal:#a4262c}
@media(prefers-color-scheme:dark){:root{--ink:#eceef0;--ground:#16191c;--line:#9aa3ad;--seal:#ff9d9d}}
*{box-sizing:border-box}body{margin:0;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--ground)}
main{max-width:36rem;margin:0 auto;padding:1rem}h1{font-size:1.4rem}.sign{border:2px dashed var(--seal);color:var(--seal);
padding:.5rem .75rem;font-weight:600}fieldset{border:1px solid var(--line);margin:1rem 0;padding:.5rem .75rem}
.who{display:flex;gap:.6rem;padding:.45rem 0;min-height:44px}.who input{width:1.25rem;height:1.25rem;flex:none;margin-top:.2rem}
small{display:block}input[type=password]{font:inherit;padding:.5rem;width:12rem;max-width:100%}
button,.go{font:inherit;min-height:44px;padding:.5rem 1rem;border:1px solid var(--ink);background:none;color:inherit;
display:inline-block;text-decoration:none}.first{background:var(--ink);color:var(--ground)}.actions{display:flex;gap:.6rem;flex-wrap:wrap}
[role=alert]{border-left:4px solid var(--seal);padding:.4rem .75rem}
"""


class Screens:
    """The pages in one language."""

    def __init__(self, language: str) -> None:
        self.language = language if language in {"vi", "en"} else "vi"
        self._gettext = _catalogue(self.language).gettext

    def ask(
        self, request_id: str, request: Request, people: Iterable[Citizen], session: Session | None, fault: str = ""
    ) -> str:
        """Ask who it is, how surely, and whether they agree; somebody who is signed in here already stands first."""
        say, level = self._say, request.level
        chosen = session.citizen if session else ""
        rows = "".join(self._person(citizen, chosen) for citizen in people)
        levels = "".join(
            f'<label class="who"><input type="radio" name="level" value="{each}"{" checked" if each == level else ""}>'
            f"<span>{say(N_('Level %(level)s, as far as the account has it'), level=each)}</span></label>"
            for each in (1, 2)
        )
        asked = say(N_("%(client)s asks who you are: number, name, date of birth, sex."), client=request.client.id)
        body = f"""<p>{asked}</p>{f'<p role="alert">{escape(fault)}</p>' if fault else ""}
<form method="post" action="/decide"><input type="hidden" name="request" value="{escape(request_id)}">
<fieldset><legend>{say(N_("Made-up people"))}</legend>{rows}</fieldset>
<fieldset><legend>{say(N_("How surely"))}</legend>{levels}</fieldset>
<p><label for="pin">PIN</label><br><input id="pin" name="pin" type="password" inputmode="numeric" autocomplete="off"></p>
<p class="actions"><button class="first" name="decision" value="agree">{say(N_("Agree and continue"))}</button>
<button name="decision" value="refuse">{say(N_("Do not agree"))}</button></p></form>"""
        return self.page(say(N_("Sign in with the national eID")), body)

    def _person(self, citizen: Citizen, chosen: str) -> str:
        checked = " checked" if citizen.key == chosen else ""
        return (
            f'<label class="who"><input type="radio" name="person" value="{escape(citizen.key)}"{checked} required>'
            f"<span>{escape(citizen.name)}<small>{escape(citizen.about)}</small></span></label>"
        )

    def shut(self, back: str) -> str:
        """Tell who comes for somebody who has died that the account is closed."""
        text = self._say(
            N_("According to the national population database this person has died. The account is closed.")
        )
        return self.page(self._say(N_("Account closed")), f"<p>{text}</p>{self._link(back)}")

    def stranger(self) -> str:
        """Tell the reader that the system which has sent them here is not known, or wants them led elsewhere."""
        text = self._say(
            N_("The system that sent you here is not registered with this address. Nothing was passed on.")
        )
        return self.page(self._say(N_("Unknown system")), f"<p>{text}</p>")

    def gone(self) -> str:
        """Tell the reader that what they answer is no longer asked."""
        return self.page(
            self._say(N_("Too late")), f"<p>{self._say(N_('Please go back to the system and begin again.'))}</p>"
        )

    def maintenance(self) -> str:
        """Tell everybody, programs too, to come again later."""
        return self.page(self._say(N_("Maintenance")), f"<p>{self._say(N_('Please come again later.'))}</p>")

    def leave(self, query: str) -> str:
        """Ask whether to sign out here, too: the request does not prove that the reader has made it."""
        return self.page(
            self._say(N_("Sign out of the national eID on this device?")),
            f'<form method="post" action="/leave?{escape(query)}"><p class="actions">'
            f'<button class="first">{self._say(N_("Sign out"))}</button></p></form>',
        )

    def left(self, back: str) -> str:
        """Tell that nobody is signed in here any more."""
        return self.page(self._say(N_("Signed out of the national eID")), self._link(back) if back else "")

    def home(self, state: str) -> str:
        """Give the issuer's own page: how it behaves, and buttons that make it behave otherwise."""
        deeds = {
            "up": N_("Answer as usual"),
            "slow": N_("Answer after 20 seconds"),
            "down": N_("Answer with an error"),
            "maintenance": N_("Answer everybody with a page about maintenance"),
            "ahead": N_("Let its clock go three minutes ahead"),
            "rotate": N_("Change its signing key"),
        }
        buttons = "".join(f'<button name="to" value="{to}">{self._say(words)}</button> ' for to, words in deeds.items())
        now = f"<p>{self._say(N_('At present:'))} {self._say(deeds.get(state, state))}</p>"
        return self.page(
            self._say(N_("The simulated issuer")),
            f'{now}<form method="post" action="/behave"><p class="actions">{buttons}</p></form>',
        )

    def page(self, title: str, body: str) -> str:
        """Give a whole page."""
        sign = self._say(N_("VNeID (simulation): every person is made up. Never enter your own data here."))
        return (
            f'<!doctype html><html lang="{self.language}"><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{title}</title><style>{_STYLE}</style>'
            f'<body><main><p class="sign">{sign}</p><h1>{title}</h1>{body}</main></body></html>'
        )

    def words(self, message: str) -> str:
        """Give a message in the reader's language."""
        return self._gettext(message)

    def _link(self, back: str) -> str:
        return f'<p><a class="go" href="{escape(back)}">{self._say(N_("Back"))}</a></p>'

    def _say(self, message: str, **data: object) -> str:
        return escape(fill(self._gettext(message), data, self.language))


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    own, common = (gettext.translation("django", each, languages=[language], fallback=True) for each in _CATALOGUES)
    own.add_fallback(common)
    return own
