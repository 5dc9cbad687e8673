"""A usage file to fill in: every quantity costlint had to assume, with its default, as a comment."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from costlint.catalog import Assumption, Catalog
from costlint.model import Estimate, Report, Resource
from costlint.usage import Quantities

_INDEX = re.compile(r'\[(?:"(?:\\.|[^"\\])*"|[^\[\]"]*)\]')
_HEAD = """\
# What is known about the use of what is deployed here. costlint reads it with --usage-file, or usage_file in
# .costlint.yaml; Infracost understands its own names (all but those with dots in front of a colon).
# Take the # from a line and put your figure in place of the default; what stays commented is assumed as before.
version: 0.1
"""

Tree = dict[str, "Tree | str"]


def usage_template(report: Report, catalog: Catalog) -> str:
    """The text of a usage file for everything a watched estimate asked for and no usage file says. `""` if nothing
    in the report rests on usage."""
    blocks: dict[str, dict[str, Assumption]] = {}
    kinds: dict[str, str] = {}
    for result in report.stacks:
        for resource in result.stack.resources:
            asked = _asked(resource, result.estimates.get(resource.address), catalog)
            if asked:
                target = _INDEX.sub("[*]", resource.address)
                blocks.setdefault(target, {}).update(asked)
                kinds[target] = resource.type
    if not blocks:
        return ""
    lines = [_HEAD + "resource_usage:"]
    for target in sorted(blocks):
        lines += ["", f"  {_key(target)}:", *_lines(_tree(kinds[target], blocks[target], catalog), 4)]
    return "\n".join(lines) + "\n"


def _asked(resource: Resource, estimate: Estimate | None, catalog: Catalog) -> dict[str, Assumption]:
    """The assumptions some component of the estimate rests on, in the order they were asked for."""
    usage = resource.usage
    if not isinstance(usage, Quantities) or estimate is None:
        return {}
    stated = set(estimate.assumptions)
    asked = {key: catalog.assumption(key) for key in usage.asked}
    return {key: assumption for key, assumption in asked.items() if str(assumption) in stated}


def _tree(kind: str, asked: Mapping[str, Assumption], catalog: Catalog) -> Tree:
    """The assumptions by the names of a usage file: Infracost's where one alone stands for the quantity."""
    tree: Tree = {}
    for name, assumption in asked.items():
        key, factor = name, 1.0
        for known in catalog.usage_keys(kind):
            if known.assumption == name and known.how != "shared":
                key, factor = known.key, known.factor
                break
        *above, last = [key] if key == name else key.split(".")
        place = tree
        for step in above:
            inner = place.setdefault(step, {})
            assert isinstance(inner, dict)
            place = inner
        place.setdefault(last, _described(assumption, factor))
    return tree


def _lines(tree: Tree, indent: int) -> list[str]:
    lines = []
    for name, value in tree.items():
        if isinstance(value, dict):
            lines += [" " * indent + f"{_key(name)}:", *_lines(value, indent + 2)]
        else:
            lines.append(" " * indent + f"# {_key(name)}: {value}")
    return lines


def _described(assumption: Assumption, factor: float) -> str:
    low, likely, high = (_figure(amount / factor) for amount in assumption.quantity)
    span = f" ({low}–{high})" if low != high else ""
    unit = assumption.unit if factor == 1 else "in this unit"
    return f"{likely}  # {unit}{span}: {assumption.text}".replace("\n", " ")


def _figure(amount: float) -> str:
    return f"{amount:.0f}" if amount >= 1000 or amount == int(amount) else f"{amount:.4g}"


def _key(name: str) -> str:
    """A YAML key; quoted where its characters would mean something else."""
    return name if re.fullmatch(r"[\w.\-]+(\[\*\][\w.\-]*)*", name) else json.dumps(name)
