# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   xnet_lite:
#     introduces: []
#     needs: [01_absorption]
#     minutes: 30
#     level: intermediate
#     fast: {R_FMS: 2.6}
# ---

# %% [markdown]
# # Let a potential find itself
#
# The engine of [01_absorption](01_absorption.ipynb) puts free atoms side by side and
# takes two numbers for granted: the potential between the atoms, and the level up to
# which states are filled. But electrons are not where free atoms have them: they go
# where the potential of the *whole* sends them, and make that potential. **Where does
# an electron stop being inside an atom, and how deep is the water between?**

# %% [markdown]
# **You will be able to**
#
# - cut space into spheres that hold as many electrons as their nucleus has charge;
# - follow a potential, round by round, until it stays what it was;
# - say what the Fermi level, the level between the spheres and a charge are;
# - hold them against free electrons;
# - tell what of a spectrum depends on them, and what an edge shift is worth.
#
# *Before you begin:* [01_absorption](01_absorption.ipynb). 30 minutes to read, half a
# minute to run, 500 MB of memory.

# %%
import numpy as np
from ase import Atoms
from ase.build import bulk, molecule
from ase.units import Bohr, Hartree
from xnet_lite.exercises import check, look
from xnet_lite.plots import plot_lines, plot_spectra
from xnet_lite.scattering import MultipleScattering, self_consistent
from xnet_lite.scattering.potential import N_AT_RADIUS
from xnet_lite.structures import Site
from xnet_lite.tables import Table
from xnet_lite.widgets.boxes import Guess, Reflect, match

# %% tags=["parameters"]
LATTICE = 4.18  # Å, of nickel oxide; 3.9 to 4.5
MIXING = 0.15  # share of a change that goes into the next round; 0.1 to 0.3
R_FMS = 4.0  # Å, of the clusters whose spectra are compared; 2.6 to 5
BOX = 16.0  # Å, an empty cell about a molecule; 14 to 24

# %% [markdown]
# ## A sphere with as many electrons as it needs
#
# Lay free atoms on their places and add up their electrons. About each nucleus, walk
# outwards and count: where the electrons are as many as its charge, the *Norman sphere*
# ends. Some of the electrons in it came with the neighbors; what the atom itself has
# lost over the border is made good by them.

# %%
copper = Site(bulk("Cu"), 0, name="Cu")
oxide = Site(bulk("NiO", "rocksalt", a=LATTICE), 0, name="NiO")
found = self_consistent(copper, mixing=MIXING)
found

# %%
place = found.species[0].place  # a copper atom and all those around it
x = np.linspace(np.log(1e-4), np.log(4.0), 4000)
r = np.exp(x)  # bohr
density = place.on_grid(r)[1]
electrons = np.cumsum(4 * np.pi * density * r**3) * (x[1] - x[0])
norman = np.interp(29, electrons, r)

assert np.isclose(norman, place.norman_radius(), rtol=2e-3)
assert np.isclose(norman, found.norman[0], rtol=2e-3)
print(f"29 electrons within {norman:.2f} bohr; {r[-1]:.0f} bohr: {electrons[-1]:.0f}")

# %% [markdown]
# Norman spheres fill the volume of the crystal, so they overlap. The *muffin tins* in
# which the waves are computed are a little smaller, and overlap less. Between them the
# potential is taken to be flat.
#
# *Predict*: where is the potential deeper at the border of a muffin tin, in a free atom
# or in the crystal? And where is the Fermi level, above or below what is between?

# %% tags=["figure"]
outer = slice(N_AT_RADIUS - 25, N_AT_RADIUS + 1)  # of the muffin tin
r = found.r[0, outer]
whole = found.coulomb[0, outer]
overlapped = whole - found.coulomb_change[0, outer]
lines = {
    "free atom": Hartree * (overlapped - place.around(r)[:, 0]),
    "atoms overlapped": Hartree * overlapped,
    "self-consistent": Hartree * whole,
    "between the spheres": np.full(len(r), found.last.interstitial),
    "Fermi level": np.full(len(r), found.last.fermi),
}
plot_lines(r * Bohr, lines, x_title="r / Å", y_title="Coulomb potential / eV")

