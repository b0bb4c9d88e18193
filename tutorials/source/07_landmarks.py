# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   xnet_lite:
#     introduces: []
#     needs: [01_absorption, 04_spectra, 06_potentials]
#     minutes: 35
#     level: beginner
#     fast: {N_SITES: 200, R_FMS: 3.0}
# ---

# %% [markdown]
# # Read a spectrum by its landmarks
#
# Long before networks, people read three things off a K edge: **where it rises** tells
# the oxidation state, **a small peak before it** tells the symmetry, and **the main
# peak** tells distances ([01_absorption](01_absorption.ipynb)). *Which of these does a
# computed spectrum have, and which of its features has nature not?*

# %% [markdown]
# **You will be able to**
#
# - tell the cut of a computed spectrum from an edge, and align without falling for it;
# - read an oxidation state off an edge, and say how far the engine can;
# - tell a tetrahedron from an octahedron by what stands before the edge;
# - name the landmark that our engine does not have.
#
# *Before you begin:* [01_absorption](01_absorption.ipynb),
# [04_spectra](04_spectra.ipynb), [06_potentials](06_potentials.ipynb). 35 minutes to
# read, half a minute to run, 600 MB of memory.

# %%
import numpy as np
from ase import Atoms
from xnet_lite import crystals
from xnet_lite.datasets import load
from xnet_lite.exercises import check, look
from xnet_lite.plots import ENERGY_TITLE, MU_TITLE, plot_lines
from xnet_lite.scattering import MultipleScattering
from xnet_lite.spectra import convolve_gaussian, unit_mean
from xnet_lite.structures import Site
from xnet_lite.tables import Table
from xnet_lite.widgets.boxes import Ask, Guess, Reflect

# %% tags=["parameters"]
N_SITES = 1650  # iron sites of the embedded set; 150 to 1650
INSTRUMENT = 4.0  # eV, full width of a coarse instrument; 3.0 to 6.0
R_FMS = 4.0  # Å, up to which atoms scatter in the oxides; 2.6 to 5.0
TI_O = 1.95  # Å, titanium to oxygen in the octahedron; 1.85 to 2.1
SEED = 0  # of the sites; 0 to 9999

# %% [markdown]
# ## The spike at the zero
#
# A computed spectrum ends where empty states begin, at the Fermi energy: below it the
# engine cuts. What is left at the cut can be steep.
#
# *Predict*: the usual definition of an edge is the steepest point of the rise. Where on
# the axis is the steepest point of most computed iron spectra?

# %%
Guess("07 steepest")

# %% tags=["figure"]
data = load("tm-complexes-k-fe").sample(N_SITES, SEED)
energy = data.energy


def steepest(spectra):
    return energy[np.gradient(spectra, energy, axis=-1).argmax(axis=-1)]


coarse = convolve_gaussian(energy, data.spectra, INSTRUMENT)
points = {"as computed": steepest(data.spectra), "coarse": steepest(coarse)}
edges = np.arange(-5, 26, 1.0)
counts = {k: np.histogram(one, edges)[0] for k, one in points.items()}
print(look("07 steepest", points=points["as computed"]))
words = {"x_title": "steepest point / eV from the edge", "y_title": "spectra"}
plot_lines(edges[:-1] + 0.5, counts, **words)

# %%
jumped = np.abs(points["coarse"] - points["as computed"])
share = 100 * np.mean(jumped > 5)
at_cut = 100 * np.mean(np.abs(points["as computed"]) < 2)
print(f"{at_cut:.0f} % are steepest within 2 eV of zero: at the cut")
print(f"seen by a coarse instrument, {share:.0f} % have moved by more than 5 eV")

