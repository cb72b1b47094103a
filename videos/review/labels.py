"""How are clips put in order: projects and tags?"""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import F, QuerySet
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
    VideoJob,
    allowed_rows,
    may,
    may_without_project,
)
from videos.models.organise import MAX_NAME, MAX_TAG, MAX_TAGS_PER_CLIP, free_slug, tag_key

Jobs = QuerySet[VideoJob]


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


def move_to_project(member: Member, jobs: Jobs, project: Project | None) -> int:
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


def tag_names(text: str) -> list[str]:
    """The tags of a comma-separated list, each once, as typed first. Raises ValidationFailed."""
    names: dict[str, str] = {}
    for part in text.replace("\n", ",").split(","):
        name = " ".join(plain(part).split()).lstrip("#")
        if len(name) > MAX_TAG:
            message = _("A tag can have %(limit)d characters at most.")
            raise ValidationFailed({"tags": message % {"limit": MAX_TAG}})
        if key := tag_key(name):
            names.setdefault(key, name)
    if len(names) > MAX_TAGS_PER_CLIP:
        message = _("You can add %(limit)d tags at a time.")
        raise ValidationFailed({"tags": message % {"limit": MAX_TAGS_PER_CLIP}})
    if not names:
        raise ValidationFailed({"tags": _("Type at least one tag.")})
    return list(names.values())


def add_tags(member: Member, jobs: Jobs, text: str) -> int:
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


def set_tags(member: Member, jobs: Jobs, names: Sequence[str]) -> None:
    """Give clips exactly these tags. Raises ValidationFailed."""
    wanted = tag_names(",".join(names)) if names else []
    with transaction.atomic():
        if wanted:
            add_tags(member, jobs, ",".join(wanted))
        others = Tag.objects.filter(tagged__job__in=jobs).distinct()
        for tag in others.exclude(key__in=[tag_key(name) for name in wanted]):
            remove_tag(member, jobs, tag)


def remove_tag(member: Member, jobs: Jobs, tag: Tag) -> int:
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
        message = _("Use %(limit)d characters at most.")
        raise ValidationFailed({"name": message % {"limit": MAX_NAME}})
    return name


def _refuse_taken(same_name: QuerySet[Project]) -> None:
    if same_name.exists():
        raise ValidationFailed({"name": _("There is a project of that name already.")})


def _tags(names: Iterable[str]) -> list[Tag]:
    wanted = {tag_key(name): name for name in names}
    rows = [Tag(key=key, name=name) for key, name in wanted.items()]
    Tag.objects.bulk_create(rows, ignore_conflicts=True)
    return list(Tag.objects.filter(key__in=wanted))


def _count_change(keys: list[int]) -> None:
    VideoJob.objects.filter(pk__in=keys).update(version=F("version") + 1)
