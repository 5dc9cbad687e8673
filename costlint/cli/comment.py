"""`costlint comment`: what a change costs, as the comment of its pull request."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from costlint.cli.options import finding_options, print_options, resolve_config

if TYPE_CHECKING:
    from costlint.commenting.targets import Target
    from costlint.config import Config
    from costlint.model.differences import Diff
    from costlint.reports.comment import Manner

_PLATFORMS = ("github", "gitlab", "azure", "bitbucket")
_BEHAVIORS = ("update", "new", "delete-and-new", "hide-and-new")
_TAG = re.compile(r"[A-Za-z0-9._]+(?:-[A-Za-z0-9._]+)*")
_LONGEST_TAG = 64


@click.command("comment")
@click.argument("platform", type=click.Choice(_PLATFORMS))
@click.argument("paths", nargs=-1, type=click.Path())
@click.option(
    "--path",
    "saved",
    metavar="FILE",
    type=click.Path(),
    help="What costlint diff --format json wrote, perhaps in another job.",
)
@click.option("--base", metavar="REF", help="Compare PATHS with this branch, tag or commit now.")
@click.option("--head", metavar="REF", help="Compare this commit with it; default: the files as they are here.")
@click.option("--fetch", is_flag=True, help="Fetch REF without its history if a shallow clone lacks it.")
@click.option(
    "--behavior",
    type=click.Choice(_BEHAVIORS),
    default="update",
    help="What to do with the earlier comment of the tag (update).",
)
@click.option(
    "--tag", default="default", metavar="NAME", help="Which comment of costlint this is, if there are several."
)
@click.option("--inline", is_flag=True, help="GitHub: comment on changed lines as well, with suggestions.")
@click.option("--skip-no-diff", is_flag=True, help="With nothing to say, leave an earlier comment as it is, too.")
@click.option("--dry-run", is_flag=True, help="Print the comment, and say what would be done with it; needs no token.")
@click.option("--repo", default="", metavar="NAME", help="Repository: OWNER/NAME, GROUP/PROJECT, PROJECT/REPOSITORY.")
@click.option(
    "--pull-request",
    "--merge-request",
    "number",
    type=click.IntRange(min=1),
    metavar="N",
    help="Number of the pull request; default: as the CI says.",
)
@click.option("--commit", default="", metavar="SHA", help="Commit that places link to; default: as the CI says.")
@click.option("--api-url", default="", metavar="URL", help="Address of the API, of a server of your own.")
@click.option("--fail-on", metavar="LEVEL|SAVING", help="With --base: exit 1 on such a new finding, as costlint diff.")
@click.option("--exit-zero", is_flag=True, help="Exit 0 once it is written, whatever it says.")
@finding_options
@print_options
def command(
    platform: str,
    paths: tuple[str, ...],
    saved: str | None,
    base: str | None,
    head: str | None,
    fetch: bool,
    behavior: Any,
    tag: str,
    inline: bool,
    skip_no_diff: bool,
    dry_run: bool,
    repo: str,
    number: int | None,
    commit: str,
    api_url: str,
    exit_zero: bool,
    color: bool | None,
    **options: Any,
) -> int:
    """Say in a pull request what it costs: how far the bill moves, what drives it, which findings are new and what to
    write instead. Nothing is said if nothing is new and the bill hardly moves.

    The comparison is one that is made now (--base), or the file of costlint diff --format json (--path): a job
    without secrets writes it for a fork, another one comments. Repository, pull request and commit are those of the
    CI job. The token comes from the environment: GITHUB_TOKEN, GITLAB_TOKEN, SYSTEM_ACCESSTOKEN or
    AZURE_DEVOPS_EXT_PAT, BITBUCKET_TOKEN.

    \b
    Examples:
      costlint comment github --base origin/main --dry-run
      costlint comment github --base origin/main --inline
      costlint comment gitlab --path costlint-diff.json
      costlint comment azure --base origin/main --tag network infra/network
      costlint comment bitbucket --path diff.json --repo acme/infra --pull-request 12

    Exit codes: 0 done, or nothing to say; 2 usage or configuration; 3 the platform refused, or the file cannot be read;
    with --base also those of costlint diff.
    """
    _check(paths, saved, base, head, fetch=fetch)
    if not _TAG.fullmatch(tag) or len(tag) > _LONGEST_TAG:
        raise click.UsageError(f'--tag "{tag}" is not up to {_LONGEST_TAG} letters, digits, ".", "_" and "-"')
    if inline and platform != "github":
        raise click.UsageError("--inline is for GitHub only")
    if behavior == "hide-and-new" and platform != "github":
        from costlint.commenting.posting import no_hiding
        from costlint.reports.comment_dialects import DIALECTS

        raise click.UsageError(no_hiding(DIALECTS[platform].title))
    found = _target(platform, repo, number or 0, commit, api_url, dry_run=dry_run)
    config = resolve_config(paths or (".",), **options)
    diff = _read(saved) if saved else _compared(paths or (".",), config, base or "", head, fetch)

    from costlint.cli.exits import DONE, diff_exit_code
    from costlint.reports.comment import is_worth_saying

    manner = _manner(platform, found, diff, config if saved else None)
    worth_saying = is_worth_saying(diff)
    try:
        text = _text(diff, manner, tag, worth_saying=worth_saying)
        if dry_run:
            click.echo(text, nl=False)
            click.echo(_would(found, behavior, tag, worth_saying, skip_no_diff), err=True)
            if inline and worth_saying:
                click.echo(_would_inline(diff, manner), err=True)
        elif worth_saying or not skip_no_diff:
            _post(found, diff, manner, behavior, tag, text, worth_saying=worth_saying, inline=inline)
        else:
            click.echo("nothing to say, and nothing is touched")
    except RecursionError:
        raise click.ClickException(f"{saved}: values nested too deeply") from None
    return DONE if exit_zero or saved else diff_exit_code(diff, config.threshold)


def _check(paths: tuple[str, ...], saved: str | None, base: str | None, head: str | None, *, fetch: bool) -> None:
    """Raises click.UsageError for what cannot be meant."""
    if (saved is None) is (base is None):
        raise click.UsageError("say what to comment on: --base REF compares now, --path FILE takes a saved comparison")
    if saved is not None and (paths or head or fetch):
        raise click.UsageError("--path takes a saved comparison; PATHS, --head and --fetch are for --base")
    for path in paths:
        if not os.path.exists(path) and not head:  # noqa: PTH110
            raise click.UsageError(f"there is no {path} here")


def _target(platform: str, repo: str, number: int, commit: str, api_url: str, *, dry_run: bool) -> Target:
    """The pull request, complete and with a token for it unless nothing is sent. Raises click.UsageError."""
    from costlint.commenting.errors import CommentError
    from costlint.commenting.targets import Given, complete, target

    try:
        found = target(platform, Given(repo, number, commit, api_url), os.environ)
        if not dry_run:
            from costlint.commenting.forges import token_of

            complete(found, "--merge-request N" if platform == "gitlab" else "--pull-request N")
            token_of(found.kind, os.environ)
    except CommentError as error:
        raise click.UsageError(str(error)) from None
    return found


def _read(saved: str) -> Diff:
    """A saved comparison; it may be a stranger's. Raises DiffError."""
    from costlint.reports.diff_json import DiffError, read
    from costlint.reports.limits import LARGEST_COMPARISON

    try:
        with Path(saved).open("rb") as file:
            text = file.read(LARGEST_COMPARISON + 1)
    except OSError as error:
        raise DiffError(f"cannot read {saved}: {error.strerror}") from None
    if len(text) > LARGEST_COMPARISON:
        raise DiffError(f"{saved} is larger than {LARGEST_COMPARISON >> 20} MB; such comparisons are not read")
    return read(text, saved)


