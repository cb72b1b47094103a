"""What can be done to many clips, who may, and how is each undone?

Every function gets the clips of one part, all of which the member may change, and calls the same
use cases as for a single clip.
"""

from collections.abc import Callable
from dataclasses import dataclass

from videos.jobs.errors import NotAllowed, ValidationFailed
from videos.models import (
    Action,
    BulkAction,
    Collection,
    CollectionItem,
    Decision,
    Favourite,
    JobTag,
    Project,
    Refusal,
)
from videos.models.organise import tag_key
from videos.review.bulk.deletion import purge, restore, restore_trashed, trash
from videos.review.bulk.task import Result, Task, all_refused, by_clip, by_value
from videos.review.collections import add_to_collection, put_back, remove_from_collection
from videos.review.decisions import Author, Part, decide, give_reason, take_back
from videos.review.labels import (
    add_tags,
    move_to_project,
    put_tags,
    remove_tags,
    restore_projects,
    tag_names,
    take_tags,
)
from videos.review.opinions import mark_favourites

Step = Callable[[Task], Result]
# Among the params of a run that says why clips were rejected: the press that rejected them.
REASON_OF = "reason_of"


@dataclass(frozen=True)
class Act:
    """One action: the permission it needs for each clip, the function that does it, and the
    function that undoes it, if any."""

    needs: Action
    do: Step
    undo: Step | None = None
    # Clips must be in the trash, for doing it or for undoing it.
    of_trash: bool = False
    undoes_in_trash: bool = False
    only_finished: bool = False


def _decide(task: Task) -> Result:
    if REASON_OF in task.params:
        press, reason = task.params[REASON_OF], task.params["reason"]
        return _rest_changed_since(task, give_reason(task.member, press, reason, task.rows))
    part = Part(task.press, task.number)
    decide(task.member, task.rows, task.params["verdict"], part=part)
    decisions = Decision.objects.filter(press=task.press, job__in=task.clips).order_by("job")
    return Result(list(decisions.values_list("job_id", flat=True)))


def _undecide(task: Task) -> Result:
    back = take_back(Author(member=task.member), task.press, task.rows)
    return _rest_changed_since(task, back)


def _move(task: Task) -> Result:
    project = None
    if (key := task.params["project"]) is not None:
        project = Project.objects.open().filter(pk=key).first()
        if project is None:
            return all_refused(task, Refusal.NO_TARGET)
    others = {pk: old for pk, old in task.rows.values_list("pk", "project_id") if old != key}
    try:
        move_to_project(task.member, task.rows, project)
    except NotAllowed:
        return all_refused(task, Refusal.NOT_ALLOWED)
    return Result(sorted(others), by_value(others))


def _move_back(task: Task) -> Result:
    unmoved = set(task.rows.filter(project=task.params["project"]).values_list("pk", flat=True))
    before = {clip: old for clip, old in by_clip(task.before).items() if clip in unmoved}
    restore_projects(task.member, task.rows, before)
    return _rest_changed_since(task, sorted(before))


def _tag(task: Task) -> Result:
    names = tag_names(task.params["tags"])
    rows = JobTag.objects.filter(job__in=task.clips, tag__key__in=[tag_key(n) for n in names])
    had = set(rows.values_list("job_id", "tag__key"))
    add_tags(task.member, task.rows, task.params["tags"])
    new = {name: [pk for pk in task.clips if (pk, tag_key(name)) not in had] for name in names}
    return Result(sorted({pk for clips in new.values() for pk in clips}), new)


def _untag(task: Task) -> Result:
    gone: dict[str, list[int]] = {}
    for row in remove_tags(task.member, task.rows, task.params["tags"]):
        gone.setdefault(row.tag.name, []).append(row.job_id)
    return Result(sorted({pk for clips in gone.values() for pk in clips}), gone)


def _take_tags(task: Task) -> Result:
    wanted = {name: set(clips) for name, clips in task.before.items()}
    gone = take_tags(task.member, task.rows, wanted)
    return Result(sorted({row.job_id for row in gone}))


def _put_tags(task: Task) -> Result:
    put_tags(task.member, task.rows, task.before)
    return Result(task.clips)


def _collection(task: Task) -> Collection | None:
    return Collection.objects.live().filter(pk=task.params["collection"]).first()


def _collect(task: Task) -> Result:
    if (collection := _collection(task)) is None:
        return all_refused(task, Refusal.NO_TARGET)
    inside = set(collection.items.filter(job__in=task.clips).values_list("job_id", flat=True))
    try:
        add_to_collection(task.member, collection, task.rows.order_by("pk"))
    except ValidationFailed:
        return all_refused(task, Refusal.NO_TARGET)
    return Result([pk for pk in task.clips if pk not in inside])


def _uncollect(task: Task) -> Result:
    if (collection := _collection(task)) is None:
        return all_refused(task, Refusal.NO_TARGET)
    items = CollectionItem.objects.filter(collection=collection, job__in=task.clips)
    places = dict(items.values_list("job_id", "position"))
    remove_from_collection(collection, task.rows)
    return Result(sorted(places), by_value(places))


def _put_back(task: Task) -> Result:
    if (collection := _collection(task)) is None:
        return all_refused(task, Refusal.NO_TARGET)
    allowed = set(task.clips)
    places = {pk: place or 0 for pk, place in by_clip(task.before).items() if pk in allowed}
    try:
        put_back(collection, places)
    except ValidationFailed:
        return all_refused(task, Refusal.NO_TARGET)
    return Result(sorted(places))


def _like(task: Task) -> Result:
    mine = Favourite.objects.filter(member=task.member, job__in=task.clips)
    liked = set(mine.values_list("job_id", flat=True))
    mark_favourites(task.member, task.rows, on=True)
    return Result([pk for pk in task.clips if pk not in liked])


def _unlike(task: Task) -> Result:
    mine = Favourite.objects.filter(member=task.member, job__in=task.clips)
    liked = sorted(mine.values_list("job_id", flat=True))
    mark_favourites(task.member, task.rows, on=False)
    return Result(liked)


def _rest_changed_since(task: Task, changed: list[int]) -> Result:
    result = Result(sorted(changed))
    result.refuse(Refusal.CHANGED_SINCE, set(task.clips) - set(changed))
    return result


ACTS: dict[BulkAction, Act] = {
    BulkAction.DECIDE: Act(Action.DECIDE, _decide, _undecide, only_finished=True),
    BulkAction.PROJECT: Act(Action.ORGANISE, _move, _move_back),
    BulkAction.TAG: Act(Action.ORGANISE, _tag, _take_tags),
    BulkAction.UNTAG: Act(Action.ORGANISE, _untag, _put_tags),
    BulkAction.COLLECT: Act(Action.ORGANISE, _collect, _uncollect),
    BulkAction.UNCOLLECT: Act(Action.ORGANISE, _uncollect, _put_back),
    BulkAction.LIKE: Act(Action.VIEW, _like, _unlike),
    BulkAction.UNLIKE: Act(Action.VIEW, _unlike, _like),
    BulkAction.TRASH: Act(Action.CHANGE, trash, restore_trashed, undoes_in_trash=True),
    BulkAction.RESTORE: Act(Action.CHANGE, restore, of_trash=True),
    BulkAction.PURGE: Act(Action.CHANGE, purge, of_trash=True),
}
