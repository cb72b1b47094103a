"""From which address does a clip play in a comparison or a vote?"""

from django.db.models import Prefetch, QuerySet

from videos.gallery.clips.states import asset_state
from videos.gallery.clips.thumbnails import address, asset_url, with_pictures
from videos.models import Asset, Kind, VideoJob

PLAYABLE = ("archived", "archived-expired", "provider")


def with_video(rows: QuerySet[VideoJob]) -> QuerySet[VideoJob]:
    """The rows with their pictures, and their video files by one query more."""
    clips = Prefetch("assets", Asset.objects.filter(kind=Kind.VIDEO), to_attr="video_assets")
    return with_pictures(rows).prefetch_related(clips)


def video_asset(job: VideoJob) -> Asset | None:
    """The video file of a job that `with_video` fetched."""
    return next(iter(getattr(job, "video_assets", ())), None)


def video_url(job: VideoJob) -> str:
    """Where it plays; empty where there is nothing to play."""
    if asset_state(job) not in PLAYABLE:
        return ""
    asset = video_asset(job)
    url = asset_url(job.public_id, Kind.VIDEO, asset.sha256 if asset else None)
    return url or address("video_content", job.public_id)