def _compared(paths: tuple[str, ...], config: Config, base: str, head: str | None, fetch: bool) -> Diff:
    from costlint.cli.progress import progress_for
    from costlint.diffing.sides import since_commit

    progress = progress_for(False)
    try:
        return since_commit(paths, config, base, head or "", fetch=fetch, progress=progress)
    finally:
        if progress is not None:
            progress.close()


def _manner(platform: str, found: Target, diff: Diff, trusted: Config | None) -> Manner:
    """How to write. Of a saved comparison only owners the `trusted` configuration names are mentioned."""
    from costlint.commenting.targets import as_commit
    from costlint.reports.comment import Manner
    from costlint.reports.comment_dialects import DIALECTS
    from costlint.reports.comment_links import links

    mentions = None
    if trusted is not None:
        mentions = {who for whose in trusted.owners.values() for who in ((whose,) if isinstance(whose, str) else whose)}
    link = links(found.linked, found.commit or as_commit(diff.head.commit), diff.directory)
    link_before = links(found.linked, as_commit(diff.base.commit), diff.directory)
    return Manner(DIALECTS[platform], link, mentions, link_before)


def _text(diff: Diff, manner: Manner, tag: str, *, worth_saying: bool) -> str:
    from costlint.reports.comment import render, resolved

    return manner.dialect.marked(render(diff, manner) if worth_saying else resolved(diff, manner), tag)


