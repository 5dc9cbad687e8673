"""Who renders: the engine of helm-python-sdk in a process of its own, else the `helm` on the PATH."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field

from costlint.readers.helm.limits import ADDRESS_SPACE, LARGEST_OUTPUT, RENDER_SECONDS
from costlint.readers.offline import without_network

if TYPE_CHECKING:
    from costlint.readers.helm.frames import Answer

MISSING = "pip install 'costlint[helm]', or put helm on the PATH"
_NAMESPACE = "default"
_SOURCE = re.compile(r"^# Source: (\S+)[ \t]*$", re.MULTILINE)
_numbers = itertools.count(1)


class RenderFailure(Exception):
    """A chart that is not rendered. `limit`: because it took more than it may."""

    def __init__(self, message: str, limit: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.limit = limit


class Package(Struct, eq=False, weakref=True):
    """A chart as it is handed to an engine. `once`: rendering changes what is loaded (charts with dependencies).
    `api_versions` are those it is told the cluster has, besides what is said of the cluster."""

    name: str
    archive: Callable[[], bytes]
    once: bool = False
    api_versions: tuple[str, ...] = ()
    number: int = field(default_factory=lambda: next(_numbers))


class Cluster(Struct, frozen=True):
    """What charts are told about the cluster: its version ("" for the latest the engine knows), and the API versions
    it has besides those of Kubernetes itself."""

    kube_version: str = ""
    api_versions: tuple[str, ...] = ()


_LATEST = Cluster()


class Engine(Protocol):
    """Renders charts. `values` are those given over the chart's own; gives the text of every template by its name, or
    of the one asked for `only`. Raises RenderFailure."""

    def render(self, package: Package, values: Mapping[str, object], only: str = "") -> dict[str, str]: ...


@lru_cache(maxsize=8)
def open_engine(cluster: Cluster = _LATEST) -> Engine | None:
    """The engine to use here, always the same one for the same cluster; None if there is none."""
    from importlib.util import find_spec

    if find_spec("helm_python") is not None:
        return NativeEngine(cluster)
    helm = shutil.which("helm")
    return HelmCommand(helm, cluster) if helm is not None else None


class NativeEngine:
    """The engine of helm-python-sdk, in a process that is started with the first chart and serves all."""

    def __init__(self, cluster: Cluster = _LATEST, seconds: float = RENDER_SECONDS) -> None:
        self._options: dict[str, str | list[str]] = {"namespace": _NAMESPACE}
        if cluster.kube_version:
            self._options["kube_version"] = cluster.kube_version
        self._cluster = cluster
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._known: dict[int, weakref.ref[Package]] = {}
        self._lock = threading.Lock()

    def render(self, package: Package, values: Mapping[str, object], only: str = "") -> dict[str, str]:
        from costlint.readers.helm.frames import Request

        try:
            given = _json(values)
        except (ValueError, TypeError, RecursionError):
            raise RenderFailure("its values hold numbers JSON cannot write") from None
        with self._lock:
            started = self._process is None
            if started:
                self._start()
            gone = [number for number, known in self._known.items() if known() is None]
            for number in gone:
                del self._known[number]
            request = Request(
                package.number,
                given,
                {**self._options, **_versions(self._cluster, package), "name": package.name},
                b"" if package.number in self._known else package.archive(),
                only,
                package.once,
                gone,
            )
            answer = self._ask(request)
            self._known[package.number] = weakref.ref(package)
        if answer.error:
            raise RenderFailure(answer.error, answer.kind == "limit")
        return answer.rendered

    def close(self) -> None:
        """End the process. It is started again if something else is to be rendered."""
        if self._process is not None:
            _end(self._process)
            self._process = None
        self._known.clear()

    def _start(self) -> None:
        from costlint.readers.helm.frames import read_frame

        # -P: a scanned directory that is also the current one must not provide modules.
        command = [sys.executable, "-P", "-m", "costlint.readers.helm.worker", str(ADDRESS_SPACE)]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=without_network(os.environ)
        )
        weakref.finalize(self, _end, self._process)
        assert self._process.stdout is not None
        with _limited(self._process, RENDER_SECONDS):
            ready = read_frame(self._process.stdout)
        if ready is None:
            self.close()
            raise RenderFailure("the engine of helm-python-sdk does not start here", limit=True)

    def _ask(self, request: object) -> Answer:
        import msgspec

        from costlint.readers.helm.frames import Answer, read_frame, write_frame

        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        frame = None
        with _limited(process, self._seconds) as expired:
            try:
                write_frame(process.stdin, msgspec.msgpack.encode(request))
                frame = read_frame(process.stdout)
            except (BrokenPipeError, OSError):
                pass
        if frame is None:
            self.close()
            if expired.is_set():
                raise RenderFailure(f"rendering takes longer than {self._seconds:g} seconds", limit=True)
            raise RenderFailure("rendering takes more memory than a chart may have", limit=True)
        return msgspec.msgpack.decode(frame, type=Answer)


class HelmCommand:
    """The `helm` somebody has installed: one process for each rendering."""

    def __init__(self, helm: str, cluster: Cluster = _LATEST, seconds: float = RENDER_SECONDS) -> None:
        self._helm = helm
        self._cluster = cluster
        self._seconds = seconds

    def render(self, package: Package, values: Mapping[str, object], only: str = "") -> dict[str, str]:
        with tempfile.TemporaryDirectory(prefix="costlint-") as directory:
            archive, given, written = (Path(directory, name) for name in ("chart.tgz", "values.json", "rendered"))
            archive.write_bytes(package.archive())
            given.write_bytes(_json(values))
            command = [sys.executable, "-P", "-m", "costlint.readers.helm.confined", str(ADDRESS_SPACE), self._helm]
            command += ["template", package.name, str(archive), "--namespace", _NAMESPACE, "--values", str(given)]
            if self._cluster.kube_version:
                command += ["--kube-version", self._cluster.kube_version]
            for version in (*self._cluster.api_versions, *package.api_versions):
                command += ["--api-versions", version]
            with written.open("wb") as output:
                try:
                    done = subprocess.run(
                        command,
                        stdin=subprocess.DEVNULL,
                        stdout=output,
                        stderr=subprocess.PIPE,
                        timeout=self._seconds,
                        cwd=directory,
                        env=without_network(os.environ),
                        check=False,
                    )
                except subprocess.TimeoutExpired:
                    raise RenderFailure(f"rendering takes longer than {self._seconds:g} seconds", limit=True) from None
            if done.returncode:
                said = done.stderr.decode(errors="replace").strip().removeprefix("Error: ")
                raise RenderFailure(said or "helm ended without a word", limit=not said or "out of memory" in said)
            if written.stat().st_size > LARGEST_OUTPUT:
                raise RenderFailure(f"it renders to more than {LARGEST_OUTPUT // 1024**2} MB", limit=True)
            rendered = by_template(written.read_text(errors="replace"))
        return {only: rendered.get(only, "")} if only else rendered


def by_template(text: str) -> dict[str, str]:
    """What `helm template` prints, by the template each document comes from."""
    found: dict[str, str] = {}
    for document in re.split(r"^---[ \t]*\n", text, flags=re.MULTILINE):
        source = _SOURCE.search(document)
        if source is not None:
            body = document[source.end() + 1 :]
            found[source[1]] = f"{found[source[1]]}---\n{body}" if source[1] in found else body
    return found


def _versions(cluster: Cluster, package: Package) -> dict[str, list[str]]:
    versions = [*cluster.api_versions, *package.api_versions]
    return {"api_versions": versions} if versions else {}


def _json(values: Mapping[str, object]) -> bytes:
    import json

    return json.dumps(values, allow_nan=False).encode()


@contextlib.contextmanager
def _limited(process: subprocess.Popen[bytes], seconds: float) -> Iterator[threading.Event]:
    """Kill the process when its time is over."""
    expired = threading.Event()

    def expire() -> None:
        expired.set()
        process.kill()

    timer = threading.Timer(seconds, expire)
    timer.daemon = True
    timer.start()
    try:
        yield expired
    finally:
        timer.cancel()


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):
                stream.close()
