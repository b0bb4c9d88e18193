# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   xnet_lite:
#     introduces: [spectra, scattering, plots]
#     needs: [00_welcome]
#     minutes: 60
#     level: beginner
#     fast: {BONDS: [1.9, 2.1, 2.3], ANGLES: [180.0, 160.0, 140.0], MOST_EVENTS: 5}
# ---

# %% [markdown]
# # Read an X-ray absorption spectrum
#
# An X-ray photon throws the innermost electron (1s) of an iron atom out of its atom.
# The electron leaves as a wave, the atoms around throw parts of the wave back, and
# where it started, the parts add up or cancel. What we measure, absorption against
# photon energy, is that interference. **So the spectrum knows where the atoms are: but
# how does it say so?**
#
# You will not read about it, you will do it: every figure below is computed while you
# watch, by the same engine that later makes the data that networks learn from.

# %% [markdown]
# **You will be able to**
#
# - name the regions of a spectrum, and say what rounds its edge;
# - predict which way a peak moves when a bond stretches, and by how much;
# - explain why a bent Fe–C–O looks different from a straight one;
# - tell where single scattering is enough and where only all paths together will do.
#
# *Before you begin:* [00_welcome](00_welcome.ipynb); what a wave is. 60 minutes to
# read, half a minute to run, 500 MB of memory.

# %%
import numpy as np
from ase import Atoms
from ase.build import bulk

from xnet_lite.exercises import Secret, check, look
from xnet_lite.plots import ENERGY_TITLE, MU_TITLE, plot_lines, plot_spectra
from xnet_lite.scattering import MultipleScattering
from xnet_lite.spectra import convolve_lorentzian
from xnet_lite.structures import Site, cluster
from xnet_lite.tables import Table
from xnet_lite.widgets import SiteExplorer
from xnet_lite.widgets.boxes import Ask, Guess, Reflect

# %% tags=["parameters"]
FE_O = 2.15  # Å, iron to oxygen in the grain of iron oxide; 2.0 to 2.3
LIFETIME_WIDTH = 1.25  # eV, full width of the Fe 1s level; 0.5 to 3.0
BONDS = [1.9, 2.0, 2.1, 2.2, 2.3]  # Å, iron to oxygen in the octahedron; 1.8 to 2.4
FE_C = 1.8  # Å, iron to carbon in the carbonyl; 1.7 to 2.0
ANGLES = [180.0, 170.0, 160.0, 150.0, 140.0]  # degrees, Fe–C–O; 120.0 to 180.0
MOST_EVENTS = 8  # scattering events, where the path expansion stops; 5 to 12
SEED = 1  # of the bond length that the exercise hides; 0 to 9999

# %% [markdown]
# ## One spectrum
#
# A grain of iron oxide: one absorbing iron atom, then 6 O, 12 Fe, 8 O around it.
#
# *Predict*: which part of the curve would change most if we took the outer atoms away?

# %% tags=["figure"]
steps = np.stack(np.meshgrid(*[[-1, 0, 1]] * 3), axis=-1).reshape(-1, 3)
steps = steps[np.argsort((steps**2).sum(axis=1), kind="stable")]
elements = ["Fe" if step.sum() % 2 == 0 else "O" for step in steps]


def grain(bond):
    return Site(Atoms(elements, bond * steps), 0, name="FeO grain")


engine = MultipleScattering()
spectrum = engine(grain(FE_O))
parts = {"pre-edge": (-15, 6), "edge": (6, 16), "XANES": (16, 50), "EXAFS": (50, 60)}
jump = spectrum.energy_rel[np.gradient(spectrum.mu).argmax()]
print(f"it rises most steeply at {jump:.1f} eV")
plot_spectra({"27 atoms": spectrum}, regions=parts, title="Fe K edge of FeO")

