"""How are clips put in order: projects and tags?"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import transaction
from django.db.models import BigIntegerField, Case, F, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from videos.jobs.errors import NotAllowed, ValidationFailed
from videos.jobs.sanitize import plain
from videos.models import (
    Action,
    JobTag,
    Member,
    Project,
    Tag,
    VideoJobQuerySet,
    allowed_rows,
    may,
    may_without_project,
)
from videos.models.organise import MAX_NAME, MAX_TAG, MAX_TAGS_PER_CLIP, free_slug, tag_key
from videos.models.selectors import jobs_with_keys


def create_project(member: Member, name: str) -> Project:
    """A new project. Raises ValidationFailed."""
    if not may_without_project(member, Action.ORGANISE):
        raise NotAllowed({"name": _("Your role doesn't allow you to create projects.")})
    name = clean_name(name)
    _refuse_taken(Project.objects.filter(name__iexact=name))
    slug = free_slug(Project.objects.all(), name)
    return Project.objects.create(name=name, slug=slug, maker=member)


def rename_project(project: Project, name: str) -> None:
    """Give a project another name; its address stays. Raises ValidationFailed."""
    name = clean_name(name)
    _refuse_taken(Project.objects.filter(name__iexact=name).exclude(pk=project.pk))
    project.name = name
    project.save(update_fields=["name"])


def archive_project(project: Project, *, archived: bool) -> None:
    """Close a project for new clips, or open it again."""
    project.archived_at = timezone.now() if archived else None
    project.save(update_fields=["archived_at"])


def move_to_project(member: Member, jobs: VideoJobQuerySet, project: Project | None) -> int:
    """Put clips into a project, or take them out; returns how many moved. Raises NotAllowed."""
    if project is None:
        is_allowed = may_without_project(member, Action.ORGANISE)
    else:
        is_allowed = may(member, Action.ORGANISE, project)
    if not is_allowed:
        raise NotAllowed({"project": _("Your role doesn't allow you to move clips there.")})
    rows = allowed_rows(member, Action.ORGANISE, jobs)
    others = rows.exclude(project=project) if project else rows.filter(project__isnull=False)
    return others.update(project=project, version=F("version") + 1)


def restore_projects(
    member: Member, jobs: VideoJobQuerySet, before: Mapping[int, int | None]
) -> int:
    """Put clips back into the projects (primary keys) that they were in; returns how many."""
    existing = set(Project.objects.filter(pk__in=set(before.values())).values_list("pk", flat=True))
    groups: dict[int | None, list[int]] = {}
    for job, project in before.items():
        groups.setdefault(project if project in existing else None, []).append(job)
    if not groups:
        return 0
    earlier = [When(pk__in=keys, then=Value(project)) for project, keys in groups.items()]
    rows = allowed_rows(member, Action.ORGANISE, jobs).filter(pk__in=list(before))
    column = Case(*earlier, default=F("project"), output_field=BigIntegerField())
    return rows.update(project=column, version=F("version") + 1)


def tag_names(text: str) -> list[str]:
    """The tags of a comma-separated list, each once, as typed first. Raises ValidationFailed."""
    names: dict[str, str] = {}
    for part in text.replace("\n", ",").split(","):
        name = " ".join(plain(part).split()).lstrip("#")
        if len(name) > MAX_TAG:
            message = _("A tag can have at most %(limit)d characters.")
            raise ValidationFailed({"tags": message % {"limit": MAX_TAG}})
        if key := tag_key(name):
            names.setdefault(key, name)
    if len(names) > MAX_TAGS_PER_CLIP:
        message = _("You can add %(limit)d tags at a time.")
        raise ValidationFailed({"tags": message % {"limit": MAX_TAGS_PER_CLIP}})
    if not names:
        raise ValidationFailed({"tags": _("Type at least one tag.")})
    return list(names.values())


def add_tags(member: Member, jobs: VideoJobQuerySet, text: str) -> int:
    """Add tags to clips; returns how many clips. Raises ValidationFailed."""
    names = tag_names(text)
    keys = list(allowed_rows(member, Action.ORGANISE, jobs).values_list("pk", flat=True))
    if not keys:
        return 0
    with transaction.atomic():
        tags = _tags(names)
        rows = [JobTag(job_id=pk, tag=tag) for pk in keys for tag in tags]
        JobTag.objects.bulk_create(rows, ignore_conflicts=True)
        _count_change(keys)
    return len(keys)


def remove_tags(member: Member, jobs: VideoJobQuerySet, text: str) -> list[JobTag]:
    """Take tags off clips; returns the rows that are gone. Raises ValidationFailed."""
    return take_tags(member, jobs, dict.fromkeys(tag_names(text)))


def take_tags(
    member: Member, jobs: VideoJobQuerySet, wanted: Mapping[str, Collection[int] | None]
) -> list[JobTag]:
    """Take each tag (by name) off those of `jobs` that are named with it, or off all; returns the
    rows that are gone."""
    keys = list(allowed_rows(member, Action.ORGANISE, jobs).values_list("pk", flat=True))
    by_key = {tag_key(name): only for name, only in wanted.items()}
    with transaction.atomic():
        rows = JobTag.objects.filter(job__in=keys, tag__key__in=by_key).select_related("tag")
        gone = [row for row in rows if _is_among(row.job_id, by_key[row.tag.key])]
        JobTag.objects.filter(pk__in=[row.pk for row in gone]).delete()
        _count_change([row.job_id for row in gone])
        Tag.objects.filter(key__in=by_key, tagged=None).delete()
    return gone


def put_tags(member: Member, jobs: VideoJobQuerySet, wanted: Mapping[str, Collection[int]]) -> int:
    """Give each tag (by name) to those of `jobs` that are named with it; returns how many clips."""
    keys = set(allowed_rows(member, Action.ORGANISE, jobs).values_list("pk", flat=True))
    if not keys or not wanted:
        return 0
    with transaction.atomic():
        tags = {tag.key: tag for tag in _tags(wanted)}
        rows = [
            JobTag(job_id=pk, tag=tags[tag_key(name)])
            for name, only in wanted.items()
            for pk in keys.intersection(only)
        ]
        JobTag.objects.bulk_create(rows, ignore_conflicts=True)
        changed = sorted({row.job_id for row in rows})
        _count_change(changed)
    return len(changed)


def set_tags(member: Member, jobs: VideoJobQuerySet, names: Sequence[str]) -> None:
    """Give clips exactly these tags. Raises ValidationFailed."""
    wanted = tag_names(",".join(names)) if names else []
    with transaction.atomic():
        if wanted:
            add_tags(member, jobs, ",".join(wanted))
        others = Tag.objects.filter(tagged__job__in=jobs).distinct()
        for tag in others.exclude(key__in=[tag_key(name) for name in wanted]):
            remove_tag(member, jobs, tag)


def remove_tag(member: Member, jobs: VideoJobQuerySet, tag: Tag) -> int:
    """Take a tag off clips; returns how many had it. A tag that no clip has is gone."""
    keys = list(allowed_rows(member, Action.ORGANISE, jobs).values_list("pk", flat=True))
    with transaction.atomic():
        count, _details = JobTag.objects.filter(job__in=keys, tag=tag).delete()
        _count_change(keys)
        Tag.objects.filter(pk=tag.pk, tagged=None).delete()
    return count


def clean_name(text: str) -> str:
    """The name of a project or a collection. Raises ValidationFailed."""
    name = " ".join(plain(text).split())
    if not name:
        raise ValidationFailed({"name": _("Type a name.")})
    if len(name) > MAX_NAME:
        message = _("Use at most %(limit)d characters.")
        raise ValidationFailed({"name": message % {"limit": MAX_NAME}})
    return name


def _refuse_taken(same_name: QuerySet[Project]) -> None:
    if same_name.exists():
        raise ValidationFailed({"name": _("A project with this name already exists.")})


def _tags(names: Iterable[str]) -> list[Tag]:
    wanted = {tag_key(name): name for name in names}
    rows = [Tag(key=key, name=name) for key, name in wanted.items()]
    Tag.objects.bulk_create(rows, ignore_conflicts=True)
    return list(Tag.objects.filter(key__in=wanted))


def _is_among(job: int, only: Collection[int] | None) -> bool:
    return only is None or job in only


def _count_change(keys: list[int]) -> None:
    jobs_with_keys(keys).update_shown()
