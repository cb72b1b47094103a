"""Projects, tags, collections, ratings, favourites."""

import pytest
from django.utils import timezone

from videos.jobs.errors import ChangedSince, NotAllowed, ValidationFailed
from videos.models import Collection, Favourite, JobTag, Project, Rating, Tag, VideoJob
from videos.review import collections, labels, opinions

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_a_clip_has_one_project_and_moving_it_makes_a_new_version(team, make_job):
    job = make_job()
    film = labels.create_project(team.owner, "  Harbour  film ")
    assert (film.name, film.slug) == ("Harbour film", "harbour-film")
    assert labels.move_to_project(team.teammate, VideoJob.objects.all(), film) == 1
    assert labels.move_to_project(team.teammate, VideoJob.objects.all(), film) == 0
    job.refresh_from_db()
    assert (job.project, job.version) == (film, 2)
    assert labels.move_to_project(team.teammate, VideoJob.objects.all(), None) == 1


def test_a_viewer_moves_and_tags_nothing(team, make_job):
    make_job()
    film = labels.create_project(team.owner, "Film")
    with pytest.raises(NotAllowed):
        labels.move_to_project(team.viewer, VideoJob.objects.all(), film)
    assert not VideoJob.objects.filter(project=film).exists()
    assert labels.add_tags(team.viewer, VideoJob.objects.all(), "night") == 0
    assert not JobTag.objects.exists()


@pytest.mark.parametrize("name", ["", " \u202e ", "x" * 81, "FILM"])
def test_a_project_needs_a_name_of_its_own(team, name):
    labels.create_project(team.owner, "Film")
    with pytest.raises(ValidationFailed):
        labels.create_project(team.owner, name)
    assert Project.objects.count() == 1


def test_names_of_any_script_get_an_address(team):
    names = ["港口", "港口!", "🎬", "🎥"]
    slugs = [labels.create_project(team.owner, name).slug for name in names]
    assert len(set(slugs)) == 4 and all(slugs)


def test_a_project_that_is_over_takes_no_new_clips(team):
    film = labels.create_project(team.owner, "Film")
    labels.archive_project(film, archived=True)
    assert not Project.objects.open().exists()
    labels.archive_project(film, archived=False)
    assert Project.objects.open().exists()


def test_spellings_of_a_tag_are_one_tag(team, make_job):
    make_job()
    rows = VideoJob.objects.all()
    labels.add_tags(team.owner, rows, "Night shot, #night  SHOT, ｎｉｇｈｔ shot\nfog")
    assert [tag.name for tag in Tag.objects.all()] == ["fog", "Night shot"]
    labels.add_tags(team.owner, rows, "NIGHT SHOT")
    assert JobTag.objects.count() == 2


def test_a_tag_that_no_clip_has_any_more_is_gone(team, make_job):
    first, second = make_job(), make_job()
    labels.add_tags(team.owner, VideoJob.objects.all(), "fog")
    fog = Tag.objects.get()
    labels.remove_tag(team.owner, VideoJob.objects.filter(pk=first.pk), fog)
    assert Tag.objects.exists()
    labels.remove_tag(team.owner, VideoJob.objects.filter(pk=second.pk), fog)
    assert not Tag.objects.exists()


@pytest.mark.parametrize("text", ["", " , ,", "x" * 41, ",".join(map(str, range(10_000)))])
def test_tags_that_are_none_or_too_many_are_refused(team, make_job, text):
    make_job()
    with pytest.raises(ValidationFailed):
        labels.add_tags(team.owner, VideoJob.objects.all(), text)
    assert not Tag.objects.exists()


def test_a_collection_keeps_its_order_and_each_clip_once(team, make_job):
    jobs = [make_job() for _ in range(3)]
    best = collections.create_collection(team.owner, "Best")
    rows = VideoJob.objects.order_by("pk")
    assert collections.add_to_collection(team.owner, best, rows) == 3
    assert collections.add_to_collection(team.owner, best, rows) == 0
    order = [jobs[2].public_id, jobs[0].public_id]
    collections.sort_collection(best, order, best.version)
    assert [item.job for item in best.items.all()] == [jobs[2], jobs[0], jobs[1]]
    assert collections.remove_from_collection(best, rows.filter(pk=jobs[0].pk)) == 1


def test_two_people_who_sort_at_once_do_not_overwrite_each_other(team, make_job):
    jobs = [make_job() for _ in range(2)]
    best = collections.create_collection(team.owner, "Best")
    collections.add_to_collection(team.owner, best, VideoJob.objects.order_by("pk"))
    seen = best.version
    collections.sort_collection(best, [jobs[1].public_id], seen)
    with pytest.raises(ChangedSince):
        collections.sort_collection(Collection.objects.get(), [jobs[0].public_id], seen)
    assert [item.job for item in best.items.all()] == [jobs[1], jobs[0]]


def test_each_member_rates_once_and_may_take_it_back(team, make_job):
    job = make_job()
    opinions.rate(team.owner, job, 2)
    opinions.rate(team.owner, job, 4)
    opinions.rate(team.viewer, job, 5)
    assert opinions.stars_of(job, team.owner) == opinions.Stars(4.5, 2, 4)
    opinions.rate(team.owner, job, 0)
    assert opinions.stars_of(job, team.owner) == opinions.Stars(5.0, 1, 0)
    with pytest.raises(ValidationFailed):
        opinions.rate(team.owner, job, 6)
    assert Rating.objects.count() == 1


def test_favourites_are_ones_own(team, make_job):
    make_job()
    rows = VideoJob.objects.all()
    assert opinions.mark_favourites(team.owner, rows, on=True) == 1
    assert opinions.mark_favourites(team.owner, rows, on=True) == 0
    assert opinions.mark_favourites(team.viewer, rows, on=False) == 0
    assert Favourite.objects.get().member == team.owner


def test_purging_a_clip_takes_what_hangs_on_it(team, make_job):
    job = make_job(finished_at=timezone.now())
    rows = VideoJob.objects.all()
    labels.add_tags(team.owner, rows, "fog")
    opinions.mark_favourites(team.owner, rows, on=True)
    opinions.rate(team.owner, job, 3)
    best = collections.create_collection(team.owner, "Best")
    collections.add_to_collection(team.owner, best, rows)
    rows.delete()
    assert not Favourite.objects.exists() and best.items.count() == 0
