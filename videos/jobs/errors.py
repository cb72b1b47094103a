"""What can be wrong with a request?"""

from django.utils.translation import gettext as _

from videos.billing.gate import OverBudget
from videos.models import Member, VideoJob
from videos.models.row_policies import may_see_budget
from videos.wire.text import Message


class ValidationFailed(Exception):
    """The request can't be carried out. `errors` maps field to message; "" is the whole form."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = errors


class NotAllowed(ValidationFailed):
    """The member's role doesn't allow it in this place, such as a project."""


class AlreadyDeleted(ValidationFailed):
    """The one-time key belongs to a job that was deleted permanently. Nothing was created.

    `job` describes that job; it is not saved.
    """

    def __init__(self, job: VideoJob) -> None:
        super().__init__(
            {"": _("This clip was generated before and then deleted. Nothing new was generated.")}
        )
        self.job = job


class BudgetExceeded(ValidationFailed):
    """A hard budget doesn't allow it. Nothing was created; `refusal` has the numbers, which
    `member`, who asked for it, may perhaps not see."""

    def __init__(self, refusal: OverBudget, member: Member) -> None:
        self.refusal, self.shows_numbers = refusal, may_see_budget(member, refusal.use.budget)
        super().__init__({"": refusal.message(numbers=self.shows_numbers)})


class ChangedSince(Exception):
    """Someone else has changed this since the page was loaded."""


class IdempotencyConflict(Exception):
    """The one-time key was already used for a request with other parameters."""

    def __init__(self) -> None:
        super().__init__(_("This form was already used for something else. Reload the page."))


def translated(error: Exception) -> str:
    """The message of an error from a package without Django, in the active language."""
    text = error.args[0] if error.args else ""
    if isinstance(text, Message):
        return _(text.template) % text.values if text.values else _(text.template)
    return str(text)
