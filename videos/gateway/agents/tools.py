"""Which tools does an agent have? Each is one step of what `/v1` and `/api` do."""

from datetime import timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from mcp.server.mcpserver import Context
from msgspec import UNSET
from pydantic import Field

from videos.gateway.agents.caller import Caller
from videos.gateway.agents.results import (
    Result,
    clip_lines,
    clip_with_comments,
    comment_line,
    fresh_lines,
    model_line,
    quote_line,
)
from videos.gateway.auth import require
from videos.gateway.create import usual_seconds, usual_size
from videos.gateway.review import objects
from videos.gateway.review.clips import cancel_clip, decide_clip, filtered
from videos.gateway.review.comments import comments_on, say
from videos.gateway.review.serializers import for_clips
from videos.gateway.submit import fresh_key, model_named, stored_key
from videos.gateway.videos import find
from videos.jobs.errors import ValidationFailed
from videos.jobs.submission.quotes import buy, make_quote
from videos.jobs.submission.request import MAX_TAKES
from videos.jobs.submission.validate import enabled_models
from videos.models import AccessToken, Action, visible_jobs
from videos.models.comment import MAX_COMMENT
from videos.models.paging import page_of
from videos.models.review import MAX_NOTE, MAX_REASON
from videos.models.share import MAX_TITLE
from videos.sharing.links import (
    DEFAULT_DAYS,
    MAX_DAYS,
    MAX_PASSWORD,
    Permissions,
    address_of,
    create_link,
)

Ctx = Context[Any, Any]
MOST_FOUND = 50
MOST_COMMENTS = 30
MOST_SHARED = 100
ClipId = Annotated[str, Field(description="The ID of a clip: video_ and 32 digits", max_length=64)]
Key = Annotated[
    str,
    Field(description="Any text; the same text again does nothing a second time", max_length=255),
]
Word = Annotated[str, Field(max_length=200)]
Moment = Annotated[float | None, Field(description="Seconds from the beginning", ge=0, le=86_400)]


