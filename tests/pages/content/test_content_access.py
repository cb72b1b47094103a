"""Who gets bytes, under which name, as what?"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.content import archive, body
from videos.models import Asset, Kind, Provider, VideoJob

PAGE = b"<script>alert(1)</script>"


@pytest.fixture
def root(settings: Any) -> Path:
    return Path(settings.ARCHIVE_DIR)


@pytest.fixture
def viewer(client: Client, team: SimpleNamespace) -> Client:
    client.force_login(team.viewer)
    return client


def address(job: VideoJob) -> str:
    return reverse("video_content", args=[job.public_id])


def test_without_a_login_nothing_leaves(
    client: Client, make_job: Callable[..., VideoJob], root: Path
) -> None:
    job = make_job()
    archive(job, PAGE, root)
    answer = client.get(address(job))
    assert answer.status_code == 302
    assert "login" in answer["Location"]


def test_only_get_and_head_are_answered(viewer: Client, make_job: Callable[..., VideoJob]) -> None:
    for method in (viewer.post, viewer.put, viewer.delete, viewer.patch):
        assert method(address(make_job())).status_code == 405


def test_whatever_the_file_holds_it_is_a_clip_and_nothing_else(
    viewer: Client, make_job: Callable[..., VideoJob], root: Path
) -> None:
    job = make_job()
    archive(job, PAGE, root)
    archive(job, PAGE, root, Kind.THUMBNAIL)
    archive(job, PAGE, root, Kind.SMALL)
    archive(job, PAGE, root, Kind.SPRITESHEET)
    types = {"video": "video/mp4"} | dict.fromkeys(
        ("thumbnail", "small", "spritesheet"), "image/webp"
    )
    for variant, content_type in types.items():
        answer = viewer.get(address(job), {"variant": variant})
        assert answer["Content-Type"] == content_type
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert "sandbox" in answer["Content-Security-Policy"]
        assert "script" not in answer["Content-Security-Policy"]
        assert answer["Content-Disposition"].startswith("inline")
        assert body(answer) == PAGE


def test_an_unknown_variant_is_refused(viewer: Client, make_job: Callable[..., VideoJob]) -> None:
    for variant in ("preview", "", "../video", "0"):
        answer = viewer.get(address(make_job()), {"variant": variant})
        assert (answer.status_code, answer["Content-Type"]) == (400, "text/plain; charset=utf-8")


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("A paper boat, at dawn!", 'attachment; filename="a-paper-boat-at-dawn-{}.mp4"'),
        ("x\r\nSet-Cookie: a=b", 'attachment; filename="x-set-cookie-ab-{}.mp4"'),
        ('"; filename="evil.exe', 'attachment; filename="filenameevilexe-{}.mp4"'),
        ("../../etc/passwd", 'attachment; filename="etcpasswd-{}.mp4"'),
        ("....", 'attachment; filename="clip-{}.mp4"'),
        ("🎬", 'attachment; filename="clip-{}.mp4"'),
        ("a" * 5000, 'attachment; filename="' + "a" * 60 + '-{}.mp4"'),
        ("夜明け", "attachment; filename*=utf-8''%E5%A4%9C%E6%98%8E%E3%81%91-{}.mp4"),
    ],
)
def test_a_download_has_a_name_that_does_no_harm(
    viewer: Client, make_job: Callable[..., VideoJob], root: Path, prompt: str, name: str
) -> None:
    job = make_job(prompt=prompt)
    archive(job, PAGE, root)
    answer = viewer.get(address(job), {"download": "1"})
    assert answer["Content-Disposition"] == name.format(job.public_id[6:14])
    assert "Set-Cookie" not in answer


def test_only_an_address_with_a_version_may_be_kept_for_ever(
    viewer: Client, make_job: Callable[..., VideoJob], root: Path
) -> None:
    job = make_job()
    archive(job, PAGE, root)
    assert viewer.get(address(job))["Cache-Control"] == "private, no-cache"
    lasting = viewer.get(address(job), {"v": "1"})["Cache-Control"]
    assert lasting == "private, max-age=31536000, immutable"


def _outside(asset: Asset, root: Path) -> None:
    (root.parent / "secret").write_bytes(PAGE)
    asset.path = "../secret"


def _absolute(asset: Asset, root: Path) -> None:
    (root.parent / "secret").write_bytes(PAGE)
    asset.path = str(root.parent / "secret")


def _link(asset: Asset, root: Path) -> None:
    (root.parent / "secret").write_bytes(PAGE)
    (root / asset.path).unlink()
    (root / asset.path).symlink_to(root.parent / "secret")


def _linked_folder(asset: Asset, root: Path) -> None:
    (root / "elsewhere").symlink_to((root / asset.path).parent)
    asset.path = f"elsewhere/{Path(asset.path).name}"


def _gone(asset: Asset, root: Path) -> None:
    (root / asset.path).unlink()


def _grown(asset: Asset, root: Path) -> None:
    (root / asset.path).write_bytes(PAGE + b"!")


def _folder(asset: Asset, root: Path) -> None:
    asset.path = str(Path(asset.path).parent)


def _nul(asset: Asset, root: Path) -> None:
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL keeps no NUL, so no row can hold such a path")
    asset.path = "a\0b"


@pytest.mark.parametrize(
    "harm", [_outside, _absolute, _link, _linked_folder, _gone, _grown, _folder, _nul]
)
def test_what_is_not_the_stored_file_is_missing(
    viewer: Client,
    make_job: Callable[..., VideoJob],
    root: Path,
    caplog: pytest.LogCaptureFixture,
    harm: Callable[[Asset, Path], None],
) -> None:
    job = make_job(expires_at=timezone.now() - timedelta(hours=1))
    asset = archive(job, PAGE, root)
    harm(asset, root)
    asset.save()
    for method in (viewer.get, viewer.head):
        assert method(address(job)).status_code == 404
    answer = viewer.get(address(job), headers={"Range": "bytes=0-1"})
    assert answer.status_code == 404
    assert "file missing" in answer.content.decode().lower()
    assert job.public_id in caplog.text


def test_words_say_why_there_are_no_bytes(
    viewer: Client, make_job: Callable[..., VideoJob]
) -> None:
    past = timezone.now() - timedelta(hours=1)
    for fields, variant, status, message in [
        ({"status": "queued"}, "video", 409, "isn't ready"),
        ({"status": "submitting"}, "thumbnail", 409, "isn't ready"),
        ({"status": "failed"}, "video", 404, "produce a clip"),
        ({"status": "cancelled"}, "video", 404, "produce a clip"),
        ({"expires_at": past}, "video", 404, "expired"),
        ({}, "thumbnail", 404, "archived"),
        ({}, "video", 502, "127.0.0.1"),
    ]:
        answer = viewer.get(address(make_job(**fields)), {"variant": variant})
        assert (fields, variant, answer.status_code) == (fields, variant, status)
        assert message in answer.content.decode()
        assert answer["Cache-Control"] == "no-store"


def test_a_clip_that_can_be_read_once_is_left_to_the_archive(
    viewer: Client, make_job: Callable[..., VideoJob]
) -> None:
    job = make_job()
    Provider.objects.update(dialect="inferhub")
    for method in (viewer.get, viewer.head):
        assert method(address(job)).status_code == 409


def test_an_unknown_id_is_404(viewer: Client, team: SimpleNamespace) -> None:
    for public_id in ("video_" + "0" * 32, "..", "x" * 300, "%00"):
        assert viewer.get(f"/videos/{public_id}/content").status_code == 404


def test_nginx_gets_the_path_of_the_file(
    viewer: Client, make_job: Callable[..., VideoJob], root: Path, settings: Any
) -> None:
    settings.X_ACCEL_PREFIX = "/archive/"
    job = make_job()
    asset = archive(job, PAGE, root)
    answer = viewer.get(address(job), {"download": "1"}, headers={"Range": "bytes=0-1"})
    assert (answer.status_code, body(answer)) == (200, b"")
    assert answer["X-Accel-Redirect"] == f"/archive/{asset.path}"
    assert answer["Content-Type"] == "video/mp4"
    assert answer["Content-Disposition"].startswith("attachment")
    (root / asset.path).unlink()
    assert viewer.get(address(job)).status_code == 404
