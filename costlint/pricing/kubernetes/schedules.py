"""How often a CronJob runs: the five fields of its schedule, counted over a year.

Grammar: kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from functools import lru_cache

from costlint.numerals import whole_number

_MACROS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_YEAR = 2027  # any year that is no leap year


@lru_cache(maxsize=1024)
def runs_a_month(schedule: str) -> float | None:
    """Runs in an average month; None for what is no schedule."""
    text = _MACROS.get(schedule.strip().lower(), schedule)
    fields = [field for field in text.split() if not field.startswith(("TZ=", "CRON_TZ="))]
    if len(fields) != len(_RANGES):
        return None
    sets = [found for number, field in enumerate(fields) if (found := _values(field, number))]
    if len(sets) != len(_RANGES):
        return None
    minutes, hours, days, months, weekdays = sets
    weekdays = {day % 7 for day in weekdays}
    either = fields[2] not in ("*", "?") and fields[4] not in ("*", "?")
    matching = 0
    for month in months:
        for day in range(1, monthrange(_YEAR, month)[1] + 1):
            on_date, on_day = day in days, (date(_YEAR, month, day).weekday() + 1) % 7 in weekdays
            matching += (on_date or on_day) if either else (on_date and on_day)
    return matching * len(minutes) * len(hours) / 12


def _values(field: str, number: int) -> set[int] | None:
    low, high = _RANGES[number]
    found: set[int] = set()
    for part in field.lower().split(","):
        span, slash, step = part.partition("/")
        first, dash, last = span.partition("-")
        start, end = (low, high) if span in ("*", "?") else (_named(first, number), _named(last or first, number))
        every = (whole_number(step) or 0) if slash else 1
        if start is None or end is None or not every or not low <= start <= end <= high:
            return None
        if slash and not dash and span not in ("*", "?"):
            end = high
        found.update(range(start, end + 1, every))
    return found


def _named(text: str, number: int) -> int | None:
    if len(text) <= 2 and (digits := whole_number(text)) is not None:
        return digits
    if number == 3 and text in _MONTHS:
        return _MONTHS.index(text) + 1
    return _DAYS.index(text) if number == 4 and text in _DAYS else None
