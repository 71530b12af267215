"""What a pack says of payments: accounts of agencies, gateways, and the rules of receipts, all dated or marked as made up."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  # read at run time by pydantic
from typing import Annotated

from pydantic import Field

from vamco.kernel.base.packs import public as packs


class PayAccountItem(packs.Item):
    """The account into which fees of an agency, and of those below it without one of their own, are paid."""

    agency: Annotated[str, packs.AGENCY] = Field(max_length=35, description="code of the agency")
    bank: str = Field(pattern=r"^\d{6}$", max_length=6, description="the bank's BIN, six digits")
    bank_name: str = Field(min_length=1, max_length=120, description="name of the bank")
    number: str = Field(pattern=r"^[0-9A-Z]{4,19}$", max_length=19, description="number of the account")
    holder: str = Field(min_length=1, max_length=120, description="name of the holder, as the bank shows it")
    synthetic: bool = Field(default=False, description="true: the account is made up")


class GatewayItem(packs.Item):
    """A redirect gateway of VNPAY's published shape. Who we are there, and the secret, are settings."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40, description="code, such as vnpay")
    name: str = Field(min_length=1, max_length=120, description="what payers call it, in Vietnamese")
    name_en: str = Field(min_length=1, max_length=120, description="the same in English")
    pay_url: str = Field(pattern=r"^https?://\S+$", max_length=300, description="where the payer is sent")
    query_url: str = Field(pattern=r"^https?://\S+$", max_length=300, description="where an outcome is asked for")
    version: str = Field(default="2.1.0", max_length=20, description="version of its interface")


class ReceiptRuleItem(packs.Item):
    """How receipts are given."""

    code: str = Field(pattern=r"^receipts$", max_length=40, description="always receipts")
    paper_until: dt.date = Field(description="last day on which a paper receipt may be given")
    symbol: str = Field(min_length=1, max_length=20, description="symbol of the receipts' form")
    source: str = Field(min_length=1, max_length=300, description="where this stands")
