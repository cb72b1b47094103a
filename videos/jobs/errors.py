"""What can be wrong with a request for something?"""

from videos.models import VideoJob


class ValidationFailed(Exception):
    """The request can't be carried out. `errors` maps field to message; "" is the whole form."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = errors


class AlreadyDeleted(ValidationFailed):
    """The one-time key made a job that was deleted permanently since; nothing new was made.

    `job` describes it. It is not saved.
    """

    def __init__(self, job: VideoJob) -> None:
        super().__init__(
            {"": "This was generated before, and the clip was deleted. Nothing new was made."}
        )
        self.job = job


class IdempotencyConflict(Exception):
    """The one-time key was already used for a request with other parameters."""

    def __init__(self) -> None:
        super().__init__("This form was already used for something else.")
