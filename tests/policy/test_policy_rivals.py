"""Of two proposals for one attribute the better one is shown."""

from policy_stacks import resource, rule, run, stack

from costlint.model import Acceptance
from costlint.policy import CheckSettings

BETTER = rule("resources: {disk: {match: {type: io1}, change: {type: other}}}", number=1)
WORSE = rule("resources: {disk: {match: {type: io1}, change: {type: gp3}}}", number=2)
SIZE = rule("resources: {disk: {match: {type: io1}, change: {size: 50}}}", number=3)
BIG = rule("resources: {disk: {match: {type: io1, size: {at_least: 100}}, change: {type: other}}}", number=4)
DISK = resource("disk.a", type="io1", size=100)


def rules_shown(*rules: object, disks: tuple[object, ...] = (DISK,), **settings: object) -> list[str]:
    found = run(stack(*disks), list(rules), CheckSettings(profile="all", **settings)).findings
    return [finding.rule.id for finding in found]


def test_the_proposal_that_saves_more_wins_whatever_the_order_of_the_rules():
    assert rules_shown(BETTER, WORSE) == rules_shown(WORSE, BETTER) == ["TST001"]


def test_the_other_one_is_shown_when_the_better_rule_is_switched_off():
    assert rules_shown(BETTER, WORSE, ignore=("TST001",)) == ["TST002"]


def test_proposals_for_other_attributes_stand_beside_each_other():
    assert rules_shown(BETTER, SIZE) == ["TST001", "TST003"]


def test_what_another_proposal_sets_along_the_way_is_taken_too():
    both = rule("resources: {disk: {match: {type: io1}, change: {label: big, type: other}}}", number=5)
    assert rules_shown(both, WORSE) == ["TST005"]


def adding(kind: str, change: str, number: int) -> object:
    add = f"{{resource: {kind}, attributes: {{}}}}"
    return rule(f"resources: {{disk: {{match: {{type: io1}}, change: {change}, add: {add}}}}}", number=number)


def test_of_two_rules_that_add_the_same_resource_one_is_shown():
    grown, shrunk = adding("tidy", "{type: gp3}", 6), adding("tidy", "{size: 50}", 7)
    assert len(rules_shown(grown, shrunk)) == 1
    assert len(rules_shown(grown, adding("sweep", "{size: 50}", 8))) == 2


def test_a_proposal_that_also_reaches_other_resources_stays():
    small = resource("disk.b", type="io1", size=10, line=1)
    assert rules_shown(BIG, WORSE, disks=(DISK, small)) == ["TST004", "TST002"]


def beaten(*rules: object, **settings: object) -> tuple[list[str], list[str], list[str]]:
    found = run(stack(DISK), list(rules), CheckSettings(profile="all", **settings))
    some = found.findings, found.suppressed, found.beaten
    told, suppressed, silent = ([finding.rule.id for finding in findings] for findings in some)
    return told, suppressed, silent


def test_what_a_better_proposal_takes_the_place_of_is_kept_apart():
    assert beaten(BETTER, WORSE, SIZE) == (["TST001", "TST003"], [], ["TST002"])


def accepting(*places: str) -> dict[str, object]:
    """Settings that accept the findings of both rules, in the first place and the last."""
    where = {"TST001": places[0], "TST002": places[-1]}
    return {"baseline": lambda known, stack, rule, addresses: Acceptance("known", where[rule])}


def test_of_what_is_accepted_together_the_better_one_counts():
    assert beaten(BETTER, WORSE, **accepting("baseline.json")) == ([], ["TST001", "TST002"], ["TST002"])


def test_what_is_accepted_elsewhere_takes_nobodys_place():
    assert beaten(BETTER, WORSE, **accepting("here", "there")) == ([], ["TST001", "TST002"], [])
