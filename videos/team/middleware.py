"""Every page is behind the login unless it says otherwise."""

from django.contrib.auth.middleware import LoginRequiredMiddleware


class LoginRequired(LoginRequiredMiddleware):
    """Django's own, to be told about htmx and the first visit."""
