"""HTTP: proxies and certificates as the environment names them, tokens kept to their host.

Redirections go to https or http only, never from https to http, and never take a token to another host. What is more
than a question (POST, PUT, PATCH, DELETE) follows none.
"""

from __future__ import annotations

import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import Message
from http.client import HTTPException, HTTPMessage, HTTPResponse
from typing import IO, Any, NamedTuple
from urllib.parse import urlsplit

from costlint import __version__
from costlint.network.errors import FetchError
from costlint.network.limits import LARGEST_ANSWER, PATIENCE

_SECRET_HEADERS = ("Authorization", "Cookie", "Proxy-authorization", "X-goog-api-key", "Private-token", "Job-token")


class Answer(NamedTuple):
    """What a server answered; `url` is where the answer finally came from."""

    status: int
    headers: Message
    body: bytes
    url: str


class Web:
    """Opens URLs. Every failure is a FetchError whose sentence names the host and no query, password or token."""

    def __init__(self) -> None:
        # FileHandler, FTPHandler and DataHandler, which build_opener would add, have no business here.
        self._opener = urllib.request.OpenerDirector()
        context = ssl.create_default_context()
        for handler in (
            urllib.request.ProxyHandler(),
            urllib.request.UnknownHandler(),
            urllib.request.HTTPHandler(),
            urllib.request.HTTPSHandler(context=context),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
            _Redirections(),
        ):
            self._opener.add_handler(handler)

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """The whole answer, whatever its status. Raises FetchError."""
        return self.ask("GET", url, headers or {})

    def ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        """The whole answer to a request with any method, whatever its status. Raises FetchError."""
        with self.open(url, headers, method, body) as response:
            body = response.read(LARGEST_ANSWER + 1)
            if len(body) > LARGEST_ANSWER:
                raise FetchError(f"{shown(url)} answers with more than {LARGEST_ANSWER >> 20} MB")
            return Answer(response.status, response.headers, body, response.url)

    @contextmanager
    def open(
        self, url: str, headers: Mapping[str, str], method: str = "GET", body: bytes | None = None
    ) -> Iterator[HTTPResponse]:
        """The open answer, whatever its status. Raises FetchError, also for what goes wrong while it is read."""
        if urlsplit(url).scheme not in ("http", "https"):
            raise FetchError(f"{shown(url)} is neither http nor https")
        sent = {"User-Agent": f"costlint/{__version__}", **headers}
        request = urllib.request.Request(url, data=body, headers=sent, method=method)
        try:
            with self._opened(request) as response:
                yield response
        except (OSError, HTTPException, ValueError) as error:
            raise FetchError(_sentence(url, error)) from error

    def _opened(self, request: urllib.request.Request) -> Any:
        try:
            return self._opener.open(request, timeout=PATIENCE)
        except urllib.error.HTTPError as error:
            return error


def shown(url: str) -> str:
    """A URL for people: without user, password and query."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


class _Redirections(urllib.request.HTTPRedirectHandler):
    def http_error_302(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage
    ) -> IO[bytes] | None:
        from urllib.parse import urljoin

        if req.get_method() not in ("GET", "HEAD"):
            return None
        target = urlsplit(urljoin(req.full_url, headers.get("Location", "")))
        if target.scheme not in ("http", "https"):
            raise FetchError(f"{shown(req.full_url)} redirects to {target.scheme}://, which is refused")
        if target.scheme == "http" and urlsplit(req.full_url).scheme == "https":
            raise FetchError(f"{shown(req.full_url)} redirects from https to http, which is refused")
        return super().http_error_302(req, fp, code, msg, headers)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        request = super().redirect_request(req, fp, code, msg, headers, newurl)
        if request is not None and urlsplit(newurl).netloc != urlsplit(req.full_url).netloc:
            for header in _SECRET_HEADERS:
                request.remove_header(header)
        return request


def _sentence(url: str, error: Exception) -> str:
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    host = urlsplit(url).netloc.rpartition("@")[2]
    if isinstance(reason, ssl.SSLCertVerificationError):
        why = reason.verify_message
        return f"the certificate of {host} is not trusted ({why}); name your own authority in SSL_CERT_FILE"
    if isinstance(reason, TimeoutError):
        return f"{host} does not answer"
    if isinstance(reason, OSError) and reason.strerror:
        return f"{host} cannot be reached: {reason.strerror[0].lower()}{reason.strerror[1:]}"
    return f"{host} cannot be reached: {str(reason) or type(reason).__name__}"