# %% [markdown]
# The same molecules, the same theory, and the steepest point jumps from the cut to the
# true rise as soon as an instrument has blurred the cut away. **Whoever aligns a
# measured spectrum to a computed one by their steepest points shifts it by as much.**
# Match whole curves instead (`spectra.align`, as in [04_spectra](04_spectra.ipynb)),
# above the first few electronvolts, and say so. And do not read the height of the line
# at zero: it hangs on where the cut falls.
#
# ## Edge and oxidation state
#
# Take electrons away from an atom, and what is left is bound tighter: the edge moves
# up, by some electronvolts from metal to oxide. It is the oldest use of XANES. Ligands,
# distances and the shape of the edge move it, too.
#
# Where is an edge? Not at the steepest point, as we have seen. We take the energy where
# absorption first reaches half of its mean behind the edge.
#
# *Predict*: iron metal, FeO (Fe²⁺), Fe₂O₃ (Fe³⁺), by two presets: one takes its levels
# from overlapped atoms, one computes them ([06_potentials](06_potentials.ipynb)). Does
# the edge of Fe₂O₃ lie above that of FeO?

# %%
Guess("07 more oxidised")


# %%
def half_rise(axis, mu):
    mu = unit_mean(axis, mu)
    i = int(np.argmax(mu >= 0.5))
    return float(np.interp(0.5, mu[i - 1 : i + 1], axis[i - 1 : i + 1]))


# %%
names = ("Fe", "FeO", "Fe2O3")
irons = {name: crystals.SUBSTANCES[name].sites()[0][0] for name in names}
shapes, rows = {}, []
for preset in ("feff_overlapped", "feff_like"):
    engine = MultipleScattering(preset, r_fms=R_FMS)
    found = {name: engine(site) for name, site in irons.items()}
    at = {name: half_rise(one.energy_rel, one.mu) for name, one in found.items()}
    shifts = {f"{name} / eV": at[name] - at["Fe"] for name in names[1:]}
    rows.append({"preset": preset, **shifts})
    shapes[preset] = found
print(look("07 more oxidised", rows=rows))
print(Table(rows, note="half rise, from that of the metal"))

# %% tags=["figure"]
axis = shapes["feff_like"]["Fe"].energy_rel
lines = {k: unit_mean(axis, one.mu) for k, one in shapes["feff_like"].items()}
plot_lines(axis, lines, title="feff_like", x_title=ENERGY_TITLE, y_title=MU_TITLE)

# %% [markdown]
# What does measurement say? `python -m benchmarks.measured_engine` compares such shifts
# of 32 crystals with scans: FeO 0.7 eV and Fe₂O₃ 5.1 eV above the metal; computed, with
# larger clusters, −1.5 and 1.4 eV by `feff_like`. The *order* of the oxides is right,
# their *distance*, 4.3 eV measured and 2.9 eV computed, is too small, and both stand
# too low against the metal. Over all compounds computed and measured shifts correlate
# with r = 0.60, the root mean square of the difference is 2.8 eV. Self-consistency has
# not mended that: with overlapped atoms it is 2.1 eV, r = 0.62.
#
# So: **trends among alike compounds, not oxidation states of single ones.** And half a
# rise has its own trap: measured V₂O₅ lies 3.4 eV *below* the metal by this count,
# because its strong pre-edge reaches the half first. That is the next landmark.
#
# ## Before the edge
#
# An electron from 1s must go where there is *p* character (dipole rule). The empty 3d
# states of a metal have none in an octahedron, which has a centre of inversion. In a
# tetrahedron, which has none, *p* and *d* mix, and a peak stands before the edge. (In
# nature octahedra show a faint one, by quadrupole transitions and by vibration. Our
# engine is dipole alone, and its atoms stand still.)
#
# *Predict*: TiO₄ and TiO₆. By what factor does the absorption before the edge differ?

# %%
Guess("07 four or six")

# %%
corners = np.concatenate([np.eye(3), -np.eye(3)])
tetrahedron = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) / 3**0.5


def titanium(places, moved=(0, 0, 0)):
    return Site(Atoms(f"TiO{len(places)}", [moved, *places]), 0)


# %% tags=["figure"]
engine = MultipleScattering("feff_overlapped")
kinds = {
    "TiO4": titanium((TI_O - 0.13) * tetrahedron),
    "TiO6": titanium(TI_O * corners),
}
titania = {name: engine(site) for name, site in kinds.items()}
axis = titania["TiO4"].energy_rel
before = (axis > 1) & (axis < 8)
print(look("07 four or six", spectra=titania, before=before))
lines = {name: one.mu for name, one in titania.items()}
plot_lines(axis, lines, x_title=ENERGY_TITLE, y_title=MU_TITLE)

