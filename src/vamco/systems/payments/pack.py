"""The pack's sections on payments."""

from __future__ import annotations

from typing import Final

from vamco.kernel.base.packs import public as packs
from vamco.systems.payments.declaration import GatewayItem, PayAccountItem, ReceiptRuleItem
from vamco.systems.payments.models import Gateway, PayAccount, ReceiptRule

_ACCOUNTS = packs.Rows(PayAccountItem, PayAccount, key="agency", gone=packs.DELETE)
_GATEWAYS = packs.Rows(GatewayItem, Gateway, gone=packs.DELETE)
_RULES = packs.Rows(ReceiptRuleItem, ReceiptRule)
SECTIONS: Final = (
    packs.Section(
        name="pay_accounts",
        files="payments/accounts.csv",
        model=PayAccountItem,
        key="agency",
        apply=_ACCOUNTS.put,
        withdraw=_ACCOUNTS.withdraw,
        depends=("agencies",),
        doc="accounts of agencies into which fees are paid; an agency without one uses that of the next one above it",
    ),
    packs.Section(
        name="gateways",
        files="payments/gateways.yaml",
        model=GatewayItem,
        key="code",
        apply=_GATEWAYS.put,
        withdraw=_GATEWAYS.withdraw,
        doc="redirect gateways: where payers are sent, and where outcomes are asked for",
    ),
    packs.Section(
        name="receipt_rules",
        files="payments/receipts.yaml",
        model=ReceiptRuleItem,
        key="code",
        apply=_RULES.put,
        doc="how receipts are given: until when on paper, and their symbol",
    ),
)
