# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   xnet_lite:
#     introduces: [descriptors]
#     needs: [01_absorption]
#     minutes: 55
#     level: beginner
#     fast: {N_G2: 16, WITH_PDOS: false, N_SITES: 80, SPLITS: [0]}
# ---

# %% [markdown]
# # Describe a site by numbers
#
# A network multiplies and adds numbers. A molecule is not a list of numbers: turn it,
# move it, or write its atoms down in another order, and every coordinate changes while
# the spectrum does not. **Which numbers tell where the atoms are, and only that?**
#
# The answer of the papers is a vector of 97 *weighted atom-centred symmetry functions*
# (wACSF). In this notebook you write them by hand, hold them against the library, and
# see for every single number which atoms it looks at.

# %% [markdown]
# **You will be able to**
#
# - name four demands on a description of a site, and test each of them in one line;
# - compute a radial (G2) and an angular (G4) function by hand;
# - read a bond length off a feature vector without seeing the molecule;
# - tell for each number of the vector which atoms make it;
# - choose among seven descriptions, and name molecules that each of them confuses.
#
# *Before you begin:* [01_absorption](01_absorption.ipynb); NumPy arrays. 55 minutes to
# read, half a minute to run, 600 MB of memory.

# %%
import itertools
from time import perf_counter

import numpy as np
from ase import Atoms

from xnet_lite.datasets import load, split
from xnet_lite.exercises import Secret, check, look
from xnet_lite.descriptors import ARMSR, LMBTR, MSR, PDOS, RDC, SOAP, WACSF
from xnet_lite.errors import InputError
from xnet_lite.jobs import recipe
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.plots import plot_heat_map, plot_lines, plot_scores, plot_spectra
from xnet_lite.plots import plot_structure
from xnet_lite.scattering import MultipleScattering
from xnet_lite.structures import Site, neighbors
from xnet_lite.tables import Table
from xnet_lite.widgets import FeatureExplorer
from xnet_lite.widgets.boxes import Ask, Guess, Reflect

# %% tags=["parameters"]
CUTOFF = 6.0  # Å, how far the description looks; 5.0 to 7.0
N_G2 = 32  # radial functions; 16 to 48
N_G4 = 64  # angular functions, eight for each of eight radii; 32 to 96 in steps of 8
FE_C = 1.92  # Å, iron to carbon; 1.8 to 2.1
C_N = 1.16  # Å, carbon to nitrogen; 1.1 to 1.25
FE_CL = 2.30  # Å, iron to chlorine; 2.1 to 2.5
BOND = 2.0  # Å, iron to its neighbors in the molecules that are confused; 1.9 to 2.2
WITH_PDOS = True  # count the slowest description in, where pyscf is installed;
#   any of True, False
SEED = 3  # of the random turn and the random order; 0 to 9999
N_SITES = 500  # iron sites on which two grids are compared; 80 to 1650
SPLITS = [0, 1, 2]  # seeds of the splits into known and unseen compounds; 0 to 9999

# %% [markdown]
# ## A site, turned
#
# Our example is iron with four cyanides in a plane and two chlorides above and below.
#
# *Predict*: we turn the molecule at random. How much will the largest coordinate
# change? How much will the distances from iron change?

# %% tags=["figure"]
plane = np.array([[1, 0, 0], [0, 1, 0], [-1, 0, 0], [0, -1, 0]], dtype=float)
axis = np.array([[0, 0, 1], [0, 0, -1]], dtype=float)
parts = [np.zeros((1, 3)), FE_C * plane, (FE_C + C_N) * plane, FE_CL * axis]
site = Site(Atoms("FeC4N4Cl2", np.concatenate(parts)), 0, name="Fe(CN)4Cl2")

rng = np.random.default_rng(SEED)
turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
turned = Site(Atoms(site.atoms.symbols, site.atoms.positions @ turn.T), 0)
moved = np.abs(turned.atoms.positions - site.atoms.positions).max()
before = neighbors(site, CUTOFF)
after = neighbors(turned, CUTOFF)
stretched = np.abs(after.distances - before.distances).max()
print(f"largest change of a coordinate: {moved:.2f} Å")
print(f"largest change of a distance:   {stretched:.0e} Å")
plot_structure(site, title="Fe(CN)₄Cl₂: drag to turn it yourself")

