"""No test of a data set asks the network."""

import pytest


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise OSError("no network in tests")

    for name in ("socket.getaddrinfo", "socket.socket.connect", "urllib.request.urlopen"):
        monkeypatch.setattr(name, refuse)
