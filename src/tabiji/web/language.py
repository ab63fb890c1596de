"""The reader's language for one request: `?lang=`, else the cookie, else the workspace's (pages) or the header (API)."""

from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tabiji import i18n

COOKIE = "tabiji_lang"
ONE_YEAR = 365 * 24 * 3600


class LanguageMiddleware:
    """Sets `i18n.use` for the request, and remembers an explicit choice (`?lang=`) in a cookie."""

    def __init__(self, app: ASGIApp, default: str) -> None:
        self.app = app
        self.default = default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Speak the reader's language while the request is answered."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        chosen = _asked_for(scope)
        is_api = scope["path"].startswith("/api/")
        lang = chosen or (_from_header(scope) if is_api else _from_cookie(scope) or self.default)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Language", lang)
                headers.add_vary_header("Accept-Language" if is_api else "Cookie")
                if chosen and not is_api:
                    headers.append(
                        "Set-Cookie", f"{COOKIE}={chosen}; Path=/; Max-Age={ONE_YEAR}; SameSite=Lax; HttpOnly"
                    )
            await send(message)

        with i18n.use(lang):
            await self.app(scope, receive, answer)


def _asked_for(scope: Scope) -> str | None:
    values = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [])
    return values[-1] if values and values[-1] in i18n.LANGUAGES else None


def _from_cookie(scope: Scope) -> str | None:
    try:
        cookie = SimpleCookie(Headers(scope=scope).get("cookie", "")).get(COOKIE)
    except CookieError:
        return None  # another application's malformed cookie on the same host: as if there were none
    return cookie.value if cookie is not None and cookie.value in i18n.LANGUAGES else None


def _from_header(scope: Scope) -> str:
    """`ja` where Accept-Language names it before English; programs that say nothing are answered in English."""
    for part in Headers(scope=scope).get("accept-language", "").lower().split(","):
        tag = part.strip().split(";")[0].split("-")[0]
        if tag in i18n.LANGUAGES:
            return tag
    return "en"
