"""JSON requests to a platform: with its token, with patience, and with sentences for what goes wrong.

Waits and tries again at 429, at 5xx and at GitHub's rate limits, as long as Retry-After or X-RateLimit-Reset ask for
(docs.github.com, "Rate limits for the REST API"; docs.gitlab.com, "Rate limits"). The token is in no message.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from email.message import Message
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

import msgspec

from costlint.commenting.errors import CommentError, Refused, Unsure
from costlint.commenting.limits import (
    ATTEMPTS,
    FIRST_PAUSE,
    LONGEST_PAUSE,
    LONGEST_REASON,
    MOST_PAGES,
    SECONDARY_PAUSE,
)
from costlint.network.errors import FetchError
from costlint.network.passing import BUSY, is_lasting, retry_after
from costlint.network.web import Answer, Web, shown
from costlint.reports.escaping import printable

Kind = TypeVar("Kind")
_REFUSALS = {401: "does not know the token", 403: "does not allow this", 404: "is not there, or not for this token"}
_NOT_DONE = frozenset({429, 503})
_NEXT = re.compile(r'<([^<>]*)>\s*;[^,]*\brel="?next"?')


class Clock(NamedTuple):
    """Time, and waiting; tests have their own."""

    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.time


class Reply(NamedTuple):
    """What a platform answered: JSON, None where there is none."""

    data: Any
    headers: Message
    status: int


class Requests:
    """Requests with the `headers` a platform wants. `secrets` are never said, `advice` is what to do when the token is
    refused."""

    def __init__(
        self,
        headers: Mapping[str, str],
        secrets: tuple[str, ...],
        advice: str,
        clock: Clock | None = None,
        web: Web | None = None,
    ) -> None:
        self._headers = headers
        self._secrets = tuple(secret for secret in secrets if secret)
        self._advice = advice
        self._clock = clock or Clock()
        self._web = web or Web()

    def send(self, method: str, url: str, body: Any = None, *, creates: bool = False) -> Reply:
        """The answer to one request. Raises CommentError; Refused if it may not be asked, Unsure if it `creates`
        something and nobody knows whether it did."""
        pause = FIRST_PAUSE
        for number in range(1, ATTEMPTS + 1):
            failure, wait = "", 0.0
            try:
                answer = self._once(method, url, body)
            except FetchError as error:
                if is_lasting(error):
                    raise CommentError(self._redacted(str(error))) from None
                failure = self._redacted(str(error))
                if creates:
                    raise Unsure(failure) from None
            else:
                limited = _rate_limit(answer, self._clock.now())
                if limited is None and answer.status not in BUSY:
                    return self._read(method, url, answer)
                failure = f"{shown(url)} is busy (HTTP {answer.status})"
                if limited is None and creates and answer.status not in _NOT_DONE:
                    raise Unsure(failure)
                wait = retry_after(answer.headers) if limited is None else limited
            if number == ATTEMPTS:
                break
            if wait > LONGEST_PAUSE:
                raise CommentError(f"{failure} and asks to wait {wait:,.0f} s; run again then")
            self._clock.sleep(max(pause, wait))
            pause *= 2
        raise CommentError(f"{failure} ({ATTEMPTS} attempts); run again later")

    def pages(self, url: str) -> Iterator[Any]:
        """The answers of a listing, page by page, along its Link header (or GitLab's X-Next-Page). Raises
        CommentError."""
        host = urlsplit(url).netloc
        for _ in range(MOST_PAGES):
            reply = self.send("GET", url)
            yield reply.data
            found = _NEXT.search(reply.headers.get("Link", ""))
            following = found[1] if found else _numbered(url, reply.headers.get("X-Next-Page", ""))
            if not following:
                return
            if urlsplit(following).netloc != host:
                raise CommentError(f"{shown(url)} goes on at another host, which is refused")
            url = following

    def read(self, method: str, url: str, kind: type[Kind], body: Any = None, *, creates: bool = False) -> Kind:
        """The answer as what it is documented to be. Raises CommentError."""
        return self.converted(self.send(method, url, body, creates=creates).data, kind, url)

    def converted(self, data: Any, kind: type[Kind], url: str) -> Kind:
        """An answer as what it is documented to be. Raises CommentError."""
        try:
            return msgspec.convert(data, kind)
        except msgspec.ValidationError as error:
            raise CommentError(f"{shown(url)} does not answer as it is documented to: {error}") from None

    def _once(self, method: str, url: str, body: Any) -> Answer:
        data = None if body is None else json.dumps(body).encode()
        kind = {} if data is None else {"Content-Type": "application/json"}
        return self._web.ask(method, url, {"Accept": "application/json", **self._headers, **kind}, data)

    def _read(self, method: str, url: str, answer: Answer) -> Reply:
        if 300 <= answer.status < 400:
            advice = "name the repository as it is called now (--repo)"
            raise CommentError(f"{shown(url)} has moved (HTTP {answer.status}); {advice}")
        if answer.status in (401, 403, 404):
            said = f"{method} {shown(url)} {_REFUSALS[answer.status]}{self._reason(answer)}"
            raise Refused(f"{said}. {self._advice}", answer.status)
        if not 200 <= answer.status < 300:
            raise CommentError(f"{method} {shown(url)} answers with HTTP {answer.status}{self._reason(answer)}")
        if not answer.body.strip():
            return Reply(None, answer.headers, answer.status)
        try:
            return Reply(json.loads(answer.body), answer.headers, answer.status)
        except (ValueError, RecursionError):
            # Azure DevOps shows its sign-in page, with 203 or 200, to whom it does not know.
            raise Refused(f"{shown(url)} answers with a page for people, not JSON. {self._advice}", 401) from None

    def _reason(self, answer: Answer) -> str:
        """What the platform says was wrong, in brackets."""
        try:
            said = _said(json.loads(answer.body))
        except (ValueError, RecursionError):
            said = ""
        text = printable(self._redacted(said))
        return f" ({text[:LONGEST_REASON]})" if text else ""

    def _redacted(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


def _said(data: Any) -> str:
    """The message in the error of any of the platforms: {"message"}, {"error"}, {"error": {"message"}},
    {"errors": [{"message"}]}."""
    if isinstance(data, str):
        return data
    if isinstance(data, list):
        return "; ".join(filter(None, map(_said, data[:5])))
    if not isinstance(data, dict):
        return ""
    parts = [_said(data[key]) for key in ("message", "error", "error_description", "errors") if key in data]
    code = data.get("code")
    return ": ".join(dict.fromkeys(filter(None, parts))) or (code if isinstance(code, str) else "")


def _rate_limit(answer: Answer, now: float) -> float | None:
    """Seconds a rate limit asks to wait, None if the answer is about something else. GitHub says 403 as well."""
    headers = answer.headers
    if answer.status not in (403, 429):
        return None
    if headers.get("Retry-After"):
        return retry_after(headers)
    reset = headers.get("X-RateLimit-Reset", "") or headers.get("RateLimit-Reset", "")
    if headers.get("X-RateLimit-Remaining") == "0" and reset.isdigit():
        return max(0.0, float(reset) - now)
    if answer.status == 429:
        return max(0.0, float(reset) - now) if reset.isdigit() else 0.0
    return SECONDARY_PAUSE if b"secondary rate limit" in answer.body.lower() else None


def _numbered(url: str, number: str) -> str:
    """The same listing at another page, "" if there is none."""
    if not number.isdigit():
        return ""
    address, _, query = url.partition("?")
    kept = [part for part in query.split("&") if part and not part.startswith("page=")]
    return f"{address}?{'&'.join([*kept, f'page={number}'])}"