# %% [markdown]
# The coordinates move by ångströms, the distances by rounding errors only. Coordinates
# are no description; distances (and angles) from the absorber are the raw material of
# one. Four demands make the rest of the design:
#
# | the description must | because |
# |---|---|
# | not change when the molecule is turned, moved, renumbered | the spectrum does not |
# | have the same length for every molecule | a network's inputs are fixed in number |
# | change smoothly as atoms move | the spectrum does |
# | forget atoms far away, smoothly too | the electron does not come back from there |
#
# ## Radial functions: a blurred histogram of distances
#
# Each neighbor $j$ at distance $r_j$ with atomic number $Z_j$ puts a bell of height
# $Z_j$ on the distance axis, faded by a cutoff that reaches zero at $r_c$:
#
# $$f_c(r) = \tfrac12\left(\cos\frac{\pi r}{r_c} + 1\right)\ \text{for}\ r \le r_c,
# \quad 0\ \text{beyond}
# \qquad
# G^2_i = \sum_j Z_j\, f_c(r_j)\, e^{-\eta (r_j - r_i)^2}$$
#
# The sum is read off at the grid points $r_i$; $\eta = 1/(2\Delta r^2)$ makes each bell
# as wide as the grid is fine. The very first number, $G^1 = \sum_j f_c(r_j)$, counts
# neighbors. Ten lines, and then the library must agree:


# %% tags=["derivation"]
def f_c(r):
    return np.where(r < CUTOFF, 0.5 * (np.cos(np.pi * r / CUTOFF) + 1), 0.0)


wacsf = WACSF(cutoff=CUTOFF, n_g2=N_G2, n_g4=N_G4)
features = wacsf.describe(site)
r = before.distances  # (n_neighbors,)
z = before.numbers  # (n_neighbors,)
r_grid = np.linspace(0.5, CUTOFF - 0.5, N_G2)
eta = 1 / (2 * (r_grid[1] - r_grid[0]) ** 2)
bells = np.exp(-eta * (r[:, None] - r_grid) ** 2)  # (n_neighbors, n_g2)
heights = (z * f_c(r))[:, None]
g2 = (heights * bells).sum(axis=0)
assert np.allclose([f_c(r).sum(), *g2], features[: 1 + N_G2])
Guess("03 peaks of G2")

# %% [markdown]
# *Predict*: how many separate peaks will $G^2$ have, and which one is the highest? Four
# C at 1.92 Å, two Cl at 2.30 Å, four N at 3.08 Å.

# %% tags=["figure"]
symbols = np.array(site.atoms.get_chemical_symbols())[before.indices]
lines = {s: (heights * bells)[symbols == s].sum(axis=0) for s in ("C", "Cl", "N")}
print(look("03 peaks of G2", g2=g2))
for symbol, line in lines.items():
    print(f"{symbol:2s} peaks at {r_grid[line.argmax()]:.2f} Å with {line.max():.1f}")
plot_lines(
    r_grid,
    {"sum": g2, **lines},
    markers=True,
    x_title="distance from iron / Å",
    y_title="G2 (atomic numbers)",
)

# %% [markdown]
# Look at the sum: chlorine (Z = 17) at 2.30 Å and carbon (Z = 6) at 1.92 Å melt into
# one peak, because the grid is hardly finer than their separation. The printed heights
# tell why the second peak is lower than $4\times7 = 28$: the cutoff has already faded
# nitrogen, and no atom sits exactly on a grid point. What the vector cannot resolve, no
# network can learn from it.
#
# ## Angular functions: three atoms at a time
#
# Square or tetrahedron, *cis* or *trans*: distances from iron cannot tell. The angle
# $\theta_{jk}$ at iron between two neighbors can:
#
# $$G^4 = 2^{1-\zeta}\sum_{j<k} Z_j Z_k\,(1+\lambda\cos\theta_{jk})^{\zeta}
# \,f_c(r_j) f_c(r_k) f_c(r_{jk})\,e^{-\eta(r_j^2+r_k^2+r_{jk}^2)}$$
#
# $\lambda = \pm1$ looks forward or backward, $\zeta$ sharpens the look, $\eta =
# 1/(2R^2)$ says how far it reaches. Note the third side $r_{jk}$: it may be twice as
# long as the cutoff, and the strict $f_c$ then drops the pair.

