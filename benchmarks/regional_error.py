"""How wrong inferred regional prices are: every price a source states outside the reference region is held out,
inferred from all others, and compared.

`--write` puts what was measured into the catalog (regional_inference.csv: how far each service follows machine prices,
and which services are not inferred) and into docs/prices-catalog.md. Run it after rows were added; a test fails when
the table no longer says what is true.
"""

from __future__ import annotations

import argparse
import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

from costlint.catalog import PROVIDERS, REFERENCES, Catalog
from costlint.catalog.families import family_and_size
from costlint.catalog.levels import is_spot, nearest, part_of
from costlint.catalog.managed import family_ratios
from costlint.catalog.tables import records

ROOT = Path(__file__).parent.parent
DATA = ROOT / "costlint" / "catalog" / "data"
PAGE = ROOT / "docs" / "prices-catalog.md"

REFUSED_ABOVE = 0.25
FEWEST = 5
LARGE = 100
LISTED = 20
FEWEST_REGIONS = 3
LEVEL_REGIONS = 0.02  # machine prices closer to the reference than this say nothing about who follows them
MOST_FOLLOWING = 1.6
BEGIN, END = "<!-- regional error: begin -->", "<!-- regional error: end -->"
_COLUMNS = ("provider", "group", "follows", "like", "machines", "n", "median", "p90", "p99", "source", "date")
_SOURCE = "benchmarks/regional_error.py over the price rows of this catalog"


class Observed(NamedTuple):
    """A price stated in a region, as a ratio to that of the reference region it would be inferred from, with the ratios
    of the other SKUs of its service that both regions state; `level` is how machine prices compare there."""

    group: str
    sku: str
    region: str
    ratio: float
    like: Mapping[str, list[float]]
    level: Callable[[float], float] | None


