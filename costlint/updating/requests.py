"""Requests that are made again when a server is busy or a connection drops, and checked when they are complete."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from email.message import Message
from http.client import HTTPResponse
from pathlib import Path
from typing import Any, TypeVar

from costlint.network.downloads import Part, next_piece, validator_of
from costlint.network.errors import FetchError
from costlint.network.passing import BUSY, is_lasting, retry_after
from costlint.network.web import Web, shown
from costlint.updating.errors import UpdateError
from costlint.updating.limits import ATTEMPTS, FIRST_PAUSE, LARGEST_ANSWER, LARGEST_LIST, LONGEST_PAUSE

Sleep = Callable[[float], None]
Tell = Callable[[str, int, int], None]
Answer = TypeVar("Answer")

_CHUNK = 1 << 18
_MD5 = re.compile(r'^"([0-9a-f]{32})"$')


class _Again(Exception):
    """The attempt failed in a way that may pass; `pause` is what the server asked for, in seconds."""

    def __init__(self, message: str, pause: float = 0.0) -> None:
        super().__init__(message)
        self.pause = pause


class Requests:
    """Makes requests with patience. `kept` is where parts of large files wait for the next attempt or run."""

    def __init__(self, web: Web, kept: Path, sleep: Sleep, tell: Tell) -> None:
        self._web = web
        self._kept = kept
        self._sleep = sleep
        self.tell = tell

    def json(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
        """The answer as JSON. Raises UpdateError."""
        return self._patiently(lambda: self._json(url, headers or {}))

    def file(self, url: str, name: str) -> Path:
        """A large file; the caller deletes it. What has come before an interruption is gone on from, also in the
        next run. Raises UpdateError."""
        part = Part(self._kept / hashlib.sha256(name.encode()).hexdigest())
        try:
            return self._patiently(lambda: self._file(url, name, part))
        finally:
            part.release()

    def _patiently(self, attempt: Callable[[], Answer]) -> Answer:
        pause = FIRST_PAUSE
        for number in range(1, ATTEMPTS + 1):
            try:
                return attempt()
            except FetchError as error:
                raise UpdateError(str(error)) from error
            except _Again as error:
                if number == ATTEMPTS:
                    raise UpdateError(f"{error} ({ATTEMPTS} attempts); run again to go on from there") from error
                if error.pause > LONGEST_PAUSE:
                    raise UpdateError(f"{error} for {error.pause:.0f} s; run again then to go on from there") from error
                self._sleep(max(pause, error.pause))
                pause *= 2
        raise AssertionError("unreachable")

    def _json(self, url: str, headers: Mapping[str, str]) -> Any:
        with _Opened(self._web, url, headers) as response:
            _refuse(url, response)
            data = _whole(response, url)
            headers_seen = response.headers
        _check(url, headers_seen, lambda kind: hashlib.new(kind, data).hexdigest())
        try:
            return json.loads(data)
        except ValueError:
            raise _Again(f"{shown(url)} answers with something that is not whole JSON") from None

    def _file(self, url: str, name: str, part: Part) -> Path:
        headers = {"Accept-Encoding": "identity", **part.rest()}
        with _Opened(self._web, url, headers) as response:
            have = self._begun(url, response, part)
            total = have + _length(response)
            if total > LARGEST_LIST:
                raise UpdateError(f"{shown(url)} is larger than {LARGEST_LIST >> 30} GB")
            while chunk := next_piece(response, _CHUNK):
                have += len(chunk)
                if have > LARGEST_LIST:
                    raise UpdateError(f"{shown(url)} is larger than {LARGEST_LIST >> 30} GB")
                part.write(chunk)
                self.tell(f"{name}, MB", have >> 20, total >> 20)
            if have < total or chunk is None:
                raise _Again(f"{shown(url)} stopped after {have / 1e6:,.1f} MB")
            try:
                _check(url, response.headers, part.digest)
            except _Again:
                part.restart("")
                raise
        return part.take()

    def _begun(self, url: str, response: HTTPResponse, part: Part) -> int:
        """How much of the file is here already, once the server has agreed to go on or to start over."""
        have = part.size
        if response.status == 206 and response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            return have
        if response.status in (206, 416):
            part.restart("")
            raise _Again(f"{shown(url)} cannot be gone on with")
        _refuse(url, response)
        part.restart(validator_of(response.headers))
        return 0


class _Opened:
    """An open answer; what goes wrong on the way is worth another attempt, but for what no attempt changes."""

    def __init__(self, web: Web, url: str, headers: Mapping[str, str]) -> None:
        self._context = web.open(url, headers)

    def __enter__(self) -> HTTPResponse:
        try:
            return self._context.__enter__()
        except FetchError as error:
            raise _passing(error) from error

    def __exit__(self, kind: Any, error: Any, traceback: Any) -> bool | None:
        try:
            return self._context.__exit__(kind, error, traceback)
        except FetchError as failed:
            raise _passing(failed) from failed


def _passing(error: FetchError) -> Exception:
    """What to raise: the error itself, or that it is worth another attempt."""
    return error if is_lasting(error) else _Again(str(error))


def _refuse(url: str, response: HTTPResponse) -> None:
    """Raises UpdateError or _Again unless the answer is 200."""
    if response.status == 200:
        return
    if response.status in BUSY:
        raise _Again(f"{shown(url)} is busy (HTTP {response.status})", retry_after(response.headers))
    if response.status in (401, 403):
        raise UpdateError(f"{shown(url)} refuses (HTTP {response.status}): a key is missing or not allowed to ask this")
    raise UpdateError(f"{shown(url)} answers with HTTP {response.status}")


def _whole(response: HTTPResponse, url: str) -> bytes:
    chunks, size, total = [], 0, _length(response)
    while chunk := next_piece(response, _CHUNK):
        size += len(chunk)
        if size > LARGEST_ANSWER:
            raise UpdateError(f"{shown(url)} answers with more than {LARGEST_ANSWER >> 20} MB")
        chunks.append(chunk)
    if chunk is None or size < total:
        raise _Again(f"the connection to {shown(url)} dropped")
    return b"".join(chunks)


def _length(response: HTTPResponse) -> int:
    text = response.headers.get("Content-Length") or "0"
    return int(text) if text.isdigit() else 0


def _check(url: str, headers: Message, digest: Callable[[str], str]) -> None:
    """Compare with the checksums the server states: Content-MD5, those of S3 and Google, and the ETag of S3, which is
    the MD5 of objects that were stored in one piece and without a key of their own. Raises _Again."""
    stated: dict[str, set[str]] = {"md5": set(), "sha256": set()}
    for header, kind in (("Content-MD5", "md5"), ("x-amz-checksum-sha256", "sha256")):
        stated[kind] |= _decoded(headers.get(header, ""))
    for item in headers.get("x-goog-hash", "").split(","):
        kind, _, text = item.strip().partition("=")
        stated.get(kind, set()).update(_decoded(text))
    tag = _MD5.match(headers.get("ETag", ""))
    own_key = "kms" in headers.get("x-amz-server-side-encryption", "")
    if tag and "AmazonS3" in headers.get_all("Server", []) and not own_key:
        stated["md5"].add(tag[1])
    for kind, wanted in stated.items():
        if wanted and digest(kind) not in wanted:
            raise _Again(f"{shown(url)} does not match the checksum its server states")


def _decoded(text: str) -> set[str]:
    try:
        return {b64decode(text, validate=True).hex()} if text else set()
    except ValueError:
        return set()
