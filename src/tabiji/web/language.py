"""The reader's language for one request: `?lang=`, else (pages) the cookie, else what the browser accepts, else that of the workspace
(pages) or English (API)."""

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
        accepted = _from_header(scope)
        lang = chosen or (accepted or "en" if is_api else _from_cookie(scope) or accepted or self.default)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Language", lang)
                headers.add_vary_header("Accept-Language" if is_api else "Cookie, Accept-Language")
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


def _from_header(scope: Scope) -> str | None:
    """Which of our languages Accept-Language likes best (RFC 9110, § 12.5.4); None where it names neither. `*` is no wish."""
    wishes = []
    for place, part in enumerate(Headers(scope=scope).get("accept-language", "").lower().split(",")):
        tag, *parameters = (x.strip() for x in part.split(";"))
        weight = next((_weight(p.removeprefix("q=")) for p in parameters if p.startswith("q=")), 1.0)
        if tag.split("-")[0] in i18n.LANGUAGES and weight > 0:
            wishes.append((-weight, place, tag.split("-")[0]))
    return min(wishes)[2] if wishes else None


def _weight(said: str) -> float:
    try:
        return min(1.0, float(said))
    except ValueError:
        return 0.0
