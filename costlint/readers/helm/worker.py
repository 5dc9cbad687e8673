"""The process in which charts are rendered: it holds loaded charts and answers requests until its input ends.

It limits itself before it loads the engine, so a chart that asks for too much ends this process and nothing else.
Requests and answers are frames: the length in eight bytes, then MessagePack.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from typing import IO

import msgspec

from costlint.readers.helm.frames import Answer, Request, read_frame, write_frame
from costlint.readers.helm.limits import LARGEST_OUTPUT

_MOST_LOADED = 64


def main() -> None:
    """Serve the requests that come in on the standard input."""
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever the engine prints is no answer
    limit(int(sys.argv[1]))
    serve(source, sink)


def limit(address_space: int) -> None:
    """Take no more than this much memory, and leave no core files."""
    try:
        import resource
    except ImportError:  # Windows: only time is limited there
        return
    resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def serve(source: IO[bytes], sink: IO[bytes]) -> None:
    """Answer requests until there are no more."""
    from helm_python import HelmError, _native

    loaded: dict[int, int] = {}
    archives: dict[int, bytes] = {}

    def load(chart: int) -> int:
        data = archives[chart]
        buffer = (ctypes.c_uint8 * len(data)).from_buffer_copy(data)
        return _native.call_handle("helm_chart_load_archive", buffer, len(data))

    def release(handle: int) -> None:
        _native.call_status("helm_chart_free", _native.HANDLE(handle))

    def render(request: Request) -> Answer:
        handle = loaded.pop(request.chart, None)
        if handle is None:
            handle = load(request.chart)
        try:
            values, options = request.values.decode(), json.dumps(request.options)
            text = _native.call_string("helm_render", _native.HANDLE(handle), values, options)
        finally:
            if request.once or len(loaded) > _MOST_LOADED:
                release(handle)
            else:
                loaded[request.chart] = handle
        if len(text) > LARGEST_OUTPUT:
            return Answer(error=f"it renders to more than {LARGEST_OUTPUT // 1024**2} MB", kind="limit")
        rendered: dict[str, str] = msgspec.json.decode(text)
        if request.only:
            return Answer({request.only: rendered.get(request.only, "")})
        return Answer({name: text for name, text in rendered.items() if text.strip()})

    encoder, decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Request)
    write_frame(sink, encoder.encode(Answer({"ready": _native.helm_sdk_version()})))
    while (frame := read_frame(source)) is not None:
        request = decoder.decode(frame)
        if request.archive:
            archives[request.chart] = request.archive
        if request.forget:
            for chart in request.forget:
                archives.pop(chart, None)
                if chart in loaded:
                    release(loaded.pop(chart))
        try:
            answer = render(request)
        except HelmError as error:
            answer = Answer(error=str(error), kind=type(error).__name__)
        write_frame(sink, encoder.encode(answer))


if __name__ == "__main__":
    main()
