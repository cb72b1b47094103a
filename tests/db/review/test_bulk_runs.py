"""One action on many clips: what each does, who may, what is left and why, and undo."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from videos.models import (
    BulkAction,
    BulkRun,
    BulkState,
    Collection,
    CollectionItem,
    Decision,
    Favourite,
    JobTag,
    Notice,
    NoticeKind,
    Project,
    Role,
    TeamSettings,
    VideoJob,
)
from videos.review.bulk import begin as begin_module
from videos.review.bulk.begin import begin, can_undo, cancel, do_now, undo_run
from videos.review.bulk.deletion import trash_params
from videos.review.bulk.work import LostRun, due_runs, work, work_part
from videos.review.labels import add_tags

pytestmark = [pytest.mark.django_db, pytest.mark.database]
A = BulkAction


@pytest.fixture
def jobs(make_job):
    return [make_job() for _ in range(5)]


@pytest.fixture
def small_parts(monkeypatch):
    """Two clips in each part, so that a few clips make a long run."""
    monkeypatch.setattr(begin_module, "CHUNK", 2)
    monkeypatch.setattr(begin_module, "PARTS", 2)


def everything():
    return VideoJob.objects.all()


def claimed():
    """The next run as the mirror takes it."""
    (run,) = due_runs(timezone.now()).claim(1)
    return run


def finished(run):
    """Let the mirror work the run off."""
    while due_runs(timezone.now()).exists():
        work(claimed())
    run.refresh_from_db()
    return run


def counts(run):
    return run.state, run.changed, run.unchanged, run.failed


def snapshot():
    """All that an action changes of clips, without what only counts changes."""
    clips = VideoJob.objects.order_by("pk")
    return {
        "clips": list(clips.values_list("pk", "verdict", "project", "trashed_at", "is_cover")),
        "tags": sorted(JobTag.objects.values_list("tag__name", "job")),
        "items": sorted(CollectionItem.objects.values_list("collection", "job", "position")),
        "favourites": sorted(Favourite.objects.values_list("member", "job")),
    }


def test_each_action_changes_what_it_says_and_undo_brings_everything_back(team, jobs, small_parts):
    project = Project.objects.create(name="Spring", slug="spring", maker=team.owner)
    other = Project.objects.create(name="Winter", slug="winter", maker=team.owner)
    collection = Collection.objects.create(name="Best", slug="best", maker=team.owner)
    VideoJob.objects.filter(pk=jobs[0].pk).update(project=other)
    VideoJob.objects.filter(pk=jobs[1].pk).update(project=project)
    add_tags(team.owner, VideoJob.objects.filter(pk__in=[jobs[0].pk, jobs[3].pk]), "Red, Blue")
    CollectionItem.objects.create(collection=collection, job=jobs[2], position=7)
    Favourite.objects.create(member=team.owner, job=jobs[4])
    actions = {
        A.DECIDE: ({"verdict": "approved"}, 5),
        A.PROJECT: ({"project": project.pk}, 4),
        A.TAG: ({"tags": "red, green"}, 5),
        A.UNTAG: ({"tags": "RED, unknown"}, 2),
        A.COLLECT: ({"collection": collection.pk}, 4),
        A.UNCOLLECT: ({"collection": collection.pk}, 1),
        A.LIKE: ({}, 4),
        A.UNLIKE: ({}, 1),
        A.TRASH: (trash_params(), 5),
    }
    wrong = {}
    for action, (params, changed) in actions.items():
        for is_now in (True, False):
            before = snapshot()
            do = do_now if is_now else begin
            run = do(team.owner, action, params, everything())
            run = run if is_now else finished(run)
            after = snapshot()
            back = finished(undo_run(team.owner, run))
            seen = (counts(run), after != before, counts(back), snapshot() == before)
            if seen != (
                (BulkState.DONE, changed, 5 - changed, 0),
                True,
                (BulkState.DONE, changed, 0, 0),
                True,
            ):
                wrong[action, is_now] = (seen, before, after, snapshot())
    assert wrong == {}


def test_clips_that_come_or_match_later_do_not_join(team, jobs, make_job, small_parts):
    run = begin(team.owner, A.DECIDE, {"verdict": "approved"}, everything())
    late = make_job()
    assert counts(finished(run)) == (BulkState.DONE, 5, 0, 0)
    late.refresh_from_db()
    assert late.verdict == ""
    assert not Decision.objects.filter(job=late).exists()


def test_clips_of_a_filter_that_the_action_itself_changes_all_have_their_turn(
    team, jobs, small_parts
):
    """Decided clips leave the list of clips to decide, also while the run is under way."""
    run = begin(team.owner, A.DECIDE, {"verdict": "rejected"}, everything().filter(verdict=""))
    assert counts(finished(run)) == (BulkState.DONE, 5, 0, 0)


def test_each_clip_is_judged_by_the_rules_at_its_turn(team, jobs, make_job, small_parts):
    own, unfinished = make_job(maker=team.teammate), make_job(status="failed")
    run = begin(team.teammate, A.TRASH, trash_params(), everything())
    assert counts(finished(run)) == (BulkState.DONE, 1, 0, 6)
    own.refresh_from_db()
    assert own.trashed_by == team.teammate
    reasons = [part.refused for part in run.parts.all()]
    assert [pk for each in reasons for pk in each.get("not_allowed", [])] == [
        *(job.pk for job in jobs),
        unfinished.pk,
    ]
    run = finished(begin(team.owner, A.DECIDE, {"verdict": "approved"}, everything()))
    assert counts(run) == (BulkState.DONE, 5, 0, 2)
    last = [part.refused for part in run.parts.all()][-2:]
    assert last == [{"gone": [own.pk]}, {"unfinished": [unfinished.pk]}]


def test_a_member_who_loses_the_right_on_the_way_changes_nothing_more(team, jobs, small_parts):
    run = begin(team.teammate, A.DECIDE, {"verdict": "approved"}, everything())
    work_part(claimed())
    team.teammate.role = Role.VIEWER
    team.teammate.save()
    BulkRun.objects.update(lease_token="", lease_until=None)
    assert counts(finished(run)) == (BulkState.DONE, 2, 0, 3)


def test_cancelling_keeps_what_was_done_and_it_can_be_undone(team, jobs, small_parts):
    run = begin(team.owner, A.TAG, {"tags": "night"}, everything())
    held = claimed()
    work_part(held)
    assert cancel(run) and not cancel(run)
    with pytest.raises(LostRun):
        work_part(held)
    run.refresh_from_db()
    assert counts(run) == (BulkState.CANCELLED, 2, 0, 0)
    assert JobTag.objects.count() == 2
    assert counts(undo_run(team.owner, run)) == (BulkState.DONE, 2, 0, 0)
    assert not JobTag.objects.exists()


def test_a_mirror_that_lost_its_lease_takes_its_part_back(team, jobs, small_parts):
    run = begin(team.owner, A.LIKE, {}, everything())
    late = claimed()
    BulkRun.objects.update(lease_until=None, lease_token="")
    finished(run)
    with pytest.raises(LostRun):
        work_part(late)
    assert Favourite.objects.count() == 5


def test_undo_leaves_what_others_changed_since(team, jobs, small_parts):
    project = Project.objects.create(name="Spring", slug="spring", maker=team.owner)
    run = finished(begin(team.owner, A.PROJECT, {"project": project.pk}, everything()))
    decided = finished(begin(team.owner, A.DECIDE, {"verdict": "approved"}, everything()))
    deleted = finished(begin(team.admin, A.TRASH, trash_params(), everything()))
    VideoJob.objects.filter(pk=jobs[0].pk).update(
        trashed_at=None, trashed_by=None, purge_at=None, project=None
    )
    do_now(team.teammate, A.DECIDE, {"verdict": "rejected"}, everything().filter(pk=jobs[0].pk))
    assert counts(finished(undo_run(team.admin, deleted))) == (BulkState.DONE, 4, 0, 1)
    back = finished(undo_run(team.owner, decided))
    assert counts(back) == (BulkState.DONE, 4, 0, 1)
    assert back.parts.first().refused == {"changed_since": [jobs[0].pk]}
    assert counts(finished(undo_run(team.owner, run))) == (BulkState.DONE, 4, 0, 1)


def test_a_run_is_undone_once_and_some_never(team, jobs):
    run = do_now(team.owner, A.LIKE, {}, everything())
    first, again = undo_run(team.owner, run), undo_run(team.owner, run)
    assert first == again and not can_undo(first)
    trashed = do_now(team.owner, A.TRASH, trash_params(), everything())
    assert can_undo(trashed)
    purged = do_now(team.owner, A.PURGE, {}, everything())
    assert purged.changed == 5 and undo_run(team.owner, purged) is None
    assert undo_run(team.owner, do_now(team.owner, A.LIKE, {}, everything())) is None


def test_a_clip_that_became_the_last_copy_meanwhile_is_not_deleted(team, jobs):
    params = trash_params()
    now = timezone.now()
    VideoJob.objects.filter(pk=jobs[0].pk).update(archived_at=now, expires_at=now)
    run = do_now(team.owner, A.TRASH, params, everything())
    assert counts(run) == (BulkState.DONE, 4, 0, 1)
    assert run.parts.get().refused == {"last_copy": [jobs[0].pk]}
    # Asked again, with the copy known to be the last, it goes.
    assert do_now(team.owner, A.TRASH, trash_params(), everything().live()).changed == 1


def test_nothing_is_deleted_for_good_of_which_the_trash_was_promised(team, jobs):
    params = trash_params()
    TeamSettings.objects.create(trash_days=0)
    run = do_now(team.owner, A.TRASH, params, everything())
    assert (run.failed, VideoJob.objects.live().count()) == (5, 5)
    assert not can_undo(do_now(team.owner, A.TRASH, trash_params(), everything()))


def test_a_target_that_is_gone_or_full_is_a_reason_not_a_crash(team, jobs, monkeypatch):
    project = Project.objects.create(
        name="Over", slug="over", maker=team.owner, archived_at=timezone.now()
    )
    full = Collection.objects.create(name="Full", slug="full", maker=team.owner)
    monkeypatch.setattr("videos.review.collections.MAX_ITEMS", 4)
    cases = {
        A.PROJECT: {"project": project.pk},
        A.COLLECT: {"collection": full.pk},
        A.UNCOLLECT: {"collection": full.pk + 1},
    }
    for action, params in cases.items():
        run = do_now(team.owner, action, params, everything())
        assert run.parts.get().refused == {"no_target": [job.pk for job in jobs]}, action


def test_a_double_click_is_one_run_and_a_later_press_another(team, jobs):
    args = (team.owner, A.LIKE, {}, everything())
    first, second = begin(*args, press="x"), begin(*args, press="x")
    assert first == second
    assert begin(*args, press="y") != first
    finished(first)
    assert begin(*args, press="x") != first
    assert begin(team.owner, A.LIKE, {}, VideoJob.objects.none()) is None


def test_makers_and_whoever_began_it_are_told_once_at_the_end(team, jobs, small_parts):
    run = begin(team.teammate, A.DECIDE, {"verdict": "approved"}, everything())
    work_part(claimed())
    assert not Notice.objects.exists()
    BulkRun.objects.update(lease_token="", lease_until=None)
    finished(run)
    decided = Notice.objects.get(kind=NoticeKind.DECISION)
    assert (decided.member, decided.values["count"]) == (team.owner, 5)
    summary = Notice.objects.get(kind=NoticeKind.BULK)
    assert (summary.member, summary.values) == (
        team.teammate,
        {"run": run.pk, "changed": 5, "failed": 0},
    )


def test_a_run_that_ends_the_mirror_again_and_again_is_stopped(team, jobs, settings):
    run = begin(team.owner, A.LIKE, {}, everything())
    BulkRun.objects.update(claims=settings.MAX_CLAIMS)
    work(claimed())
    run.refresh_from_db()
    assert run.state == BulkState.STOPPED and "in a row" in run.trouble


def test_a_part_costs_the_same_number_of_queries_however_many_clips_it_has(
    team, make_job, monkeypatch
):
    project = Project.objects.create(name="Spring", slug="spring", maker=team.owner)
    collection = Collection.objects.create(name="Best", slug="best", maker=team.owner)
    actions = {
        A.DECIDE: {"verdict": "needs_changes"},
        A.PROJECT: {"project": project.pk},
        A.TAG: {"tags": "red"},
        A.UNTAG: {"tags": "red"},
        A.COLLECT: {"collection": collection.pk},
        A.UNCOLLECT: {"collection": collection.pk},
        A.LIKE: {},
        A.UNLIKE: {},
        A.TRASH: trash_params(),
        A.RESTORE: {},
    }

    def cost(action, params, clips):
        run = begin(team.owner, action, params, clips)
        held = claimed()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            work_part(held)
        cancel(run)
        return len(queries)

    for _ in range(3):
        make_job()
    few = [cost(action, params, everything()) for action, params in actions.items()]
    VideoJob.objects.all().delete()
    for _ in range(40):
        make_job()
    many = [cost(action, params, everything()) for action, params in actions.items()]
    assert many == few, list(zip(actions, few, many, strict=True))
    assert max(many) <= 40


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by statistics")
def test_due_runs_lists_and_parts_are_read_from_indexes(team, jobs):
    run = begin(team.owner, A.LIKE, {}, everything())
    plans = {
        "bulk_due": due_runs(timezone.now()),
        "bulk_of_member": BulkRun.objects.of(team.owner)[:50],
        "bulk_age": BulkRun.objects.old(timezone.now()).order_by(),
        "sqlite_autoindex_videos_bulkpart_1": run.parts.filter(position=0),
        "live": VideoJob.objects.live().order_by("pk").values("pk"),
    }
    for index, rows in plans.items():
        plan = rows.explain()
        assert f"INDEX {index}" in plan, (index, plan)
        assert "TEMP B-TREE" not in plan, (index, plan)


def test_the_database_refuses_runs_that_cannot_be(team, jobs):
    run = begin(team.owner, A.LIKE, {}, everything())
    broken = [
        {"action": "fly"},
        {"state": "odd"},
        {"due_at": None},
        {"state": "done"},
        {"finished_at": timezone.now()},
        {"failed": 6},
    ]
    for changes in broken:
        with pytest.raises(IntegrityError), transaction.atomic():
            BulkRun.objects.filter(pk=run.pk).update(**changes)
    with pytest.raises(IntegrityError), transaction.atomic():
        run.parts.create(position=0)


def test_old_runs_are_forgotten_and_running_ones_are_not(team, jobs):
    done = do_now(team.owner, A.LIKE, {}, everything())
    begin(team.owner, A.UNLIKE, {}, everything())
    assert list(BulkRun.objects.old(timezone.now() + timedelta(days=91))) == [done]
