"""Who may speak to the web server: only the page that it served itself.

Every web page that this computer's user visits can send requests to a server on this computer. A
browser says where a page is from (``Origin``) and by which name it reached the server (``Host``).
With DNS rebinding, a foreign page lets its own name point to this computer, and has that name as
both. So the name must be one of ours, and ours are names that nobody can point elsewhere.

If other computers can reach the server, the page's address holds a token, and nobody gets in
without it. A browser that has opened that address keeps the token as a cookie.
"""

import ipaddress
import secrets
import socket
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qs, urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from neural_drum_machine.server.listening import is_loopback

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)
"""Content-Security-Policy: the page loads files of this server only, and nothing inline."""
HEADERS: Final = (
    ("content-security-policy", POLICY),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "midi=(self), camera=(), microphone=(), geolocation=()"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
)
TOKEN: Final = "token"  # noqa: S105  # the name of one
"""The parameter in the page's address."""
_COOKIE: Final = "ndm-token-{}"
"""With the port: a browser has the same cookies for all ports of a host."""
_GUARDED: Final = ("/", "/index.html", "/ws")
"""The other paths are the page's files, which everybody has who has the program."""
_RAW: Final = [(name.encode(), value.encode()) for name, value in HEADERS]


class Guard:
    """Refuses foreign hosts and origins, and adds the headers that keep a browser strict.

    Parameters
    ----------
    app : ASGI application
        The application to guard.
    host : str
        The address that the server listens at. With a loopback address, only loopback addresses
        and ``localhost`` are admitted. With another one, all IP addresses and this machine's name
        are admitted, too: the user may reach it by any of them.
    token : str
        What the page's address must hold; empty if the address is enough.
    """

    def __init__(self, app: ASGIApp, host: str, token: str = "") -> None:
        self._app = app
        self._token = token
        self._open = not is_loopback(host)
        name = socket.gethostname().lower()
        self._names = {host.lower(), name, f"{name}.local"} if self._open else set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is allowed, and answer the rest with 403."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is None:
            await self._app(scope, receive, _with_headers(send, self._cookie(scope)))
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": refusal})
        else:
            await _refuse(_with_headers(send), refusal)

    def _refusal(self, scope: Scope) -> str | None:
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1:
            return "a request needs one Host"
        host = hosts[0].decode("latin-1").lower()
        name = _name(host)
        if name is None or not self._is_ours(name):
            return "this server does not go by that name"
        for header, value in scope["headers"]:
            # This holds for every request, also for those that browsers send without CORS checks.
            if header == b"origin" and value.decode("latin-1").lower() != f"http://{host}":
                return "a page from elsewhere may not speak to this server"
        if self._token and scope["path"] in _GUARDED and not self._has_token(scope):
            return "open the whole address that ndm play has printed: it holds a token"
        return None

    def _has_token(self, scope: Scope) -> bool:
        given = self._given(scope)
        for name, value in scope["headers"]:
            if name == b"cookie":
                try:
                    kept = SimpleCookie(value.decode("latin-1")).get(_cookie_name(scope))
                except CookieError:
                    continue
                given += [kept.value] if kept else []
        return any(secrets.compare_digest(each.encode(), self._token.encode()) for each in given)

    @staticmethod
    def _given(scope: Scope) -> list[str]:
        return parse_qs(scope["query_string"].decode("latin-1")).get(TOKEN, [])

    def _cookie(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        """Return the header that lets a browser keep the token, if its address had it."""
        if not self._token or self._token not in self._given(scope):
            return []
        cookie = f"{_cookie_name(scope)}={self._token}; Path=/; HttpOnly; SameSite=Strict"
        return [(b"set-cookie", cookie.encode())]

    def _is_ours(self, name: str) -> bool:
        if name in self._names or is_loopback(name):
            return True
        if not self._open:
            return False
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True


def _name(host: str) -> str | None:
    """Return the name in a Host header, without port and brackets; None if it is invalid."""
    if not host or any(sign in host for sign in "/@?# \\"):
        return None
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port  # raises if it is no number
    except ValueError:
        return None
    return parts.hostname


def _cookie_name(scope: Scope) -> str:
    return _COOKIE.format((scope.get("server") or ("", ""))[1])


def _with_headers(send: Send, more: list[tuple[bytes, bytes]] | None = None) -> Send:
    async def sender(message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.http.response.start"):
            message = {**message, "headers": [*message.get("headers", ()), *_RAW, *(more or ())]}
        await send(message)

    return sender


async def _refuse(send: Send, sentence: str) -> None:
    body = sentence.encode()
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})
