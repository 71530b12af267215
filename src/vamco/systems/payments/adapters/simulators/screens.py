"""The pages of the simulated banks and gateway. A program of its own: no page of the platform is used, and each says that it is a simulation."""

from __future__ import annotations

import gettext
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vamco.lib.errors import N_, fill
from vamco.lib.money import format_dong
from vamco.systems.payments.adapters.simulators.world import CARDS, TRANSFERS
from vamco.systems.payments.rules import gateway

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vamco.systems.payments.adapters.simulators.world import Order, World
    from vamco.systems.payments.rules import vietqr

_SYSTEM: Final = Path(__file__).resolve().parents[2]
_CATALOGUES: Final = (_SYSTEM / "locale", _SYSTEM.parents[1] / "locale")
_STYLE: Final = """
:root{color-scheme:light dark;--ink:#1c2024;--ground:#fff;--line:#6b7280;--seal:#a4262c}
@media(prefers-color-scheme:dark){:root{--ink:#eceef0;--ground:#16191c;--line:#9aa3ad;--seal:#ff9d9d}}
*{box-sizing:border-box}body{margin:0;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--ground)}
main{max-width:36rem;margin:0 auto;padding:1rem}h1{font-size:1.4rem}.sign{border:2px dashed var(--seal);color:var(--seal);
padding:.5rem .75rem;font-weight:600}fieldset{border:1px solid var(--line);margin:1rem 0;padding:.5rem .75rem}
.who{display:flex;gap:.6rem;padding:.45rem 0;min-height:44px}.who input{width:1.25rem;height:1.25rem;flex:none;margin-top:.2rem}
textarea{font:inherit;width:100%}button,.go{font:inherit;min-height:44px;padding:.5rem 1rem;border:1px solid var(--ink);background:none;
color:inherit;display:inline-block;text-decoration:none}.first{background:var(--ink);color:var(--ground)}dd{margin:0 0 .5rem;overflow-wrap:anywhere}
li{overflow-wrap:anywhere}[role=alert]{border-left:4px solid var(--seal);padding:.4rem .75rem}
"""


class Screens:
    """The pages in one language."""

    def __init__(self, language: str) -> None:
        self.language = language if language in {"vi", "en"} else "vi"
        self._gettext = _catalogue(self.language).gettext

    def home(self, world: World) -> str:
        """Show what there is, and what was sent lately."""
        say = self._say
        accounts = sorted({each.account for each in world.bookings})
        links = "".join(
            f'<li><a href="/statement.csv?account={escape(each)}">{say(N_("Statement of %(account)s (CSV)"), account=each)}</a></li>'
            for each in accounts
        )
        log = "".join(f"<li>{escape(line)}</li>" for line in reversed(world.log))
        carried = say(N_("The carrier of receipts holds %(count)s entries."), count=len(world.carried))
        body = f"""<p>{say(N_("A bank’s app, a payment gateway and a carrier of receipts, in play. Open an invoice on the platform and choose to pay in play."))}</p>
<form action="/bank"><p><label for="qr">{say(N_("Or paste what a VietQR code says"))}</label><br><textarea id="qr" name="qr" rows="3" required></textarea></p>
<p><button>{say(N_("Continue"))}</button></p></form><p>{carried}</p><ul>{links}</ul><h2>{say(N_("Sent lately"))}</h2><ul>{log}</ul>"""
        return self.page(say(N_("Simulated bank and gateway")), body)

    def bank(self, qr: str, order: vietqr.Order) -> str:
        """Show what a code asks for, and ask how the bank behaves."""
        say = self._say
        rows = (
            (N_("Account"), f"{order.bank} {order.account}"),
            (N_("Amount"), format_dong(order.amount, self.language)),
            (N_("Text of the transfer"), order.content),
        )
        facts = "".join(f"<dt>{say(name)}</dt><dd><b>{escape(value)}</b></dd>" for name, value in rows)
        body = f"""<dl>{facts}</dl><form method="post" action="/bank"><input type="hidden" name="qr" value="{escape(qr)}">
{self._ways(TRANSFERS)}<p><button class="first">{say(N_("Transfer"))}</button></p></form>"""
        return self.page(say(N_("Bank app")), body)

    def sent(self, site: str) -> str:
        """Say that money has left."""
        link = f'<p><a class="go" href="{escape(site)}/payments/">{self._say(N_("Back to the platform"))}</a></p>'
        return self.page(self._say(N_("Transferred")), link)

    def unreadable(self) -> str:
        """Say that no bank would read this code."""
        return self.page(self._say(N_("The bank’s app cannot read this code")), "")

    def card(self, order: Order) -> str:
        """Show an order, and ask how the gateway behaves."""
        say = self._say
        amount = gateway.amount_in(order.parameters["vnp_Amount"])
        code = order.parameters["vnp_TxnRef"]
        body = f"""<dl><dt>{say(N_("Amount"))}</dt><dd><b>{escape(format_dong(amount, self.language))}</b></dd>
<dt>{say(N_("For what"))}</dt><dd>{escape(order.parameters["vnp_OrderInfo"])}</dd></dl>
<form method="post" action="/decide"><input type="hidden" name="order" value="{escape(code)}">
{self._ways(CARDS)}<p><button class="first">{say(N_("Pay"))}</button></p></form>"""
        return self.page(say(N_("Payment gateway")), body)

    def closed(self) -> str:
        """Say that the browser stays here."""
        return self.page(self._say(N_("The browser was closed here")), "")

    def _ways(self, ways: Mapping[str, str]) -> str:
        choices = "".join(
            f'<label class="who"><input type="radio" name="behaviour" value="{each}"{" checked" if each == "honest" else ""}>'
            f"<span>{self._say(words)}</span></label>"
            for each, words in ways.items()
        )
        return f"<fieldset><legend>{self._say(N_('How it goes'))}</legend>{choices}</fieldset>"

    def page(self, title: str, body: str) -> str:
        """Give a whole page."""
        sign = self._say(N_("Simulation: no real money moves. Never enter your own data here."))
        return (
            f'<!doctype html><html lang="{self.language}"><head><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{title}</title><style>{_STYLE}</style></head>'
            f'<body><main><p class="sign">{sign}</p><h1>{title}</h1>{body}</main></body></html>'
        )

    def _say(self, message: str, **data: object) -> str:
        return escape(fill(self._gettext(message), data, self.language))


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    own, common = (gettext.translation("django", each, languages=[language], fallback=True) for each in _CATALOGUES)
    own.add_fallback(common)
    return own
