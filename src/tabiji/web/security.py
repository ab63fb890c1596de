"""What protects a page that has no login: it answers only to its own names, only to its own forms, and runs only its own
scripts and styles.

Local mode binds to loopback. A page of another site could still reach it through the reader's browser, hence:
Host must be one of ours (DNS rebinding), unsafe methods must come from our own pages (Origin, Sec-Fetch-Site), and bodies
are limited in size while they stream in.
"""

import ipaddress
from collections.abc import Iterable
from typing import ClassVar
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tabiji.errors import TabijiError, UsageError
from tabiji.i18n import N_
from tabiji.web.problem import refusal

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SMALL_BODY = 1024 * 1024
UPLOAD_PATH = "/start/upload"


class OpenBindError(UsageError):
    """Pages without accounts are served on this computer only; use --host 127.0.0.1 and reach it by an SSH tunnel."""

    code = "open_bind"
    message = N_(
        "{host} can be reached from other computers, and this version has no accounts yet: anybody could read the workspace. "
        "Use --host 127.0.0.1, and an SSH tunnel to reach it from elsewhere"
    )


class HostError(TabijiError):
    """Open the page by the address that `tabiji serve` printed. HTTP 421."""

    code = "bad_host"
    http_status: ClassVar[int] = 421
    message = N_("this server does not answer to the name {host!r}; open it as {known}")


class OriginError(TabijiError):
    """Send the form from tabiji's own page. HTTP 403."""

    code = "bad_origin"
    http_status: ClassVar[int] = 403
    message = N_("this request came from another site and was not carried out; open the page again and repeat it there")


class TooLargeError(TabijiError):
    """Send less at once, or raise `max_upload_mb` in tabiji.toml. HTTP 413."""

    code = "request_too_large"
    http_status: ClassVar[int] = 413
    message = N_(
        "more than {limit_mb} MB were sent; raise max_upload_mb in tabiji.toml, or import the file by `tabiji import`"
    )


def check_bind(host: str) -> None:
    """Raises OpenBindError unless `host` is a loopback name or address."""
    if host == "localhost":
        return
    try:
        loopback = ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise OpenBindError(host=host)


class GuardMiddleware:
    """Refuses foreign hosts and foreign forms, limits bodies, and sets the protecting headers on every answer."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str], max_upload_mb: int) -> None:
        self.app = app
        self.hosts = frozenset(h.lower() for h in hosts)
        self.max_upload = max_upload_mb * 1024 * 1024

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on when it may be answered; else answer with the refusal."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        request = Request(scope)
        limit = self.max_upload if scope["path"] == UPLOAD_PATH else SMALL_BODY
        reason = self._reason_to_refuse(request, limit)
        if reason is not None:
            await refusal(request, reason)(scope, receive, answer)
            return
        body = _Limited(receive, limit)
        try:
            await self.app(scope, body, answer)
        except TooLargeError as error:
            await refusal(request, error)(scope, receive, answer)

    def _reason_to_refuse(self, request: Request, limit: int) -> TabijiError | None:
        host = hostname(request.headers.get("host", ""))
        if host not in self.hosts:
            return HostError(host=host, known=", ".join(sorted(self.hosts)))
        if request.method not in SAFE_METHODS and not same_site(request.headers):
            return OriginError()
        length = request.headers.get("content-length", "")
        if length.isdigit() and int(length) > limit:
            return TooLargeError(limit_mb=limit // (1024 * 1024))
        return None


class _Limited:
    """A `receive` that raises TooLargeError once more than `limit` bytes of body have come in."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self.receive = receive
        self.limit = limit
        self.seen = 0

    async def __call__(self) -> Message:
        message = await self.receive()
        if message["type"] == "http.request":
            self.seen += len(message.get("body", b""))
            if self.seen > self.limit:
                raise TooLargeError(limit_mb=self.limit // (1024 * 1024))
        return message


def hostname(host: str) -> str:
    """The name in a Host header without its port, lower case; IPv6 keeps its brackets."""
    host = host.strip().lower()
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.rpartition(":")[0] if host.count(":") == 1 else host


def same_site(headers: Headers) -> bool:
    """Whether a browser says that the request comes from our own page. Programs (no Origin, no Sec-Fetch-Site) pass: they
    cannot be tricked into sending what a reader did not ask for."""
    site = headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    if origin is None:
        return True
    return origin != "null" and urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