class Tools:
    """The tools. `caller` says which member they act for."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def search_clips(
        self,
        context: Ctx,
        query: Annotated[str, Field(description="Words of the prompt, or an ID")] = "",
        project: Annotated[Word, Field(description="The slug of a project")] = "",
        tag: Word = "",
        maker: Annotated[Word, Field(description="The login of a member")] = "",
        decision: Literal["", "to_review", "approved", "needs_changes", "rejected"] = "",
        limit: Annotated[int, Field(ge=1, le=MOST_FOUND)] = 20,
        after: Annotated[str, Field(description="The clip_id where the last page ended")] = "",
    ) -> Result:
        """Find clips of the team, the newest first. All filters may be combined."""
        with self._caller.acting(context) as token:
            filters = {"q": query, "project": project, "tag": tag, "maker": maker}
            rows = filtered(filters | {"decision": decision}, visible_jobs(token.member).live())
            at = (find(token, after, with_trash=True).pk,) if after else ()
            clips = page_of(for_clips(rows), limit, after=at)
            return {"clips": clip_lines(token, clips.rows), "has_more": clips.has_more}

    def get_clip(self, context: Ctx, clip_id: ClipId) -> Result:
        """One clip in full: status, progress, decision, and its newest comments."""
        with self._caller.acting(context) as token:
            job = find(token, clip_id)
            comments = comments_on(job).order_by("-pk")[:MOST_COMMENTS]
            return clip_with_comments(token, job, list(comments))

    def list_models(self, context: Ctx) -> Result:
        """The models that can be used now, with sizes, lengths and prices."""
        with self._caller.acting(context) as token:
            return {"models": [model_line(each, token) for each in enabled_models()]}

    def quote(
        self,
        context: Ctx,
        prompt: str,
        model: Annotated[str, Field(description="From list_models; empty for the first")] = "",
        size: Annotated[str, Field(description="Such as 1280x720; empty for the usual")] = "",
        seconds: Annotated[str, Field(description="Such as 4; empty for the usual")] = "",
        takes: Annotated[int, Field(description="How many clips", ge=1, le=MAX_TAKES)] = 1,
    ) -> Result:
        """The price of new clips. Nothing is made. Show the price to the person you work for, and
        pass the quote_id to create_clips only when they agree. A quote fixes all its settings,
        works once, with this token, for 15 minutes."""
        with self._caller.acting(context) as token:
            require(token, Action.GENERATE)
            chosen = model_named(model or None)
            quote = make_quote(
                token,
                prompt=prompt,
                model=chosen.slug,
                size=size or usual_size(chosen),
                seconds=seconds or usual_seconds(chosen),
                takes=takes,
            )
            return quote_line(quote)

    def create_clips(
        self, context: Ctx, quote_id: Annotated[str, Field(description="From quote")]
    ) -> Result:
        """Make the clips of a quote at its price. This spends money. It returns at once; get_clip
        shows when a clip is completed."""
        with self._caller.acting(context) as token:
            require(token, Action.GENERATE)
            return {"clips": fresh_lines(token, buy(token, quote_id))}

    def cancel_clip(self, context: Ctx, clip_id: ClipId) -> Result:
        """Give up a clip that waits to be sent. It is never made and costs nothing. One that was
        sent can't be stopped."""
        with self._caller.acting(context) as token:
            job = find(token, clip_id)
            cancel_clip(token, job)
            return fresh_lines(token, [job])[0]

    def decide(
        self,
        context: Ctx,
        clip_id: ClipId,
        decision: Literal["to_review", "approved", "needs_changes", "rejected"],
        reason: Annotated[str, Field(max_length=MAX_REASON)] = "",
        note: Annotated[str, Field(max_length=MAX_NOTE)] = "",
    ) -> Result:
        """Approve, reject or send back a completed clip, in the name of the token's member."""
        with self._caller.acting(context) as token:
            job = find(token, clip_id)
            decide_clip(token, job, decision, reason=reason, note=note)
            return fresh_lines(token, [job])[0]

    def comment(
        self,
        context: Ctx,
        clip_id: ClipId,
        text: Annotated[str, Field(min_length=1, max_length=MAX_COMMENT)],
        start: Moment = None,
        end: Moment = None,
        answer_to: Annotated[
            int | None, Field(description="A comment's id", ge=1, le=2**62)
        ] = None,
        key: Key = "",
    ) -> Result:
        """Comment on a clip, on a moment or range of it, or answer one. Members are notified."""
        with self._caller.acting(context) as token:
            body = objects.AddComment(
                text=text,
                start=UNSET if start is None else start,
                end=UNSET if end is None else end,
                answer_to=UNSET if answer_to is None else answer_to,
            )
            return comment_line(say(token, find(token, clip_id), body, _key(token, key)))

    def share(
        self,
        context: Ctx,
        clip_ids: Annotated[list[ClipId], Field(min_length=1, max_length=MOST_SHARED)],
        title: Annotated[str, Field(max_length=MAX_TITLE)] = "",
        days: Annotated[
            int, Field(description="How long it works", ge=1, le=MAX_DAYS)
        ] = DEFAULT_DAYS,
        password: Annotated[str, Field(max_length=MAX_PASSWORD)] = "",
        allow_download: bool = False,
        allow_comments: bool = False,
        allow_decisions: bool = False,
        show_prompts: bool = False,
        key: Key = "",
    ) -> Result:
        """Make a link to completed clips for people without an account. Anyone with the link sees
        them, so ask the person you work for first."""
        with self._caller.acting(context) as token:
            require(token, Action.SHARE)
            rows = visible_jobs(token.member).live().filter(public_id__in=clip_ids)
            ids = rows.values_list("public_id", flat=True)
            if missing := sorted({*clip_ids} - {*ids}):
                raise ValidationFailed({"clip_ids": f"No such video: {missing[0]}."})
            zone = ZoneInfo(settings.TIME_ZONE)
            link = create_link(
                token.member,
                rows.order_by("-pk"),
                title=title,
                last_day=timezone.localdate(timezone=zone) + timedelta(days=days),
                zone=zone,
                password=password,
                permissions=Permissions(
                    allow_download=allow_download,
                    allow_comments=allow_comments,
                    allow_decisions=allow_decisions,
                    show_prompts=show_prompts,
                ),
                key=_key(token, key),
            )
            shown = set(link.items.values_list("job__public_id", flat=True))
            return {
                "url": address_of(link, settings.PUBLIC_URL),
                "expires_at": link.expires_at.isoformat(),
                "clips": sorted(shown),
                "left_out": sorted({*clip_ids} - shown),
            }


def _key(token: AccessToken, key: str) -> str:
    """The one-time key of a call. Two tokens may use the same text."""
    return stored_key(f"{token.pk} {key}") if key else fresh_key()
