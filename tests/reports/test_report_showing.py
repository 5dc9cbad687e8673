"""What has no price: one line for each provider that is no cloud, places for everything else."""

from __future__ import annotations

from costlint.model import Coverage, Estimate, Provider, Region, Report, Resource, Span, Stack, StackResult, Totals
from costlint.reports.showing import render_free, render_unpriced

FASTLY = "billed by Fastly, whose prices are not in the catalog"
UNKNOWN = "aws_new_thing is not priced yet"


def report(*resources: tuple[str, Provider, Estimate]) -> Report:
    listed = [
        Resource(f"{kind}.r{line}", kind, provider, {}, Span("main.tf", line, 1, line, 9), Region(""))
        for line, (kind, provider, _) in enumerate(resources, 1)
    ]
    estimates = {resource.address: found for resource, (_, _, found) in zip(listed, resources, strict=True)}
    result = StackResult(Stack("s", "terraform", "", listed), estimates, (), Totals())
    return Report("1", (".",), (result,), (), Totals(), Coverage(), ())


def unpriced(reason: str) -> Estimate:
    return Estimate(unpriced=(reason,))


def why(kind: str) -> str:
    return "settings inside GitHub" if kind.startswith("github") else ""


def test_strangers_are_one_line_with_their_types_and_come_last() -> None:
    services: list[tuple[str, Provider, Estimate]] = [("fastly_service_vcl", "other", unpriced(FASTLY))] * 12
    domains: list[tuple[str, Provider, Estimate]] = [("fastly_domain", "other", unpriced(FASTLY))]
    text = render_unpriced(report(*services, *domains, ("aws_new_thing", "aws", unpriced(UNKNOWN))))
    assert text.splitlines() == [
        "14 resources unpriced, wholly or in part",
        "",
        f"    1  {UNKNOWN}",
        "       aws_new_thing.r14  main.tf:14",
        "",
        f"   13  {FASTLY}",
        "       fastly_service_vcl ×12, fastly_domain",
    ]


def test_what_is_free_outside_the_clouds_is_one_line_a_provider() -> None:
    free = Estimate(free=True)
    listed: list[tuple[str, Provider, Estimate]] = [("github_repository", "other", free)] * 3
    listed += [("github_team", "other", free), ("aws_iam_role", "aws", free)]
    assert render_free(report(*listed), why=why).splitlines() == [
        "5 resources of 3 types are free",
        "",
        "      1  aws_iam_role",
        "",
        "      4  settings inside GitHub (github_*)",
    ]


def test_nothing_unpriced_and_nothing_free_is_said() -> None:
    empty = report()
    assert render_unpriced(empty) == "Nothing here is unpriced.\n"
    assert render_free(empty) == "Nothing here is free.\n"


def test_names_from_the_input_cannot_steer_the_terminal() -> None:
    text = render_unpriced(report(("evil_\x1b[31mx", "other", unpriced("no \x1b[31mprices"))))
    assert "\x1b" not in text


def test_the_place_of_what_is_unpriced_is_never_cut() -> None:
    kind = "aws_thing_with_a_name_" * 4
    assert f"       {kind}.r1\n         main.tf:1\n" in render_unpriced(
        report((kind, "aws", unpriced("none"))), width=60
    )