# %% [markdown]
# Zero on the energy axis is the tabulated edge of iron, 7112 eV. Near it a small step
# shows where empty states begin (the Fermi energy). The absorption proper jumps several
# eV later, where the line above says; how much later, the neighbors decide. Behind the
# jump it wiggles: up to about 50 eV the wiggles are called **XANES** (near-edge
# structure), from there on **EXAFS** (extended fine structure).
#
# ## What rounds the edge
#
# The hole in the 1s shell lives for half a femtosecond only, so its energy is blurred
# by a Lorentzian of full width $\Gamma$ = 1.25 eV. A sharp step at zero becomes an
# arctangent:
#
# $$\int_0^\infty \frac{\Gamma/2\pi}{(E-E')^2 + \Gamma^2/4}\,dE'
# = \frac12 + \frac1\pi\arctan\frac{2E}{\Gamma}$$

# %% tags=["derivation"]
energy = np.linspace(-20, 60, 401)  # eV
sharp = np.where(energy >= 0, 1.0, 0.0)
by_hand = 0.5 + np.arctan(2 * energy / LIFETIME_WIDTH) / np.pi
blurred = convolve_lorentzian(energy, np.ones_like(energy), LIFETIME_WIDTH, e_cut=0.0)
assert np.allclose(blurred, by_hand, atol=1e-9)

width = np.interp(0.75, by_hand, energy) - np.interp(0.25, by_hand, energy)
print(f"from a quarter to three quarters of the step: {width:.2f} eV")
two_edges = {"sharp": sharp, "blurred": by_hand}
plot_lines(energy, two_edges, x_title=ENERGY_TITLE, y_title=MU_TITLE)

# %% [markdown]
# The step is now $\Gamma$ wide between its quarters, and never quite reaches one: no
# spectrum of iron can show detail much finer than this.
#
# ## Shell by shell
#
# `r_fms` is the radius up to which atoms may scatter. We let it grow from the bare iron
# atom to all of the grain, in the same potential.
#
# *Predict*: does each shell add a peak of its own, or does it change the peaks there
# are?

# %% tags=["widget"]
radii = {"atom alone": 0.5, "+ 6 O": 1.25, "+ 12 Fe": 1.6, "+ 8 O": 2.0}  # FE_O
shells = {k: MultipleScattering(r_fms=r * FE_O) for k, r in radii.items()}
label = "Fe–O distance / Å"
SiteExplorer(grain, shells, span=(2.0, 2.3, 0.05), start=FE_O, label=label)

# %% tags=["figure"]
by_shell = {name: shell(grain(FE_O)) for name, shell in shells.items()}
whole = by_shell["+ 8 O"].mu
rows = []
for name, one in by_shell.items():
    off = 100 * np.abs(one.mu - whole).sum() / whole.sum()
    rows.append({"scatterers": name, "from the whole grain / %": off})
print(Table(rows))
plot_spectra(by_shell, ramp=True, title="Shell by shell")

# %% [markdown]
# The atom alone is a smooth step: **all structure is scattering**. Six oxygens already
# make the main peak (the *white line*); each further shell sharpens and splits what is
# there, and the last line of the list is still far from the one before it. That is why
# descriptions of a site reach out to 6 Å, not to the first neighbors only.
#
# ## Longer bonds, lower peaks: Natoli's rule
#
# The electron between absorber and shell is a standing wave. It fits when its phase
# over the way out and back, $2kR$ plus what the atoms add, is a whole number of turns:
# so $k R$ is about constant, and with $E = \hbar^2k^2/2m$
#
# $$(E_\mathrm{peak} - V_\mathrm{int})\,R^2 \approx \mathrm{const}$$
#
# where $V_\mathrm{int}$ is the potential between the atoms, from which kinetic energy
# counts.
#
# *Predict*: FeO₆, from 1.9 to 2.3 Å. Which way does the peak go, and by what factor?

# %%
Guess("01 which way")

# %% tags=["widget"]
corners = np.concatenate([np.eye(3), -np.eye(3)])