# %% tags=["derivation"]
radii = np.linspace(1.0, CUTOFF - 0.5, N_G4 // 8)
looks = list(itertools.product(radii, (1, -1), (1, 2, 4, 8)))  # R, λ, ζ
R, lambda_, zeta = np.array(looks).T
g4 = np.zeros(N_G4)
for j, k in itertools.combinations(range(len(r)), 2):
    a, b = before.vectors[j], before.vectors[k]
    r_jk, cosine = np.linalg.norm(a - b), a @ b / (r[j] * r[k])
    weight = z[j] * z[k] * f_c(r[j]) * f_c(r[k]) * f_c(r_jk)
    reach = np.exp(-(r[j] ** 2 + r[k] ** 2 + r_jk**2) / (2 * R**2))
    g4 += 2 ** (1 - zeta) * weight * (1 + lambda_ * cosine) ** zeta * reach
assert np.allclose(g4, features[1 + N_G2 :])

# %% tags=["figure"]
theta = np.radians(np.arange(0, 181))
shapes = {
    f"λ = {sign:+d}, ζ = {n}": 2.0 ** (1 - n) * (1 + sign * np.cos(theta)) ** n
    for sign, n in ((1, 1), (1, 8), (-1, 1), (-1, 8))
}
plot_lines(
    np.degrees(theta),
    shapes,
    title="How sharp the look is",
    x_title="angle at iron / degrees",
    y_title="angular part of G4",
)

# %% [markdown]
# A pair at 180° (*trans*) is seen by λ = −1 alone, and with ζ = 8 by almost nothing
# else: these are the numbers that recognise octahedra and squares. They also grow fast,
# a pair of heavy atoms counts $Z_jZ_k$: before a network sees them, they are brought to
# one scale.
#
# ## Which atoms make which number?
#
# Take an atom away and see what the vector loses: that is what the atom gave to each
# number (for the angular ones, all triples it takes part in).
#
# *Predict*: which numbers will lose everything when the nitrogens go?


# %% tags=["widget"]
def without(atom):
    keep = [i for i in range(len(site.atoms)) if i != atom]
    return wacsf.describe(Site(site.atoms[keep], 0))


lost = [features - without(atom) for atom in range(1, len(site.atoms))]
contributions = np.concatenate([np.zeros((1, wacsf.n_features)), lost])
nitrogens = contributions[site.atoms.numbers == 7].sum(axis=0)
shares = 100 * nitrogens[1 : 1 + N_G2] / g2
only_n = r_grid[shares > 99]
print(f"G2 from {only_n[0]:.2f} to {only_n[-1]:.2f} Å: over 99 % nitrogen")
top = 1 + int(g2.argmax())
called = wacsf.feature_names
explorer = FeatureExplorer(site, features, called, contributions, start=top)
Ask("03 who makes it", explorer, given=contributions[:, top], site=site)

# %% tags=["figure"]
share = contributions / np.maximum(features, 1e-12)
names = [f"{s}{i}" for i, s in enumerate(site.atoms.symbols)]
plot_heat_map(
    np.arange(len(features)),
    names,
    share,
    title="Who makes what",
    x_title="feature number",
    y_title="atom",
    value_title="share lost",
)

# %% [markdown]
# Move the slider above, or read the map: its left third (G2) is a set of separate
# patches, one element after the other as the distance grows. To the right (G4) the
# patches overlap, and the shares of one column add up to more than one, because a pair
# belongs to two atoms at once.
#
# ## Do the four demands hold?
#
# The cell below is short because the demands are sharp. It also compares the vector
# with a *radial distribution curve* (RDC), the older description of the 2020 paper:
# distances only, so that bending the molecule can leave it unchanged.

# %% tags=["check"]
order = np.concatenate([[0], 1 + rng.permutation(len(site.atoms) - 1)])
far = Site(site.atoms + Atoms("Fe", [[0, 0, CUTOFF + 0.01]]), 0)
for same in (turned, Site(site.atoms[order], 0), far):
    assert np.allclose(wacsf.describe(same), features, rtol=1e-9)

bent = site.atoms.copy()
bent.positions[9] = FE_CL * np.array([np.sin(0.5), 0, np.cos(0.5)])
change = np.abs(wacsf.describe(Site(bent, 0)) - features) / features.max()
rdc = RDC(cutoff=CUTOFF)
rdc_change = np.abs(rdc.describe(Site(bent, 0)) - rdc.describe(site)).max()
assert change[: 1 + N_G2].max() < 1e-12 < change[1 + N_G2 :].max()
print(f"Fe–Cl bent by {np.degrees(0.5):.0f}°: only G4 moves (RDC: {rdc_change:.0e})")

# %% [markdown]
# Nothing moves where nothing may, and the radial numbers are blind to the bend that the
# angular ones see. (The reference code of the papers drops the words "0 beyond" from
# the cutoff, so that a third side of 8 Å still counts; `WACSF.xanesnet()` does the
# same, for use with the published feature files.)
#
# ## Which grid?
#
# Your G2 stand on the **shifted** grid: bells of one width, one at each distance. Your
# G4 stand on the **centred** one: all bells at the absorber, each wider than the last.
# Why not the same for both? The paper of 2022 tried: 96 functions of one kind, on
# either grid. With its network G2 on the centred grid have an error twice as large, and
# G4 on the shifted grid one more than three times as large (its Figure 3).
#
# *Look* at both kinds of bell first, as the paper draws them (its Figure 2). Which of
# the two could tell 1.9 Å from 2.1 Å?
#
# We try it on iron complexes whose compounds are unseen, and let **kernel ridge**
# judge, which averages over all known sites, near ones more
# ([10_first_network](10_first_network.ipynb)). *Predict*: will the paper's two findings
# come back?

# %% tags=["figure"]
n_bells = 5
inner, outer = 0.5, CUTOFF - 0.5
at = np.linspace(inner, outer, n_bells)  # Å
r_line = np.linspace(0, CUTOFF, 200)
width = (outer - inner) / (n_bells - 1)
shifted = {
    f"shifted, {x:.2f} Å": np.exp(-((r_line - x) ** 2) / (2 * width**2)) for x in at
}
centred = {f"centred, {x:.2f} Å": np.exp(-(r_line**2) / (2 * x**2)) for x in at}
names = {"x_title": "distance / Å", "y_title": "bell before the cutoff"}
plot_lines(r_line, shifted | centred, title="Two grids of five bells", **names)

# %% tags=["figure"]
data = load("tm-complexes-k-fe").sample(N_SITES, SEED)
grids = "shifted", "centred"
vectors = {("G2", grid): WACSF(n_g2=96, n_g4=0, g2=grid) for grid in grids}
vectors |= {("G4", grid): WACSF(n_g2=0, n_g4=96, g4=grid) for grid in grids}
errors = {kind: {grid: [] for grid in grids} for kind in ("G2", "G4")}
for (kind, grid), vector in vectors.items():
    described = data.described(vector)
    for seed in SPLITS:
        known, unseen = split(data, by="compound", fraction=0.2, seed=seed)
        judge = recipe("kernel ridge").predictor(seed).fit(described[known])
        guess = judge.predict(described[unseen])
        wrong = relative_spectral_error(guess, data.spectra[unseen])
        errors[kind][grid].append(np.median(wrong))
plot_scores(errors, test_title="96 functions of this kind", title="Two grids")

# %%
rows = []
for name in ("mean spectrum", "1-NN", "kernel ridge"):
    described = data.described(wacsf)
    judge = recipe(name).predictor().fit(described[known])
    guess = judge.predict(described[unseen])
    wrong = np.median(relative_spectral_error(guess, data.spectra[unseen]))
    rows.append({"97 numbers": "both kinds", "judge": name, "error / %": wrong})
means = {(kind, grid): np.mean(errors[kind][grid]) for kind, grid in vectors}
for (kind, grid), wrong in means.items():
    row = {"97 numbers": f"{kind}, {grid}", "judge": "kernel ridge"}
    rows.append(row | {"error / %": wrong})
print(Table(rows))
if N_SITES >= 500:
    assert means["G2", "centred"] > 1.5 * means["G2", "shifted"]

# %% [markdown]
# The first finding comes back: G2 on the centred grid err 80 % more (13.3 against
# 7.4 %). Bells that all sit at the absorber differ little from one another; the
# shifted ones tell one distance from the next.
#
# The second finding does **not** come back: G4 on the shifted grid are the *better*
# ones here, 7.7 against 9.2 %. With all 1500 complexes and three models,
# `python -m benchmarks.symmetry_functions` prints the same: centred G2 cost 105 to
# 125 %, and shifted G4 gain 13 to 22 %. A finding on a description is one on the
# description, the molecules and the model together; with others, try again.
#
# Both kinds together do better than either alone, and so the vector has both.
#
# ## The other descriptions
#
# | name | one number is | looks at |
# |---|---|---|
# | RDC | $Z_{\rm Fe}Z_j$ of the atoms near one distance | pairs |
# | wACSF | the same with $Z_j$ (G2); $Z_jZ_k$ by angle (G4) | pairs, triples |
# | MSR | paths Fe → j → k (→ l) of one length, straight ones more | up to 4 atoms |
# | ARMSR | the same, sorted by the angle at each turn | 3 atoms, 4 if asked |
# | SOAP | overlap of the smeared atoms with themselves, all turns averaged | triples |
# | LMBTR | distances to, and angles between, groups of like elements | pairs, triples |
# | PDOS | empty p states on iron at one energy, from a guessed density | everything |
#
# The longest of these vectors is more than ten times as long as the shortest.
# *Predict*: which description is the cheapest, and which one costs a thousand times as
# much? (SOAP and PDOS need the extra packages of `xnet-lite[chem]`; without them the
# table says so.)

# %%
descriptors = {"RDC": rdc, "wACSF": wacsf, "MSR": MSR(), "ARMSR": ARMSR()}
descriptors |= {"ARMSR, S4": ARMSR(n_s4=10, n_angles=6), "LMBTR": LMBTR()}
descriptors |= {"SOAP": SOAP(), "SOAP, off": SOAP(compression="off")}
descriptors |= {"PDOS": PDOS()} if WITH_PDOS else {}

# %%
rows = []
for name, one in list(descriptors.items()):
    try:
        one.describe(site)  # the first call also imports
    except InputError as problem:
        print(type(descriptors.pop(name)).__name__, "is left out:", problem)
        continue
    start = perf_counter()
    x = one.describe(site)
    took = 1e3 * (perf_counter() - start)
    row = {"descriptor": name, "numbers": len(x), "ms": took}
    rows.append(row | {"largest": one.feature_names[x.argmax()]})
print(Table(rows))

# %% [markdown]
# Mind the units: times are of this machine and of this molecule, and they grow with the
# number of neighbors, of pairs, or of paths. What counts more is what a description can
# *not* see.
#
# ## Two molecules, one vector
#
# Put all neighbors at the same distance. A square and a tetrahedron, *trans* and *cis*:
# the RDC of each pair is one and the same, so a network that reads it must give both
# molecules one spectrum. The triples differ, so G4 can tell.
#
# The third pair is nastier. Divide a circle around iron into eighths and put four atoms
# at 0, 1, 3, 4, or at 0, 1, 2, 5. *Predict*, before you run the cells: write down the
# six distances between the four atoms of either. Will G4 tell these two apart? And will
# the spectrum?


# %%
def built(formula, directions):
    return Site(Atoms(formula, [[0, 0, 0], *(BOND * np.array(directions))]), 0)


turns = np.pi / 4 * np.arange(8)
ring = np.stack([np.cos(turns), np.sin(turns), 0 * turns], axis=1)
tetrahedron = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) / 3**0.5
twins = {
    "square, tetrahedron": ("FeO4", plane, tetrahedron),
    "trans, cis": ("FeCl2N4", [*axis, *plane], [*plane, *axis]),
    "on a circle": ("FeO4", ring[[0, 1, 3, 4]], ring[[0, 1, 2, 5]]),
}
pairs = {k: (built(f, a), built(f, b)) for k, (f, a, b) in twins.items()}


