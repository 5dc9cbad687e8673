"""A loopback server as the platforms have it: it answers JSON, checks who asks, and fails when it is told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

TOKEN = "s3cret-t0ken"


class Asked(NamedTuple):
    """A request. `path` is without the query; `body` is the JSON, None where there is none."""

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: Any


class Said(NamedTuple):
    """An answer; `body` is JSON, or text that is none. `cut` closes the connection instead of answering."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = {}
    cut: bool = False


class Wrong(Exception):
    """A request the documented contract does not allow."""


class ForgeServer:
    """A platform. `faults` are answers given instead of the next ones to a method; with `done` the request is carried
    out all the same. What breaks the contract is kept in `wrong`, and fails the test that checks it is empty."""

    platform = ""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.wrong: list[str] = []
        self.faults: list[tuple[str, Said, bool]] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def handle_any(self) -> None:
                owner.answer(self)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any  # noqa: N815

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.host}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> ForgeServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def fail(self, method: str, *answers: Said, done: bool = False) -> None:
        self.faults += [(method, answer, done) for answer in answers]

    def route(self, asked: Asked) -> Said:
        raise NotImplementedError

    def is_known(self, headers: Mapping[str, str]) -> bool:
        return headers.get("Authorization") == f"Bearer {TOKEN}"

    def bodies(self) -> list[str]:
        """The texts of the comments that are there, ours and others', oldest first."""
        raise NotImplementedError

    def add(self, body: str, *, foreign: bool = False) -> None:
        """A comment that was there before."""
        raise NotImplementedError

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        data = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        body = json.loads(data) if data else None
        headers = {name.title(): text for name, text in handler.headers.items()}
        asked = Asked(handler.command, parts.path, dict(parse_qsl(parts.query)), headers, body)
        self.asked.append(asked)
        said = self._said(asked, data)
        if said.cut:
            handler.close_connection = True
            handler.connection.close()
            return
        text = b"" if said.body is None else said.body.encode() if isinstance(said.body, str) else _json(said.body)
        handler.send_response(said.status)
        for name, value in said.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text)

    def _said(self, asked: Asked, data: bytes) -> Said:
        for index, (method, said, done) in enumerate(self.faults):
            if method == asked.method:
                del self.faults[index]
                if done:
                    self._routed(asked, data)
                return said
        return self._routed(asked, data)

    def _routed(self, asked: Asked, data: bytes) -> Said:
        if not asked.headers.get("User-Agent", "").startswith("costlint/"):
            self.wrong.append("no User-Agent")
        if data and asked.headers.get("Content-Type") != "application/json":
            self.wrong.append("JSON that does not say so")
        if not self.is_known(asked.headers):
            return Said(401, {"message": "401 Unauthorized"})
        try:
            return self.route(asked)
        except Wrong as error:
            self.wrong.append(f"{asked.method} {asked.path}: {error}")
            return Said(422, {"message": str(error)})


def only(body: Any, *keys: str) -> None:
    """Raises Wrong unless a body is an object with exactly these keys."""
    if not isinstance(body, dict) or set(body) != set(keys):
        raise Wrong(f"the body has {sorted(body or {})}, not {sorted(keys)}")


def paged(items: list[Any], query: Mapping[str, str], size: str, most: int = 100) -> tuple[list[Any], int]:
    """A page of a listing, and the number of the next one (0 at the end)."""
    per_page = min(int(query.get(size, "20")), most)
    page = int(query.get("page", "1"))
    end = page * per_page
    return items[end - per_page : end], page + 1 if end < len(items) else 0


def _json(body: Any) -> bytes:
    return json.dumps(body).encode()


Maker = Callable[[], ForgeServer]
