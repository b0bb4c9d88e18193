"""Sites that the tests of the descriptors share."""

import tracemalloc
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from ase import Atoms

from xnet_lite.descriptors import Descriptor
from xnet_lite.structures import Site, read_site

ELEMENTS = ("H", "C", "N", "O", "P", "S", "Cl")


def scattered(seed: int, n_neighbors: int = 24, radius: float = 4.5) -> Site:
    """An Fe among atoms at random places, no two nearer than 1 Å."""
    rng = np.random.default_rng(seed)
    places = [np.zeros(3)]
    while len(places) <= n_neighbors:
        place = rng.uniform(-radius, radius, 3)
        if min(np.linalg.norm(place - other) for other in places) > 1.0:
            places.append(place)
    return Site(Atoms(["Fe", *rng.choice(ELEMENTS, n_neighbors)], places), 0)


@pytest.fixture(scope="session")
def sites() -> list[Site]:
    """Five sites of different sizes, one without any neighbor."""
    sizes = (24, 1, 40, 0, 9)
    return [scattered(seed, n) for seed, n in enumerate(sizes)]


@pytest.fixture
def around() -> Callable[..., Site]:
    """Make a site of Fe with neighbors: `around(("O", [2, 0, 0]), …)`."""

    def make(*neighbors: tuple[str, list[float]]) -> Site:
        symbols = ["Fe", *(symbol for symbol, _ in neighbors)]
        return Site(Atoms(symbols, [[0, 0, 0], *(place for _, place in neighbors)]), 0)

    return make


@pytest.fixture
def peak() -> Callable[..., int]:
    """Most memory that a descriptor takes besides the features it returns, bytes."""

    def taken(descriptor: Descriptor, sites: Sequence[Site]) -> int:
        tracemalloc.start()
        features = descriptor.transform(sites)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most - features.nbytes

    return taken


@pytest.fixture(scope="session")
def parent_sites(mirror) -> list[Site]:
    """The ten structures that the parent code was run on, in single precision."""
    folder = mirror("NewcastleRSE/XANESNET") / "data" / "fe" / "xyz_test"
    sites = [read_site(path, absorber=0) for path in sorted(folder.glob("*.xyz"))]
    for site in sites:
        site.atoms.positions = site.atoms.positions.astype(np.float32)
    return sites