# %% tags=["derivation"]
def triples(one):
    near = neighbors(one, CUTOFF)
    j, k = np.triu_indices(len(near), 1)
    side = np.linalg.norm(near.vectors[j] - near.vectors[k], axis=1)
    return sorted(zip(near.numbers[j] * near.numbers[k], side.round(6), strict=True))


for name, pair in pairs.items():
    same = triples(pair[0]) == triples(pair[1])
    print(f"{name:20s} distances alike, triples {'alike' if same else 'different'}")
    assert np.allclose(*rdc.transform(pair))
    assert np.allclose(*wacsf.transform(pair)) == same
assert np.allclose(*ARMSR().transform(pair))
assert not np.allclose(*MSR().transform(pair)), "four atoms in a row do tell"

# %% tags=["figure"]
rows = []
for name, one in descriptors.items():
    row = {"difference / %": name}
    for pair, (x, y) in zip(pairs, map(one.transform, pairs.values()), strict=True):
        row[pair] = relative_spectral_error(y, x)
    rows.append(row)
engine = MultipleScattering()
spectra = {name: [engine(one) for one in pair] for name, pair in pairs.items()}
apart = {k: relative_spectral_error(b.mu, a.mu) for k, (a, b) in spectra.items()}
print(Table([*rows, {"difference / %": "the spectra"} | apart]))
shown = dict(zip(("0, 1, 3, 4", "0, 1, 2, 5"), spectra["on a circle"], strict=True))
plot_spectra(shown, title="FeO₄ on a circle: equal triples, different spectra")

