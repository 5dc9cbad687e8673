"""Findings about the same literal in several stacks are one; of alternatives one saving counts."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from sample_reports import GP2, finding, span

from costlint.model import (
    AddResource,
    Change,
    Environment,
    Finding,
    Money,
    Patch,
    RemoveResource,
    SetValue,
    Stack,
    StackResult,
    Totals,
)
from costlint.policy import counted, merged


def result(
    name: str, *findings: Finding, counts: bool = True, alternative: bool = False, kind: str = "", cost: float = 0
) -> StackResult:
    directory = name.partition(" [")[0]
    environment = Environment("prod" if kind == "prod" else "nonprod" if kind else None, kind, f"evidence in {name}")
    stack = Stack(name, "terraform", directory, directory=directory, alternative=alternative, environment=environment)
    told = tuple(replace(one, stack=name, environment=environment) for one in findings)
    return StackResult(stack, {}, told, Totals(current=Money.exactly(cost)), counted=counts)


def one_of(*results: StackResult) -> Finding:
    (found,) = merged(results, lambda each: each.findings)
    return found


def saving(amount: float, **changed: object) -> Finding:
    return finding(saving=Money.exactly(amount), **changed)


def test_stacks_that_share_a_line_share_the_finding_and_its_saving_is_summed() -> None:
    found = one_of(
        result("envs/prod", saving(20, fingerprint="p", address="module.gpu.aws_ebs_volume.a"), kind="prod"),
        result("envs/dev", saving(5, fingerprint="d", address="module.gpu.aws_ebs_volume.b"), kind="dev"),
    )
    assert found.worth == 25
    assert found.addresses == ("module.gpu.aws_ebs_volume.a", "module.gpu.aws_ebs_volume.b")
    assert [(one.stack, one.fingerprint, one.saving) for one in found.stacks] == [
        ("envs/prod", "p", Money.exactly(20)),
        ("envs/dev", "d", Money.exactly(5)),
    ]
    assert (found.fingerprint, found.stack, found.among) == ("p", "envs/prod", 2)
    assert (found.current, found.proposed) == (Money.exactly(200), Money.exactly(160))


def test_only_the_alternative_that_counts_goes_into_the_saving() -> None:
    found = one_of(
        result("infra [dev.tfvars]", saving(50), counts=False, alternative=True, kind="dev"),
        result("infra [prod.tfvars]", saving(20), alternative=True, kind="prod"),
        result("infra [test.tfvars]", alternative=True, counts=False, kind="test"),
    )
    assert (found.worth, found.stack) == (20, "infra [prod.tfvars]")
    assert (len(found.stacks), found.among) == (2, 3)
    assert found.environment == Environment()


def test_alternatives_none_of_which_counts_stand_for_each_other() -> None:
    found = one_of(
        result("infra [dev.tfvars]", saving(50), counts=False, alternative=True),
        result("infra [test.tfvars]", saving(60), counts=False, alternative=True),
        result("other", saving(1)),
    )
    assert (found.worth, found.stack) == (61, "infra [test.tfvars]")


def test_the_environment_stays_where_all_agree() -> None:
    found = one_of(result("a", finding(), kind="prod"), result("b", finding(), kind="prod"))
    assert found.environment.kind == "prod"


@pytest.mark.parametrize(
    "other",
    [
        finding(span=span(line=4)),
        finding(rule=replace(GP2, id="STO002")),
        finding(changes=(Change("a", "type", "gp2", "io2", span()),)),
        finding(patch=Patch((SetValue("a", ("type",), "io2"),))),
        finding(library=True),
    ],
    ids=["line", "rule", "value", "patch", "library"],
)
def test_what_is_edited_otherwise_stays_apart(other: Finding) -> None:
    assert len(merged([result("a", finding()), result("b", other)], lambda each: each.findings)) == 2


def test_instances_a_proposal_speaks_of_do_not_keep_findings_apart() -> None:
    def schedule(key: str) -> Finding:
        text = f'stop ${{aws_db_instance.d["{key}"].id}}'
        change = Change("aws_scheduler_schedule.s", "", None, {"input": text}, span())
        address = f'aws_db_instance.d["{key}"]'
        patch = Patch((AddResource(f"{address}_stop", "aws_scheduler_schedule", address, {"input": text}),))
        return finding(changes=(change,), patch=patch, address=address)

    assert len(one_of(result("a", schedule("x")), result("b", schedule("y"))).stacks) == 2


def test_what_one_stack_keeps_apart_stays_apart_and_is_merged_by_its_block() -> None:
    def volumes(module: str) -> list[Finding]:
        return [finding(address=f'{module}.aws_ebs_volume.{name}["k"]') for name in ("a", "b")]

    found = merged([result("p", *volumes("module.x")), result("q", *volumes("module.y"))], lambda each: each.findings)
    assert [one.addresses for one in found] == [
        ('module.x.aws_ebs_volume.a["k"]', 'module.y.aws_ebs_volume.a["k"]'),
        ('module.x.aws_ebs_volume.b["k"]', 'module.y.aws_ebs_volume.b["k"]'),
    ]
    alike = [finding(), finding()]
    assert len(merged([result("p", *alike)], lambda each: each.findings)) == 2


def test_a_removal_is_the_same_wherever_it_happens() -> None:
    remove = [finding(patch=Patch((RemoveResource(name),)), address=name) for name in ("aws_eip.a[0]", "aws_eip.a[1]")]
    assert len(one_of(result("a", remove[0]), result("b", remove[1])).addresses) == 2


def test_what_is_about_a_whole_stack_is_shared_by_alternatives_only() -> None:
    about = finding(resource_type="", saving=None, exposure=Money.exactly(100))
    elsewhere = replace(about, span=span(line=9))
    alternatives = [
        result("infra [p]", about, alternative=True),
        result("infra [d]", elsewhere, alternative=True, counts=False),
    ]
    found = one_of(*alternatives)
    assert found.exposure == Money.exactly(100)
    assert len(merged([result("a", about), result("b", about)], lambda each: each.findings)) == 2


def test_a_finding_of_one_stack_is_as_it_was() -> None:
    found = one_of(result("a", saving(7), kind="prod"))
    assert (found.worth, len(found.stacks), found.among, found.environment.kind) == (7, 1, 1, "prod")


def test_unpriced_in_one_stack_and_priced_in_another_is_what_is_known() -> None:
    unpriced = finding(saving=None, unpriced=("no price for it",))
    found = one_of(result("a", unpriced), result("b", saving(3)))
    assert (found.worth, found.unpriced) == (3, ("no price for it",))


def counting(*results: StackResult, include_libraries: bool = False) -> list[str]:
    return [one.stack.name for one in counted(results, include_libraries) if one.counted]


def test_of_alternatives_the_one_in_production_counts() -> None:
    dev = result("infra [dev]", alternative=True, kind="dev", cost=900)
    prod = result("infra [prod]", alternative=True, kind="prod", cost=100)
    assert counting(dev, prod) == ["infra [prod]"]
    eu = result("infra [prod-eu]", alternative=True, kind="prod", cost=200)
    assert counting(dev, prod, eu) == ["infra [prod-eu]"]


def test_of_alternatives_outside_production_the_costliest_counts() -> None:
    names = {"a": 1, "b": 3, "c": 2}
    assert counting(*(result(f"infra [{n}]", alternative=True, cost=c) for n, c in names.items())) == ["infra [b]"]


def test_every_root_has_its_own_alternatives_and_what_is_declared_counts() -> None:
    assert counting(
        result("a [x]", alternative=True), result("b [x]", alternative=True), result("c [x]"), result("c [y]")
    ) == ["a [x]", "b [x]", "c [x]", "c [y]"]


def test_libraries_count_where_they_are_asked_for() -> None:
    library = result("modules/gpu")
    library.stack.library = True
    assert counting(library) == []
    assert counting(library, include_libraries=True) == ["modules/gpu"]
