"""Which experiment does this address name?"""

from django.http import Http404, HttpRequest

from videos.models import Action, Experiment, Member
from videos.models.experiment import ExperimentQuerySet
from videos.team.access import member_of, refuse_unless


def experiments_for(member: Member) -> ExperimentQuerySet:
    """The experiments that `member` may see, the newest first."""
    rows = Experiment.objects.select_related("maker", "project", "closed_by")
    return rows.visible_to(member)


def find(request: HttpRequest, pk: int, action: Action = Action.VIEW) -> Experiment:
    """An experiment for which the member may do `action`. Http404 for one that the member may not
    see, PermissionDenied."""
    member = member_of(request)
    if (experiment := experiments_for(member).filter(pk=pk).first()) is None:
        raise Http404("Experiment not found.")
    refuse_unless(member, action, experiment)
    return experiment
