"""Characters as Terraform counts them (grapheme clusters, UAX #29) and Go's one-to-one case mapping."""

from __future__ import annotations

import unicodedata


def graphemes(text: str) -> list[str]:
    """The text split into user-perceived characters."""
    if text.isascii():
        return list(text) if "\r\n" not in text else _clusters(text)
    return _clusters(text)


def length(text: str) -> int:
    """How many characters a reader would count."""
    if text.isascii():
        return len(text) - text.count("\r\n")
    return len(_clusters(text))


def nfc(text: str) -> str:
    """Normal form C, in which Terraform keeps every string."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def upper(text: str) -> str:
    return text.upper() if text.isascii() else "".join(map(upper_character, text))


def lower(text: str) -> str:
    return text.lower() if text.isascii() else "".join(map(_lower_character, text))


def upper_character(character: str) -> str:
    """One character in upper case; where Unicode's full mapping gives several, its simple mapping counts."""
    mapped = character.upper()
    return mapped if len(mapped) == 1 else title_character(character)


def title_character(character: str) -> str:
    """One character as the first of a title: DŽ is three of them, DŽ, Dž and dž."""
    titled = character.title()
    return titled if len(titled) == 1 else character


def _lower_character(character: str) -> str:
    mapped = character.lower()
    return mapped if len(mapped) == 1 else mapped[0]


def _clusters(text: str) -> list[str]:
    clusters: list[str] = []
    current = ""
    before = ""
    flags = 0
    pictographic = False
    for character in text:
        kind = _break_class(character)
        if current and _joined(before, kind, flags, pictographic):
            current += character
        else:
            if current:
                clusters.append(current)
            current, flags, pictographic = character, 0, False
        if kind == "pictographic":
            pictographic = True
        elif kind not in ("extend", "zwj"):
            pictographic = False
        flags = flags + 1 if kind == "regional" else 0
        before = kind
    if current:
        clusters.append(current)
    return clusters


def _joined(before: str, kind: str, flags: int, pictographic: bool) -> bool:
    if before == "cr":
        return kind == "lf"
    if before in ("lf", "control") or kind in ("cr", "lf", "control"):
        return False
    if kind in ("extend", "zwj", "spacing") or before == "prepend":
        return True
    if before == "zwj" and kind == "pictographic":
        return pictographic
    if before == kind == "regional":
        return flags % 2 == 1
    return kind in _HANGUL_AFTER.get(before, ())


def _break_class(character: str) -> str:
    code = ord(character)
    if code < 0x300:
        if code == 0x0D:
            return "cr"
        if code == 0x0A:
            return "lf"
        if code < 0x20 or 0x7F <= code < 0xA0 or code == 0xAD:
            return "control"
        return "pictographic" if code in (0xA9, 0xAE) else "other"
    if code == 0x200D:
        return "zwj"
    category = unicodedata.category(character)
    if category in ("Mn", "Me") or code == 0x200C or 0x1F3FB <= code <= 0x1F3FF or 0xE0020 <= code <= 0xE007F:
        return "extend"
    if category == "Mc" or code in (0xE33, 0xEB3):
        return "spacing"
    if category in ("Cc", "Zl", "Zp", "Cs") or (category == "Cf" and code not in _PREPEND):
        return "control"
    if 0x1F1E6 <= code <= 0x1F1FF:
        return "regional"
    if code in _PREPEND:
        return "prepend"
    return _hangul(code) or ("pictographic" if _is_pictographic(code, category) else "other")


def _hangul(code: int) -> str:
    if 0x1100 <= code <= 0x115F or 0xA960 <= code <= 0xA97C:
        return "L"
    if 0x1160 <= code <= 0x11A7 or 0xD7B0 <= code <= 0xD7C6:
        return "V"
    if 0x11A8 <= code <= 0x11FF or 0xD7CB <= code <= 0xD7FB:
        return "T"
    if 0xAC00 <= code <= 0xD7A3:
        return "LV" if (code - 0xAC00) % 28 == 0 else "LVT"
    return ""


def _is_pictographic(code: int, category: str) -> bool:
    if 0x1F000 <= code <= 0x1FAFF:
        return True
    return category in ("So", "Sm", "Po") and (0x203C <= code <= 0x2049 or 0x2122 <= code <= 0x3299)


_HANGUL_AFTER = {"L": ("L", "V", "LV", "LVT"), "LV": ("V", "T"), "V": ("V", "T"), "LVT": ("T",), "T": ("T",)}
_PREPEND = frozenset((*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD))
