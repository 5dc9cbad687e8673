"""Downloads that survive an interruption: what has come is kept beside the cache and gone on from the next time."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from email.message import Message
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.parse import unquote, urlsplit

from costlint.network.errors import FetchError, Interrupted
from costlint.network.limits import ATTEMPTS, LARGEST_DOWNLOAD
from costlint.network.web import Web, shown

_CHUNK = 1 << 16
_BY_LENGTH = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
Tell = Callable[[str], None]
Login = Callable[[str], tuple[str, str] | None]
"""User and password for a host, None if there are none."""


class Downloads:
    """Downloads into a cache directory. `name` tells what is downloaded: the same name goes on with the same file."""

    def __init__(self, cache: Path, web: Web, login: Login, tell: Tell) -> None:
        self._directory = cache / "partial"
        self._web = web
        self._login_for = login
        self._tell = tell

    def download(self, url: str, name: str, headers: Mapping[str, str] | None = None) -> Path:
        """The complete file; the caller deletes it. `headers` are sent along. Raises FetchError; Interrupted if it
        stopped short."""
        kept = self._directory / hashlib.sha256(name.encode()).hexdigest()
        part = Part(kept)
        try:
            for attempt in range(1, ATTEMPTS + 1):
                try:
                    self._continue(url, part, headers or {})
                    return part.take()
                except Interrupted:
                    if attempt == ATTEMPTS:
                        raise
        finally:
            part.release()
        raise AssertionError("unreachable")

    def _continue(self, url: str, part: Part, given: Mapping[str, str]) -> None:
        url, login = self._login(url)
        own = basic(*login) if login is not None else {}
        headers = {"Accept-Encoding": "identity", **own, **given, **part.rest()}
        have = part.size
        with self._web.open(url, headers) as response:
            if response.status == 206 and response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
                total = have + int(response.headers.get("Content-Length") or 0)
            elif response.status == 200:
                have, total = 0, int(response.headers.get("Content-Length") or 0)
                part.restart(validator_of(response.headers))
            elif response.status in (206, 416):
                part.restart("")
                raise Interrupted(f"{shown(url)} cannot be gone on with; run again to start over")
            else:
                raise FetchError(refusal(url, response.status))
            if total > LARGEST_DOWNLOAD:
                raise FetchError(f"{shown(url)} is larger than {LARGEST_DOWNLOAD >> 20} MB")
            while chunk := next_piece(response, _CHUNK):
                have += len(chunk)
                if have > LARGEST_DOWNLOAD:
                    raise FetchError(f"{shown(url)} is larger than {LARGEST_DOWNLOAD >> 20} MB")
                part.write(chunk)
                self._tell(f"{have / 1_000_000:,.1f} MB")
            if have < total or chunk is None:
                of = f" of {total / 1_000_000:,.1f}" if total else ""
                raise Interrupted(
                    f"{shown(url)} stopped after {have / 1_000_000:,.1f}{of} MB; run again to go on from there"
                )

    def _login(self, url: str) -> tuple[str, tuple[str, str] | None]:
        """The URL without user and password, and those: its own, else those of ~/.netrc."""
        parts = urlsplit(url)
        if parts.username is not None:
            plain = parts._replace(netloc=parts.netloc.rpartition("@")[2])
            return plain.geturl(), (unquote(parts.username), unquote(parts.password or ""))
        return url, self._login_for(parts.hostname or "") if parts.scheme == "https" else None


class Part:
    """A file that is not complete yet, taken out of sight of other runs while this one writes it."""

    def __init__(self, kept: Path) -> None:
        self._kept, self._kept_validator = kept, kept.with_suffix(".validator")
        own = f"{kept.name}-{secrets.token_hex(4)}"
        self._path, self._note = kept.with_name(own), kept.with_name(f"{own}.validator")
        self.validator = ""
        try:
            kept.rename(self._path)
            self._kept_validator.rename(self._note)
            self.validator = self._note.read_text()
        except OSError:
            self.validator = ""
        self._file = self._path.open("ab")

    @property
    def size(self) -> int:
        return self._file.tell()

    def rest(self) -> dict[str, str]:
        """The headers that ask for what is missing only; none if there is nothing to go on from."""
        return {"Range": f"bytes={self.size}-", "If-Range": self.validator} if self.size and self.validator else {}

    def restart(self, validator: str) -> None:
        self._file.truncate(0)
        self._file.seek(0)
        self.validator = validator
        self._note.write_text(validator)

    def write(self, chunk: bytes) -> None:
        self._file.write(chunk)

    def digest(self, kind: str) -> str:
        """The digest of what has come so far, hex."""
        self._file.flush()
        with self._path.open("rb") as file:
            return hashlib.file_digest(file, kind).hexdigest()

    def take(self) -> Path:
        """The complete file under a name of its own."""
        self._file.close()
        done = self._path.with_suffix(".done")
        self._path.rename(done)
        self._note.unlink(missing_ok=True)
        return done

    def release(self) -> None:
        """Leave what has come for the next run, if there is anything to go on from."""
        self._file.close()
        if not self._path.exists():
            return
        if self.validator and self._path.stat().st_size:
            self._path.replace(self._kept)
            self._note.replace(self._kept_validator)
        else:
            self._path.unlink()
            self._note.unlink(missing_ok=True)


def next_piece(response: HTTPResponse, most: int) -> bytes | None:
    """The next piece of a file, empty at the end, None if the connection broke."""
    try:
        return response.read(most)
    except (OSError, HTTPException):
        return None


def validator_of(headers: Message) -> str:
    """What makes sure that the rest belongs to the same file: a strong ETag, else the date."""
    tag: str = headers.get("ETag", "")
    return tag if tag and not tag.startswith("W/") else headers.get("Last-Modified", "")


def check(archive: Path, wanted: str) -> None:
    """Compare a file with a `checksum` parameter: sha256:…, or the bare digest. Raises FetchError."""
    if not wanted:
        return
    kind, colon, digest = wanted.rpartition(":")
    kind = kind.lower() if colon else _BY_LENGTH.get(len(digest), "")
    if kind not in _BY_LENGTH.values():
        raise FetchError(f'the checksum "{wanted}" is of no kind that can be checked (md5, sha1, sha256, sha512)')
    with archive.open("rb") as file:
        found = hashlib.file_digest(file, kind).hexdigest()
    if found != digest.lower():
        raise FetchError(f"the download is not what its checksum says ({kind} {found}, wanted {digest})")


def digest_of(archive: Path) -> str:
    """The SHA-256 of a file, hex."""
    with archive.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def basic(user: str, password: str) -> dict[str, str]:
    """The header that logs in with a password."""
    import base64

    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def refusal(url: str, status: int) -> str:
    """The sentence for an answer that is not the file."""
    if status in (401, 403):
        return f"{shown(url)} asks for credentials (HTTP {status}): ~/.netrc is where they are looked for"
    return f"{shown(url)} is not there (HTTP 404)" if status == 404 else f"{shown(url)} answers with HTTP {status}"
