"""Where are a member's login and the names of their tokens stored as text, and how do they go?"""

from django.db.models import Q
from django.http import QueryDict

from videos.models import BulkRun, JobEvent, Member, SavedView
from videos.wire.text import Message, gettext_noop

# How the histories of clips begin that scripts and agents made; the name of the token follows.
BY_TOKEN = {
    "Submitted through the API, by the token “": gettext_noop("Submitted through the API"),
    "Submitted by an agent, with the token “": gettext_noop("Submitted by an agent"),
}


def forget_tokens(member: Member) -> None:
    """Take the names of the member's tokens out of the histories of clips."""
    for beginning, instead in BY_TOKEN.items():
        events = JobEvent.objects.filter(who=member)
        events.filter(why__startswith=beginning).update(why=instead)
        # Inside of another message: it was allowed over a budget.
        for event in events.filter(why__contains=beginning):
            if isinstance(event.why, Message):
                JobEvent.objects.filter(pk=event.pk).update(why=_without(event.why))


def _without(message: Message) -> Message:
    values = dict(message.values)
    for name, value in values.items():
        for beginning, instead in BY_TOKEN.items():
            if isinstance(value, Message) and value.startswith(beginning):
                values[name] = instead
    return Message(message.template, values)


def rename_in_queries(old: str, new: str) -> None:
    """Let the team's saved views and bulk actions that filter by this login filter by another."""
    for model in (SavedView, BulkRun):
        for row in model.objects.filter(Q(query__contains="maker=")).only("query"):
            query = QueryDict(row.query, mutable=True)
            if old in query.getlist("maker"):
                query.setlist(
                    "maker", [new if each == old else each for each in query.getlist("maker")]
                )
                model.objects.filter(pk=row.pk).update(query=query.urlencode())
