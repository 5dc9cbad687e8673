"""Where a finding stands when its proposal takes resources away."""

from __future__ import annotations

import pytest
from policy_stacks import Written, resource, rule, run, stack

from costlint.model import Path, Resource

REMOVED = "resources: {gateway: {match: {kind: spare}, remove: resource}}"
REPLACED = (
    "resources: {gateway: {match: {kind: spare}, remove: resource, add: {resource: free, name: b, attributes: {}}}}"
)


def gateway(address: str, **written: int) -> Resource:
    made = resource(address, line=3, kind="spare")
    paths: dict[Path, int] = {tuple(key.split("__")): line for key, line in written.items()}
    made.locator = Written(paths)
    return made


@pytest.mark.parametrize("text", [REMOVED, REPLACED], ids=["removed", "replaced"])
@pytest.mark.parametrize(
    ("made", "line"),
    [
        (gateway('gateway.a["s3"]', for_each__s3=9), 9),
        (gateway('gateway.a["s3"]', for_each=7, for_each__s3=9), 7),
        (gateway('gateway.a["ec2"]', for_each__s3=9), 3),
        (gateway("gateway.a[0]", count=5), 5),
        (gateway("gateway.a"), 3),
    ],
    ids=["its key", "the literal behind for_each", "another's key", "its count", "the block"],
)
def test_a_removed_instance_stands_where_it_is_asked_for(text: str, made: Resource, line: int) -> None:
    stays = resource('gateway.a["stays"]', line=3)
    (finding,) = run(stack(made, stays), rule(text)).findings
    assert finding.span.line == line


def test_where_every_instance_goes_the_keys_stay() -> None:
    made = [gateway('gateway.a["x"]', for_each__x=8), gateway('gateway.a["y"]', for_each__y=9)]
    (finding,) = run(stack(*made), rule(REMOVED)).findings
    assert finding.span.line == 3
    assert len(finding.addresses) == 2
    assert {change.span.line for change in finding.changes if change.span} == {3}


def test_a_key_with_quotes_is_read_back() -> None:
    made = resource('gateway.a["x\\"y"]', line=3, kind="spare")
    made.locator = Written({("for_each", 'x"y'): 9})
    (finding,) = run(stack(made, resource('gateway.a["stays"]')), rule(REMOVED)).findings
    assert finding.span.line == 9