def _post(
    found: Target, diff: Diff, manner: Manner, behavior: Any, tag: str, text: str, *, worth_saying: bool, inline: bool
) -> None:
    """Write it, and say what was done. Raises CommentError."""
    from costlint.commenting import post
    from costlint.commenting.forges import open_forge
    from costlint.commenting.github import GitHub

    forge = open_forge(found, os.environ)
    if isinstance(forge, GitHub) and not found.number:
        number = forge.pull_request()
        if not number:
            click.echo("the pull request was closed or has moved on; nothing is said")
            return
        forge = open_forge(found._replace(number=number), os.environ)

    def is_ours(body: str) -> bool:
        return manner.dialect.is_marked(body, tag)

    click.echo(post(forge, text, is_ours, behavior, worth_saying=worth_saying, said_before=text))
    if inline and worth_saying and isinstance(forge, GitHub):
        from costlint.commenting.github_review import Note, review
        from costlint.reports.comment_inline import line_comments

        notes = [Note(*one) for one in line_comments(diff, manner, diff.directory)]
        click.echo(review(forge, notes, tag))


def _would_inline(diff: Diff, manner: Manner) -> str:
    """Which lines would be commented on without --dry-run, and what would be said there."""
    from costlint.reports.comment_inline import line_comments
    from costlint.reports.escaping import printable

    found = line_comments(diff, manner, diff.directory)
    places = [f"{printable(one.path)}:{one.line}" for one in found]
    said = [f"\n{place}\n{_indented(one.body)}" for place, one in zip(places, found, strict=True)]
    head = f"dry run: would comment on those of these lines the change has: {', '.join(places) or 'none'}"
    return "\n".join([head, *said])


def _indented(text: str) -> str:
    from costlint.reports.escaping import printable

    return "\n".join(f"    {printable(line)}".rstrip() for line in text.splitlines())


def _would(found: Target, behavior: str, tag: str, worth_saying: bool, skip_no_diff: bool) -> str:
    """What would be done without --dry-run."""
    where = f"{found.repository or 'a repository'} on {found.web or 'a server'}"
    which = f"pull request {found.number}" if found.number else "a pull request"
    what = f'the comment tagged "{tag}" of {which} of {where}'
    if not worth_saying and (skip_no_diff or behavior == "new"):
        return f"dry run: nothing to say; {what} would stay as it is"
    done = {
        "update": f"would update {what}, or write it",
        "new": f"would write {what}",
        "delete-and-new": f"would write {what} and delete earlier ones",
        "hide-and-new": f"would write {what} and hide earlier ones",
    }
    if not worth_saying:
        ends = {"update": f"would make {what} say so, if it is there"}
        return f"dry run: nothing to say; {ends.get(behavior, f'would remove {what}, if it is there')}"
    return f"dry run: {done[behavior]}"
