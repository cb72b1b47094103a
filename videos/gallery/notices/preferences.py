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
from django.views.decorators.http import require_http_methods, require_POST

from videos.gallery.notices.addresses import AddressForm, address_context
from videos.gallery.shell.htmx import Toast, go, page
from videos.models import Member, NoticeSettings
from videos.models.notice_settings import Mail
from videos.models.row_policies import notice_kinds_for
from videos.notices.chat import begin_test, set_address
from videos.notices.mail import member_of_token, settings_of
from videos.notices.plan_deliveries import has_mail
from videos.team.access import member_of
from videos.team.saved_message import saved_message


class PreferencesForm(forms.Form):
    """A line for each kind: in the page, by email and, once there is an address, by push."""

    def __init__(self, member: Member, data: Any = None) -> None:
        super().__init__(data)
        self.stored = settings_of(member)
        self.kinds = notice_kinds_for(member)
        # Not of those who have turned all email off, whose choices stay.
        asks = NoticeSettings(
            choices=self.stored.choices, sealed_address=self.stored.sealed_address
        )
        for kind in self.kinds:
            choice = asks.choice(kind)
            self.fields[f"{kind}_page"] = forms.BooleanField(
                label=kind.label, required=False, initial=choice.page
            )
            self.fields[f"{kind}_mail"] = forms.ChoiceField(
                label=kind.label, choices=Mail.choices, initial=choice.mail
            )
            if self.stored.sealed_address:
                self.fields[f"{kind}_push"] = forms.BooleanField(
                    label=kind.label, required=False, initial=choice.push
                )
        self.fields["mail"] = forms.BooleanField(
            label=_("Send me email"), required=False, initial=not self.stored.mail_off
        )
        self.fields["language"] = forms.ChoiceField(
            label=_("Language of messages"),
            choices=settings.LANGUAGES,
            initial=self.stored.language or get_language(),
        )

    def lines(self) -> list[tuple[str, Any, Any, Any]]:
        """(label, checkbox, select, checkbox or None) of each kind."""
        return [
            (
                str(kind.label),
                self[f"{kind}_page"],
                self[f"{kind}_mail"],
                self[f"{kind}_push"] if self.stored.sealed_address else None,
            )
            for kind in self.kinds
        ]

    def save(self) -> None:
        """Keep what was chosen; kinds that the form doesn't have stay as they were."""
        data = self.cleaned_data
        fields = ("page", "mail", "push") if self.stored.sealed_address else ("page", "mail")
        for kind in self.kinds:
            stored = self.stored.choices.get(str(kind))
            chosen = {name: data[f"{kind}_{name}"] for name in fields}
            self.stored.choices[str(kind)] = (stored if isinstance(stored, dict) else {}) | chosen
        self.stored.mail_off, self.stored.language = not data["mail"], data["language"]
        self.stored.save()


@require_http_methods(["GET", "HEAD", "POST"])
def notice_settings(request: HttpRequest) -> HttpResponse:
    """Choose where each kind of notice is sent."""
    form = PreferencesForm(member_of(request), request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        form.save()
        return go(request, reverse("notice_settings"), Toast(saved_message(form)))
    return settings_page(request, form, AddressForm())


def settings_page(
    request: HttpRequest, form: PreferencesForm, address_form: AddressForm
) -> HttpResponse:
    """The page with both forms; 422 if one of them was sent and has errors."""
    member = member_of(request)
    context = {
        "form": form,
        "has_mail": has_mail(),
        "has_address": bool(member.email),
        **address_context(member, address_form),
    }
    is_wrong = form.is_bound or address_form.is_bound
    return page(request, "notices/settings.html", context, 422 if is_wrong else 200)


@require_POST
def notice_address(request: HttpRequest) -> HttpResponse:
    """Set the address of the member's chat or push service, and send a test to it."""
    member = member_of(request)
    form = AddressForm(request.POST)
    if not form.is_valid():
        return settings_page(request, PreferencesForm(member), form)
    set_address(member, form.cleaned_data["url"])
    begin_test(member)
    text = _("Saved the address. A test message is on its way.")
    return go(request, reverse("notice_settings"), Toast(text))


# Mail programs POST to it without a session (RFC 8058). Looking at the page changes nothing,
# because some follow every link of a mail.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """End all email to the member whose signed link this is."""
    member = member_of_token(token)
    if member is None:
        raise Http404
    if request.method == "POST":
        NoticeSettings.objects.update_or_create(member=member, defaults={"mail_off": True})
    is_off = NoticeSettings.objects.filter(member=member, mail_off=True).exists()
    return page(request, "notices/unsubscribe.html", {"is_off": is_off, "token": token})