# %% [markdown]
# Read the columns. *Square and tetrahedron*: everything with an angle in it tells.
# *Trans and cis*: SOAP as it is used by default does **not**. Its compression compares
# chlorine with *all* neighbors, and those stand on a full octahedron either way;
# without compression ("off") it does tell, for a longer vector. *On a circle*:
# distances and triples are alike, so every description made of triples is blind,
# whatever its length, and yet the spectra differ. What tells is what follows paths over
# **four** atoms (MSR, ARMSR with S4), as the scattered electron does, or what asks for
# orbitals (PDOS).
#
# Is that a reason to drop wACSF? Such pairs are rare among molecules, its numbers are
# few and cheap, and sums over triples have done well in the papers. It is a reason to
# know what your description confuses before you blame the network.

# %% tags=["exercise"]
# Your turn: you get `secret`, the feature vector of iron with six equal neighbors, and
# nothing else. At what distance are they? Use `r_grid` and the G2 part of the vector.
six = np.concatenate([np.eye(3), -np.eye(3)])
hidden = Secret(1.8, 2.2, seed=SEED)
octahedron = hidden.made(lambda r: Atoms("FeO6", [[0, 0, 0], *(r * six)]))
secret = wacsf.describe(Site(octahedron, 0))
del octahedron
distance = None  # Å
# solution
# the logarithm of a bell is a parabola: three points around the top give its centre
g2_secret = secret[1 : 1 + N_G2]
top = g2_secret.argmax()
low, middle, high = np.log(g2_secret[top - 1 : top + 2])
shift = 0.5 * (low - high) / (low - 2 * middle + high)
distance = r_grid[top] + shift * (r_grid[1] - r_grid[0])