# %% [markdown]
# The neighbors pull the potential down; what self-consistency adds is smaller, and it
# matters, because everything else hangs on the two levels. Between them lies the energy
# with which the fastest electrons at rest move through the metal.
#
# ## Round by round
#
# One round: take the potential, find the states that it allows, fill them from below
# until no electron is left over, compute the potential of these electrons, and mix a
# little of it in. To put in all of it would overshoot, again and again.
#
# How are states counted? Every state is a pole of the Green function on the real axis.
# Nobody walks over poles: the integral along a detour through the complex plane, where
# all is smooth, has the same value.

# %%
rounds = {"Cu": found.rounds}
rounds["NiO"] = self_consistent(oxide, mixing=MIXING).rounds
for name, some in rounds.items():
    fermi = ", ".join(f"{one.fermi:.2f}" for one in some)
    print(f"{name}: {len(some)} rounds, Fermi level {fermi} eV")

# %% tags=["figure"]
longest = max(map(len, rounds.values()))
lines = {}
for name, some in rounds.items():
    last = [some[-1]] * (longest - len(some))  # it stays
    lines[f"{name}, Fermi level"] = [one.fermi for one in (*some, *last)]
    lines[f"{name}, between"] = [one.interstitial for one in (*some, *last)]
steps = np.arange(1, longest + 1)
plot_lines(steps, lines, markers=True, x_title="round", y_title="level / eV")

# %% [markdown]
# The first round fills the states of overlapped free atoms; from there the Fermi level
# of copper still has two electronvolts to go. **What one takes for granted is wrong by
# as much as the chemical shifts that one wants to see.**
#
# ## Free electrons, for comparison
#
# Between the spheres there is a density of electrons. If that were all, electrons at
# rest would fill states up to $E_F - V = \frac{1}{2}k_F^2$ with
# $k_F = (9\pi/4)^{1/3}/r_s$: 50.1 eV / $r_s^2$, $r_s$ in bohr, the radius of a
# sphere that holds one electron.

# %%
last = found.last
print(f"copper: {last.fermi - last.interstitial:.1f} eV between the levels")
print(f"r_s {last.r_s:.2f} bohr between the spheres")

# %% tags=["exercise"]
# Your turn: how far, in eV, would the Fermi level lie above the level between the
# spheres if copper's electrons there were free?
answer = None
# solution
answer = 50.1 / last.r_s**2

# %%
print(check("free electrons", answer, r_s=last.r_s))

# %% [markdown]
# More than is found. The density between the spheres is in part made of the tails of
# *d* electrons, which belong to their atoms and add nothing to the free ones' energy.
#
# ## Who gives, who takes
#
# In nickel oxide the spheres of self-consistency are not neutral any more.

# %%
nickel = Site(bulk("Ni"), 0, name="Ni")
sites = {"Ni": nickel, "NiO": oxide}
finds = {name: self_consistent(site, mixing=MIXING) for name, site in sites.items()}
rows = []
for name, one in finds.items():
    row = {"structure": name, "charge of Ni / e": one.last.charges[0]}
    row |= {"Fermi level / eV": one.last.fermi, "between / eV": one.last.interstitial}
    rows.append(row | {"others at the nucleus / eV": one.nucleus_potential})
Table(rows)

# %% [markdown]
# A charge within a sphere is no oxidation state: nickel gives two electrons on paper
# and a few tenths within its sphere, for oxygen's electrons reach into it. The last
# column is the potential of the other atoms at the nickel nucleus. It binds the 1s
# electron tighter, and so moves the edge up.

# %% tags=["exercise"]
# Your turn: how many electrons are in the Norman sphere of oxygen?
# (`finds["NiO"].last.charges` has what each sphere lacks.)
answer = None
# solution
answer = 8 - finds["NiO"].last.charges[1]

# %%
print(check("electrons of oxygen", answer, charges=finds["NiO"].last.charges))

