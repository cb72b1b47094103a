"""How does a person keep a prompt, change it, delete it, and take that back?"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from videos.gallery.composer.catalogue import shown_models
from videos.gallery.composer.forms import add_errors
from videos.gallery.composer.reuse import clip_to_reuse
from videos.gallery.prompts.forms import PromptForm, settings_in
from videos.gallery.prompts.lines import setting_texts
from videos.gallery.prompts.views import find_prompt
from videos.gallery.shell.bulk import number
from videos.gallery.shell.htmx import Toast, go, page
from videos.jobs.errors import ValidationFailed
from videos.jobs.submission.retry import catalogue_model_of, typed_extra
from videos.jobs.submission.saved_prompts import (
    NOT_YOURS,
    change_prompt,
    clean_settings,
    create_prompt,
    delete_prompt,
)
from videos.models import Action, Prompt, may
from videos.team.access import member_of, requires


@require_http_methods(["GET", "POST"])
@requires(Action.SAVE_PROMPTS)
def prompt_new(request: HttpRequest) -> HttpResponse:
    """A new prompt: empty, from the clip that `?from=` names, or as a draft that the composer
    sends."""
    posted = request.POST
    if request.method == "GET" or posted.get("do") == "draft":
        return _shown(request, PromptForm(initial=_draft(request)))
    try:
        create_prompt(
            member_of(request),
            posted.get("name", ""),
            posted.get("text", ""),
            settings_in(posted),
        )
    except ValidationFailed as invalid:
        return _refused(request, invalid)
    return go(request, reverse("prompt_list"), Toast(_("Saved the prompt.")))


@require_http_methods(["GET", "POST"])
@requires(Action.SAVE_PROMPTS)
def prompt_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a prompt."""
    prompt, posted = _own(request, find_prompt(pk)), request.POST
    if request.method == "GET":
        initial = {"name": prompt.name, "text": prompt.text, "version": prompt.version}
        return _shown(request, PromptForm(initial=prompt.settings | initial), prompt)
    try:
        change_prompt(
            member_of(request),
            prompt,
            number(posted, "version"),
            posted.get("name", ""),
            posted.get("text", ""),
            settings_in(posted),
        )
    except ValidationFailed as invalid:
        return _refused(request, invalid, prompt)
    return go(request, reverse("prompt_list"), Toast(_("Saved the prompt.")))


@require_POST
@requires(Action.SAVE_PROMPTS)
def prompt_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a prompt, with a way back in the toast."""
    prompt = _own(request, find_prompt(pk))
    undo_url = reverse("prompt_restore", args=[pk])
    text = _("Deleted the prompt “%(name)s”.") % {"name": prompt.name}
    return _changed(request, prompt, Toast(text, undo_url=undo_url), deleted=True)


@require_POST
@requires(Action.SAVE_PROMPTS)
def prompt_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a deleted prompt back."""
    prompt = _own(request, get_object_or_404(Prompt.objects.deleted(), pk=pk))
    return _changed(request, prompt, Toast(_("Restored.")), deleted=False)


def _own(request: HttpRequest, prompt: Prompt) -> Prompt:
    """The prompt, if the member may change it. PermissionDenied."""
    if not may(member_of(request), Action.SAVE_PROMPTS, prompt):
        raise PermissionDenied(str(NOT_YOURS))
    return prompt


def _changed(request: HttpRequest, prompt: Prompt, toast: Toast, *, deleted: bool) -> HttpResponse:
    try:
        delete_prompt(member_of(request), prompt, deleted=deleted)
    except ValidationFailed as invalid:
        toast = Toast(str(invalid), "warning")
    return go(request, reverse("prompt_list"), toast)


def _draft(request: HttpRequest) -> dict[str, Any]:
    if request.method == "POST":
        posted = {name: str(value) for name, value in request.POST.items()}
        # A size or length that was typed by hand wins, as in the composer.
        own = {
            name: posted.get(f"own_{name}") or posted.get(name, "") for name in ("size", "seconds")
        }
        return clean_settings(posted | own) | {"text": posted.get("prompt", "")}
    job = clip_to_reuse(member_of(request), request.GET.get("from", ""))
    if job is None:
        return {}
    model = catalogue_model_of(job, shown_models())
    chosen = {"model": model.slug if model else "", "size": job.size, "seconds": job.seconds}
    return clean_settings(chosen | typed_extra(job)) | {"text": job.prompt}


def _refused(
    request: HttpRequest, invalid: ValidationFailed, prompt: Prompt | None = None
) -> HttpResponse:
    form = PromptForm(request.POST)
    add_errors(form, invalid.errors)
    return _shown(request, form, prompt, 422)


def _shown(
    request: HttpRequest, form: PromptForm, prompt: Prompt | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "prompt": prompt,
        "extra_texts": setting_texts(form.extra, {}),
        "action": reverse("prompt_edit", args=[prompt.pk]) if prompt else reverse("prompt_new"),
    }
    return page(request, "prompts/edit.html", context, status)
