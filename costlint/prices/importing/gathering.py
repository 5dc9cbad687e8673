"""Everything an export says, added up line by line: what each price came to, what commitments covered, and what was
left. It holds one sum for each price, however long the export is."""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, NamedTuple, TypeAlias

from msgspec import Struct, field

from costlint.config import ConfigError
from costlint.prices.importing.cur import cur
from costlint.prices.importing.focus import focus
from costlint.prices.importing.lines import Covering, Format, Line, Reader, Skipped
from costlint.prices.importing.mapping import Key, Tables

FamilyOf: TypeAlias = Callable[[str, str], str]
"""The family of a machine type of a provider, "" for none."""

_FORMATS: tuple[Format, ...] = (focus, cur)
_MOST_NAMES = 5_000
_SECONDS_PER_HOUR = 3600
_CODE = re.compile(r"[A-Z]{3}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Sums(Struct):
    """What one price came to: units, and their cost at list, as contracted and effectively. Of those covered by
    commitments also apart; only lines no commitment covers tell the contracted price."""

    units: float = 0.0
    listed: float = 0.0
    effective: float = 0.0
    open_units: float = 0.0
    contracted: float = 0.0

    @property
    def price(self) -> float:
        """For one unit that no commitment covers; the list price where all of it is covered."""
        if self.open_units > 0:
            return max(0.0, self.contracted / self.open_units)
        return self.listed / self.units if self.units else 0.0


class Cover(NamedTuple):
    """Commitments alike: reservations for one price, or plans for a family in a region, or for everything."""

    kind: Covering
    provider: str
    key: Key | None
    family: str
    region: str


class Covers(Struct):
    """What commitments alike covered."""

    units: float = 0.0
    listed: float = 0.0
    effective: float = 0.0


class Gathered(Struct):
    """An export, or several, added up. Costs are in `currency`; `unmapped` and `skipped` count lines by name and
    reason, `…_cost` is what they cost."""

    lines: int = 0
    mapped: int = 0
    mapped_cost: float = 0.0
    sums: dict[Key, Sums] = field(default_factory=dict)
    covers: dict[Cover, Covers] = field(default_factory=dict)
    unmapped: Counter[tuple[str, str]] = field(default_factory=Counter)
    unmapped_cost: dict[tuple[str, str], float] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    skipped_cost: dict[str, float] = field(default_factory=dict)
    currency: str = ""
    first: str = ""
    last: str = ""

    @property
    def hours(self) -> float:
        """Hours between the first and the last usage, 0 if the export has no times."""
        if not self.first:
            return 0.0
        return (_moment(self.last) - _moment(self.first)).total_seconds() / _SECONDS_PER_HOUR


def gather(files: Sequence[str], tables: Tables, family_of: FamilyOf) -> Gathered:
    """Read exports line by line. Raises ConfigError for a file that is none, or is damaged."""
    found = Gathered()
    for file in files:
        with _table(file) as rows:
            read = _reader(next(rows, []), file)
            for number, row in enumerate(rows, 2):
                if not row:
                    continue
                try:
                    line = read(row)
                    _enter(found, line, tables, family_of)
                except ValueError as error:
                    raise ConfigError(f"this line of the export cannot be read: {error}", file, number, 1) from None
    return found


def _enter(found: Gathered, line: Line | Skipped, tables: Tables, family_of: FamilyOf) -> None:
    found.lines += 1
    if isinstance(line, Skipped):
        found.skipped[line.why] += 1
        found.skipped_cost[line.why] = found.skipped_cost.get(line.why, 0.0) + line.cost
        return
    found.currency = found.currency or line.currency
    if _CODE.fullmatch(line.currency) is None:
        raise ValueError(f"{line.currency!r:.20} is no currency")
    if line.currency != found.currency:
        raise ValueError(f"it is in {line.currency}, lines before it in {found.currency}")
    _date(found, line)
    mapped = tables.price_of(line)
    if isinstance(mapped, str):
        name = (line.named, mapped)
        if name not in found.unmapped and len(found.unmapped) >= _MOST_NAMES:
            name = ("other usage", "more kinds than can be named")
        found.unmapped[name] += 1
        found.unmapped_cost[name] = found.unmapped_cost.get(name, 0.0) + line.effective
        return
    found.mapped += 1
    found.mapped_cost += line.effective
    units = line.quantity * mapped.per
    for key in mapped.keys:
        sums = found.sums.get(key)
        if sums is None:
            sums = found.sums[key] = Sums()
        _add(sums, line, units)
    if line.covering:
        _cover(found, line, mapped.keys[0], units, family_of)


def _date(found: Gathered, line: Line) -> None:
    """Note when a line is from, where it says so."""
    start, end = line.start, line.end or line.start
    if found.first and found.first <= start and end <= found.last:
        return
    try:
        _moment(start), _moment(end)
    except ValueError:
        return
    found.first = min(found.first, start) if found.first else start
    found.last = max(found.last, end)


def _add(sums: Sums, line: Line, units: float) -> None:
    sums.units += units
    sums.listed += line.listed
    sums.effective += line.effective
    if not line.covering:
        sums.open_units += units
        sums.contracted += line.contracted


def _cover(found: Gathered, line: Line, key: Key, units: float, family_of: FamilyOf) -> None:
    if line.covering == "usage":
        cover = Cover("usage", key.provider, key, "", key.region)
    elif line.plan == "family":
        cover = Cover("spend", key.provider, None, family_of(key.provider, key.sku), key.region)
    else:
        cover = Cover("spend", key.provider, None, "", "*")
    covers = found.covers.setdefault(cover, Covers())
    covers.units += units
    covers.listed += line.listed
    covers.effective += line.effective


def _reader(header: list[str], file: str) -> Reader:
    names = [name.strip().removeprefix("\ufeff") for name in header]
    for known in _FORMATS:
        read = known(names)
        if read is not None:
            return read
    what = f"its columns begin {', '.join(names[:4])}" if names else "it is empty"
    raise ConfigError(f"this is neither a FOCUS export nor an AWS Cost and Usage Report in CSV: {what}", file)


@contextmanager
def _table(file: str) -> Iterator[Iterator[list[str]]]:
    """The rows of a CSV file, compressed or not, one at a time."""
    path = Path(file)
    if path.suffix == ".parquet" or _begins(path, file) == b"PAR1":
        raise ConfigError("this export is in Parquet, which costlint does not read: export it as CSV", file)
    try:
        with closing(_text(path)) as stream:
            yield _rows(stream, file)
    except (OSError, EOFError, gzip.BadGzipFile) as error:
        raise ConfigError(f"cannot read the export: {getattr(error, 'strerror', None) or error}", file) from None
    except UnicodeDecodeError:
        raise ConfigError("the export is not UTF-8 text", file) from None


def _rows(stream: Iterable[str], file: str) -> Iterator[list[str]]:
    rows = csv.reader(stream)
    try:
        yield from rows
    except csv.Error as error:
        raise ConfigError(f"the export is not CSV: {error}", file, rows.line_num, 1) from None


def _text(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _begins(path: Path, file: str) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(4)
    except OSError as error:
        raise ConfigError(f"cannot read the export: {error.strerror}", file) from None


def _moment(text: str) -> datetime:
    """Raises ValueError for what is no time."""
    if _DAY.match(text) is None:
        raise ValueError(f"{text} is no time")
    moment = datetime.fromisoformat(text.replace("Z", "+00:00").replace(" UTC", "+00:00"))
    return moment.replace(tzinfo=None)
