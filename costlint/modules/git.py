"""Fetches git repositories with the user's own git and credentials, and takes their files out without a checkout.

No hook, filter or submodule of a repository ever runs: files are read from the object store.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import IO, NamedTuple, cast
from urllib.parse import urlsplit

from costlint.network.errors import FetchError
from costlint.network.limits import LARGEST_PACKAGE, MOST_FILES
from costlint.network.store import Incoming
from costlint.readers.terraform.sourcing.addresses import without_password

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_ABBREVIATED = re.compile(r"[0-9a-f]{4,39}")
_SETTINGS = (
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "submodule.recurse=false"),
    *("-c", "fetch.recurseSubmodules=false"),
    *("-c", "gc.auto=0"),
    *("-c", "maintenance.auto=false"),
    *("-c", "http.lowSpeedLimit=1000"),
    *("-c", "http.lowSpeedTime=60"),
)
# They name another repository than the one that is fetched.
_ELSEWHERE = frozenset(
    f"GIT_{name}"
    for name in (
        *("DIR", "WORK_TREE", "INDEX_FILE", "OBJECT_DIRECTORY", "ALTERNATE_OBJECT_DIRECTORIES", "COMMON_DIR"),
        *("NAMESPACE", "PREFIX", "SHALLOW_FILE", "TEMPLATE_DIR", "QUARANTINE_PATH"),
    )
)
_NO_ACCESS = (
    "could not read Username",
    "could not read Password",
    "Authentication failed",
    "Permission denied",
    "terminal prompts disabled",
    "Host key verification failed",
    "The requested URL returned error: 403",
)
_NO_REPOSITORY = ("not found", "does not appear to be a git repository", "does not exist")


class Repository(NamedTuple):
    """A repository to fetch from: a URL, and the protocols git may speak to get there."""

    url: str
    protocols: tuple[str, ...]

    @property
    def shown(self) -> str:
        return without_password(self.url)


def repository(url: str, own: bool) -> Repository:
    """The repository at a URL. `own`: the user's own configuration names it, so it may be a directory, or http.

    Raises FetchError for protocols that are refused."""
    scheme = urlsplit(url).scheme
    if scheme in ("https", "ssh"):
        return Repository(url, ("https", "ssh"))
    if own and scheme in ("http", "file"):
        return Repository(url, ("https", "ssh", scheme))
    shown = without_password(url)
    raise FetchError(f"{shown} is refused: git modules are fetched over https and ssh, not over {scheme or 'that'}")


def is_commit(text: str) -> bool:
    """True for the whole name of a commit."""
    return _COMMIT.fullmatch(text) is not None


def commit_of(where: Repository, ref: str) -> str:
    """The commit a ref stands for: a tag before a branch of the same name, HEAD without one; "" for what may be the
    beginning of a commit. Raises FetchError if there is no such ref."""
    if _COMMIT.fullmatch(ref):
        return ref
    names = (f"refs/tags/{ref}^{{}}", f"refs/tags/{ref}", f"refs/heads/{ref}", ref) if ref else ("HEAD",)
    listing = _git(where, None, "ls-remote", "--quiet", "--", where.url, *names).decode(errors="replace")
    found = {name: commit for commit, _, name in (line.partition("\t") for line in listing.splitlines())}
    for name in names:
        if name in found:
            return found[name]
    if _ABBREVIATED.fullmatch(ref):
        return ""
    raise FetchError(f'{where.shown} has no branch or tag "{ref}"' if ref else f"{where.shown} is empty")


def take(where: Repository, ref: str, commit: str, package: Callable[[], Incoming], scratch: Path) -> tuple[str, str]:
    """Fetch one commit and take its files into a package: the commit and the package's checksum. Raises FetchError."""
    with tempfile.TemporaryDirectory(prefix="git-", dir=scratch, ignore_cleanup_errors=True) as name:
        here = Path(name)
        _git(where, here, "init", "--quiet", "--bare", "--template=", ".")
        commit = _fetched(where, here, ref, commit)
        with package() as incoming:
            _export(where, here, commit, incoming)
            return commit, incoming.finish()


