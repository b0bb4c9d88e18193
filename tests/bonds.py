"""Bonds of an absorber found by distance, the same for published and built sites."""

from collections import defaultdict

import numpy as np
from ase.data import covalent_radii

BOUND = 1.25  # sums of covalent radii


def shell_of(site):
    """Yield the kind and the length [Å] of every bond, hydrides left out."""
    atoms, metal = site.atoms, site.absorber_index
    radii = covalent_radii[atoms.numbers]
    bonded = atoms.get_all_distances() < BOUND * (radii[:, None] + radii)
    np.fill_diagonal(bonded, False)
    shell = [i for i in np.flatnonzero(bonded[metal]) if atoms.numbers[i] > 1]
    for i in shell:
        near = [j for j in np.flatnonzero(bonded[i]) if j != metal]
        kind = atoms[i].symbol
        if kind == "C":
            if any(j in shell for j in near):
                kind = "C (η)"
            elif [atoms[j].symbol for j in near] == ["O"]:
                kind = "C (CO)"
            else:
                kind = "C (σ)"
        yield kind, atoms.get_distance(metal, i)


def lengths_by_kind(sites):
    """Lengths of all bonds of all sites by kind."""
    found = defaultdict(list)
    for site in sites:
        for kind, length in shell_of(site):
            found[kind].append(length)
    return found