# %%
print(check("hidden distance", distance, secret=hidden))
Reflect("03 who is blind")

# %% [markdown]
# ## Summary
#
# - Coordinates are no description of a site; sums over distances and angles are: they
#   do not change when the molecule is turned, moved or renumbered, and have a fixed
#   length.
# - G2 is a blurred histogram of distances weighted by Z. You wrote it in ten lines and
#   the library agreed; a bond length comes back from it to about a hundredth of an
#   ångström.
# - G4 adds angles, pair by pair, and is what tells *cis* from *trans*.
# - Every number has its atoms: taking atoms away shows which.
# - Each description confuses some molecules: RDC those with equal distances, sums over
#   triples those with equal triples, a compressed SOAP even *cis* and *trans*.
#
# ## Three questions
#
# 1. A molecule and its mirror image: can wACSF tell them apart? Should it?
# <details><summary>Answer</summary>No: distances and angles are equal in both. It
# should not: unpolarised absorption is equal in both, too.</details>
#
# 2. Why does the sum carry Z, and what is lost by it?
# <details><summary>Answer</summary>Heavier atoms scatter more strongly, and one
# weighted sum keeps the vector short whatever the elements. Lost is who is who: three
# carbons weigh as much as one argon (Z = 18) at the same distance.</details>
#
# 3. Two atoms cross the cutoff in a molecular dynamics run. Why does the spectrum
#    predicted by a network not jump?
# <details><summary>Answer</summary>Because f_c and its slope are zero there: the
# features change smoothly, and a network is a smooth function of them.</details>
#
# ## References
#
# - J. Behler, J. Chem. Phys. 134, 074106 (2011), doi:10.1063/1.3553717.
# - M. Gastegger, L. Schwiedrzik, M. Bittermann, F. Berzsenyi, P. Marquetand, J. Chem.
#   Phys. 148, 241709 (2018), doi:10.1063/1.5019667.
# - C. D. Rankine, T. J. Penfold, J. Chem. Phys. 156, 164102 (2022),
#   doi:10.1063/5.0087255 (equations 1 to 7).
# - T. J. Penfold et al., Mach. Learn.: Sci. Technol. 5, 021001 (2024),
#   doi:10.1088/2632-2153/ad5074 (section 3.1, the other descriptions).
# - A. L. Patterson, Phys. Rev. 65, 195 (1944), doi:10.1103/PhysRev.65.195 (points on a
#   circle with equal distances).
# - S. N. Pozdnyakov et al., Phys. Rev. Lett. 125, 166001 (2020),
#   doi:10.1103/PhysRevLett.125.166001 (what triples cannot tell).
#
# Next: [04_spectra](04_spectra.ipynb) does for spectra what you did here for sites.
