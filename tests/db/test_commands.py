"""What an operator types at the command line, and what comes back."""

from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.upstream.control import Upstream
from videos.jobs.deletion.trash import purge
from videos.jobs.errors import ValidationFailed
from videos.jobs.health.heartbeat import beat
from videos.jobs.providers.configured import sync_configured
from videos.jobs.submission.samples import samples
from videos.models import (
    Asset,
    CatalogueModel,
    Decision,
    Favourite,
    Member,
    Origin,
    Provider,
    Stack,
    VideoJob,
)
from videos.models.search import search_prompts
from videos.models.search_names import names_in

# One worker runs them all, so that the clips are drawn once.
SEEDED = pytest.mark.xdist_group("seed")


@pytest.fixture(scope="module")
def drawn_clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that the tests of `seed` share: its clips are drawn once."""
    return tmp_path_factory.mktemp("seeded")


@pytest.fixture
def seeded(drawn_clips: Path, team: SimpleNamespace, settings: Any) -> SimpleNamespace:
    settings.ARCHIVE_DIR = drawn_clips
    return team


def _doctor() -> tuple[str, bool]:
    out = StringIO()
    try:
        call_command("doctor", stdout=out, no_color=True)
    except CommandError:
        return out.getvalue(), False
    return out.getvalue(), True


@pytest.mark.database
def test_the_doctor_is_content_where_all_is_well(
    provider: Provider, upstream: Upstream, settings: Any
) -> None:
    Path(settings.ARCHIVE_DIR).mkdir(parents=True)
    Provider.objects.update(base_url=upstream.base_url)
    beat("test")
    output, well = _doctor()
    assert well, output


@pytest.mark.database
def test_the_doctor_says_what_is_wrong_in_plain_words(provider: Provider, tmp_path: Path) -> None:
    output, well = _doctor()
    assert not well
    assert "no mirror has ever run here" in output
    assert "no  provider" in output and "127.0.0.1" in output


@pytest.mark.database
def test_the_doctor_warns_of_a_grace_time_in_which_an_answer_may_still_come(
    provider: Provider, settings: Any
) -> None:
    settings.SUBMIT_GRACE_SECONDS = 20
    assert "SUBMIT_GRACE_SECONDS must be at least 30" in _doctor()[0]


@pytest.mark.slow
@SEEDED
def test_seeding_fills_the_gallery_with_clips_that_play(
    seeded: SimpleNamespace, settings: Any
) -> None:
    call_command("seed", jobs=60, stderr=StringIO())
    assert VideoJob.objects.count() == 60
    assert VideoJob.objects.values("maker").distinct().count() >= 3
    assert VideoJob.objects.values("size").distinct().count() >= 3
    paths = set(Asset.objects.values_list("path", flat=True))
    assert 0 < len(paths) <= 24
    # Each clip is shown for the prompts of one scene, and each scene has its own clip.
    clips = Asset.objects.filter(kind="video").values_list("path", "job__prompt")
    pairs = {(path, prompt.rpartition(", ")[0]) for path, prompt in clips}
    assert len(pairs) == len({path for path, _ in pairs}) == len({scene for _, scene in pairs})
    assert all((settings.ARCHIVE_DIR / path).stat().st_size for path in paths)
    # Some are takes of one clip.
    stacked = VideoJob.objects.filter(stack__isnull=False)
    assert stacked.count() > stacked.filter(is_cover=True).count() == 5
    call_command("seed", jobs=10, stderr=StringIO())
    assert VideoJob.objects.count() == 70


@pytest.mark.slow
@SEEDED
def test_reviewed_clips_are_found_by_what_was_said_and_stacks_have_the_approved_cover(
    seeded: SimpleNamespace,
) -> None:
    call_command("seed", jobs=120, reviewed=True, stderr=StringIO())
    assert Decision.objects.count() == VideoJob.objects.exclude(verdict="").count() > 20
    assert Favourite.objects.exists()
    for job in VideoJob.objects.prefetch_related("ratings"):
        stars = [each.stars for each in job.ratings.all()]
        assert job.rating == (sum(stars) / len(stars) if stars else 0)
    said = VideoJob.objects.filter(comments__text__contains="dusk").distinct()
    written = VideoJob.objects.filter(prompt__contains="dusk")
    matches = search_prompts(VideoJob.objects.all(), "dusk")[0]
    assert said and set(matches) == {*written, *said}
    tagged = VideoJob.objects.filter(tags__name="golden hour")
    named = search_prompts(VideoJob.objects.all(), "golden", names_in("golden"))[0]
    assert tagged and set(named) == set(tagged)
    for stack in Stack.objects.all():
        clips = list(stack.jobs.order_by("-pk"))
        approved = [job for job in clips if job.verdict == "approved"]
        (cover,) = [job for job in clips if job.is_cover]
        assert not approved or cover == approved[0]


@pytest.mark.slow
@SEEDED
def test_a_seeded_clip_can_be_purged_without_taking_the_others_files(
    seeded: SimpleNamespace, settings: Any
) -> None:
    call_command("seed", jobs=40, stderr=StringIO())
    first = VideoJob.objects.filter(archived_at__isnull=False).first()
    assert first is not None
    path = first.assets.get(kind="video").path
    VideoJob.objects.filter(pk=first.pk).update(
        trashed_at=first.created_at,
        trashed_by=seeded.admin,
        purge_at=first.created_at,
    )
    (row,) = VideoJob.objects.filter(pk=first.pk).claim(1)
    purge(row)
    assert not VideoJob.objects.filter(pk=first.pk).exists()
    assert Asset.objects.filter(path=path).exists() == (settings.ARCHIVE_DIR / path).exists()
    assert (settings.ARCHIVE_DIR / path).exists()


@pytest.mark.database
@pytest.mark.django_db
def test_the_environments_provider_replaces_the_engine_and_gives_way_again(settings: Any) -> None:
    settings.ENGINE_ENABLED = True
    sync_configured()
    assert list(Provider.objects.filter(enabled=True).values_list("slug")) == [("engine",)]
    settings.ENGINE_ENABLED = False
    settings.OPENAI_BASE_URL, settings.OPENAI_API_KEY = "http://127.0.0.1:9/v1", "sk-one"
    sync_configured()
    (provider,) = Provider.objects.filter(enabled=True)
    assert (provider.origin, provider.key) == (Origin.ENVIRONMENT, "sk-one")
    Provider.objects.filter(pk=provider.pk).update(paused_at=timezone.now(), pause_reason="key")
    settings.OPENAI_API_KEY = "sk-two"
    sync_configured()
    provider.refresh_from_db()
    assert provider.key == "sk-two" and provider.paused_at is None
    settings.OPENAI_BASE_URL, settings.ENGINE_ENABLED = "", True
    sync_configured()
    assert list(Provider.objects.filter(enabled=True).values_list("slug")) == [("engine",)]


@pytest.mark.database
def test_a_dozen_samples_cost_nothing_and_are_made_once_each(
    team: SimpleNamespace, catalogue_model: CatalogueModel
) -> None:
    jobs = samples(team.owner)
    assert len(jobs) == 12 and {job.price for job in jobs} == {0}
    CatalogueModel.objects.update(price_per_second={"*": "0.10"})
    with pytest.raises(ValidationFailed):
        samples(team.owner)


def test_the_architecture_document_shows_the_states_and_layers_of_the_code() -> None:
    call_command("architecture", check=True)


def test_an_outdated_architecture_document_is_refused_and_then_rewritten(
    tmp_path: Path, settings: Any
) -> None:
    root, document = settings.BASE_DIR, Path("docs/architecture.md")
    for name in ("pyproject.toml", "videos", "engine", "dashboard"):
        (tmp_path / name).symlink_to(root / name)
    current = (root / document).read_text()
    (tmp_path / "docs").mkdir()
    (tmp_path / document).write_text(current.replace("submitting --> queued: accepted", ""))
    settings.BASE_DIR = tmp_path
    with pytest.raises(CommandError, match="out of date"):
        call_command("architecture", check=True)
    call_command("architecture")
    assert (tmp_path / document).read_text() == current


def test_the_architecture_document_needs_a_place_for_what_is_generated(
    tmp_path: Path, settings: Any
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/architecture.md").write_text("# Architecture\n")
    (tmp_path / "pyproject.toml").symlink_to(settings.BASE_DIR / "pyproject.toml")
    (tmp_path / "videos").symlink_to(settings.BASE_DIR / "videos")
    settings.BASE_DIR = tmp_path
    with pytest.raises(CommandError, match="layers: begin"):
        call_command("architecture")


@pytest.mark.slow
@SEEDED
def test_unknown_names_are_refused_on_the_command_line(seeded: SimpleNamespace) -> None:
    before = Member.objects.count()
    call_command("seed", jobs=5, stderr=StringIO())
    makers = Member.objects.exclude(pk__in=[member.pk for member in vars(seeded).values()])
    assert before + makers.count() == Member.objects.count()
    assert not any(member.has_usable_password() for member in makers)
