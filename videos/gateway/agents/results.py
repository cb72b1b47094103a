"""What does an agent read about clips, models and quotes? Little, and always the same fields."""

from decimal import Decimal
from typing import Any

import msgspec
from django.conf import settings
from django.urls import reverse

from videos.gateway.models import described
from videos.gateway.review import objects
from videos.gateway.review.serializers import clips_of, comment_of, for_clips
from videos.models import (
    AccessToken,
    Action,
    CatalogueModel,
    Comment,
    Quote,
    VideoJob,
    may,
    visible_jobs,
)

SHORT = 300
Result = dict[str, Any]


def clip_lines(token: AccessToken, jobs: list[VideoJob]) -> list[Result]:
    """Rows of `for_clips`, in their order, with prompts shortened."""
    return [_line(clip, short=True) for clip in clips_of(jobs, token.member)]


def fresh_lines(token: AccessToken, jobs: list[VideoJob]) -> list[Result]:
    """The same for clips that were just created or changed."""
    keys = [job.pk for job in jobs]
    rows = for_clips(visible_jobs(token.member).filter(pk__in=keys)).order_by("-pk")
    return clip_lines(token, list(rows))


def clip_with_comments(token: AccessToken, job: VideoJob, comments: list[Comment]) -> Result:
    """One clip in full."""
    rows = list(for_clips(visible_jobs(token.member).filter(pk=job.pk)))
    clip = clips_of(rows, token.member)[0]
    return _line(clip, short=False) | {
        "progress": clip.video.progress,
        "error": clip.video.error.message if clip.video.error else None,
        "decided_by": clip.decision.by,
        "reason": clip.decision.reason,
        "note": clip.decision.note,
        "newest_comments": [comment_line(each) for each in comments],
    }


def comment_line(comment: Comment) -> Result:
    """A comment with `job` and `maker` loaded."""
    fields = ("id", "answer_to", "author", "guest", "text", "start", "end", "resolved_at")
    line: Result = msgspec.to_builtins(comment_of(comment))
    return {name: line[name] for name in fields}


def model_line(model: CatalogueModel, token: AccessToken) -> Result:
    """A model with what it offers, and its prices if the member may see them."""
    described_model = described(model, token)
    return {"model": described_model.id, "provider": described_model.owned_by} | {
        "label": described_model.video.label,
        "description": described_model.video.description,
        "sizes": described_model.video.sizes,
        "seconds": described_model.video.seconds,
        "price_usd_per_second": described_model.video.price_per_second,
    }


def quote_line(quote: Quote) -> Result:
    """A quote. Prices are text, in US dollars; null if unknown or not for this member's eyes."""
    project, sees = quote.project, may(quote.token.member, Action.SEE_PRICES, quote)
    price, total = (quote.price, quote.total) if sees else (None, None)
    return {
        "quote_id": quote.public_id,
        "price_usd": None if total is None else f"{total:f}",
        "price_usd_per_take": None if price is None else f"{price:f}",
        "price_is": _price_is(quote.price) if sees else "hidden from your role",
        "model": quote.catalogue_model.slug,
        "prompt": quote.prompt,
        "size": quote.size,
        "seconds": quote.seconds,
        "takes": quote.takes,
        "project": project.slug if project else None,
        "expires_at": quote.expires_at.isoformat(),
    }


def _price_is(price: Decimal | None) -> str:
    return "unknown" if price is None else "known"


def _line(clip: objects.Clip, *, short: bool) -> Result:
    prompt = clip.video.prompt or ""
    if short and len(prompt) > SHORT:
        prompt = f"{prompt[: SHORT - 1]}…"
    return {
        "clip_id": clip.id,
        "status": str(clip.video.status),
        "prompt": prompt,
        "model": clip.video.model,
        "size": clip.video.size,
        "seconds": clip.video.seconds,
        "created_at": clip.video.created_at,
        "maker": clip.maker,
        "project": clip.project,
        "tags": clip.tags,
        "decision": clip.decision.decision,
        "rating": clip.rating.average,
        "comments": clip.comments,
        "url": settings.PUBLIC_URL + reverse("video_detail", args=[clip.id]),
    }
