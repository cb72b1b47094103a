"""What may a create carry beyond the API's own fields, and within which limits?"""

import math
import unicodedata
from dataclasses import dataclass
from typing import Literal

MAX_TEXT = 4000
# People choose "on"; forms of scripts say "true".
FLAGS = {"on": True, "off": False, "true": True, "false": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One extra field. `low` and `high` bound a number, both included; a text has a length.

    A flag is typed as "on" or "off".
    """

    name: str
    label: str
    kind: Literal["int", "float", "text", "flag"]
    low: float = 0
    high: float = MAX_TEXT
    help: str = ""

    def read(self, text: str) -> bool | int | float | str:
        """The value of what a person typed. ValueError, with words for people, if it is none."""
        text = text.strip()
        if self.kind == "text":
            return self._text(text)
        if self.kind == "flag":
            if text not in FLAGS:
                raise ValueError(f"{self.label} is either on or off.")
            return FLAGS[text]
        try:
            number = int(text) if self.kind == "int" and len(text) < 25 else float(text)
        except ValueError:
            number = math.nan
        if self.kind == "int" and not isinstance(number, int):
            raise ValueError(f"{self.label} must be a whole number.")
        if not self.low <= number <= self.high:
            raise ValueError(f"{self.label} must be from {self.low:g} to {int(self.high)}.")
        return number

    def _text(self, text: str) -> str:
        text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
        if len(text) > self.high:
            raise ValueError(f"{self.label} may have {self.high:,} characters.")
        if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in text):
            raise ValueError(f"{self.label} holds a control character. Remove it.")
        return text


NEGATIVE_PROMPT = Field(
    name="negative_prompt",
    label="Negative prompt",
    kind="text",
    help="What should not be seen.",
)
SEED = Field(
    name="seed",
    label="Seed",
    kind="int",
    high=2**32 - 1,
    help="The same seed and prompt give the same clip again.",
)
# The engine takes what fits a signed 64-bit number.
ENGINE_SEED = Field(name="seed", label="Seed", kind="int", high=2**63 - 1, help=SEED.help)
STEPS = Field(
    name="num_inference_steps",
    label="Steps",
    kind="int",
    low=1,
    high=200,
    help="More are slower and finer.",
)
GUIDANCE = Field(
    name="guidance_scale",
    label="Guidance",
    kind="float",
    high=50,
    help="How closely the prompt is followed.",
)
# vLLM-Omni refuses more.
GUIDANCE_TO_20 = Field(
    name="guidance_scale", label="Guidance", kind="float", high=20, help=GUIDANCE.help
)
FPS = Field(name="fps", label="Frames per second", kind="int", low=1, high=120)
NUM_FRAMES = Field(
    name="num_frames",
    label="Frames",
    kind="int",
    low=1,
    high=2000,
    help="Replaces the length where the server takes both.",
)
SOUND = Field(
    name="generate_audio",
    label="Sound",
    kind="flag",
    help="Without it, some models cost less than the price shown.",
)
MADE_SOUND = Field(
    name="generate_sound",
    label="Generated sound",
    kind="flag",
    help="For models that can make it.",
)
FIELDS = (NEGATIVE_PROMPT, SEED, STEPS, GUIDANCE, FPS, NUM_FRAMES, SOUND, MADE_SOUND)
