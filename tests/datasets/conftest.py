"""What several tests of the datasets need."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk

from xnet_lite.datasets import XASDataset
from xnet_lite.structures import Site


class LocalServer:
    """An http server on this machine that answers with the bodies it is given.

    `bodies[path]` is a list: one body an answer, the last one again and again; a body
    is bytes, or a pair of the bytes sent and the length announced.
    """

    def __init__(self):
        self.bodies = {}
        self.asked = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(self.path)
                queue = outer.bodies.get(self.path)
                if not queue:
                    self.send_error(404)
                    return
                body = queue.pop(0) if len(queue) > 1 else queue[0]
                sent, length = body if isinstance(body, tuple) else (body, len(body))
                self.send_response(200)
                self.send_header("Content-Length", str(length))
                self.end_headers()
                self.wfile.write(sent)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache folder, no mirror, no proxy."""
    monkeypatch.setenv("XNET_LITE_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("XNET_LITE_MIRROR", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return tmp_path / "cache"


@pytest.fixture
def server(cache, monkeypatch):
    """A local server that XNET_LITE_MIRROR names."""
    local = LocalServer()
    monkeypatch.setenv("XNET_LITE_MIRROR", local.address)
    yield local
    local.close()


@pytest.fixture
def dataset():
    """Six sites, molecules and crystals, of three compounds, with everything set."""
    molecule = Atoms("FeOC", [[0, 0, 0], [1.9, 0, -0.0000001], [0, 1.234567, 2]])
    crystal = bulk("Cu", a=3.61)
    sites = [Site(molecule, 0, name=f"molecule {i}") for i in range(4)]
    sites += [Site(crystal, 0, name=f"crystal {i}") for i in range(2)]
    rng = np.random.default_rng(5)
    return XASDataset(
        name="made-up",
        energy=np.linspace(-15.0, 60.0, 16),
        spectra=rng.random((6, 16)),
        sites=sites,
        features=rng.random((6, 3)),
        labels={"compound": np.array(["a", "b", "a", "b", "c", "c"])},
        meta={"title": "six sites", "e0": 7112.0, "licence": "CC-BY-4.0"},
    )