def _fetched(where: Repository, here: Path, ref: str, commit: str) -> str:
    """Bring one commit into the repository `here`: alone if the server gives it, else with all there is."""
    fetch = ("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head")
    shallow: list[str] = [commit] if commit else []
    if ref and not _COMMIT.fullmatch(ref) and commit:
        shallow += [f"refs/tags/{ref}", f"refs/heads/{ref}"]
    for wanted in shallow:
        try:
            _git(where, here, *fetch, "--depth=1", "--", where.url, wanted)
        except FetchError:
            continue
        if _commit(where, here, commit):
            return commit
    _git(where, here, *fetch, "--", where.url, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
    found = _commit(where, here, commit or ref)
    if not found:
        raise FetchError(f'{where.shown} has no commit "{commit or ref}"')
    return found


def _commit(where: Repository, here: Path, name: str) -> str:
    try:
        answer = _git(where, here, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    except FetchError:
        return ""
    return answer.decode().strip()


class _Entry(NamedTuple):
    path: str
    link: bool
    object: str
    size: int


def _export(where: Repository, here: Path, commit: str, package: Incoming) -> None:
    entries = list(_entries(_git(where, here, "ls-tree", "-r", "-l", "-z", "--full-tree", commit)))
    if len(entries) > MOST_FILES or sum(entry.size for entry in entries) > LARGEST_PACKAGE:
        raise FetchError(f"{where.shown} holds more than {MOST_FILES:,} files or {LARGEST_PACKAGE >> 20} MB")
    command = ["git", *_SETTINGS, "cat-file", "--batch"]
    with subprocess.Popen(
        command,
        cwd=here,
        env=_environment(where),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as reader:
        questions, answers = cast("IO[bytes]", reader.stdin), cast("BufferedReader", reader.stdout)
        for entry in entries:
            questions.write(f"{entry.object}\n".encode())
            questions.flush()
            head = answers.readline().split()
            if len(head) != 3:
                raise FetchError(f"git has no content for {entry.path} of {where.shown}")
            content = answers.read(int(head[2]) + 1)[:-1]
            if entry.link:
                package.link(entry.path, content.decode(errors="replace"))
            else:
                package.add(entry.path, BytesIO(content))


def _entries(listing: bytes) -> Iterator[_Entry]:
    """Files and links; submodules are left out."""
    for line in listing.split(b"\0"):
        about, _, path = line.partition(b"\t")
        mode, _, rest = about.partition(b" ")
        if mode.startswith((b"100", b"120")):
            _, object_, size = rest.split()
            yield _Entry(path.decode(errors="replace"), mode == b"120000", object_.decode(), int(size))


def _git(where: Repository, here: Path | None, *arguments: str) -> bytes:
    """What git prints. Raises FetchError with what git says is wrong."""
    try:
        # A session of its own has no terminal, so neither git nor ssh can stop to ask for anything.
        process = subprocess.Popen(
            ["git", *_SETTINGS, *arguments],
            cwd=here,
            env=_environment(where),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise FetchError("git is needed to fetch git modules, and it could not be run") from error
    try:
        output, complaint = process.communicate()
    except BaseException:
        _end(process)
        raise
    if process.returncode:
        raise FetchError(_sentence(where, complaint.decode(errors="replace")))
    return output


def _end(process: subprocess.Popen[bytes]) -> None:
    """End git and what it has started."""
    try:
        os.killpg(process.pid, signal.SIGTERM)
    except (AttributeError, OSError):
        process.kill()
    process.communicate()


def _environment(where: Repository) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if name not in _ELSEWHERE}
    return {
        **kept,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": ":".join(where.protocols),
        "GIT_OPTIONAL_LOCKS": "0",
        "LC_ALL": "C",
    }


def _sentence(where: Repository, complaint: str) -> str:
    if any(sign in complaint for sign in _NO_ACCESS):
        return f"{where.shown} asks for credentials git does not have: git ls-remote {where.shown} must work first"
    if any(sign in complaint for sign in _NO_REPOSITORY):
        return f"{where.shown} is no git repository, or not one that your credentials reach"
    lines = [line.strip() for line in complaint.splitlines() if line.strip()]
    said = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[-1] if lines else "no reason")
    password = urlsplit(where.url).netloc.rpartition("@")[0]
    said = said.replace(where.url, where.shown)
    return f"git could not fetch {where.shown}: {said.replace(password, '…') if password else said}"
