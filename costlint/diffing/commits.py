"""Which commits a comparison is about: the base, the merge base, and what to do when a shallow clone lacks them.

Nothing of the repository's own configuration runs: no hook, no file-system monitor, no text conversion, no helper of an
unusual protocol; and nothing is checked out.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import NamedTuple

from costlint.sources import SourceError
from costlint.sources.running_git import Git
from costlint.sources.work_trees import repository

_FULL = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_STEP = re.compile(r"([~^])([0-9]{0,4})")
_BEYOND = re.compile(rf"(?P<name>[^~^]+)(?P<steps>(?:{_STEP.pattern})+)")
_SETTINGS = (
    *("-c", "protocol.ext.allow=never", "-c", "core.sshCommand=ssh", "-c", "core.gitProxy=", "-c", "core.askPass="),
    *("-c", "gc.auto=0", "-c", "maintenance.auto=false"),
    *("-c", "submodule.recurse=false", "-c", "fetch.recurseSubmodules=false"),
)
_RUNS_PROGRAMS = re.compile(
    r"(credential(\..*)?\.helper|remote\..*\.(uploadpack|vcs|proxy)|core\.(sshcommand|gitproxy|askpass|alternaterefscommand))",
    re.IGNORECASE,
)
_HEEDED = ("GIT_CONFIG", "GIT_SSH", "GIT_ASKPASS", "GIT_SSL", "GIT_HTTP")
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
    git = _git(repo)
    notes: list[str] = []
    tip = _commit(git, head or "HEAD")
    if tip is None:
        raise SourceError(f'git knows no commit "{head}"' if head else "this repository has no commit yet")
    found = _commit(git, base)
    if found is None:
        found = _fetched(git, base) if fetch else None
        if found is None:
            raise SourceError(_missing(git, base))
        notes.append(f"{base} was fetched without its history")
    if not merge_base:
        return Commits(found, tip, tuple(notes))
    common = git.line("merge-base", found, tip)
    if common is None:
        why = "this clone is shallow" if _is_shallow(git) else "they have no commit in common"
        notes.append(f"compared with {base} itself and not with where the change left it: {why}")
        return Commits(found, tip, tuple(notes))
    return Commits(common, tip, tuple(notes))


def submodules(repo: Path, commit: str) -> dict[str, str]:
    """The directories other repositories are put at, and the commits of those."""
    listing = _git(repo).output("ls-tree", "-r", "-z", "--full-tree", commit) or b""
    found: dict[str, str] = {}
    for entry in listing.split(b"\0"):
        about, _, path = entry.decode(errors="replace").partition("\t")
        if about.startswith("160000 "):
            found[path] = about.split()[2]
    return found


def _fetched(git: Git, base: str) -> str | None:
    """A commit brought from the remote at depth 1, None if that does not have it."""
    if odd := _programs(git):
        raise SourceError(
            f"nothing is fetched: the configuration of this repository names programs to run ({', '.join(odd)}); "
            f"run `{_command(git, base)}` yourself"
        )
    remote, name = _remote(git, base)
    if remote is None:
        return None
    wanted = name if _FULL.fullmatch(name) else f"+refs/heads/{name}:refs/remotes/{remote}/{name}"
    arguments = ("--depth=1", "--no-tags", "--no-recurse-submodules", "--upload-pack=git-upload-pack", "--quiet")
    if git.output("fetch", *arguments, "--", remote, wanted) is None:
        return None
    return _commit(git, name if _FULL.fullmatch(name) else f"refs/remotes/{remote}/{name}")


def _remote(git: Git, base: str) -> tuple[str | None, str]:
    """The remote a name is to be fetched from, and the name there."""
    remotes = (git.output("remote") or b"").decode(errors="replace").split()
    remotes = [name for name in remotes if not name.startswith("-")]
    first, _, rest = base.partition("/")
    if rest and first in remotes:
        return first, rest
    chosen = "origin" if "origin" in remotes else next(iter(remotes), None)
    return chosen, base


def _missing(git: Git, base: str) -> str:
    said = f'git knows no commit "{base}"'
    beyond = _BEYOND.fullmatch(base)
    if _is_shallow(git):
        if beyond:
            return f"{said}: this clone is shallow. Run `git fetch --deepen={_steps(beyond['steps'])}` first"
        return f"{said}: this clone is shallow. Run `{_command(git, base)}` first, or pass --fetch"
    if beyond and _commit(git, beyond["name"]):
        return f"{said}: {beyond['name']} has not as many commits or parents before it"
    return f"{said}; `git branch --all` lists what is here, `{_command(git, base)}` fetches it"


def _steps(written: str) -> int:
    """How many commits `^`, `^2` and `~3` lead back."""
    return sum(int(number or 1) if mark == "~" else 1 for mark, number in _STEP.findall(written))


def _command(git: Git, base: str) -> str:
    remote, name = _remote(git, base)
    remote, name = shlex.quote(remote or "origin"), shlex.quote(name)
    if _FULL.fullmatch(name):
        return f"git fetch --depth=1 {remote} {name}"
    return f"git fetch --depth=1 {remote} {name}:refs/remotes/{remote}/{name}"


def _git(repo: Path) -> Git:
    return Git(repository([str(repo)]), "compare commits", _HEEDED, _SETTINGS, lazily=True, patience=_LONGEST_WAIT)


def _commit(git: Git, name: str) -> str | None:
    """The id of a commit, also of a branch only the remote has; None if it is not here."""
    if name.startswith("-") or not name.strip():
        return None
    return git.commit(name) or git.commit(f"refs/remotes/origin/{name}")


def _is_shallow(git: Git) -> bool:
    return git.line("rev-parse", "--is-shallow-repository") == "true"


def _programs(git: Git) -> list[str]:
    """The settings of the repository itself that name programs."""
    listing = git.output("config", "--local", "--includes", "--name-only", "--list") or b""
    names = listing.decode(errors="replace").split()
    return sorted({name for name in names if _RUNS_PROGRAMS.fullmatch(name)})
