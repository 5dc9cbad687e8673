"""The one place where exceptions become sentences and exit codes."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import click

from costlint.cli.exits import BROKEN_PIPE, FAILED, INTERRUPTED, UNREADABLE, USAGE

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_LONGEST_NAME = 60
_SENTENCES = (
    ("costlint.config", "ConfigError", USAGE),
    ("costlint.policy", "RuleError", USAGE),
    ("costlint.sources", "SourceError", UNREADABLE),
    ("costlint.catalog", "PriceCacheError", UNREADABLE),
    ("costlint.network", "FetchError", UNREADABLE),
    ("costlint.updating", "UpdateError", UNREADABLE),
    ("costlint.commenting", "CommentError", UNREADABLE),
    ("costlint.reports.diff_json", "DiffError", UNREADABLE),
)


def run(group: click.Group, arguments: list[str]) -> int:
    """Run a command line and give its exit code; whatever goes wrong is said on standard error."""
    _be_lenient_with_streams()
    if "_COSTLINT_COMPLETE" in os.environ:
        group.main(arguments, prog_name="costlint")
    try:
        _stand_somewhere()
        with group.make_context("costlint", list(arguments)) as context:
            code = group.invoke(context)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        if type(error).__name__ == "NoArgsIsHelpError":  # click 8.2; before, the help was all there was
            click.echo(error.format_message(), err=True)
            return USAGE
        return _complain(error.format_message(), USAGE, _hint(error))
    except (KeyboardInterrupt, click.Abort):
        return _complain("interrupted", INTERRUPTED)
    except BrokenPipeError:
        _forget_output()
        return BROKEN_PIPE
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return _complain(f"no file can be called that: {str(error.filename)[:_LONGEST_NAME]}…", USAGE)
        if error.errno not in _NO_ROOM:
            return _unexpected(error, arguments)
        _forget_output()
        return _complain(f"cannot write the report: {error.strerror}", USAGE)
    except Exception as error:
        known = _known(error)
        if known is not None:
            return _complain(str(error), known)
        return _unexpected(error, arguments)


def _unexpected(error: Exception, arguments: list[str]) -> int:
    if "--debug" in arguments:
        import traceback

        traceback.print_exc()
    what = f"{type(error).__name__}: {error}".splitlines()[0]
    advice = "This is a defect of costlint: please report it with the output of the same command and --debug."
    return _complain(f"unexpected {what}", FAILED, advice)


def _stand_somewhere() -> None:
    """Paths are shown relative to the current directory, so there has to be one. Raises ClickException."""
    try:
        Path.cwd()
    except OSError:
        raise click.ClickException("the current directory is gone; change to another one") from None


def _forget_output() -> None:
    """Nobody reads on, or nothing fits: the interpreter must not complain about that when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _known(error: Exception) -> int | None:
    """The exit code of an exception that already speaks in sentences. Its module is loaded, or it could not exist."""
    for module, name, code in _SENTENCES:
        kind = getattr(sys.modules.get(module), name, None)
        if kind is not None and isinstance(error, kind):
            return code
    return None


def _complain(message: str, code: int, advice: str = "") -> int:
    click.echo(f"costlint: {message}" + (f"\n{advice}" if advice else ""), err=True)
    return code


def _hint(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"Try '{context.command_path} --help'." if context is not None else ""


def _be_lenient_with_streams() -> None:
    """A terminal that cannot show "→" gets a question mark, not an exception; a stream that was closed from the
    start takes everything and shows nothing."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
