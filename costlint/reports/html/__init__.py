"""Reports as one HTML file each that needs nothing else: style and script are inside, everything from input is escaped.

A template extends `page.html.j2`, which brings the frame: header, filter box, collapsible trees, sortable tables, light
and dark. A content security policy names the hashes of the style and the script, so that nothing else could run even if
text from the input were ever taken for markup.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from costlint.reports.amounts import counted, dollars, dollars_as_they_are, money, quantity, unit_price
from costlint.reports.escaping import printable, printable_block

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_HERE = Path(__file__).parent


def page(template: str, **names: object) -> str:
    """A template of this directory filled in with `names`, as a complete HTML document ending in a newline."""
    return _environment().get_template(template).render(names)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(dollars=dollars, money=money, quantity=quantity, unit_price=unit_price, counted=counted)
    environment.filters.update(
        amount=dollars_as_they_are,
        block=_block,
        breakable=_breakable,
        spans=_spans,
    )
    style, script = _text("page.css"), _text("page.js")
    environment.globals.update(
        style=Markup(style),
        script=Markup(script),
        policy=f"default-src 'none'; style-src {_allowed(style)}; script-src {_allowed(script)}; base-uri 'none'",
    )
    return environment


def _visible(value: object) -> object:
    """Text from the input with control characters and direction overrides made visible. Markup stays as it is."""
    return printable(value) if type(value) is str else value


def _breakable(text: str) -> Markup:
    """A path or an address that may be broken behind a slash, dot or underscore rather than anywhere."""
    from markupsafe import Markup, escape

    return Markup(re.sub(r"([/._])(?=[A-Za-z])", r"\1<wbr>", str(escape(printable(text)))))


def _block(text: str) -> Markup:
    """Text whose lines are kept."""
    from markupsafe import Markup

    return Markup("\n").join(printable_block(text))


def _spans(text: str) -> Markup:
    """Prose of a rule's page, with what stands between backticks as code."""
    from markupsafe import Markup

    parts = enumerate(printable(text).split("`"))
    return Markup("").join(Markup("<code>{}</code>" if at % 2 else "{}").format(part) for at, part in parts)


def _text(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _allowed(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