def octahedron(bond):
    return Site(Atoms("FeO6", [[0, 0, 0], *(bond * corners)]), 0, name="FeO6")


def top(bond):
    one = engine(octahedron(bond))
    return one.energy_rel[one.mu.argmax()]


lines = {"single scattering": MultipleScattering(order=1), "all paths": engine}
explorer = SiteExplorer(octahedron, lines, span=(1.8, 2.4, 0.05), start=2, label=label)
Ask("01 how far down", explorer, top=top)

# %% tags=["figure"]
solved = {bond: engine.solve(octahedron(bond)) for bond in BONDS}
kinetic = np.array([one.kinetic[one.mu.argmax()] for one in solved.values()])
product = kinetic * np.array(BONDS) ** 2
print(look("01 which way", kinetic=kinetic, bonds=BONDS))
for bond, e, constant in zip(BONDS, kinetic, product, strict=True):
    print(f"R = {bond:.1f} Å: E − V = {e:4.1f} eV, (E − V) R² = {constant:.1f} eV Å²")
first = solved[BONDS[0]]
print(f"without kinetic energy: {first.mu[0] / first.mu.max():.2f} of the peak")
lowest = lines["single scattering"](octahedron(2.0)).mu.min()
print(f"lowest absorption by single scattering: {lowest:.2f}")
stretched = {f"{bond:.1f} Å": engine(octahedron(bond)) for bond in BONDS}
plot_spectra(stretched, ramp=True, title="FeO₆: the peak comes down as bonds stretch")

# %% tags=["check"]
assert kinetic[np.argmin(BONDS)] > kinetic[np.argmax(BONDS)]
assert lowest < 0 < stretched[f"{BONDS[0]:.1f} Å"].mu.min()

# %% tags=["check-full"]
rule = (BONDS[-1] / BONDS[0]) ** 2
assert np.isclose(kinetic[0] / kinetic[-1], rule, rtol=0.05)
assert np.ptp(product) < 0.06 * product.mean()

# %% [markdown]
# Single scattering, one reflection from one atom, gets the trend and misses place and
# shape; near the edge it even makes the absorption negative, which is absurd. With all
# paths, the peak energy falls by a third while the product stays within a few per cent.
# Turned round: **a peak position is a ruler for bond lengths**, and this is the
# simplest thing that a network can learn from a spectrum. Mind the ruler's marks,
# though: our engine places edges to about half an electronvolt, so differences below
# that mean nothing.
#
# And the **spike at zero**? Down where the electron has hardly any kinetic energy left,
# six oxygens hold it back so well that the absorption climbs again, to about half of
# the peak. Most of that hill lies below the Fermi energy, where states are taken; the
# engine cuts it there, and the slope that is left looks like a line. Its height hangs
# on where the cut falls, so do not read it. In measured spectra of iron a **pre-edge**
# of 3d states stands nearby; our engine has no quadrupole transitions and does not
# show them (it is dipole only).
#
# ## Through an atom: the focusing effect
#
# In a carbonyl the carbon stands in front of the oxygen, and one might think it hides
# it. *Predict*: does oxygen scatter less behind carbon than it would standing there
# alone?


# %% tags=["widget"]
def carbonyl(angle, bond=FE_C):
    bend = np.radians(180 - angle)
    carbon = np.array([0.0, 0.0, bond])
    oxygen = carbon + 1.15 * np.array([np.sin(bend), 0.0, np.cos(bend)])
    return Site(Atoms("FeCO", [[0, 0, 0], carbon, oxygen]), 0, name="Fe–C–O")


SiteExplorer(
    carbonyl,
    {"now": engine},
    span=(130, 180, 5),
    start=180,
    label="Fe–C–O angle / degrees",
)


# %% tags=["figure"]
def chi(site, *atoms):
    one = engine.solve(Site(site.atoms[[0, *atoms]], 0))
    return one.chi[one.energy > 5]


