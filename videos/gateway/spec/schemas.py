"""What do requests and answers of the API look like, as its OpenAPI file describes them?

The answers are the structs that are sent. The requests are read by `videos.wire`, which also takes
what older clients send; here stands what a new client should send.
"""

from typing import Annotated, Any, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType, field

from videos import wire
from videos.jobs.submission.request import MAX_TAKES
from videos.models.ids import CHARACTER_ID, VIDEO_ID
from videos.models.outgoing import MAX_ADDRESS

SCHEMAS = "#/components/schemas"
# Control characters; in a prompt, tabs and line breaks are fine.
_CONTROL = r"\u0000-\u001f\u007f-\u009f"
_CONTROL_IN_TEXT = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f"
TEXT_PATTERN = rf"^[^{_CONTROL_IN_TEXT}\r]*$"


def _not_blank(control: str) -> str:
    return rf"^[^{control}]*[^\s{control}][^{control}]*$"


def _keywords(**keywords: Any) -> Meta:
    return Meta(extra_json_schema=keywords)


# Which of the strings in answers are ids of ours.
ID_PATTERNS = {
    "Video": dict.fromkeys(("id", "remixed_from_video_id"), f"^{VIDEO_ID}$"),
    "VideoList": dict.fromkeys(("first_id", "last_id"), f"^{VIDEO_ID}$"),
    "VideoDeleted": {"id": f"^{VIDEO_ID}$"},
    "Character": {"id": f"^{CHARACTER_ID}$"},
}
PROMPT = {
    "type": "string",
    "minLength": 1,
    "maxLength": wire.MAX_PROMPT,
    "description": "What the clip shows. Not blank, and without control characters other than "
    "tabs and line breaks.",
    "pattern": _not_blank(_CONTROL_IN_TEXT),
}

Prompt: TypeAlias = Annotated[str, _keywords(**{"$ref": f"{SCHEMAS}/Prompt"})]
VideoId: TypeAlias = Annotated[str, Meta(pattern=f"^{VIDEO_ID}$")]
CharacterId: TypeAlias = Annotated[str, Meta(pattern=f"^{CHARACTER_ID}$")]
File: TypeAlias = Annotated[str, _keywords(format="binary")]
Seconds: TypeAlias = (
    Annotated[str, Meta(pattern=f"^{wire.WHOLE_SECONDS.pattern}$")]
    | Annotated[int, Meta(ge=1, le=9999)]
)
Takes: TypeAlias = (
    Annotated[int, Meta(ge=1, le=MAX_TAKES)] | Annotated[str, Meta(pattern=f"^[1-{MAX_TAKES}]$")]
)
AddedSeconds: TypeAlias = Annotated[
    Seconds, Meta(description="How much is added; one of the model's lengths.")
]


class ModelChoices(Struct, frozen=True, kw_only=True):
    """An addition of this server: what may be asked of a model."""

    label: str
    description: str
    sizes: list[str]
    seconds: list[str]
    price_per_second: Annotated[
        dict[str, str],
        Meta(description="US dollars by size, `*` for any other; empty where unknown."),
    ]


