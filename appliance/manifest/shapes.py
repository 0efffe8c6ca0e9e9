"""What the values of a manifest look like: the small shapes that its tables are made of."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from appliance.ids import SLUG

Slug = Annotated[str, Meta(pattern=f"^{SLUG.pattern}$", description="small letters, digits and hyphens")]
Line = Annotated[str, Meta(min_length=1, max_length=120)]
Answer = Annotated[str, Meta(min_length=1, max_length=40)]
"""Of a poll: one line beside its count."""
Text = Annotated[str, Meta(max_length=2000)]
Wait = Annotated[float, Meta(ge=0, le=3600)]
WallTime = Annotated[
    str,
    Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description='"20:15", where the event is, from its doors on'),
]
Moment = Annotated[datetime, Meta(tz=True, description="with its offset: 2026-11-27T19:30:00+01:00")]


Address = Annotated[str, Meta(min_length=1, max_length=1000, description="rtsp, srt or http address")]
Stock = Annotated[int, Meta(ge=1, le=100_000)]
Amount = Annotated[str, Meta(pattern=r"^\d{1,9}(\.\d{1,4})?$", description='"12.00"')]
Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$", description="ISO 4217: EUR")]
Percent = Annotated[str, Meta(pattern=r"^\d{1,3}(\.\d{1,2})?$", description='"7", "8.1"')]
Track = Annotated[str, Meta(max_length=50, description="a language, such as en; empty: none")]
