"""`costlint init`: a configuration to start with, and the places where people meet costlint."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from costlint.cli.options import config_options, print_options, resolve_config

if TYPE_CHECKING:
    from costlint.integrating import Change

_KINDS = ("pre-commit", "github", "gitlab", "azure", "bitbucket", "atlantis")


@click.command("init")
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False))
@click.option("--write", "written", is_flag=True, help="Write PATH/.costlint.yaml, unless a configuration is there.")
@click.option(
    "--with", "kinds", type=click.Choice(_KINDS), multiple=True, help="Write what runs costlint there; several can be."
)
@click.option("--repository", default="", metavar="URL", help="Take costlint from this repository, the hook too.")
@click.option("--rev", default="", metavar="REV", help="At this tag or commit of it; default: the tag of this version.")
@click.option("--dry-run", is_flag=True, help="Print what --with would write, and write nothing.")
@click.option("--force", is_flag=True, help="Replace files of costlint's own that --with finds.")
@config_options
@print_options
def command(
    path: str,
    written: bool,
    kinds: tuple[str, ...],
    repository: str,
    rev: str,
    dry_run: bool,
    force: bool,
    color: bool | None,
    **options: Any,
) -> int:
    """Propose a configuration for PATH: the environments and roots found there, with what says so.

    --with adds costlint to what runs on commits and pull requests: a hook, or a job that says in each pull request
    what it costs. Files that people wrote are only added to, comments stay. On a terminal, --write asks for what the
    repository uses already.

    \b
    Examples:
      costlint init
      costlint init infra --write
      costlint init --write --with pre-commit --with github
      costlint init --with gitlab --dry-run
      costlint init --with github --repository https://git.example.com/costlint --rev 4f2a9c1
    """
    if (dry_run or force or repository) and not kinds:
        raise click.UsageError("--dry-run, --force and --repository are for --with")
    if rev and not repository:
        raise click.UsageError("--rev is for --repository")
    root = _root(path)
    if written and not kinds:
        _check_nothing_configures(path)
        kinds = _asked(root)
    changes = _changes(root, kinds, path, repository, rev, force=force)
    if dry_run:
        for change in changes:
            _show(change)
        _say_what_stays(kinds, changes)
        return 0
    if not kinds and not written:
        return _print(path, options)
    if written and not _is_configured(path):
        _configure(path, options)
    elif written:
        click.echo(f"{_shown(_configured(path))} configures this already and stays as it is.")
    for change in changes:
        _put(root, change)
    _say_what_is_next(kinds, changes)
    return 0


def _proposal(path: str, options: dict[str, Any]) -> str:
    from msgspec.structs import replace

    from costlint.pipeline import survey
    from costlint.reports.proposal import render

    config = resolve_config((path,), **options)
    stacks = survey((path,), replace(config, roots=(), alternatives="one", environments={}, environment=""))
    return render(stacks, path)


def _print(path: str, options: dict[str, Any]) -> int:
    from costlint.cli.output import write

    write(_proposal(path, options), None)
    return 0


def _configure(path: str, options: dict[str, Any]) -> None:
    text = _proposal(path, options)
    target = Path(path) / ".costlint.yaml"
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise click.ClickException(f"cannot write {target}: {error.strerror}") from None
    click.echo(f"Wrote {target}: read it, and correct what is not so.")


def _check_nothing_configures(path: str) -> None:
    if _is_configured(path):
        raise click.ClickException(f"{_shown(_configured(path))} configures this already; nothing was written")


def _is_configured(path: str) -> bool:
    from costlint.config import find_config

    return find_config(Path(path)) is not None


def _configured(path: str) -> Path:
    from costlint.config import find_config

    return find_config(Path(path)) or Path(path)


def _root(path: str) -> Path:
    """The repository PATH lies in, PATH itself if it lies in none."""
    from costlint.sources.directory import work_tree

    here = Path(os.path.realpath(path))
    return work_tree(here) or here


def _asked(root: Path) -> tuple[str, ...]:
    """What somebody at a terminal wants of what the repository uses; nobody else is asked."""
    import sys

    from costlint.integrating import KINDS, suggested

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return ()
    return tuple(name for name in suggested(root) if click.confirm(f"Add costlint to {KINDS[name].title}?"))


def _changes(root: Path, kinds: tuple[str, ...], path: str, repository: str, rev: str, *, force: bool) -> list[Change]:
    if not kinds:
        return []
    from costlint.integrating import IntegrationError, changes_for

    inside = Path(os.path.realpath(path)).relative_to(root).as_posix()
    try:
        return [
            change
            for kind in dict.fromkeys(kinds)
            for change in changes_for(root, kind, inside, repository, rev, force=force)
        ]
    except IntegrationError as error:
        raise click.ClickException(str(error)) from None


def _put(root: Path, change: Change) -> None:
    from costlint.config.writing import replace_file

    target = root / change.path
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_file(target, change.after.encode())
    except OSError as error:
        raise click.ClickException(f"cannot write {_shown(target)}: {error.strerror}") from None
    verb = "Added to" if change.added else "Wrote" if change.before is None else "Replaced"
    click.echo(f"{verb} {_shown(target)}.")


def _show(change: Change) -> None:
    """What would be written, as a listing with the name of the file above it."""
    what = "added to it" if change.added else "new" if change.before is None else "replaced"
    click.echo(f"--- {change.path} ({what})\n{change.added or change.after}", nl=False)


def _say_what_stays(kinds: tuple[str, ...], changes: list[Change]) -> None:
    from costlint.integrating import KINDS

    changed = {change.path for change in changes}
    for kind in (KINDS[name] for name in dict.fromkeys(kinds)):
        if kind.file and kind.file not in changed:
            click.echo(f"{kind.file} is already as it would be written.")
        if kind.entry and kind.entry not in changed:
            click.echo(f"{kind.entry} has costlint already.")


def _say_what_is_next(kinds: tuple[str, ...], changes: list[Change]) -> None:
    from costlint.integrating import KINDS

    if kinds and not changes:
        click.echo("Everything is there already; nothing was written.")
    for kind in dict.fromkeys(kinds if changes else ()):
        click.echo(f"Next for {KINDS[kind].title}: {KINDS[kind].next}.")


def _shown(path: Path) -> str:
    return os.path.relpath(path)