bent = [carbonyl(angle) for angle in ANGLES]
behind = [np.std(chi(site, 1, 2) - chi(site, 1)) for site in bent]
alone = [np.std(chi(site, 2)) for site in bent]
for angle, site, with_c, without_c in zip(ANGLES, bent, behind, alone, strict=True):
    away = site.atoms.get_distance(0, 2)
    print(f"{angle:.0f}°, Fe–O {away:.2f} Å:", end=" ")
    print(f"O behind C {with_c:.3f}, O alone {without_c:.3f}")

# %% tags=["figure"]
both = {"O behind C": behind, "O alone": alone}
plot_lines(
    ANGLES,
    both,
    markers=True,
    title="Carbon is a lens",
    x_title="Fe–C–O angle / degrees",
    y_title="strength of O in χ",
)

# %% [markdown]
# The opposite of a shadow: standing straight behind carbon, oxygen counts several times
# as much as alone. Carbon gathers the wave like a lens and throws it on oxygen and
# back; from about 150° on, the lens misses. A list of distances notices that the
# carbonyl bends, for oxygen comes nearer; but an oxygen alone at these distances hardly
# changes, as the second line shows. What is lost is the lens, and that is a matter of
# the *angle*: which is why the descriptions of [03_features](03_features.ipynb) carry
# triples of atoms.
#
# ## Which way does the light shake?
#
# The electron leaves along the electric field of the light. *Predict*: in a straight
# Fe–C–O, field along the axis or across it: which spectrum has the wiggles?

# %% tags=["widget"]
fields = {"along": [0, 0, 1], "across": [1, 0, 0]}
engines = {k: MultipleScattering(polarisation=v) for k, v in fields.items()}
SiteExplorer(
    lambda bond: carbonyl(180, bond),
    engines,
    span=(1.6, 2.2, 0.05),
    start=FE_C,
    label="Fe–C distance / Å",
)

# %% tags=["figure"]
straight = carbonyl(180)
tensor = engine.solve(straight)
ratio = tensor.tensor / tensor.mu0[:, None, None]  # (n_energies, 3, 3)
wiggle = ratio[tensor.energy > 5].std(axis=0)
print(f"strength of χ along the axis {wiggle[2, 2]:.2f}, across {wiggle[0, 0]:.2f}")
polarised = {name: one(straight) for name, one in engines.items()}
plot_spectra(polarised | {"average": engine(straight)}, title="Straight Fe–C–O")

# %% [markdown]
# Along the axis the electron meets carbon and oxygen head on; across, it passes them
# by. In a powder or a solution all directions mix, and so do we from here on.
#
# ## One scattering, two, three … all of them
#
# The engine sums all paths at once by solving linear equations. One can also add them
# up one by one, $G_0tG_0 + G_0tG_0tG_0 + \dots$: EXAFS is analysed so. We do it for a
# copper atom with two shells of copper, and look at the distance from the full answer.
#
# *Predict*: where will a few paths do, near the edge or far above it?

# %%
copper = cluster(Site(bulk("Cu", "fcc", a=3.615), 0), 3.8)  # 19 atoms
full = MultipleScattering("feff_overlapped").solve(copper)
low = (full.energy > 0) & (full.energy < 25)
high = full.energy > 25
events = list(range(1, MOST_EVENTS + 1))
counted = [MultipleScattering("feff_overlapped", order=n) for n in events]
cut = [one.solve(copper).chi for one in counted]
error = np.array(cut) - full.chi
rms = {"0 to 25 eV": error[:, low].std(axis=1), "above": error[:, high].std(axis=1)}
for n, near, far in zip(events, *rms.values(), strict=True):
    print(f"up to {n} scattering events: {near:8.3f} below 25 eV, {far:.4f} above")

# %% tags=["figure"]
plot_lines(
    events,
    rms,
    log_y=True,
    markers=True,
    x_title="scattering events kept",
    y_title="rms error of χ",
)

