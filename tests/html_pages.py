"""HTML as tests look at it."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = frozenset(("meta", "input", "br", "link", "img"))


class Page(HTMLParser):
    """Counts elements, keeps the text, and complains about ends that do not match. A place where a line may be broken
    is neither."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._goes_on = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "wbr":
            self._goes_on = True
            return
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("script", "style"):
            words = data.split()
            if self._goes_on and self.words and words and not data[0].isspace():
                self.words[-1] += words.pop(0)
            self.words += words
        self._goes_on = False

    @property
    def text(self) -> str:
        return " ".join(self.words)

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.elements)
