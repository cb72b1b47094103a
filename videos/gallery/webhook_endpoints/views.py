"""Which servers does an admin have called, and what was sent to them?"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from videos.gallery.shell.dates import moment
from videos.gallery.shell.htmx import Toast, go, page
from videos.models import Action, WebhookDelivery, WebhookEndpoint
from videos.models.outgoing import MAX_ADDRESS, EventType, WebhookDeliveryQuerySet
from videos.models.paging import page_of
from videos.notices.endpoints import (
    add_endpoint,
    change_endpoint,
    remove_endpoint,
    renew_secret,
)
from videos.notices.receivers import why_no_receiver
from videos.notices.webhooks import send_again, send_all_again
from videos.team.access import member_of, requires
from videos.team.saved_message import saved_message
from videos.wire.values import whole_number

PER_PAGE = 50
MOST_ENDPOINTS = 20


class Result(NamedTuple):
    """One of the filters of the log."""

    label: str | Promise
    rows: Callable[[WebhookDeliveryQuerySet], WebhookDeliveryQuerySet]


RESULTS = {
    "delivered": Result(gettext_lazy("Delivered"), WebhookDeliveryQuerySet.delivered),
    "waiting": Result(gettext_lazy("Waiting"), WebhookDeliveryQuerySet.waiting),
    "given_up": Result(gettext_lazy("Given up"), WebhookDeliveryQuerySet.given_up),
}


class EndpointForm(forms.Form):
    """A server's address, and the events that are sent to it."""

    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=MAX_ADDRESS,
        widget=forms.URLInput(attrs={"placeholder": "https://example.com/hooks", "dir": "ltr"}),
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Events"),
        choices=EventType.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[EventType.COMPLETED, EventType.FAILED],
    )
    enabled = forms.BooleanField(required=False, initial=True, label=gettext_lazy("Send events"))

    def clean_url(self) -> str:
        """An address that may be called."""
        url = str(self.cleaned_data["url"]).strip()
        if why := why_no_receiver(url):
            raise forms.ValidationError(why)
        return url


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.MANAGE_SETTINGS)
def webhook_endpoints(request: HttpRequest) -> HttpResponse:
    """The endpoints and the last deliveries; POST adds an endpoint."""
    form = EndpointForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if WebhookEndpoint.objects.count() < MOST_ENDPOINTS:
            endpoint = add_endpoint(member_of(request), form.cleaned_data)
            text = _("Added. Copy the signing secret to your server.")
            return go(request, reverse("webhook_endpoint", args=[endpoint.pk]), Toast(text))
        form.add_error(None, _("There can be %(limit)d endpoints.") % {"limit": MOST_ENDPOINTS})
    context = {
        "form": form,
        "endpoints": WebhookEndpoint.objects.all(),
        **_deliveries(request, WebhookDelivery.objects.all()),
    }
    return page(request, "webhook_endpoints/list.html", context, 422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.MANAGE_SETTINGS)
def webhook_endpoint(request: HttpRequest, pk: int) -> HttpResponse:
    """One endpoint with its secret and its deliveries; POST changes it."""
    endpoint = get_object_or_404(WebhookEndpoint, pk=pk)
    initial = {name: getattr(endpoint, name) for name in ("url", "events", "enabled")}
    form = EndpointForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        change_endpoint(endpoint, form.cleaned_data)
        return go(request, reverse("webhook_endpoint", args=[pk]), Toast(saved_message(form)))
    context = {
        "form": form,
        "endpoint": endpoint,
        "old_until": _end_of_old_secret(endpoint),
        "given_up": endpoint.deliveries.given_up().count() if endpoint.enabled else 0,
        **_deliveries(request, endpoint.deliveries.all()),
    }
    return page(request, "webhook_endpoints/detail.html", context, 422 if form.is_bound else 200)


@require_POST
@requires(Action.MANAGE_SETTINGS)
def webhook_endpoint_secret(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an endpoint a new secret, once for each secret that was seen."""
    endpoint = get_object_or_404(WebhookEndpoint, pk=pk)
    if not renew_secret(endpoint, request.POST.get("version", "")):
        text = _("The secret was already changed. This is the new one.")
    elif endpoint.old_secret_until:
        until = moment(endpoint.old_secret_until)
        text = _("New secret. The old one also signs until %(until)s.") % {"until": until}
    else:
        text = _("New secret. Copy it to your server.")
    return go(request, reverse("webhook_endpoint", args=[pk]), Toast(text))


@require_POST
@requires(Action.MANAGE_SETTINGS)
def webhook_endpoint_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete an endpoint with the record of what was sent to it."""
    endpoint = get_object_or_404(WebhookEndpoint, pk=pk)
    remove_endpoint(endpoint)
    text = _("Deleted the endpoint %(address)s.") % {"address": endpoint.url}
    return go(request, reverse("webhook_endpoints"), Toast(text))


@require_POST
@requires(Action.MANAGE_SETTINGS)
def webhook_delivery_resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a delivery again, with the same id."""
    delivery = WebhookDelivery.objects.filter(pk=pk).first()
    if delivery is None:
        raise Http404
    text = _("Sending it again.") if send_again(delivery) else _("It is waiting to be sent.")
    back = "webhook_endpoints" if delivery.endpoint_id is None else "webhook_endpoint"
    args = [] if delivery.endpoint_id is None else [delivery.endpoint_id]
    return go(request, reverse(back, args=args), Toast(text))


@require_POST
@requires(Action.MANAGE_SETTINGS)
def webhook_endpoint_resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send again what was given up, if the endpoint is on."""
    endpoint = get_object_or_404(WebhookEndpoint, pk=pk)
    if not endpoint.enabled:
        return go(
            request, reverse("webhook_endpoint", args=[pk]), Toast(_("Turn on the endpoint first."))
        )
    count = send_all_again(endpoint)
    text = ngettext(
        "%(count)d delivery is sent again.", "%(count)d deliveries are sent again.", count
    )
    toast = text % {"count": count}
    if left := endpoint.deliveries.given_up().count():
        more = ngettext("%(count)d is left.", "%(count)d are left.", left)
        toast = f"{toast} {more % {'count': left}}"
    return go(request, reverse("webhook_endpoint", args=[pk]), Toast(toast))


def _end_of_old_secret(endpoint: WebhookEndpoint) -> datetime | None:
    """Until when the old secret signs, too; None if it doesn't any more."""
    until = endpoint.old_secret_until
    return until if until is not None and until > timezone.now() else None


def _deliveries(request: HttpRequest, rows: WebhookDeliveryQuerySet) -> dict[str, Any]:
    """A page of deliveries, newest first, with the result `?result=` and older than `?before=`."""
    result = request.GET.get("result", "")
    if result in RESULTS:
        rows = RESULTS[result].rows(rows)
    before = whole_number(request.GET.get("before", ""))
    rows = rows.select_related("endpoint").defer("body")
    deliveries = page_of(rows, PER_PAGE, after=() if before is None else (before,))
    chosen = {"result": result} if result in RESULTS else {}
    older = chosen | {"before": deliveries.continues_after.pk} if deliveries.continues_after else {}
    return {
        "deliveries": deliveries.rows,
        "older_url": f"?{urlencode(older)}" if older else "",
        "results": [(name, each.label) for name, each in RESULTS.items()],
        **chosen,
    }
