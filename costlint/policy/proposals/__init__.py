"""The registry of proposal functions: what `propose: <name>` in a rule may name.

A proposal function gives alternatives, each a list of edits; the engine prices each and keeps the cheapest. Rule files
name functions only through this table, never by an import path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any, TypeAlias

from costlint.model import Edit
from costlint.policy.subject import Subject

Proposal: TypeAlias = Callable[[Subject, Mapping[str, Any]], Iterable[list[Edit]]]

PROPOSALS: Mapping[str, str] = {
    "cheapest-successor": "costlint.policy.proposals.instances:cheapest_successor",
    "cheapest-twin": "costlint.policy.proposals.instances:cheapest_twin",
    "cheapest-size": "costlint.policy.proposals.instances:cheapest_size",
    "cheapest-value": "costlint.policy.proposals.alternatives:cheapest_value",
    "rewritten": "costlint.policy.proposals.alternatives:rewritten",
    "cheapest-shape": "costlint.policy.proposals.shapes:cheapest_shape",
    "cheapest-gpu": "costlint.policy.proposals.shapes:cheapest_gpu",
    "single-gpu": "costlint.policy.proposals.shapes:single_gpu",
    "rightsized": "costlint.policy.proposals.rightsizing:rightsized",
    "rightsized-pool": "costlint.policy.proposals.serving_pools:rightsized_pool",
    "rightsized-endpoint": "costlint.policy.proposals.endpoints:rightsized_endpoint",
}
"""Proposal name → where it is defined; the module is imported when a rule first asks it."""


def proposal(name: str) -> Proposal | None:
    """The proposal function of this name, None if there is none."""
    place = PROPOSALS.get(name)
    if place is None:
        return None
    module, _, attribute = place.partition(":")

    def propose(subject: Subject, options: Mapping[str, Any]) -> Iterable[list[Edit]]:
        function: Proposal = getattr(import_module(module), attribute)
        return function(subject, options)

    return propose
