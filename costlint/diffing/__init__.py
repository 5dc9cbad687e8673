"""Two states of the infrastructure, compared: where they come from, what is the same in both, what differs.

diff = compare(snapshot(base_report), snapshot(head_report), …), from `comparing` and `snapshots`; nothing is imported
here, since a hook mostly has nothing to compare.
"""