# %% tags=["check"]
near = rms["0 to 25 eV"]
far = rms["above"]
assert near[-1] > near[0], "near the edge the series runs away"
assert far[-1] < far[0] / 10, "far above the edge it converges"
assert wiggle[2, 2] > wiggle[0, 0]
lonely = MultipleScattering().solve(Site(Atoms("Fe"), 0))
assert np.abs(lonely.chi).max() < 1e-6
turned = octahedron(2.0)
turned.atoms.rotate(33, (1, 2, 3))
assert np.allclose(engine(turned).mu, engine(octahedron(2.0)).mu, atol=1e-4)

# %% tags=["check-full"]
assert behind[0] > 2.5 * alone[0]
assert behind[-1] < 1.2 * alone[-1]
assert wiggle[2, 2] > 4 * wiggle[0, 0]

# %% [markdown]
# Above 25 eV every further event makes the error several times smaller. Below, it
# *grows*: slow electrons are scattered so strongly that the series has no sum, although
# the answer is finite. This is the dividing line between EXAFS, where paths can be
# fitted one by one, and XANES, where only all of them together will do: slow to
# compute, hard to invert, and the reason why people teach it to networks.

# %% tags=["exercise"]
# Your turn: `secret` is the spectrum of an FeO₆ octahedron. How long are its bonds?
# Compare its peak with that of the octahedra above (`stretched`, `BONDS`).
hidden = Secret(1.92, 2.28, seed=SEED)
secret = hidden.made(lambda length: engine(octahedron(length)))
bond = None  # Å
# solution
# Natoli: R² (E − V) is constant; E − V is the energy on the axis plus a constant too
start = stretched[f"{BONDS[0]:.1f} Å"]
to_kinetic = kinetic[0] - start.energy_rel[start.mu.argmax()]
peak = secret.energy_rel[secret.mu.argmax()] + to_kinetic
bond = np.sqrt(product.mean() / peak)

# %%
print(check("hidden bond", bond, secret=hidden))
Reflect("01 ruler")

# %% [markdown]
# ## Summary
#
# - A spectrum is a step, rounded by the short life of the hole, times the interference
#   of the electron with itself. An atom alone shows no structure.
# - Stretch a bond and its peak comes down: $(E-V)R^2$ is constant to a few per cent.
# - Oxygen straight behind carbon counts several times as much as alone: angles matter.
# - Near the edge the sum over paths diverges; only the full solution means anything
#   there.
#
# ## Three questions
#
# 1. A spectrum is measured with twice the energy resolution. Does the edge get sharper?
# <details><summary>Answer</summary>Hardly: the lifetime of the 1s hole sets its width,
# not the instrument. Techniques that pick the hole's decay (HERFD) do get around
# it.</details>
#
# 2. All bonds of a complex grow by one per cent. By how much does a peak at 20 eV above
#    V_int move?
# <details><summary>Answer</summary>E goes as 1/R²: minus two per cent, 0.4 eV. That is
# less than our engine can promise for an edge, and about what experiments
# resolve.</details>
#
# 3. Why does a network for XANES look at triples of atoms?
# <details><summary>Answer</summary>Because multiple scattering does: an oxygen at one
# distance counts several times as much with a carbon in between.</details>
#
# ## References
#
# - J. J. Rehr, R. C. Albers, Rev. Mod. Phys. 72, 621 (2000),
#   doi:10.1103/RevModPhys.72.621.
# - C. R. Natoli, in *EXAFS and Near Edge Structure*, Springer Ser. Chem. Phys. 27, 43
#   (1983).
# - C. D. Rankine, M. M. M. Madkhali, T. J. Penfold, J. Phys. Chem. A 124, 4263 (2020),
#   doi:10.1021/acs.jpca.0c03723.
# - T. J. Penfold et al., Mach. Learn.: Sci. Technol. 5, 021001 (2024),
#   doi:10.1088/2632-2153/ad5074.
#
# Next: [03_features](03_features.ipynb) turns a structure into numbers.
