"""What an integration changes in a repository, before anything is written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from costlint import __version__
from costlint.integrating.kinds import KINDS, Kind
from costlint.integrating.stages import stage_for
from costlint.integrating.yaml_lists import with_item

_SNIPPETS = Path(__file__).parent / "snippets"
_PLACEHOLDER = re.compile(r"@([A-Z]+)@")
_PLAIN = re.compile(r"[\w./-]+", re.ASCII)
_ADDRESS = re.compile(r"[\w.~/][\w.:/~@+-]*", re.ASCII)
_UNRELEASED = (
    f"# Until {__version__} is released: costlint init --repository URL --rev COMMIT takes it from a clone's origin.\n"
)
_FILES = r"(\.(tf|tofu|tfvars|hcl|ya?ml|json|tpl)|(^|/)Kustomization)$"
_EXCLUDE = (
    r"(^|/)(\.costlint\.ya?ml|\.pre-commit-(config|hooks)\.yaml|\.gitlab-ci\.yml|\.terraform\.lock\.hcl"
    r"|package(-lock)?\.json)$|^\.github/"
)


class IntegrationError(Exception):
    """Something cannot be integrated; the message is a sentence that says what to do by hand."""


class Change(NamedTuple):
    """A file to write (relative to the repository), with what it holds now; None if it is new. `added` is what is put
    into a file that people wrote, "" if the whole file is costlint's."""

    path: str
    before: str | None
    after: str
    added: str = ""


def changes_for(
    root: Path, name: str, path: str = ".", repository: str = "", rev: str = "", *, force: bool = False
) -> list[Change]:
    """What to write for an integration (a name in KINDS) that checks `path`, a directory of the repository. costlint
    comes from `repository` (the address of its own) at `rev` (a tag or commit, else the tag of this version), or else
    from the package index. Raises IntegrationError where that cannot be done without touching what people wrote; with
    `force` a file that is there is replaced."""
    kind = KINDS[name]
    file = "pre-commit-from.yaml" if repository and kind.key == "repos" else kind.snippet
    stage = stage_for(_read(root, kind.entry) or "") if name == "gitlab" else ""
    text = snippet(file, path, repository, rev, stage)
    changes: list[Change] = []
    if kind.file:
        changes += _whole(root, kind, text, force=force)
        text = f"local: {kind.file}\n"
    if kind.entry:
        changes += _listed(root, kind, text)
    return changes


def snippet(file: str, path: str = ".", repository: str = "", rev: str = "", stage: str = "") -> str:
    """A snippet for a directory of a repository, with this version of costlint, or that of a `rev`; `stage` is where a
    job of GitLab has to say so. Raises IntegrationError."""
    if not _PLAIN.fullmatch(path):
        raise IntegrationError(f'"{path}" cannot be written into a command of CI safely; start costlint init there')
    for given in filter(None, (repository, rev)):
        if not _ADDRESS.fullmatch(given):
            raise IntegrationError(f'"{given}" cannot be written into a command of CI safely')
    text = (_SNIPPETS / file).read_text(encoding="utf-8")
    wanted = rev or f"v{__version__}"
    values = {
        "PATHS": path,
        "REQUIREMENT": _requirement(repository, wanted) if "@REQUIREMENT@" in text else "",
        "REV": wanted if wanted.startswith("v") else json.dumps(wanted),
        "UNRELEASED": "" if rev else _UNRELEASED,
        "PYTHON": "3.13",
        "REPOSITORY": repository,
        "FILES": _FILES,
        "EXCLUDE": _EXCLUDE,
        "STAGE": f"  stage: {json.dumps(stage)}\n" if stage else "",
    }
    return _PLACEHOLDER.sub(lambda found: values[found[1]], text)


def _requirement(repository: str, rev: str) -> str:
    """What pip installs costlint by. Raises IntegrationError for a repository only this machine has."""
    if not repository:
        return f"costlint[helm]=={__version__}"
    host, colon, path = repository.partition(":")
    if not colon:
        raise IntegrationError(f'a job of CI cannot reach "{repository}"; name an address, such as https://…')
    url = repository if "://" in repository else f"ssh://{host}/{path}"
    return f"costlint[helm] @ git+{url}@{rev}"


def _whole(root: Path, kind: Kind, text: str, *, force: bool) -> Iterable[Change]:
    before = _read(root, kind.file)
    if before == text:
        return
    if before is not None and not force:
        raise IntegrationError(
            f"{kind.file} is there already and stays as it is; --force replaces it, --dry-run prints what to add"
        )
    yield Change(kind.file, before, text)


def _listed(root: Path, kind: Kind, item: str) -> Iterable[Change]:
    before = _read(root, kind.entry)
    if before is not None and _mentions(before, item):
        return
    added = "- " + item.replace("\n", "\n  ").rstrip() + "\n"
    after = f"{kind.key}:\n{_indented(added, 2)}" if before is None else with_item(before, kind.key, added)
    if after is None:
        raise IntegrationError(
            f"{kind.entry} is not written so that it can be added to; add this to {kind.key}:\n{added}"
        )
    yield Change(kind.entry, before, after, added if before is not None else "")


def _mentions(text: str, item: str) -> bool:
    """Whether a file has the item already, however it is written there."""
    wanted = "id: costlint" if "id: costlint" in item else item.partition(": ")[2].strip()
    return re.search(rf"(?m)^[^#\n]*{re.escape(wanted)}\b", text) is not None


def _read(root: Path, name: str) -> str | None:
    try:
        return (root / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise IntegrationError(f"{name} cannot be read: {error}") from None


def _indented(text: str, depth: int) -> str:
    return "".join(f"{' ' * depth}{line}\n" if line else "\n" for line in text.splitlines())
