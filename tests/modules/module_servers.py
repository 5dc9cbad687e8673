"""A registry and archive server on the loopback interface, and git repositories and archives to fetch from."""

from __future__ import annotations

import io
import json
import os
import ssl
import subprocess
import tarfile
import threading
import zipfile
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

TLS = Path(__file__).with_name("tls")
DISK = 'resource "aws_ebs_volume" "d" {\n  availability_zone = "us-east-1a"\n  size = 100\n  type = "%s"\n}\n'


class Request(NamedTuple):
    path: str
    headers: Mapping[str, str]


class Reply(NamedTuple):
    """An answer. `cut` closes the connection after so many bytes of the body."""

    status: int = 200
    headers: Mapping[str, str] = {}
    body: bytes = b""
    cut: int | None = None


class LoopbackServer:
    """Answers GET by path from `routes`: a Reply, or a function of the Request; 404 for the rest. `requests` are those
    that came."""

    def __init__(self, tls: bool = False) -> None:
        self.routes: dict[str, Reply | Callable[[Request], Reply]] = {}
        self.requests: list[Request] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                owner.answer(self)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(TLS / "server.pem")
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.host = f"localhost:{self._server.server_port}" if tls else f"127.0.0.1:{self._server.server_port}"
        self.url = f"{'https' if tls else 'http'}://{self.host}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> LoopbackServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        request = Request(handler.path, dict(handler.headers.items()))
        self.requests.append(request)
        route = self.routes.get(handler.path, self.routes.get(handler.path.partition("?")[0], Reply(404)))
        reply = route(request) if callable(route) else route
        handler.send_response(reply.status)
        for name, value in reply.headers.items():
            handler.send_header(name, value)
        if reply.status != 204:
            handler.send_header("Content-Length", str(len(reply.body)))
        handler.end_headers()
        handler.wfile.write(reply.body[: reply.cut])

    def paths(self) -> list[str]:
        return [request.path.partition("?")[0] for request in self.requests]

    def registry(self, module: str, *versions: str, location: str = "", token: str = "") -> None:
        """Serve the versions of namespace/name/provider below /v1/; each comes from `location`, in which {version}
        is the version."""

        def guarded(reply: Reply) -> Callable[[Request], Reply]:
            def answer(request: Request) -> Reply:
                return reply if not token or request.headers.get("Authorization") == f"Bearer {token}" else Reply(401)

            return answer

        listing = {"modules": [{"versions": [{"version": version} for version in versions]}]}
        self.routes[f"/v1/{module}/versions"] = guarded(Reply(body=json.dumps(listing).encode()))
        for version in versions:
            get = {"X-Terraform-Get": location.replace("{version}", version)}
            self.routes[f"/v1/{module}/{version}/download"] = guarded(Reply(204, get))


def use_registry(server: LoopbackServer, host: str = "registry.test", token: str = "") -> None:
    """Let Terraform's CLI configuration say that a host keeps its registry at the server."""
    block = f'host "{host}" {{\n  services = {{\n    "modules.v1" = "{server.url}/v1/"\n  }}\n}}\n'
    block += f'credentials "{host}" {{\n  token = "{token}"\n}}\n' if token else ""
    (Path(os.environ["HOME"]) / ".terraformrc").write_text(block)


def zipped(files: Mapping[str, str], links: Mapping[str, str] | None = None) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            archive.writestr(path, text)
        for path, target in (links or {}).items():
            entry = zipfile.ZipInfo(path)
            entry.external_attr = 0o120777 << 16
            archive.writestr(entry, target)
    return buffer.getvalue()


def tarred(files: Mapping[str, str], links: Mapping[str, str] | None = None, compression: str = "gz") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=f"w:{compression}") as archive:  # type: ignore[call-overload]
        for path, text in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
        for path, target in (links or {}).items():
            entry = tarfile.TarInfo(path)
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            archive.addfile(entry)
    return buffer.getvalue()


class Remote:
    """A bare git repository to fetch from."""

    def __init__(self, directory: Path) -> None:
        self.work = directory / "work"
        self.bare = directory / "remote.git"
        self.work.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main", ".")
        self.git("init", "--quiet", "--bare", "--initial-branch=main", str(self.bare))

    @property
    def url(self) -> str:
        return f"git::file://{self.bare}"

    def commit(self, files: Mapping[str, str], tag: str = "", branch: str = "main", annotated: bool = False) -> str:
        """Commit files on a branch and push them; the commit."""
        self.git("checkout", "--quiet", "-B", branch)
        for path, text in files.items():
            (self.work / path).parent.mkdir(parents=True, exist_ok=True)
            (self.work / path).write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", "change")
        if tag:
            self.git("tag", *(("-a", "-m", tag) if annotated else ()), "-f", tag)
        self.git("push", "--quiet", "--force", "--tags", str(self.bare), f"{branch}:{branch}")
        return self.git("rev-parse", "HEAD").strip()

    def git(self, *arguments: str) -> str:
        identity = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
        command = ["git", *identity, *arguments]
        return subprocess.run(command, cwd=self.work, check=True, capture_output=True, text=True).stdout


def calling(name: str, source: str, version: str = "", **arguments: str) -> str:
    """A module block."""
    lines = {"source": source, **({"version": version} if version else {}), **arguments}
    return f'module "{name}" {{\n' + "".join(f'  {key} = "{value}"\n' for key, value in lines.items()) + "}\n"
