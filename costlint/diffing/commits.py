"""Which commits a comparison is about: the base, the merge base, and what to do when a shallow clone lacks them.

Nothing of the repository's own configuration runs: no hook, no file-system monitor, no text conversion, no helper of an
unusual protocol; and nothing is checked out.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import NamedTuple

from costlint.sources import SourceError
from costlint.sources.directory import work_tree

_FULL = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_QUIET = (
    *("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never"),
    *("-c", "core.sshCommand=ssh", "-c", "core.gitProxy=", "-c", "core.askPass=", "-c", "gc.auto=0"),
    *("-c", "maintenance.auto=false", "-c", "submodule.recurse=false", "-c", "fetch.recurseSubmodules=false"),
)
_RUNS_PROGRAMS = re.compile(
    r"(credential(\..*)?\.helper|remote\..*\.(uploadpack|vcs|proxy)|core\.(sshcommand|gitproxy|askpass|alternaterefscommand))",
    re.IGNORECASE,
)
_KEPT = ("GIT_CONFIG", "GIT_SSH", "GIT_ASKPASS", "GIT_SSL", "GIT_HTTP")
_LONGEST_WAIT = 300


class Commits(NamedTuple):
    """What is compared: full ids, and what is to be said about how they were found."""

    base: str
    head: str
    notes: tuple[str, ...] = ()


def commits(repo: Path, base: str, head: str = "", *, merge_base: bool = True, fetch: bool = False) -> Commits:
    """The commits to compare in the repository around `repo`. With `merge_base` the base is where `head` (default: the
    commit that is checked out) left it, as a review shows it. One that is not here is fetched, without its history, if
    `fetch`. Raises SourceError with what to run otherwise."""
    git = _Git(repo)
    notes: list[str] = []
    tip = git.commit(head or "HEAD")
    if tip is None:
        raise SourceError(f'git knows no commit "{head}"' if head else "this repository has no commit yet")
    found = git.commit(base)
    if found is None:
        found = _fetched(git, base) if fetch else None
        if found is None:
            raise SourceError(_missing(git, base))
        notes.append(f"{base} was fetched without its history")
    if not merge_base:
        return Commits(found, tip, tuple(notes))
    common = git.line("merge-base", found, tip)
    if common is None:
        why = "this clone is shallow" if git.is_shallow() else "they have no commit in common"
        notes.append(f"compared with {base} itself and not with where the change left it: {why}")
        return Commits(found, tip, tuple(notes))
    return Commits(common, tip, tuple(notes))


def submodules(repo: Path, commit: str) -> dict[str, str]:
    """The directories other repositories are put at, and the commits of those."""
    listing = _Git(repo).output("ls-tree", "-r", "-z", "--full-tree", commit) or b""
    found: dict[str, str] = {}
    for entry in listing.split(b"\0"):
        about, _, path = entry.decode(errors="replace").partition("\t")
        if about.startswith("160000 "):
            found[path] = about.split()[2]
    return found


def _fetched(git: _Git, base: str) -> str | None:
    """A commit brought from the remote at depth 1, None if that does not have it."""
    if odd := git.programs():
        raise SourceError(
            f"nothing is fetched: the configuration of this repository names programs to run ({', '.join(odd)}); "
            f"run `{_command(base)}` yourself"
        )
    remote, name = _remote(git, base)
    if remote is None:
        return None
    wanted = name if _FULL.fullmatch(name) else f"+refs/heads/{name}:refs/remotes/{remote}/{name}"
    arguments = ("--depth=1", "--no-tags", "--no-recurse-submodules", "--upload-pack=git-upload-pack", "--quiet")
    if git.output("fetch", *arguments, "--", remote, wanted) is None:
        return None
    return git.commit(name if _FULL.fullmatch(name) else f"refs/remotes/{remote}/{name}")


def _remote(git: _Git, base: str) -> tuple[str | None, str]:
    """The remote a name is to be fetched from, and the name there."""
    remotes = (git.output("remote") or b"").decode(errors="replace").split()
    remotes = [name for name in remotes if not name.startswith("-")]
    first, _, rest = base.partition("/")
    if rest and first in remotes:
        return first, rest
    chosen = "origin" if "origin" in remotes else next(iter(remotes), None)
    return chosen, base


def _missing(git: _Git, base: str) -> str:
    said = f'git knows no commit "{base}"'
    if git.is_shallow():
        return f"{said}: this clone is shallow. Run `{_command(base)}` first, or pass --fetch"
    return f"{said}; `git branch --all` lists what is here, `{_command(base)}` fetches it"


def _command(base: str) -> str:
    remote, _, name = base.rpartition("/") if base.startswith("origin/") else ("origin", "", base)
    if _FULL.fullmatch(name):
        return f"git fetch --depth=1 origin {name}"
    name = shlex.quote(name)
    return f"git fetch --depth=1 {remote} {name}:refs/remotes/{remote}/{name}"


class _Git:
    """Git in one repository, kept from running anything but itself."""

    def __init__(self, repo: Path) -> None:
        root = work_tree(Path(os.path.realpath(repo)))
        if root is None:
            raise SourceError(f"{repo} is not inside a git work tree; name two directories or files to compare instead")
        self._root = root

    def commit(self, name: str) -> str | None:
        """The id of a commit, also of a branch only the remote has; None if it is not here."""
        if name.startswith("-") or not name.strip():
            return None
        for each in (name, f"refs/remotes/origin/{name}"):
            found = self.line("rev-parse", "--verify", "--quiet", "--end-of-options", f"{each}^{{commit}}")
            if found is not None:
                return found
        return None

    def is_shallow(self) -> bool:
        return self.line("rev-parse", "--is-shallow-repository") == "true"

    def programs(self) -> list[str]:
        """The settings of the repository itself that name programs."""
        listing = self.output("config", "--local", "--includes", "--name-only", "--list") or b""
        names = listing.decode(errors="replace").split()
        return sorted({name for name in names if _RUNS_PROGRAMS.fullmatch(name)})

    def line(self, *arguments: str) -> str | None:
        found = self.output(*arguments)
        return None if found is None else found.decode(errors="replace").strip() or None

    def output(self, *arguments: str) -> bytes | None:
        """What git prints, None if it fails. Raises SourceError if it cannot be run."""
        kept = {
            name: text for name, text in os.environ.items() if not name.startswith("GIT_") or name.startswith(_KEPT)
        }
        environment = {**kept, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
        try:
            done = subprocess.run(
                ["git", *_QUIET, *arguments],
                cwd=self._root,
                env=environment,
                capture_output=True,
                check=False,
                timeout=_LONGEST_WAIT,
            )
        except OSError as error:
            raise SourceError("git is needed to compare commits, and it could not be run") from error
        except subprocess.TimeoutExpired as error:
            raise SourceError(f"git {arguments[0]} took longer than {_LONGEST_WAIT} seconds") from error
        if b"dubious ownership" in done.stderr:
            raise SourceError(f"git refuses to read {self._root.name}: it belongs to another user (safe.directory)")
        return done.stdout if done.returncode == 0 else None
