"""What the operator may set for payments: who calls us, and who we are at the gateway and the carrier of receipts."""

from __future__ import annotations

from pydantic import BaseModel, Field, SecretStr


class Settings(BaseModel):
    """Channels of payments. Each without its secret is closed: nothing is taken from it."""

    vietqr_user: str = Field(
        default="",
        title="User of the VietQR callback",
        description="The name with which the bank's service asks for a token. Empty: no transfers are reported.",
    )
    vietqr_password: SecretStr | None = Field(
        default=None, title="Password of the VietQR callback", description="The password that goes with it."
    )
    vietqr_senders: str = Field(
        default="",
        title="Addresses of the VietQR callback",
        description="IP addresses or networks from which transfers may be reported, by commas. The sender does not check our certificate, so set them. Empty: any address that knows the password.",
    )
    gateway_merchant: str = Field(
        default="",
        title="Merchant at the gateway",
        description="The code that the gateway has given (TmnCode). Empty: no gateway.",
    )
    gateway_secret: SecretStr | None = Field(
        default=None, title="Secret at the gateway", description="The secret with which both sides sign (HashSecret)."
    )
    gateway_url: str = Field(
        default="",
        pattern=r"^(https?://[^?#]+)?$",
        title="Another gateway's address",
        description="Where it speaks instead of where the pack says; in the demonstration a simulated one.",
    )
    receipt_carrier: str = Field(
        default="",
        pattern=r"^(https?://[^?#]+)?$",
        title="Carrier of electronic receipts",
        description="Address of the licensed carrier through which receipts and summaries go to the tax office. Empty: they wait here.",
    )
    receipt_carrier_key: SecretStr | None = Field(
        default=None, title="Key at the carrier", description="The key that goes with it."
    )
    bank_app: str = Field(
        default="",
        pattern=r"^(https?://[^?#]+)?$",
        title="Simulated bank app",
        description="Only in the demonstration: where a code can be paid in play. Empty: no such link is shown.",
    )
