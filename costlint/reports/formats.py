"""The formats a report is written in, by name; each writer is imported when it is asked for.

A writer is a function from a report to text. `costlint diff` and comments use the same ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from costlint.model import Report
    from costlint.reports.layout import Paint


class Format(NamedTuple):
    """Where the writer of a format is. One that is `for_people` takes a width, colours and how much to list; one that
    `quotes` shows the lines that are to be edited (`costlint.quoting`)."""

    module: str
    function: str = "render"
    for_people: bool = False
    quotes: bool = True


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "text": Format("text", for_people=True),
        "compact": Format("compact", for_people=True, quotes=False),
        "json": Format("json"),
        "sarif": Format("sarif"),
        "github-sarif": Format("sarif", "render_for_github"),
        "junit": Format("junit"),
        "github": Format("github"),
        "github-summary": Format("github", "render_summary"),
        "gitlab": Format("gitlab", quotes=False),
        "markdown": Format("markdown"),
        "html": Format("findings_html"),
    }
)


class Look(NamedTuple):
    """How text for people is laid out."""

    width: int
    everything: bool
    quiet: bool
    paint: Paint


def write(report: Report, name: str, look: Look) -> str:
    """The report in the format of this name, ending in a newline unless it is empty. Raises KeyError for no format."""
    form = FORMATS[name]
    render: Any = getattr(import_module(f"costlint.reports.{form.module}"), form.function)
    text: str = render(report, **look._asdict()) if form.for_people else render(report)
    return text
