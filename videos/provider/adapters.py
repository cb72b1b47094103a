"""Which schema does a server speak: the Video API's, or one that needs an adapter?

A dialect is data and stays so. Where a server's schema differs in more than data, `Dialect.shape`
names an adapter here: how a create is written, how a job and the list of models are read, and
where the models and the bytes are. Paths of jobs, errors, retries and deadlines are the client's,
whatever the schema.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from videos import wire
from videos.provider import openrouter
from videos.provider.catalogue import ModelInfo, read_models
from videos.provider.create_body import CreateCall, body_of
from videos.provider.dialects import OWN_SHAPE, Dialect


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One schema. The defaults are the Video API's.

    `body` gives what `Transport.send` takes. `content_query` asks the content route for the video.
    The readers raise WireError.
    """

    body: Callable[[CreateCall, Dialect], dict[str, Any]] = body_of
    read_video: Callable[[Any], wire.RemoteVideo] = wire.read_video
    models_path: str = "/models"
    read_models: Callable[[Any], list[ModelInfo]] = read_models
    content_query: str = ""


SHAPES = {
    OWN_SHAPE: Shape(),
    "openrouter": Shape(
        body=openrouter.body_of,
        read_video=openrouter.read_video,
        models_path="/videos/models",
        read_models=openrouter.read_models,
        content_query="index=0",
    ),
}
