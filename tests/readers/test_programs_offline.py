"""Programs a scan starts reach nobody."""

from __future__ import annotations

from costlint.readers.offline import without_network


def test_every_request_goes_to_a_proxy_that_does_not_answer() -> None:
    given = {"PATH": "/bin", "https_proxy": "http://proxy.example:3128", "NO_PROXY": "*", "no_proxy": "*"}
    found = without_network(given)
    assert found["PATH"] == "/bin"
    assert {found[name] for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")} == {
        "http://127.0.0.1:9"
    }
    assert not {"NO_PROXY", "no_proxy"} & found.keys()
