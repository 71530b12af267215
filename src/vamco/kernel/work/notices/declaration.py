"""A notice as the pack declares it: its kind, the values that it wants, and its words in both languages."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from vamco.kernel.work.notices.contracts import ChannelName  # noqa: TC001  # pydantic reads the annotations at run time

NAME = r"^[a-z][a-z0-9_]*$"
FieldType = Literal["text", "whole", "money", "date", "moment"]


class Declared(BaseModel):
    """Base of all parts: an unknown key is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class KindOf(Declared):
    """A kind of notices, which a person may switch off by channel, unless the law says that they must be told."""

    code: str = Field(pattern=NAME, max_length=40, description="code of the kind")
    name: str = Field(min_length=1, max_length=150, description="name in Vietnamese, as people choose by it")
    name_en: str = Field(min_length=1, max_length=150, description="name in English")
    mandatory: bool = Field(default=False, description="whether nobody may switch it off; then `source` is needed")
    source: str = Field(default="", max_length=300, description="the law that asks for it")


class FieldOf(Declared):
    """A value that a notice wants."""

    type: FieldType = Field(description="what it is; money is whole dong, a moment carries its time zone")
    name: str = Field(description="what it means, in Vietnamese")
    longest: int = Field(default=60, ge=1, le=500, description="characters of a text; what is longer is cut, with …")
    private: bool = Field(
        default=False,
        description="whether it says too much about a person for a lock screen: then title, short, SMS and Zalo go without it",
    )


class Words(Declared):
    """What a notice says in one language; `{field}` is a value, `{{` and `}}` are braces."""

    title: str = Field(
        min_length=1, max_length=150, description="one line: the inbox, the subject of the e-mail, the push"
    )
    text: str = Field(min_length=1, max_length=4000, description="the whole notice, for the inbox and the e-mail")
    short: str = Field(default="", max_length=300, description="second line of the push")
    sms: str = Field(
        default="", max_length=1000, description="the SMS, without diacritics unless `accents` says otherwise"
    )


class ZaloOf(Declared):
    """The template that is registered with Zalo (ZNS), which sends no other words."""

    template: str = Field(pattern=r"^[0-9A-Za-z_-]{1,40}$", description="its number there")
    params: dict[str, str] = Field(
        min_length=1, description="our text with {field}, by the name of the parameter there"
    )


class Template(Declared):
    """A notice that can be sent again and again."""

    code: str = Field(
        pattern=r"^[a-z]+\.[a-z][a-z0-9_]*$", max_length=80, description="system and name: onestop.received"
    )
    kind: str = Field(pattern=NAME, description="its kind")
    urgent: bool = Field(default=False, description="whether it is sent during quiet hours too, and before all others")
    channels: list[ChannelName] = Field(default=[], description="beside the inbox: email, sms, push, zalo")
    fields: dict[str, FieldOf] = Field(default={}, description="values that it wants, by name")
    vi: Words = Field(description="words in Vietnamese")
    en: Words = Field(description="words in English")
    zalo: ZaloOf | None = Field(default=None, description="needed for the channel zalo")
    accents: bool = Field(default=False, description="whether the SMS has diacritics: 70 characters a segment, not 160")
    segments: int = Field(default=2, ge=1, le=6, description="segments that the SMS may take with the longest values")
