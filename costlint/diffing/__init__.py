"""Two states of the infrastructure, compared: where they come from, what is the same in both, what differs.

diff = compare(snapshot(base_report), snapshot(head_report), …)
"""

from costlint.diffing.comparing import compare
from costlint.diffing.snapshots import Snapshot, snapshot

__all__ = ["Snapshot", "compare", "snapshot"]
