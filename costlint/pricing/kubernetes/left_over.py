"""What is left of a node when a pod takes all its accelerators: CPU and memory that are paid for and idle."""

from __future__ import annotations

from typing import NamedTuple

from costlint.clusters.machines import Capacity
from costlint.clusters.needs import Needs
from costlint.pricing.kubernetes.cluster import NodePrice, hourly_text
from costlint.pricing.kubernetes.shares import Part


class LeftOver(NamedTuple):
    """USD an hour of one node that are in nobody's share, and what there is to say of it; 0 and "" for none."""

    hourly: float = 0.0
    said: str = ""


def left_over(needs: Needs, held: Capacity, parts: list[Part], node: NodePrice) -> LeftOver:
    """What one pod leaves of its node. Nothing if it leaves accelerators, too: whoever takes those needs the rest."""
    if not needs.accelerators or not held.accelerators or needs.accelerators < held.accelerators or not node.hourly:
        return LeftOver()
    rest = node.hourly - sum(part.amount * part.price.amount for part in parts)
    if round(rest / node.hourly, 2) <= 0:
        return LeftOver()
    all_of = f"all {held.accelerators:g} {held.accelerator}" if held.accelerators > 1 else f"the {held.accelerator}"
    said = f"takes {all_of} of its node: the other {rest / node.hourly:.0%} of the node, {hourly_text(rest)}"
    return LeftOver(rest, f"{said}, is left over, and no pod that needs one can use it")
