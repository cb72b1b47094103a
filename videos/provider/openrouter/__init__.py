"""How does OpenRouter's own video schema become the Video API's, and back?

The same path `/videos`, another schema: create takes `duration`, `resolution` and `aspect_ratio`
as JSON and answers 202 with `{id, polling_url, status}`; a poll adds `generation_id`, and at the
end `unsigned_urls` and `usage` or `error`, a text. No list, no deletion, no remix.

Documented (read in November 2026, as of 2026-08-22):
- OpenRouterTeam/docs: openapi/openapi.yaml (`/videos`, `/videos/{jobId}`,
  `/videos/{jobId}/content`, `/videos/models`), guides/overview/multimodal/video-generation.mdx,
  cookbook/video-generation/*.mdx
- OpenRouterTeam/skills: skills/openrouter-video/SKILL.md (data URLs for images)
- openrouter.ai/docs/api_reference/videos

Recorded against the service by others, autumn 2026 (ethanpil/or-toolbox:
tests/fixtures/openrouter): the list of 30 models with its price keys; an unknown job is 404
`{"error":{"message":"Job … not found","code":404}}`, an unknown route 404 with "Not Found";
values that a model does not take are 400 and cost nothing; `pending` goes straight to
`completed`; content is 200 without Content-Length and without ranges, and 401 without the key;
data URLs are taken as frames; a 402 with Retry-After asks to wait for one's own running jobs.

Unverified: how long content stays (nothing is published; "briefly"); that an address of
`unsigned_urls` on another host ever occurs (one example of the specification shows it; the content
route serves all the same); what `expired` looks like beyond its words, "Job exceeded maximum time
to live"; what a list (GET /videos) answers, taken for 404. Not used: `callback_url`, whose
signature is another than that of the API's webhooks; `provider.options`; sound and video among the
`input_references`; and
`previous_job_id`, which neither the specification nor the SDK of 2026-08-22 knows.
"""

from videos.provider.openrouter.catalogue import is_catalogue, read_models
from videos.provider.openrouter.jobs import body_of, read_video

__all__ = ["body_of", "is_catalogue", "read_models", "read_video"]
