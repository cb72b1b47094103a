"""How do the use cases say no?"""

from videos.models import Character, VideoJob


class Invalid(Exception):
    """What was asked for cannot be had. `errors`: field → words for people ("" is the whole)."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = errors


class KeyReused(Exception):
    """The one-time key has already made `made`, from other parameters."""

    def __init__(self, made: VideoJob | Character) -> None:
        super().__init__("This form was already used for something else.")
        self.made = made
