"""What had the team decided about a clip that was deleted permanently?"""

from django.db import models
from django.db.models import Q

from videos.models.job import Verdict, VideoJob


class PurgedClip(models.Model):
    """The last decision about a purged clip, so that the figures of usage stay what they were.

    Rows are only ever added. They have nothing of the clip but its key, which the ledger has too.
    """

    job = models.OneToOneField(
        VideoJob, models.DO_NOTHING, related_name="+", db_constraint=False, primary_key=True
    )
    verdict = models.CharField(max_length=13, choices=Verdict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict__in=[each for each in Verdict.values if each]),
                name="purged_clip_has_a_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"purged clip {self.pk}: {self.verdict}"


def keep_verdict(job: VideoJob) -> None:
    """Keep the decision about a job that is deleted permanently, if there is one.

    Not while its vote is open: by then the ledger names its model, and a decision would tell
    how that model does.
    """
    if job.verdict and not job.is_blind:
        PurgedClip(pk=job.pk, verdict=job.verdict).save(force_insert=True)
