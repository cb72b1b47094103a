"""How does this member want to be notified?"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from videos.gallery.shell.htmx import Toast, go, page
from videos.models import Action, Member, NoticeKind, NoticeSettings, may
from videos.models.notice_settings import Mail
from videos.notices.hand_out import has_mail
from videos.notices.mail import member_of_token, settings_of
from videos.team.access import member_of

# Only those who may do something about it hear of it.
FOR = {NoticeKind.PAUSED: Action.MANAGE_PROVIDERS}


class PreferencesForm(forms.Form):
    """A line for each kind: in the page, and by e-mail."""

    def __init__(self, member: Member, data: Any = None) -> None:
        super().__init__(data)
        self.kept = settings_of(member)
        self.kinds = [kind for kind in NoticeKind if kind not in FOR or may(member, FOR[kind])]
        asks = NoticeSettings(choices=self.kept.choices)
        for kind in self.kinds:
            choice = asks.choice(kind)
            self.fields[f"{kind}_page"] = forms.BooleanField(required=False, initial=choice.page)
            self.fields[f"{kind}_mail"] = forms.ChoiceField(
                choices=Mail.choices, initial=choice.mail
            )
        self.fields["mail"] = forms.BooleanField(required=False, initial=not self.kept.mail_off)
        self.fields["language"] = forms.ChoiceField(
            choices=settings.LANGUAGES, initial=self.kept.language or get_language()
        )

    def lines(self) -> list[tuple[str, Any, Any]]:
        """(label, checkbox, select) of each kind."""
        return [
            (str(kind.label), self[f"{kind}_page"], self[f"{kind}_mail"]) for kind in self.kinds
        ]

    def save(self) -> None:
        """Keep what was chosen; kinds that the form doesn't have stay as they were."""
        data = self.cleaned_data
        chosen = {
            str(kind): {"page": data[f"{kind}_page"], "mail": data[f"{kind}_mail"]}
            for kind in self.kinds
        }
        self.kept.choices = self.kept.choices | chosen
        self.kept.mail_off, self.kept.language = not data["mail"], data["language"]
        self.kept.save()


@require_http_methods(["GET", "HEAD", "POST"])
def notice_settings(request: HttpRequest) -> HttpResponse:
    """Choose where each kind of notice is sent."""
    member = member_of(request)
    form = PreferencesForm(member, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        form.save()
        return go(request, reverse("notice_settings"), Toast(_("Saved.")))
    context = {"form": form, "has_mail": has_mail(), "has_address": bool(member.email)}
    return page(request, "notices/settings.html", context, 422 if form.is_bound else 200)


# Mail programs POST to it without a session (RFC 8058). Looking at the page changes nothing,
# because some follow every link of a mail.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """End all e-mail to the member whose signed link this is."""
    member = member_of_token(token)
    if member is None:
        raise Http404
    if request.method == "POST":
        NoticeSettings.objects.update_or_create(member=member, defaults={"mail_off": True})
    is_off = NoticeSettings.objects.filter(member=member, mail_off=True).exists()
    return page(request, "notices/unsubscribe.html", {"is_off": is_off, "token": token})
