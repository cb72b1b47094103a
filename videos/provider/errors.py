"""What went wrong with a server: was anything bought, may we retry, who must act?

None of these inherits from an exception of the HTTP library: callers need not know which it is.
"""

from typing import ClassVar

# Codes that callers may compare with; other codes are the server's or name the class.
ADDRESS_REFUSED = "address_refused"
TIMEOUT = "timeout"
TRUNCATED = "truncated"
TOO_LARGE = "too_large"
TOO_SLOW = "too_slow"
REDIRECT = "redirect"


class ProviderError(Exception):
    """Base of all failures of a call to a server.

    `status` is the HTTP status or None where no answer came, `retry_after` the seconds that
    Retry-After asks for (capped) or None, `code` a short word for programs. `busy`: the server
    says that it is overloaded. The message is for people and holds neither keys nor control
    characters.
    """

    default_code: ClassVar[str] = "provider_error"
    # True: had this been a create, the server has certainly made no job of it.
    proves_nothing_created: ClassVar[bool] = False
    # True: the same call may succeed later without any change.
    transient: ClassVar[bool] = False
    # True: an admin has to act (a key, an address, an account) before any call can succeed.
    needs_admin: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        code: str = "",
        busy: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.retry_after = retry_after
        self.code = code or self.default_code
        self.busy = busy

    @property
    def may_be_accepted(self) -> bool:
        """Return True if the server answered a create with success, but unreadably.

        It has most likely created the job, so the request must never be resent automatically.
        """
        succeeded = self.status is not None and 200 <= self.status < 300
        return succeeded and not self.proves_nothing_created

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.message!r}, status={self.status}, code={self.code!r})"


class NotSent(ProviderError):
    """No connection (DNS, refused, TLS, address not allowed): not one byte was sent."""

    default_code = "not_sent"
    proves_nothing_created = True
    transient = True


class NoKey(NotSent):
    """There is a key, but it can't be read. Nothing is sent without it."""

    default_code = "no_key"
    transient = False
    needs_admin = True


class NoAnswer(ProviderError):
    """The request was sent, but no complete answer arrived in time."""

    default_code = "no_answer"
    transient = True


class BadAnswer(ProviderError):
    """The answer isn't one of the API: HTML, empty, not JSON, wrong structure, too large."""

    default_code = "bad_answer"


class Refused(ProviderError):
    """The server read the request and clearly refused it, in its own words."""

    default_code = "refused"
    proves_nothing_created = True


class Unauthorized(ProviderError):
    """The key is missing, wrong, or not allowed to do this (401, 403)."""

    default_code = "unauthorized"
    proves_nothing_created = True
    needs_admin = True


class NotFound(ProviderError):
    """The server doesn't have it (404), or says that it is gone permanently (410)."""

    default_code = "not_found"
    proves_nothing_created = True

    @property
    def gone(self) -> bool:
        return self.status == 410


class NotOffered(ProviderError):
    """The server, by its dialect or its answer (405, 501), has no such operation."""

    default_code = "not_offered"
    proves_nothing_created = True


class Conflict(ProviderError):
    """The server can't do this in the current state (409), such as deleting a running job."""

    default_code = "conflict"


class RateLimited(ProviderError):
    """Too many requests (429). With `quota`, the account is empty, so waiting won't help."""

    default_code = "rate_limited"
    proves_nothing_created = True
    transient = True

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        code: str = "",
        quota: bool = False,
    ) -> None:
        super().__init__(message, status=status, retry_after=retry_after, code=code)
        self.quota = quota


class Unavailable(ProviderError):
    """The server, or one on the way to it, has a problem (408, 5xx)."""

    default_code = "unavailable"
    transient = True
