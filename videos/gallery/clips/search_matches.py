"""Why did a search find a clip whose card doesn't show the words?"""

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from videos.gallery.clips.choices import choices
from videos.gallery.shell.dates import shorten
from videos.models import Comment, JobTag, VideoJob, as_shown
from videos.models.search import terms_of
from videos.models.search_names import fold

# More texts are not read for a page of cards.
MAX_READ = 200

# Primary key of a clip → texts of one kind.
Texts = Mapping[int, list[str]]


def search_matches(jobs: Sequence[VideoJob], query: str) -> dict[int, str]:
    """Primary key → where the words that a card doesn't show were found, such as "In a comment".
    Two queries, or none where the cards show all of them."""
    terms = terms_of(query)
    typed = [fold(term) for term in (*terms.words, *terms.pieces)]
    shown = {job.pk: _without(typed, [shorten(job.prompt), str(job.maker)]) for job in jobs}
    missing = {job.pk: _without(shown[job.pk], [job.prompt]) for job in jobs}
    # A card shows the beginning of its prompt.
    places = {pk: [_("In the prompt")] for pk, left in missing.items() if left != shown[pk]}
    missing = {pk: left for pk, left in missing.items() if left}
    for pk, where in _elsewhere(jobs, missing).items():
        places[pk] = [*places.get(pk, []), *where]
    return {pk: " · ".join(where) for pk, where in places.items() if where}


def _elsewhere(jobs: Sequence[VideoJob], missing: Mapping[int, list[str]]) -> dict[int, list[str]]:
    """Primary key → where else the missing words are."""
    if not missing:
        return {}
    comments = Comment.objects.live().filter(job__in=missing).order_by("-pk")
    tags = JobTag.objects.filter(job__in=missing)
    places: dict[str, Texts] = {
        _("In a comment"): _by_job(comments.values_list("job_id", "text")[:MAX_READ]),
        _("In a tag"): _by_job(tags.values_list("job_id", "tag__name")[:MAX_READ]),
        _("In the model"): _models(job for job in jobs if job.pk in missing),
    }
    return {
        pk: [name for name, of in places.items() if _without(left, of.get(pk, [])) != left]
        for pk, left in missing.items()
    }


def _without(typed: list[str], texts: Iterable[str]) -> list[str]:
    """Those of the terms that none of the texts has."""
    folded = [fold(text) for text in texts]
    return [term for term in typed if not any(term in text for text in folded)]


def _by_job(rows: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    texts: dict[int, list[str]] = {}
    for pk, text in rows:
        texts.setdefault(pk, []).append(text)
    return texts


def _models(jobs: Iterable[VideoJob]) -> dict[int, list[str]]:
    """Names and labels; none of a clip in an open vote."""
    labels = {row.value: row.name for row in choices().models}
    names = {job.pk: as_shown(job).model for job in jobs}
    return {pk: [name, labels.get(name, "")] for pk, name in names.items()}
