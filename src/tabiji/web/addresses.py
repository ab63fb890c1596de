"""Addresses whose parts come from the data: whatever an id holds, its page can be opened and linked."""

from urllib.parse import quote, urlencode

from starlette.requests import Request

DOTS = (".", "..")  # a browser takes such a segment away, however it is written


def of_account(map_id: str, account: str) -> str:
    """The page of an account (opportunity, person) of a map, without a query of its own but for an id that no path can hold."""
    if account in DOTS:
        return f"/maps/{map_id}/accounts/?{urlencode({'id': account})}"
    return f"/maps/{map_id}/accounts/{quote(account, safe='')}"


def path_of(request: Request) -> str:
    """The path of a request as it was written: what was escaped still is, so that it leads to the same page again."""
    raw: bytes = request.scope.get("raw_path") or quote(request.scope["path"]).encode()
    return raw.split(b"?", 1)[0].decode("latin-1")


def and_query(address: str, query: str) -> str:
    """An address with further parameters (a URL query, empty = none)."""
    return address + ("&" if "?" in address else "?") + query if query else address
