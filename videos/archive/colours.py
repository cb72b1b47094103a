"""How are the colours of any picture converted to sRGB with eight bits?"""

import io
from contextlib import suppress

from PIL import Image, ImageCms

SRGB = ImageCms.createProfile("sRGB")
# Colour space of a profile → Pillow mode of the pixels that it describes.
SPACES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}
FLAGS = ImageCms.Flags.BLACKPOINTCOMPENSATION


def to_srgb(image: Image.Image) -> Image.Image:
    """The picture as sRGB, using its own profile if that fits. Transparent parts become white, as
    browsers show them."""
    image = _eight_bits(image)
    has_alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    profile: bytes = image.info.get("icc_profile") or b""
    if not has_alpha:
        return _converted(image, profile)
    # Grey stays grey, so that a grey profile still fits.
    over = image if image.mode in ("LA", "RGBA") else image.convert("RGBA")
    flat = over.convert("L" if over.mode == "LA" else "RGB")
    plain = Image.new("RGB", image.size, "white")
    plain.paste(_converted(flat, profile), mask=over.getchannel("A"))
    return plain


def _eight_bits(image: Image.Image) -> Image.Image:
    if not image.mode.startswith(("I", "F")):
        return image
    plain = image.point(lambda value: value / 256).convert("L")
    plain.info = image.info
    return plain


def _converted(image: Image.Image, profile: bytes) -> Image.Image:
    base = image if image.mode in SPACES.values() else image.convert("RGB")
    if profile:
        # A profile that is damaged or for another colour space is ignored.
        with suppress(ImageCms.PyCMSError, OSError, ValueError):
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if SPACES.get(source.profile.xcolor_space.strip()) == base.mode:
                intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
                converted = ImageCms.profileToProfile(
                    base, source, SRGB, intent, "RGB", flags=FLAGS
                )
                if converted is not None:
                    return converted
    return base.convert("RGB")
