"""How does a form become a blind vote? Each prompt is a row, and its clips are the candidates."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from videos.jobs.sanitize import plain
from videos.jobs.submission.request import Submission
from videos.models import Experiment, ExperimentClip, Member, VideoJob
from videos.models.experiment import LABELS, MAX_QUESTION


def for_a_vote(submissions: Sequence[Submission], question: str) -> list[Submission]:
    """The same submissions with a question, the candidates of each prompt in random order. The
    order depends on the form's key, so that a repeated form asks for the same."""
    rows: dict[str, list[tuple[bytes, Submission]]] = {}
    for place, each in enumerate(submissions):
        sort_key = salted_hmac("videos.experiment", f"{each.key}.{place}").digest()
        submission = replace(each, question=_clean(question))
        rows.setdefault(_row_of(each.prompt), []).append((sort_key, submission))
    shuffled = [sorted(row, key=lambda pair: pair[0]) for row in rows.values()]
    return [submission for row in shuffled for _sort_key, submission in row]


def unfit_for_a_vote(submissions: Sequence[Submission]) -> dict[str, str]:
    """Errors by field if these can't be voted on; empty without a question."""
    if not submissions or not (question := submissions[0].question):
        return {}
    if len(question) > MAX_QUESTION:
        text = _("A question can have at most %(limit)d characters.")
        return {"question": text % {"limit": MAX_QUESTION}}
    if any(each.takes > 1 for each in submissions):
        # Takes share a stack, which would show that one model made them.
        text = _("Set Takes to 1 for a blind vote. Several seeds give several clips of a model.")
        return {"takes": text}
    counts = Counter(_row_of(each.prompt) for each in submissions)
    if min(counts.values()) < 2 or max(counts.values()) > len(LABELS):
        text = _(
            "A blind vote compares 2 to %(most)d clips of each prompt. "
            "Choose more or fewer models and seeds."
        )
        return {"question": text % {"most": len(LABELS)}}
    return {}


def write_experiment(
    member: Member, submissions: Sequence[Submission], rows: Sequence[VideoJob]
) -> None:
    """Create the experiment of these saved rows, if their form has a question."""
    if not submissions[0].question:
        return
    first = rows[0]
    experiment = Experiment.objects.create(
        question=submissions[0].question, maker=member, project=first.project
    )
    places: dict[str, list[VideoJob]] = {}
    for row in rows:
        places.setdefault(_row_of(row.prompt), []).append(row)
    ExperimentClip.objects.bulk_create(
        ExperimentClip(
            experiment=experiment,
            row=number,
            label=label,
            job=row,
            provider=row.provider,
            model=row.model,
            seed=str(row.extra.get("seed", ""))[:20],
        )
        for number, candidates in enumerate(places.values(), start=1)
        for label, row in zip(LABELS[: len(candidates)], candidates, strict=True)
    )


def experiment_of(jobs: Sequence[VideoJob]) -> Experiment | None:
    """The experiment that these new clips are in."""
    keys = [job.pk for job in jobs]
    return Experiment.objects.filter(entries__job__in=keys).first()


def _row_of(prompt: str) -> str:
    return " ".join(plain(prompt).split())


def _clean(question: str) -> str:
    return " ".join(plain(question).split())
