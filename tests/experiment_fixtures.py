"""Experiments of clips that are here already, as submitting a matrix makes them."""

from collections.abc import Sequence

from videos.models import Experiment, ExperimentClip, Member, Project, VideoJob
from videos.models.experiment import LABELS
from videos.review.experiments import close


def start_vote(
    maker: Member,
    rows: Sequence[Sequence[VideoJob]],
    question: str = "Best",
    project: Project | None = None,
    pk: int | None = None,
) -> Experiment:
    """An open experiment with these clips, row by row."""
    experiment = Experiment.objects.create(pk=pk, maker=maker, question=question, project=project)
    for number, jobs in enumerate(rows, start=1):
        for label, job in zip(LABELS, jobs, strict=False):
            job.is_blind = True
            job.save(update_fields=["is_blind"])
            ExperimentClip.objects.create(
                experiment=experiment,
                row=number,
                label=label,
                job=job,
                provider=job.provider,
                model=job.model,
                seed=str(job.extra.get("seed", "")),
            )
    return experiment


def end_vote(experiment: Experiment) -> Experiment:
    """The same, closed by its maker."""
    close(experiment.maker, experiment)
    experiment.refresh_from_db()
    return experiment
