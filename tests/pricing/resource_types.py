"""docs/resource-types.md, read off the estimators: `make types` writes it anew.

What an estimator may bill is found in its source, followed into the functions it hands the bill to; names that come
from a table are found by letting it estimate a resource without attributes.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any, NamedTuple

from costlint.catalog import Catalog
from costlint.graph import View
from costlint.model import Estimate, Region, Resource, Span, Stack, UnknownValue
from costlint.pricing.estimating import Bill
from costlint.pricing.estimators import Estimator, estimated_types, estimator_of

PAGE = Path(__file__).parents[2] / "docs" / "resource-types.md"
PROVIDERS = {
    "aws": ("AWS", "aws", "us-east-1"),
    "google": ("Google Cloud", "gcp", "us-central1"),
    "azurerm": ("Azure", "azure", "eastus"),
}
_NAME_AT = {"hourly": 0, "add": 0, "usage": 0, "assumed": 0, "add_priced": 0}
_SKU_AT = {"hourly": 1, "add": 1, "usage": 1, "assumed": 1}
_USAGE = frozenset(("usage", "assumed"))
_DEEPEST = 8

Bound = Mapping[str, str]


class Part(NamedTuple):
    """A component an estimator may bill. `…` stands for what the configuration decides."""

    name: str
    group: str
    usage: bool


class Kind(NamedTuple):
    """A resource type with an estimator. `free` says that it may turn out to have no charge, `reason` why nothing of
    it has a price."""

    name: str
    provider: str
    service: str
    parts: tuple[Part, ...]
    free: bool
    reason: str = ""

    @property
    def priced(self) -> str:
        fixed, usage = any(not part.usage for part in self.parts), any(part.usage for part in self.parts)
        how = " + ".join(word for word, true in (("fixed", fixed), ("usage", usage)) if true)
        return how or "free"


@cache
def kinds() -> list[Kind]:
    """Every type an estimator is registered for, in order."""
    catalog = Catalog()
    return [_kind(name, catalog) for name in sorted(estimated_types()) if name.partition("_")[0] in PROVIDERS]


@cache
def page() -> str:
    """The document as it should be."""
    found, catalog = kinds(), Catalog()
    charged = [kind for kind in found if kind.parts]
    free = {kind.name for kind in found if not kind.parts and kind.free} | catalog.free_types()
    without = [kind for kind in found if not kind.parts and not kind.free]
    usage_only = sum(kind.priced == "usage" for kind in charged)
    lines = [
        "# Resource types",
        "",
        "Generated from the code by `make types`; do not edit. What each type costs in a region, with source and date:",
        "`costlint explain PATH:LINE`.",
        "",
        f"**{len(charged)}** types are priced, {usage_only} of them by usage alone,",
        f"**{len(free):,}** are known to be free, and {len(without)} are known to cost money without a price that",
        "could be traced. These, and anything else, are reported as unpriced, never as $0.",
        "",
        "- *fixed*: the configuration alone decides. *usage*: rests on quantities from a [usage file](usage.md) or a",
        "  named assumption.",
        "- *counted* lists the components a bill may have, of sister types too where one function bills several; `…`",
        "  stands for what the configuration fills in.",
        "- *prices* are the groups of the price table the components come from; `instances` are machine prices.",
        "",
        "| provider | priced | by usage alone | free |",
        "|---|--:|--:|--:|",
    ]
    for prefix, (title, _, _) in PROVIDERS.items():
        here = [kind for kind in charged if kind.name.startswith(f"{prefix}_")]
        gratis = sum(name.startswith(f"{prefix}_") for name in free)
        lines.append(f"| {title} | {len(here)} | {sum(kind.priced == 'usage' for kind in here)} | {gratis:,} |")
    others = sum(name.partition("_")[0] not in PROVIDERS for name in free)
    lines.append(f"| others | – | – | {others:,} |")
    for prefix, (title, _, _) in PROVIDERS.items():
        here = [kind for kind in charged if kind.name.startswith(f"{prefix}_")]
        lines += [
            "",
            f"## {title}",
            "",
            "| type | service | how | counted | prices |",
            "|---|---|---|---|---|",
            *map(_row, here),
        ]
    lines += ["", "## Without a price", "", "| type | why |", "|---|---|"]
    lines += [f"| `{kind.name}` | {kind.reason} |" for kind in without]
    lines += ["", "## Free", "", *_free(free)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _row(kind: Kind) -> str:
    counted = "; ".join(_names(kind.parts))
    groups = ", ".join(sorted({part.group for part in kind.parts if part.group}))
    how = f"{kind.priced}, or free" if kind.free else kind.priced
    return f"| `{kind.name}` | {kind.service} | {how} | {counted} | {groups} |"


def _names(parts: tuple[Part, ...]) -> list[str]:
    """What is counted: machines by that word, and no name that only says less than another."""
    names = dict.fromkeys(re.sub("^…", "machines", p.name) if p.group == "instances" else p.name for p in parts)
    ends = [name.partition(" ")[2] for name in names if not name.startswith("…")]
    whole = [name for name in names if not (name.startswith("… ") and name[2:] in ends) and name.strip("… ")]
    return whole or list(names)


def _free(names: set[str]) -> Iterator[str]:
    titles = {prefix: title for prefix, (title, _, _) in PROVIDERS.items()}
    by_title: dict[str, list[str]] = {}
    for name in sorted(names):
        by_title.setdefault(titles.get(name.partition("_")[0], "Others"), []).append(name)
    for title in (*titles.values(), "Others"):
        if title in by_title:
            yield f"### {title}: {len(by_title[title]):,}"
            yield ""
            yield from textwrap.wrap(" ".join(f"`{name}`" for name in by_title[title]), 120, break_on_hyphens=False)
            yield ""


def _kind(name: str, catalog: Catalog) -> Kind:
    estimator = estimator_of(PROVIDERS[name.partition("_")[0]][1], name)
    assert estimator is not None
    source = _Source(estimator)
    parts = [part for part in source.parts if part.name]
    reason = ""
    if any(not part.name for part in source.parts) or not parts:
        probed = _probed(name, estimator, catalog)
        parts += [Part(part.name, _group(part.sku), part.usage) for part in probed.components]
        reason = next(iter(probed.unpriced), "")
    service = catalog.service(name)
    seen = {(part.name, part.usage): part for part in reversed(parts)}
    ordered = tuple(dict.fromkeys(seen[part.name, part.usage] for part in parts))
    return Kind(name, name.partition("_")[0], service.name if service else "", ordered, source.free, reason)


def _probed(name: str, estimator: Estimator, catalog: Catalog) -> Estimate:
    """What is billed for a resource of which nothing is written."""
    prefix = name.partition("_")[0]
    _, provider, region = PROVIDERS[prefix]
    place = Span("main.tf", 1, 1, 1, 1)
    resource = Resource(
        address=f"{name}.any",
        type=name,
        provider=provider,  # type: ignore[arg-type]
        attributes={},
        span=place,
        region=Region(region),
        defaults=catalog.defaults(name),
    )
    stack = Stack(name="any", kind="terraform", path=".", resources=[resource], region=resource.region)
    bill = Bill(resource, View(stack), catalog)
    with suppress(UnknownValue):
        estimator(resource, bill)
    return bill.estimate()


class _Source:
    """What is found in the source of an estimator: parts with the name "" are named by something not written there."""

    def __init__(self, estimator: Estimator) -> None:
        self.parts: list[Part] = []
        self.free = False
        self._walk(estimator, {}, ())

    def _walk(self, function: Callable[..., Any], bound: Bound, above: tuple[Callable[..., Any], ...]) -> None:
        if function in above or len(above) > _DEEPEST:
            return
        names = {**bound, **_assigned(function, bound)}
        for call in _calls(function):
            if isinstance(call.func, ast.Attribute) and call.func.attr in _NAME_AT:
                self._bill(call, names)
            elif isinstance(call.func, ast.Attribute) and call.func.attr == "free" and not call.args:
                self.free = True
            else:
                for called in _called(function, call):
                    self._walk(called, _passed(called, call, names), (*above, function))

    def _bill(self, call: ast.Call, names: Bound) -> None:
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        if not call.args:
            return
        usage = method in _USAGE or any(
            word.arg == "usage" and isinstance(word.value, ast.Constant) and word.value.value is True
            for word in call.keywords
        )
        at = _SKU_AT.get(method)
        group = "instances" if at is None else _group(_text(call.args[at], names)) if len(call.args) > at else ""
        self.parts.append(Part(_text(call.args[0], names), group, usage))


@cache
def _tree(function: Callable[..., Any]) -> ast.AST:
    return ast.parse(textwrap.dedent(inspect.getsource(function)))


def _calls(function: Callable[..., Any]) -> list[ast.Call]:
    calls = [node for node in ast.walk(_tree(function)) if isinstance(node, ast.Call)]
    return sorted(calls, key=lambda call: (call.lineno, call.col_offset))


def _called(function: Callable[..., Any], call: ast.Call) -> Iterator[Callable[..., Any]]:
    """The functions of the pricing room a call may lead to: by name, or a method of that name of a class in sight."""
    scope = {**getattr(function, "__globals__", {}), **inspect.getclosurevars(function).nonlocals}
    if isinstance(call.func, ast.Name):
        found = scope.get(call.func.id)
        if isinstance(found, FunctionType) and _ours(found):
            yield found
    elif isinstance(call.func, ast.Attribute):
        for thing in scope.values():
            found = getattr(thing, call.func.attr, None) if inspect.isclass(thing) and thing is not Bill else None
            if isinstance(found, FunctionType) and _ours(found):
                yield found


def _ours(function: FunctionType) -> bool:
    return function.__module__.startswith("costlint.pricing.") and "estimating" not in function.__module__


def _passed(called: Callable[..., Any], call: ast.Call, names: Bound) -> Bound:
    """The texts a call hands over, by the names of the parameters."""
    parameters = list(inspect.signature(called).parameters)
    if parameters[:1] == ["self"]:
        parameters = parameters[1:]
    handed = dict(zip(parameters, call.args, strict=False))
    handed.update({word.arg: word.value for word in call.keywords if word.arg})
    return {name: text for name, value in handed.items() if (text := _text(value, names))}


def _assigned(function: Callable[..., Any], bound: Bound) -> Bound:
    """Local names that are given a text."""
    texts: dict[str, str] = dict(bound)
    for node in ast.walk(_tree(function)):
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        if text := _text(node.value, texts):
            texts.setdefault(node.targets[0].id, text)
    return texts


def _text(node: ast.expr, names: Bound) -> str:
    """The text an expression gives, with `…` for what is not written; "" if nothing of it is."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.Name):
        return names.get(node.id, "")
    if isinstance(node, ast.JoinedStr):
        pieces = (
            _text(piece.value, names) or "…" if isinstance(piece, ast.FormattedValue) else _text(piece, names)
            for piece in node.values
        )
        text = "".join(pieces)
        return re.sub("…[…, -]*…", "…", text) if text.strip("… ,") else "…"
    if isinstance(node, ast.IfExp):
        return _text(node.body, names) or _text(node.orelse, names)
    return ""


def _group(sku: str) -> str:
    group = sku.partition(".")[0]
    return "" if "…" in group else group


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
