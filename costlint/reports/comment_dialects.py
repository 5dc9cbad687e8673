"""What the platforms make of Markdown: which of it they know, how text is kept from becoming any, how much they take.

GitHub: docs.github.com, "Basic writing and formatting syntax". GitLab: docs.gitlab.com, "GitLab Flavored Markdown".
Azure DevOps: learn.microsoft.com, "Markdown syntax for files, widgets, wikis". Bitbucket: confluence.atlassian.com,
"Markdown syntax guide": all HTML is escaped, so there are neither folds nor hidden text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from costlint.reports import limits
from costlint.reports.markdown_text import code, inert, prose

_BITBUCKET_MARKUP = re.compile(r"([\\`*_{}\[\]])|^([#+-]|\d+(?=[.)]))")
_BITBUCKET_BROKEN = re.compile(r"(?<=[<~&])")


class Dialect(NamedTuple):
    """How a platform writes. `prose` shows one line of text letter by letter, `code` shows it as inline code. Without
    `html` there are no folds and nothing is hidden; without `tables` there are lists. `limit` is in UTF-16 units, which
    are never fewer than characters."""

    name: str
    title: str
    limit: int
    prose: Callable[[str], str]
    code: Callable[[str], str]
    html: bool = True
    tables: bool = True

    def marker(self, tag: str) -> str:
        """What a comment is found again by. A tag is letters, digits, dots, dashes and underscores."""
        return f"<!-- costlint:tag={tag} -->" if self.html else f"costlint:tag={tag}"

    def marked(self, text: str, tag: str) -> str:
        """A comment with its marker, hidden where something can be."""
        marker = self.marker(tag)
        return f"{marker}\n{text}" if self.html else f"{text}\n*{self.prose(marker)}*\n"

    def is_marked(self, text: str, tag: str) -> bool:
        """Whether a comment is one with this tag."""
        if self.html:
            return text.lstrip("\ufeff \r\n").startswith(self.marker(tag))
        last = text.rstrip().rpartition("\n")[2].replace("\\", "").strip("*_ ")
        return last == self.marker(tag)


def length(text: str) -> int:
    """UTF-16 units."""
    return len(text.encode("utf-16-le", "replace")) // 2


def _bitbucket_prose(text: str) -> str:
    """Cloud knows backslashes before some signs only, and shows them before others."""
    escaped = _BITBUCKET_MARKUP.sub(_escaped, inert(text))
    return _BITBUCKET_BROKEN.sub("\u200b", escaped)


def _escaped(found: re.Match[str]) -> str:
    text = found[0]
    return f"{text}\u200b" if text[0].isdigit() else f"\\{text}"


def _azure_code(text: str) -> str:
    """Work items and people may be linked within code, too."""
    return code(inert(text))


def _bitbucket_code(text: str) -> str:
    return code(inert(text), in_table=False)


DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {
        one.name: one
        for one in (
            Dialect("github", "GitHub", limits.GITHUB_COMMENT, prose, code),
            Dialect("gitlab", "GitLab", limits.GITLAB_COMMENT, prose, code),
            Dialect("azure", "Azure DevOps", limits.AZURE_COMMENT, prose, _azure_code),
            Dialect(
                *("bitbucket", "Bitbucket", limits.BITBUCKET_COMMENT, _bitbucket_prose, _bitbucket_code),
                html=False,
                tables=False,
            ),
        )
    }
)
