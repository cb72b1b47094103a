"""What is written beside a clip that is handed over?"""

from typing import Any

from django.utils.translation import gettext as _

from videos.models import HIDDEN_WORD, Comment, Decision, as_shown
from videos.sharing.files import Clip

# Without a decision, the verdict is an empty text.
TO_REVIEW = "to_review"


def facts_of(clip: Clip) -> dict[str, Any]:
    """Everything about a clip, for the JSON file beside it. Times are ISO 8601, lengths seconds,
    the price US dollars as a decimal text. Of a clip in an open vote, as `as_shown` says."""
    job, asset = as_shown(clip.job, HIDDEN_WORD), clip.asset
    return {
        "id": job.public_id,
        "file": clip.file_name if clip.missing is None else None,
        "sha256": asset.sha256 if asset and clip.missing is None else None,
        "missing": clip.missing.code if clip.missing else None,
        "condition": (asset.condition or "whole") if asset and clip.missing is None else None,
        "prompt": job.prompt,
        "operation": job.operation,
        "model": job.model,
        "provider": job.provider.name,
        "provider_job_id": job.remote_id or None,
        "size": f"{asset.width}x{asset.height}" if asset and asset.width else job.size,
        "requested_size": job.size,
        "seconds": clip.seconds,
        "requested_seconds": job.seconds,
        "frame_rate": asset.frame_rate if asset else None,
        "seed": job.extra.get("seed"),
        "extra": job.extra,
        "characters": job.characters,
        "take": job.take,
        "takes": job.takes,
        "price_usd": str(job.price) if job.price is not None else None,
        "project": job.project.name if job.project else None,
        "tags": clip.tags,
        "maker": str(job.maker),
        "created_at": job.created_at.isoformat(),
        "decision": _decision(clip),
        "comments": [_comment(comment) for comment in clip.comments],
    }


def author_of(row: Comment | Decision) -> str:
    """The name of the member or guest who wrote it."""
    member = row.maker if isinstance(row, Comment) else row.by
    if member is None:
        return _("%(name)s (guest)") % {"name": row.guest}
    return str(member)


def _decision(clip: Clip) -> dict[str, Any]:
    verdict = clip.job.verdict or TO_REVIEW
    decision = clip.decision
    # The newest row tells who decided, unless it speaks of another verdict.
    if decision is None or decision.verdict != clip.job.verdict:
        return {"verdict": verdict}
    return {
        "verdict": verdict,
        "reason": decision.reason,
        "note": decision.note,
        "by": author_of(decision),
        "at": decision.at.isoformat(),
    }


def _comment(comment: Comment) -> dict[str, Any]:
    return {
        "id": comment.pk,
        "answer_to": comment.parent_id,
        "by": author_of(comment),
        "text": comment.text,
        "start_seconds": float(comment.start) if comment.start is not None else None,
        "end_seconds": float(comment.end) if comment.end is not None else None,
        "written_at": comment.created_at.isoformat(),
        "resolved_at": comment.resolved_at.isoformat() if comment.resolved_at else None,
    }