# %% [markdown]
# ## What a spectrum has of it
#
# *Predict*: which part of a spectrum of copper will move most if the two levels are
# computed, and not taken for granted: the first 20 eV, or what is beyond?

# %%
Guess("06 first or far")

# %% tags=["figure"]
kinds = {"overlapped": "feff_overlapped", "self-consistent": "feff_like"}
engines = {name: MultipleScattering(one, r_fms=R_FMS) for name, one in kinds.items()}
spectra = {name: engine(copper) for name, engine in engines.items()}
print(look("06 first or far", spectra=spectra))
plot_spectra(spectra, title="Copper, two potentials")

# %%
axis = spectra["overlapped"].energy_rel
mu = {name: one.mu for name, one in spectra.items()}


def moved(shift):
    return np.interp(axis - shift, axis, mu["overlapped"])


where = {"span": (-15, 15, 0.1), "start": 0.0}
match("06 a mere shift", axis, moved, mu["self-consistent"], **where)

# %% [markdown]
# And a molecule: put water into a large empty cell. It is the same molecule. An engine
# that takes a level for molecules and another for crystals does not know that.

# %%
water = molecule("H2O")
boxed = Atoms(water, cell=3 * [BOX], pbc=True)
emptied = {}
for name, engine in engines.items():
    one, other = engine(Site(water, 0)).mu, engine(Site(boxed, 0)).mu
    emptied[name] = 100 * np.abs(one - other).sum() / one.sum()
    print(f"{name}: an empty box changes the spectrum by {emptied[name]:.2f} %")

# %% [markdown]
# A potential that finds itself needs no rule for what a molecule is.
#
# > **Note** An edge that is computed so scatters by half an electronvolt against FEFF's
# > own (`python -m benchmarks.scattering`). Shifts below that mean nothing.

# %%
Reflect("06 two edges")

# %% tags=["check"]
for one in (found, *finds.values()):
    shares = np.array([kind.share for kind in one.species])
    assert one.converged
    assert abs(shares @ one.last.charges) < 0.01, "no electron is lost"
    assert one.last.fermi > one.last.interstitial
assert finds["NiO"].last.charges[0] > 0 > finds["NiO"].last.charges[1]
assert emptied["self-consistent"] < 0.1 < emptied["overlapped"]

# %% [markdown]
# ## Summary
#
# - A Norman sphere holds as many electrons as its nucleus has charge; muffin tins are
#   somewhat smaller, and between them the potential is flat.
# - Electrons fill the states that their own potential makes: a loop, which ends after
#   some seven rounds here if little is mixed in at a time.
# - States are counted along a detour through the complex plane, where nothing is sharp.
# - The Fermi level moves by up to two electronvolts on the way. Charges within spheres
#   are a few tenths, not oxidation states.
# - Molecule and crystal are one physics; an empty box about a molecule changes nothing.
#
# ## Three questions
#
# 1. Why is only a share of each change mixed in?
# <details><summary>Answer</summary>Electrons that are sent away all at once make a
# potential that sends them all back: the charge would slosh for ever.</details>
#
# 2. What would be wrong with starting the detour in the middle of a band?
# <details><summary>Answer</summary>A part of the band would not be counted, and the
# Fermi level would be pushed up to make good for it.</details>
#
# 3. Two codes agree on the shape of a spectrum and are 3 eV apart. Who is right?
# <details><summary>Answer</summary>Neither of them says: the zero of a computed axis is
# a convention, until it is held against measured edges.</details>
#
# ## References
#
# - J. G. Norman, Mol. Phys. 31, 1191 (1976), doi:10.1080/00268977600100921.
# - A. L. Ankudinov, B. Ravel, J. J. Rehr, S. D. Conradson, Phys. Rev. B 58, 7565
#   (1998), doi:10.1103/PhysRevB.58.7565.
# - D. G. Anderson, J. ACM 12, 547 (1965), doi:10.1145/321296.321305.
#
# Next: what people read off an edge, in [07_landmarks](07_landmarks.ipynb).