class Measured(NamedTuple):
    """The errors of one service, as shares of the true price: inferred from SKUs like it in the same region (`like`),
    and from machine prices there (`machines`), which it follows so far."""

    provider: str
    group: str
    follows: float
    like: tuple[float, ...]
    machines: tuple[float, ...]
    inferred: tuple[float, ...] = ()

    @property
    def like_holds(self) -> bool:
        return holds(self.like)

    @property
    def machines_hold(self) -> bool:
        return holds(self.machines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--write", action="store_true", help="write the catalog's table and the one in docs")
    given = parser.parse_args()
    measured = [one for provider in PROVIDERS for one in measure(Catalog(), provider)]
    if given.write:
        (DATA / "regional_inference.csv").write_text(as_csv(measured), encoding="utf-8")
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        _, _, after = rest.partition(END)
        PAGE.write_text(f"{before}{BEGIN}\n{as_table(measured)}{END}{after}", encoding="utf-8")
    print(as_table(measured))


def measure(catalog: Catalog, provider: str) -> list[Measured]:
    """The error of every service with prices in several regions, of managed nodes, and ("*") of services that are
    stated in the reference region only, for which every other service stands in."""
    levels = machine_levels(provider)
    found: dict[str, list[Observed]] = {}
    for one in observed(catalog, provider, levels):
        found.setdefault(one.group, []).append(one)
    usual = usual_following(found.values())
    rows = []
    for group, ones in sorted(found.items()):
        whole = service(provider, group, ones, usual)
        parts = [service(provider, part, some, usual) for part, some in _parts(group, ones)]
        rows += [whole._replace(inferred=_together(whole, ones, parts)), *parts]
    unseen = tuple(median(errors) for ones in found.values() if (errors := _follow(usual, ones)))
    rows.append(Measured(provider, "*", usual, (), unseen, unseen))
    for name, errors in nodes(catalog, provider).items():
        rows.append(Measured(provider, f"{name}-nodes", 1.0, (), tuple(errors), tuple(errors)))
    return rows


def observed(catalog: Catalog, provider: str, levels: dict[str, float]) -> Iterator[Observed]:
    """Every service price read from a list in a region and in a reference region."""
    listed = {region: _listed(catalog, provider, region) for region in catalog.service_regions(provider)}
    for region, prices in listed.items():
        references = [one for one in REFERENCES[provider] if one != region]
        shared = {
            reference: {
                key: amount / listed[reference][key] for key, amount in prices.items() if key in listed[reference]
            }
            for reference in references
        }
        for key in prices:
            reference = next((one for one in references if key in shared[one]), None)
            if reference is None:
                continue
            sku = key[0]
            group = sku.partition(".")[0]
            like: dict[str, list[float]] = {}
            for other, ratio in shared[reference].items():
                if other != key and other[0].partition(".")[0] == group:
                    like.setdefault(other[0], []).append(ratio)
            known = region in levels and reference in levels
            level = partial(_level, levels[region], levels[reference]) if known else None
            yield Observed(group, sku, region, shared[reference][key], like, level)


def _parts(group: str, ones: list[Observed]) -> Iterator[tuple[str, list[Observed]]]:
    """The parts of a large service that are seen often enough to be judged by themselves."""
    found: dict[str, list[Observed]] = {}
    for one in ones if len(ones) >= LARGE else ():
        found.setdefault(part_of(one.sku), []).append(one)
    return ((part, some) for part, some in sorted(found.items()) if len(some) >= FEWEST)


def _together(whole: Measured, ones: list[Observed], parts: list[Measured]) -> tuple[float, ...]:
    """The errors of a service whose parts are judged by themselves."""
    names = {part.group for part in parts}
    if not names:
        return whole.inferred
    rest = [one for one in ones if part_of(one.sku) not in names]
    others = [error for one in rest for error in service(whole.provider, whole.group, [one], whole.follows).inferred]
    return (*(error for part in parts for error in part.inferred), *(others if whole.like_holds else ()))


def _listed(catalog: Catalog, provider: str, region: str) -> dict[tuple[str, str], float]:
    """What sources state for a region, without spot prices."""
    prices = {key: catalog.price(provider, region, *key) for key in sorted(catalog.stated(provider, region))}
    return {key: one.amount for key, one in prices.items() if one and not one.inferred and not is_spot(key[0])}


def _level(here: float, there: float, follows: float) -> float:
    """The ratio of two regions whose machine prices are at these levels, for a service that follows them so far."""
    return (1 + follows * (here - 1)) / (1 + follows * (there - 1))


def service(provider: str, group: str, ones: list[Observed], usual: float) -> Measured:
    """One service, each price from those like it in its region, and from the machine prices there."""
    regions = dict.fromkeys(one.region for one in ones)
    elsewhere = {region: following([one for one in ones if one.region != region], usual) for region in regions}
    errors: list[tuple[float | None, float | None]] = []
    for held in ones:
        near = nearest(held.sku, dict(held.like))
        by_machines = _follow(elsewhere[held.region], [held])
        errors.append((abs(median(near) / held.ratio - 1) if near else None, by_machines[0] if by_machines else None))
    like = tuple(error for error, _ in errors if error is not None)
    machines = tuple(error for _, error in errors if error is not None)
    ways = (holds(like), holds(machines))
    gone = (
        next((error for error, way in zip(both, ways, strict=True) if way and error is not None), None)
        for both in errors
    )
    inferred = tuple(error for error in gone if error is not None)
    return Measured(provider, group, following(ones, usual), like, machines, inferred)


def following(ones: Iterable[Observed], usual: float) -> float:
    """How far a service moves with machine prices: the median over regions whose level differs; the usual figure for
    services seen in too few of them."""
    told: dict[str, list[float]] = {}
    for one in ones:
        distance = one.level(1.0) - 1 if one.level else 0.0
        if abs(distance) > LEVEL_REGIONS:
            told.setdefault(one.region, []).append((one.ratio - 1) / distance)
    if len(told) < FEWEST_REGIONS:
        return usual
    return round(min(max(median(map(median, told.values())), 0.0), MOST_FOLLOWING), 2)


def usual_following(services: Iterable[list[Observed]]) -> float:
    """The figure with the smallest 90th percentile over services, in tenths."""
    groups = [ones for ones in services if any(one.level for one in ones)]
    return min(
        (tenth / 10 for tenth in range(11)),
        key=lambda follows: percentile([median(_follow(follows, ones)) for ones in groups], 0.9),
    )


def nodes(catalog: Catalog, provider: str) -> dict[str, list[float]]:
    """Managed nodes by service, as in regions no source covers: from the machines of the same family."""
    levels = machine_levels(provider)
    reference = REFERENCES[provider][0]
    base = {key: catalog.managed(provider, reference, *key) for key in catalog.managed_keys(provider, reference)}
    errors: dict[str, list[float]] = {}
    for region in catalog.regions(provider) if base else ():
        ratios: dict[str, list[float]] = {}
        for key in catalog.managed_keys(provider, region) if region != reference and region in levels else ():
            found, known = catalog.managed(provider, region, *key), base.get(key)
            split = family_and_size(provider, key[3])
            if found is None or known is None or split is None or found.price.inferred or known.price.inferred:
                continue
            if split[0] not in ratios:
                here, there = catalog.shapes(provider, region), catalog.shapes(provider, reference)
                ratios[split[0]] = family_ratios(here, there, split[0])
            level = median(ratios[split[0]]) if ratios[split[0]] else levels[region]
            errors.setdefault(key[0], []).append(abs(level * known.price.amount / found.price.amount - 1))
    return errors


def machine_levels(provider: str) -> dict[str, float]:
    """The level of machine prices by region."""
    rows = [row for row in records(DATA / "region_ratios.csv") if row["provider"] == provider]
    return {REFERENCES[provider][0]: 1.0, **{row["region"]: float(row["ratio"]) for row in rows}}


def as_csv(measured: Iterable[Measured]) -> str:
    """The catalog's table."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for one in measured:
        ways = ("yes" if way else "no" for way in (one.like_holds, one.machines_hold))
        figures = (f"{figure:.3f}" for figure in percentiles(one.inferred))
        counted = len(one.inferred), *figures
        writer.writerow((one.provider, one.group, f"{one.follows:g}", *ways, *counted, _SOURCE, date.today()))
    return buffer.getvalue()


def as_table(measured: Iterable[Measured]) -> str:
    """The table for people: everything that is inferred, by provider, then every service with enough observations."""
    ones = list(measured)
    lines = ["| provider | prices | observed | median | p90 | p99 | |", "|---|---|---|---|---|---|---|"]
    for provider in PROVIDERS:
        own = [one for one in ones if one.provider == provider]
        services = [
            one for one in own if one.group != "*" and "." not in one.group and not one.group.endswith("-nodes")
        ]
        unseen = next(one for one in own if one.group == "*")
        together = tuple(error for one in services for error in one.inferred)
        lines.append(_line(provider, "**all services, as inferred**", together, ""))
        lines.append(_line(provider, "services stated in no other region", unseen.inferred, ""))
        for one in sorted(own, key=lambda one: (-len(one.machines), one.group)):
            most = max(len(one.like), len(one.machines))
            if one is not unseen and "." not in one.group and most >= LISTED:
                parts = [part for part in own if part.group.startswith(f"{one.group}.")]
                lines.append(
                    _line(provider, f"`{one.group}`", one.inferred or one.like or one.machines, note(one, parts))
                )
    return "\n".join(lines) + "\n"


def note(one: Measured, parts: Sequence[Measured] = ()) -> str:
    """Which ways are not gone. Parts of a service that are judged by themselves come before the whole."""
    if parts:
        refused = sum(note(part) == "not inferred" for part in parts)
        return f"{refused} of {len(parts)} parts not inferred" if refused else "part by part"
    if not one.machines_hold and (not one.like_holds or one.group.endswith("-nodes")):
        return "not inferred"
    if not one.machines_hold:
        return "only beside others of its service"
    return "" if one.like_holds else "from machine prices"


def holds(errors: Iterable[float]) -> bool:
    """True unless every tenth price is known to be wrong by more than what is accepted."""
    known = tuple(errors)
    return len(known) < FEWEST or percentile(known, 0.9) <= REFUSED_ABOVE


def percentiles(errors: Iterable[float]) -> tuple[float, ...]:
    """Median, 90th and 99th percentile; zeros without any error."""
    known = tuple(errors)
    return tuple(percentile(known, share) if known else 0.0 for share in (0.5, 0.9, 0.99))


def _line(provider: str, name: str, errors: tuple[float, ...], remark: str) -> str:
    figures = " | ".join(f"{figure:.1%}".replace("%", " %") for figure in percentiles(errors))
    return f"| {provider} | {name} | {len(errors):,} | {figures} | {remark} |"


def percentile(errors: Iterable[float], share: float) -> float:
    """The smallest error that this share of all do not exceed."""
    known = sorted(errors)
    return known[min(len(known) - 1, int(share * len(known)))]


def _follow(follows: float, ones: Iterable[Observed]) -> list[float]:
    """The errors of following machine prices so far, where those are known."""
    return [abs(one.level(follows) / one.ratio - 1) for one in ones if one.level]


if __name__ == "__main__":
    main()
