from __future__ import annotations

import json
from typing import Any

from msgspec.structs import replace
from sample_reports import finding, report, storage_bill, volume

from costlint.model import Component, Estimate, Money, Rebill, Region, Report, Stack, StackResult, Totals
from costlint.reports import json as json_report
from costlint.reports.bills import rebilled
from costlint.reports.explain import explain_place
from costlint.usage import Entry, Quantities, UsageFile

_GP3 = Estimate(
    components=(
        Component(
            name="storage",
            quantity=Money.exactly(1000),
            unit="gb-month",
            unit_price=0.08,
            monthly=Money.exactly(80.0),
            sku="ebs.gp3.storage",
            source="AWS price list",
            date="2026-07-20",
        ),
    )
)


def _moved(number: int = 1, **changed: Any) -> Report:
    bills = tuple(Rebill(f"aws_ebs_volume.models[{i}]", storage_bill(), _GP3) for i in range(number))
    return report(finding(rebilled=bills, **changed))


def _of(*volumes: str, named: int | None = None) -> Report:
    resources = [volume(address) for address in volumes]
    stack = Stack(name="infra", kind="terraform", path="infra", resources=resources, region=Region("us-east-1"))
    result = StackResult(stack, {one.address: storage_bill() for one in resources}, (), Totals())
    return report(stacks=(result,))


def test_the_bill_with_the_change_is_expanded_as_the_one_as_written_is() -> None:
    assert (
        "  aws_ebs_volume.models[0] with the change: $80.00/month\n"
        "      storage: 1,000 gb-month × $0.08 = $80.00\n"
        "        ebs.gp3.storage, AWS price list, 2026-07-20\n"
    ) in explain_place(_moved(), "main.tf", 3)


def test_resources_whose_bills_move_alike_are_one() -> None:
    (one,) = rebilled(_moved(100).findings[0])
    assert len(one.addresses) == 100
    assert "aws_ebs_volume.models[0] ×100 with the change: $80.00/month each\n" in explain_place(
        _moved(100), "main.tf", 3
    )


def test_a_removed_resource_is_gone_and_its_usage_goes_on_elsewhere() -> None:
    gone = finding(rebilled=(Rebill("aws_ebs_volume.models", storage_bill(), None),), moved=Money(0, 2.5, 25))
    text = explain_place(report(gone), "main.tf", 3)
    assert "  aws_ebs_volume.models with the change: gone\n" in text
    assert "  $2.50 ($0.00–$25.00)/month of usage goes on elsewhere\n" in text


def test_a_range_says_which_ends_it_is_made_of() -> None:
    amounts = {"current": Money(0, 100, 200), "proposed": Money(0, 80, 160), "saving": Money(0, 20, 40)}
    text = explain_place(_moved(**amounts), "main.tf", 3, width=160)
    assert "range: every quantity at its low end ($0.00 − $0.00) or at its high end ($200 − $160)" in text
    assert "range:" not in explain_place(_moved(), "main.tf", 3)


def test_of_many_bills_the_dearest_are_shown_and_the_rest_counted() -> None:
    text = explain_place(_of(*(f"aws_ebs_volume.v{i}" for i in range(50))), "main.tf", 1)
    assert text.count("  main.tf:1:1\n") == 10
    assert text.endswith("+40 more resources here: $4,100 ($4,000–$5,000)/month\n")


def test_equal_bills_of_one_block_in_several_calls_of_its_module_are_one() -> None:
    text = explain_place(_of(*(f'module.m["{i}"].aws_ebs_volume.v' for i in range(50))), "main.tf", 1)
    assert 'module.m["0"].aws_ebs_volume.v  ×50  main.tf:1:1' in text
    assert text.count("main.tf:1:1") == 1


def test_a_place_is_never_cut() -> None:
    address = "module.a." * 12 + "aws_ebs_volume.models"
    text = explain_place(_of(address), "main.tf", 1, width=60)
    assert f"{address}\n  main.tf:1:1\n" in text
    assert "…" not in text


def test_programs_read_both_bills_line_by_line() -> None:
    (written,) = json.loads(json_report.render(_moved(3)))["findings"]
    (moved,) = written["rebilled"]
    assert len(moved["addresses"]) == 3
    assert [part["unit_price"] for part in moved["before"]] == [0.1, 0.05]
    assert [(part["unit_price"], part["date"]) for part in moved["after"]] == [(0.08, "2026-07-20")]


def test_a_quantity_a_usage_file_states_is_no_assumption_and_says_where_it_stands() -> None:
    entry = Entry("aws_x.a", False, "storage_gb", 5000, ("resource_usage", "aws_x.a", "storage_gb"))
    file = UsageFile("usage.yml", [entry], [], lambda path: (3, 5))
    (part, _) = storage_bill().components
    stated = Estimate(components=(replace(part, usage=True),))
    one = volume()
    one.usage = Quantities({"aws.x": 5000.0}, [entry], file)
    stack = Stack(name="infra", kind="terraform", path="infra", resources=[one], region=Region("us-east-1"))
    text = explain_place(report(stacks=(StackResult(stack, {one.address: stated}, (), Totals()),)), "main.tf", 1)
    assert "~" not in text
    assert "    stated: storage_gb = 5000 (usage.yml:3)\n" in text
