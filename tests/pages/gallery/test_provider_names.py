"""A provider that is named after an internal address is named by it to admins alone."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.gallery_fixtures import client_of
from videos.models import CatalogueModel, JobStatus, Origin, Provider, VideoJob

ADDRESS = "gpu-box.lan:8000"


@pytest.fixture
def at_address(provider: Provider, catalogue_model: CatalogueModel) -> Provider:
    """The provider of the environment, beside a second one that makes the form name both."""
    provider.name, provider.origin = ADDRESS, Origin.ENVIRONMENT
    provider.save()
    other = Provider.objects.create(
        name="Studio",
        slug="studio",
        base_url="http://x/v1",
        dialect="openai",
        proved_at=timezone.now(),
    )
    shared = {"sizes": catalogue_model.sizes, "seconds": catalogue_model.seconds}
    CatalogueModel.objects.create(
        provider=other, slug="other", model="other", label="Other", **shared
    )
    return provider


def _page(team: SimpleNamespace, role: str, path: str) -> str:
    answer = client_of(getattr(team, role)).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("status", [JobStatus.COMPLETED, JobStatus.UNSURE, JobStatus.SUBMITTING])
def test_pages_for_members_hold_no_internal_address(
    team: SimpleNamespace,
    at_address: Provider,
    make_job: Callable[..., VideoJob],
    status: JobStatus,
) -> None:
    fields = {"due_at": None, "attention": "Decide."} if status == JobStatus.UNSURE else {}
    job = make_job(status=status, **fields)
    for role in ("owner", "viewer"):
        for path in ("/", reverse("video_detail", args=[job.public_id]), reverse("characters")):
            assert "gpu-box" not in _page(team, role, path)
    assert "gpu-box" not in _page(team, "owner", reverse("unsure"))
    assert "Sketch · The provider" in _page(team, "owner", "/")


def test_the_list_of_those_who_wait_for_models_holds_none(
    team: SimpleNamespace, at_address: Provider
) -> None:
    CatalogueModel.objects.all().delete()
    page = _page(team, "owner", "/")
    assert "gpu-box" not in page and "Studio" in page


def test_an_admin_sees_the_address_in_the_details(
    team: SimpleNamespace, at_address: Provider, make_job: Callable[..., VideoJob]
) -> None:
    path = reverse("video_detail", args=[make_job().public_id])
    assert ADDRESS in _page(team, "admin", path)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("localhost:8000", "The provider"),
        ("10.0.0.5:9000", "The provider"),
        ("[fd00::1]:8000", "The provider"),
        ("gpu-box", "The provider"),
        ("video.corp", "The provider"),
        ("api.openai.com", "api.openai.com"),
    ],
)
def test_only_internal_addresses_are_replaced(name: str, shown: str) -> None:
    assert str(Provider(name=name, origin=Origin.ENVIRONMENT)) == shown
    assert str(Provider(name=name, origin=Origin.ADMIN)) == name


def test_a_dial_shows_nothing_before_there_is_progress(
    team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    job = make_job(status=JobStatus.IN_PROGRESS, progress=0)
    assert "dial-value" not in _page(team, "owner", job.get_absolute_url())
    VideoJob.objects.update(progress=1, version=5)
    assert "dial-value" in _page(team, "owner", job.get_absolute_url())


def test_a_conflict_says_what_to_do(
    team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    job = make_job(status=JobStatus.COMPLETED)
    url = reverse("video_resolve", args=[job.public_id])
    answer = client_of(team.owner).post(url, {"choice": "give_up"})
    assert answer.status_code == 409
    assert "Someone else changed this first" in answer.content.decode()
