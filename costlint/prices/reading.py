"""Price files as they are written, read into one book. Raises ConfigError with the place of a mistake."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from costlint.catalog import Catalog
from costlint.config import Commitment, ConfigError
from costlint.config.documents import Document
from costlint.config.reading import read_document
from costlint.model import Path
from costlint.model.currency import USD, Currency
from costlint.prices.file import Discount, OwnPrice, PriceFile
from costlint.spelling import did_you_mean

_LARGEST_BYTES = 20 << 20
_CODE = re.compile(r"[A-Z]{3}")


class Row(NamedTuple):
    """A price of yours, in USD: `price` before commitments, `effective` with them, `listed` if the file says what the
    public list does. `place` is file:line."""

    own: OwnPrice
    price: float
    effective: float
    listed: float | None
    place: str
    date: str


class Reduction(NamedTuple):
    """A discount and where it is written."""

    discount: Discount
    place: str


class PriceBook(NamedTuple):
    """Every price file of a run together; of rows equally specific the last counts."""

    rows: tuple[Row, ...] = ()
    reductions: tuple[Reduction, ...] = ()
    gpu_hours: Mapping[str, Row] = MappingProxyType({})
    commitments: tuple[Commitment, ...] = ()
    currency: Currency = USD


def read_prices(files: Sequence[str]) -> PriceBook:
    """The book of the files, in order. Raises ConfigError."""
    book = PriceBook()
    for file in files:
        document = read_document(file, "the price file", _LARGEST_BYTES)
        found = _converted(document, file)
        currency = _currency(found, document, file)
        if currency is not None and book.currency not in (USD, currency):
            message = f"another file says {book.currency.code} at {book.currency.rate:g}; one of them has to go"
            raise ConfigError(f"currency: {message}", file, *document.position(("currency",)))
        book = PriceBook(
            rows=(*book.rows, *_rows(found, document, file)),
            reductions=(*book.reductions, *_reductions(found, document, file)),
            gpu_hours={**book.gpu_hours, **_gpu_hours(found, document, file)},
            commitments=(*book.commitments, *found.commitments),
            currency=currency or book.currency,
        )
    return book


def _rows(found: PriceFile, document: Document, file: str) -> Iterator[Row]:
    date = found.as_of.isoformat() if found.as_of else ""
    for number, own in enumerate(found.prices):
        path: Path = ("prices", number)
        rate = _rate(own.currency, found, document, file, path)
        effective = own.price if own.effective is None else own.effective
        line, _ = document.position(path)
        listed = None if own.list is None else own.list / rate
        yield Row(own, own.price / rate, effective / rate, listed, f"{file}:{line}", date)


def _reductions(found: PriceFile, document: Document, file: str) -> Iterator[Reduction]:
    for number, discount in enumerate(found.discounts):
        line, _ = document.position(("discounts", number))
        yield Reduction(discount, f"{file}:{line}")


def _gpu_hours(found: PriceFile, document: Document, file: str) -> dict[str, Row]:
    """On-premises prices by accelerator. Raises ConfigError for a name no accelerator has."""
    here = found.on_premises
    if not here.gpu_hour:
        return {}
    rate = _rate(here.currency, found, document, file, ("on_premises",))
    known = [accelerator.model for accelerator in Catalog().accelerators()]
    date = found.as_of.isoformat() if found.as_of else ""
    rows = {}
    for model, amount in here.gpu_hour.items():
        path: Path = ("on_premises", "gpu_hour", model)
        place = document.position(path)
        if model not in known:
            advice = did_you_mean(model, known, f"; known are {', '.join(known)}")
            raise ConfigError(f'on_premises: there is no accelerator "{model}"{advice}', file, *place)
        own = OwnPrice("aws", model, amount, unit="gpu-hour")
        rows[model] = Row(own, amount / rate, amount / rate, None, f"{file}:{place[0]}", date)
    return rows


def _rate(code: str, found: PriceFile, document: Document, file: str, path: Path) -> float:
    """Units of a currency for one USD. Raises ConfigError if nothing says."""
    if code == USD.code:
        return 1.0
    if found.currency is not None and found.currency.code == code:
        return found.currency.rate
    message = f'there is no rate for "{code}": say currency: {{code: {code}, rate: …, date: …}} in this file'
    raise ConfigError(message, file, *document.position((*path, "currency")))


def _currency(found: PriceFile, document: Document, file: str) -> Currency | None:
    said = found.currency
    if said is None:
        return None
    if _CODE.fullmatch(said.code) is None:
        message = f'currency: "{said.code}" is no code of three capital letters, such as EUR'
        raise ConfigError(message, file, *document.position(("currency", "code")))
    return Currency(said.code, said.rate, said.date.isoformat())


def _converted(document: Document, file: str) -> PriceFile:
    try:
        found = msgspec.convert(document.value, PriceFile)
    except msgspec.ValidationError as error:
        from costlint.config.complaints import complaint

        message, place = complaint(error, document.value, PriceFile)
        raise ConfigError(message, file, *document.position(place)) from None
    for number, commitment in enumerate(found.commitments):
        if said := commitment.complaint():
            raise ConfigError(f"commitments: {said}", file, *document.position(("commitments", number)))
    return found
