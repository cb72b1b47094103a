"""Which sample clips fill an empty gallery?"""

import secrets

from django.utils.translation import gettext as _

from videos.jobs.errors import ValidationFailed
from videos.jobs.submission.request import Submission
from videos.jobs.submission.submit import submit_all
from videos.jobs.submission.validate import enabled_models
from videos.models import CatalogueModel, Member, VideoJob

LANDSCAPE, PORTRAIT = "1280x720", "720x1280"
PROMPTS = [
    ("A paper boat drifting on a calm sea at dawn, slow pan, peach and teal", LANDSCAPE),
    ("Rain over a neon city at night, red and blue reflections, camera pushes in", LANDSCAPE),
    ("A lone lighthouse in a storm, waves breaking, handheld", PORTRAIT),
    ("Birch forest in deep snow, soft light, gentle dolly forward", LANDSCAPE),
    ("Desert dunes under a violet dusk, a caravan far away, wide pan", LANDSCAPE),
    ("An empty theatre stage, one golden spotlight, dust in the air", PORTRAIT),
    ("A small rocket crossing a field of stars, slow orbit, emerald nebula", LANDSCAPE),
    ("Campfire in a pine forest at night, sparks rising, static shot", PORTRAIT),
    ("Mountain lake at sunrise, mist over the water, birds passing, tilt up", LANDSCAPE),
    ("A night train crossing a snowy plain under the stars, tracking shot", LANDSCAPE),
    ("Hot-air balloons above green hills at dawn, pull out", PORTRAIT),
    ("A whale beneath a moonlit sea, deep indigo, slow push in", LANDSCAPE),
]


def samples(member: Member) -> list[VideoJob]:
    """Create a dozen free clips. Raises ValidationFailed if no model is free."""
    model = next((each for each in enabled_models() if _is_free(each)), None)
    if model is None:
        raise ValidationFailed({"": _("No model is free, so no samples were generated.")})
    key = secrets.token_hex(16)
    return submit_all(
        member,
        [
            Submission(
                prompt=prompt,
                model=model.slug,
                size=size if size in model.sizes else model.sizes[0],
                seconds=model.seconds[0],
                key=key,
            )
            for prompt, size in PROMPTS
        ],
    )


def _is_free(model: CatalogueModel) -> bool:
    return all(model.price(size, model.seconds[0]) == 0 for size in model.sizes)
