"""What can be wrong with a request for something?"""

from videos.models import Character, VideoJob


class ValidationFailed(Exception):
    """The request can't be carried out. `errors` maps field to message; "" is the whole form."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = errors


class IdempotencyConflict(Exception):
    """The one-time key has already made `made`, from other parameters."""

    def __init__(self, made: VideoJob | Character) -> None:
        super().__init__("This form was already used for something else.")
        self.made = made