class Model(Struct, frozen=True, kw_only=True):
    """One model of the catalogue."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str
    video: ModelChoices


class ModelList(Struct, frozen=True, kw_only=True):
    """The whole catalogue."""

    object: Literal["list"] = "list"
    data: list[Model]


class Reference(Struct):
    """A picture to start from."""

    image_url: Annotated[
        str,
        Meta(
            pattern="^data:image/(png|jpeg|webp);base64,",
            description="The picture itself. Other addresses are not fetched.",
        ),
    ]


CallbackUrl: TypeAlias = Annotated[
    str,
    Meta(
        max_length=MAX_ADDRESS,
        pattern="^https?://[^\\s@]+$",
        description="Called once the clip has ended, with a `video.completed` or "
        "`video.failed` event that is signed by Standard Webhooks. A private address is "
        "refused unless this server allows it.",
        examples=["https://example.com/hooks/dailies"],
    ),
]


class VideoReference(Struct):
    """A video of this server."""

    id: VideoId


class CharacterReference(Struct):
    """A character of this server."""

    id: CharacterId


class Request(Struct, kw_only=True, forbid_unknown_fields=True):
    """A body that is read strictly."""


class CreateVideoText(Request):
    """What every kind of create takes."""

    prompt: Prompt
    model: (
        Annotated[
            str,
            Meta(
                max_length=wire.MAX_MODEL,
                description="A name from `/models`; the first of them by default. `sora-2`, the "
                "default of the API as it was published, means the same where no model has that "
                "name.",
            ),
        ]
        | UnsetType
    ) = UNSET
    size: (
        Annotated[
            str,
            Meta(
                pattern="^[1-9][0-9]{1,3}x[1-9][0-9]{1,3}$",
                description="WIDTHxHEIGHT in pixels, one that the model offers; 720x1280 by "
                "default.",
                examples=["1280x720"],
            ),
        ]
        | UnsetType
    ) = UNSET
    seconds: (
        Annotated[
            Seconds,
            Meta(
                description="The length, one that the model offers; 4 by default.", examples=["4"]
            ),
        ]
        | UnsetType
    ) = UNSET
    n: (
        Annotated[
            Takes,
            Meta(
                description="How many takes to make, each a clip with its own price. The answer is "
                "the first; `Dailies-Takes` names all.",
            ),
        ]
        | UnsetType
    ) = UNSET
    callback_url: CallbackUrl | UnsetType = UNSET


class CreateVideo(CreateVideoText):
    """Create by JSON."""

    input_reference: Reference | UnsetType = UNSET
    characters: (
        Annotated[
            list[CharacterReference],
            Meta(
                max_length=wire.MAX_CHARACTERS,
                description="The characters that appear in the clip. Name them in the prompt, too.",
            ),
        ]
        | UnsetType
    ) = UNSET


class CreateVideoForm(CreateVideoText):
    """Create by a form with a file."""

    input_reference: (
        Annotated[
            File,
            Meta(
                description="A PNG, JPEG or WebP picture to start from; cropped to the size asked "
                "for."
            ),
        ]
        | UnsetType
    ) = UNSET


class Remix(Request):
    """A new clip from a finished one."""

    prompt: Prompt
    callback_url: CallbackUrl | UnsetType = UNSET


class EditVideo(Request, kw_only=True):
    """A finished clip, changed."""

    prompt: Prompt
    video: VideoReference
    callback_url: CallbackUrl | UnsetType = UNSET


class EditVideoForm(Request, kw_only=True):
    """The same as a form."""

    prompt: Prompt
    video_id: VideoId = field(name="video[id]")
    callback_url: CallbackUrl | UnsetType = UNSET


class ExtendVideo(EditVideo, kw_only=True):
    """A finished clip, continued."""

    seconds: AddedSeconds


class ExtendVideoForm(EditVideoForm, kw_only=True):
    """The same as a form."""

    seconds: AddedSeconds


class CreateCharacter(Request):
    """A character from a clip."""

    name: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=wire.MAX_NAME,
            pattern=_not_blank(_CONTROL),
            description="One line of visible characters.",
        ),
    ]
    video: Annotated[File, Meta(description="An MP4 file.")]
    model: Annotated[str, Meta(description="One of this server's models.")] | UnsetType = UNSET


ANSWERS = (
    wire.Video,
    wire.VideoList,
    wire.VideoDeleted,
    wire.Character,
    wire.Error,
    Model,
    ModelList,
)
REQUESTS = (
    CreateVideo,
    CreateVideoForm,
    CreateVideoText,
    Remix,
    EditVideo,
    EditVideoForm,
    ExtendVideo,
    ExtendVideoForm,
    CreateCharacter,
)
# These also take the fields of `Extra`.
TAKE_EXTRA = ("CreateVideo", "CreateVideoForm", "CreateVideoText")
