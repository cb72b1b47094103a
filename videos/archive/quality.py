"""Which findings does a clip get when it arrives?"""

from videos.archive import store
from videos.frames.quality import Sampler, detections_of, is_silent
from videos.models import Asset, Condition, Finding, FindingKind, VideoJob
from videos.models.measures import Measures, seconds_differ, size_differs

# The fields of a request that ask for sound.
SOUND = ("generate_audio", "generate_sound", "audio")


def findings_of(job: VideoJob, clip: Asset, sampler: Sampler) -> list[Finding]:
    """At most one finding of each kind, and none for a clip that can't be checked.

    `sampler` has seen the clip's frames.
    """
    if clip.condition != Condition.WHOLE:
        return []
    findings = [
        Finding(job=job, kind=each.kind, at_seconds=each.at, evidence=each.evidence)
        for each in detections_of(sampler)
    ]
    if _asks_for_sound(job) and (not clip.has_audio or is_silent(str(store.absolute(clip.path)))):
        findings.append(Finding(job=job, kind=FindingKind.SILENT))
    measured = Measures(clip.width, clip.height, clip.seconds)
    if size_differs(job.size, measured):
        sizes = {"requested": job.size, "got": measured.size}
        findings.append(Finding(job=job, kind=FindingKind.SIZE, evidence=sizes))
    # Without a requested length there is nothing to compare with.
    if job.seconds and seconds_differ(job.seconds, measured):
        lengths = {"requested": job.seconds, "got": round(clip.seconds or 0, 2)}
        findings.append(Finding(job=job, kind=FindingKind.LENGTH, evidence=lengths))
    return findings


def write_findings(job: VideoJob, findings: list[Finding]) -> None:
    """Replace the clip's findings. One that was dismissed and is found again stays dismissed."""
    rows = Finding.objects.filter(job=job)
    rows.exclude(kind__in=[each.kind for each in findings]).delete()
    Finding.objects.bulk_create(
        findings,
        update_conflicts=True,
        unique_fields=["job", "kind"],
        update_fields=["at_seconds", "evidence"],
    )


def _asks_for_sound(job: VideoJob) -> bool:
    return any(job.extra.get(name) is True for name in SOUND)