# %% tags=["exercise"]
# Your turn: the mean absorption in the window `before` (1 to 8 eV): how many times as
# large is it in TiO₄ as in TiO₆? `titania[name].mu` has the spectra.
ratio = None
# solution
ratio = titania["TiO4"].mu[before].mean() / titania["TiO6"].mu[before].mean()

# %%
print(check("07 how many times", ratio, spectra=titania, before=before))

# %% [markdown]
# Titanium in glasses and minerals is sorted so, into four, five and six neighbors, by
# height *and* place of this peak. Between the two lies distortion: move the metal off
# the centre of its octahedron, as in BaTiO₃, and the inversion is gone.

# %%
moves = np.linspace(0, 0.4, 9)  # Å along a bond
shifted = [engine(titanium(TI_O * corners, (0, 0, by))).mu for by in moves]
heights = np.array([mu[before].mean() for mu in shifted])


# %%
words = {"x_title": "moved by / Å", "y_title": "mean μ before the edge"}


def here(by):
    line = np.where(moves <= by, 0, heights.max())
    title = f"{np.interp(by, moves, heights) / heights[0]:.2f} times the centred one"
    return plot_lines(moves, {"μ": heights, "here": line}, title=title, **words)


Ask("07 off centre", draw=here, span=(0, 0.4, 0.01), moves=moves, heights=heights)

# %% [markdown]
# It starts flat: the mixing grows with the displacement, the intensity with its square.
#
# | landmark | tells | in our engine |
# |---|---|---|
# | half rise | oxidation state | trends alone |
# | steepest point | the edge, in measured spectra | mostly its own cut |
# | pre-edge of *p* character | tetrahedra, distortion | yes |
# | pre-edge by quadrupole | 3d states of octahedra | no |
# | main peak, wiggles | distances, angles | yes |

# %%
Reflect("07 an edge in print")

# %% tags=["check"]
assert titania["TiO4"].mu[before].mean() > 2 * titania["TiO6"].mu[before].mean()
assert heights[-1] > heights[0]
assert at_cut > 50
assert share > 50

# %% tags=["check-full"]
assert all(row["Fe2O3 / eV"] > row["FeO / eV"] for row in rows)

# %% [markdown]
# ## Summary
#
# - Most computed iron spectra are steepest at the engine's own cut: align curves, not
#   steepest points.
# - Edges move up with oxidation; the engine has the order of alike compounds, and is
#   off by electronvolts for single ones.
# - A tetrahedron has a pre-edge by *p*–*d* mixing, an octahedron has not until its
#   metal leaves the centre. Quadrupole peaks are not in our spectra.
#
# ## Three questions
#
# 1. A network learnt from our spectra is asked about measured ones. Which landmark can
#    it never have learnt?
# <details><summary>Answer</summary>The quadrupole pre-edge of octahedra: no spectrum of
# its training set has one.</details>
#
# 2. Two compounds have edges 3 eV apart, with different ligands. Is one more oxidised?
# <details><summary>Answer</summary>Perhaps. Covalent ligands, distances and a pre-edge
# move a half rise as well: compare with references of like ligands.</details>
#
# 3. Why is the pre-edge a poor ruler for the oxidation state in our spectra?
# <details><summary>Answer</summary>It tells symmetry. Its place hangs on the engine's
# levels, which scatter by half an electronvolt and more.</details>
#
# ## References
#
# - T. E. Westre et al., J. Am. Chem. Soc. 119, 6297 (1997), doi:10.1021/ja964352a (the
#   pre-edge of iron).
# - F. Farges, G. E. Brown, J. J. Rehr, Phys. Rev. B 56, 1809 (1997),
#   doi:10.1103/PhysRevB.56.1809 (four, five and six neighbors of titanium).
#
# Next: [10_first_network](10_first_network.ipynb).
