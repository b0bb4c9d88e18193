# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   xnet_lite:
#     introduces: [inverse.descent, inverse.forward, inverse.moves,
#                  inverse.refinement, inverse.surrogate]
#     needs: [02_structures, 20_uncertainty]
#     minutes: 35
#     level: intermediate
#     fast: {N_DESIGN: 20, N_POINTS: 9, N_TAUGHT: 48, EPOCHS: 3}
# ---

# %% [markdown]
# # Ask a spectrum for a bond
#
# A network guesses a structure from all spectra that it has seen. Here we do the
# opposite: take **one** molecule, let two of its bond lengths go, and look for the
# lengths whose *computed* spectrum is the measured one. **How well can a spectrum tell
# them, and what if the theory is wrong?**

# %% [markdown]
# **You will be able to**
#
# - say how a molecule may change, in as few numbers as possible;
# - scan one of them, and see what a wrong zero of energy does to the result;
# - let bonds, shift, width and scale go together, and read intervals;
# - tell "the spectrum cannot say" from an answer, and what a theory that is off does;
# - go downhill through a network instead, with as many numbers as you like.
#
# *Before you begin:* [02_structures](02_structures.ipynb) and
# [20_uncertainty](20_uncertainty.ipynb). 35 minutes to read, two minutes to run, 600
# MB of memory.

# %%
import numpy as np
from xnet_lite.datasets import load
from xnet_lite.exercises import check, look
from xnet_lite.inverse import Geometry, by_engine, descend, ligands, refine, scan
from xnet_lite.inverse import stretch, wander
from xnet_lite.jobs import TrainingJob, prepare, teach
from xnet_lite.plots import plot_lines, plot_spectra
from xnet_lite.scattering import MultipleScattering
from xnet_lite.spectra import Spectrum, convolve_gaussian
from xnet_lite.tables import Table
from xnet_lite.trust.attribution import position_slopes
from xnet_lite.widgets import SiteExplorer
from xnet_lite.widgets.boxes import Ask, Guess, Reflect

# %% tags=["parameters"]
LONGER_C = 0.06  # Å that the bonds to carbon really are longer; -0.1 to 0.1
LONGER_CL = -0.08  # Å, those to chlorine; -0.1 to 0.1
REACH = 0.2  # Å that bonds may change, to either side; 0.15 to 0.25
NOISE = 0.01  # of the measurement, as a share of the edge step; 0.002 to 0.03
SHIFT = 0.7  # eV by which the zero of energy is off; -1.5 to 1.5
FWHM = 1.2  # eV, the instrument's width; 0.5 to 2.5
N_POINTS = 21  # of a scan; 9 to 41
N_DESIGN = 32  # structures that are computed to begin with; 20 to 64
N_TAUGHT = 600  # sites that the network learns from; 32 to 1600
EPOCHS = 40  # how often it sees them; 2 to 60
SEED = 0  # of noise, design and sampler; 0 to 9999

# %% [markdown]
# ## What may change
#
# Iron with four carbonyls and two chlorides has eleven atoms: 33 coordinates, less six
# for where it is and how it is turned. No spectrum tells 27 numbers. We let **two** go:
# the distance to all carbons and the distance to both chlorides. A carbonyl moves as it
# is, its oxygen with it.
#
# *Predict*: move the slider. Which part of the spectrum goes when bonds get longer, and
# which way?

# %% tags=["widget"]
sites = load("tm-complexes-k-fe").sites
site = next(s for s in sites if s.atoms.get_chemical_formula() == "C4Cl2FeO4")
moves = [stretch(site, "C", reach=REACH), stretch(site, "Cl", reach=REACH)]
geometry = Geometry(site, moves)
engine = MultipleScattering(r_fms=10)  # the molecule whole
span = (-REACH, REACH, REACH / 4)
label = "Å that Fe-C is longer"
explorer = SiteExplorer(
    lambda x: geometry.at([x, 0]), {"now": engine}, span=span, start=0, label=label
)
Ask("43 how far down", explorer, engine=engine, geometry=geometry, reach=REACH)

# %% [markdown]
# Features behind the edge move to lower energies and closer together as the bond grows:
# the rule of [01_absorption](01_absorption.ipynb), (E − V) R² = constant. That is what
# a fit uses. A wrong zero of energy moves features, too: all by the same.
#
# ## A measurement
#
# We make one ourselves, to know the truth: other bonds, an instrument's width, a zero
# that is off, another scale, and noise.

# %% tags=["figure"]
truth = np.array([LONGER_C, LONGER_CL])
forward = by_engine(engine)
energy_rel, (mu,) = forward([geometry.at(truth)])
mu = convolve_gaussian(energy_rel, mu, FWHM)
mu = mu / mu[energy_rel > 40].mean()
noise = NOISE * np.random.default_rng(SEED).normal(size=len(mu))
e0 = engine(site).e0
target = Spectrum(energy_rel + e0 + SHIFT, 3 * (mu + noise), e0, "Fe")
start = engine(site)
shown = {"measured / 3": Spectrum(target.energy, target.mu / 3, e0), "as built": start}
plot_spectra(shown, title="How long are the bonds?")

# %% [markdown]
# ## One number, as in 2020
#
# The paper of 2020 moved one distance, compared spectra, and took the lowest misfit
# (its Figure 6). The misfit is
#
# $$R = \frac{\sum_i (\mu_i - a\,m_i - b)^2}{\sum_i \mu_i^2}$$
#
# with a scale $a$ and a constant $b$ that suit best. By hand, for the molecule as
# built:

# %% tags=["derivation"]
tied = {"shift": (-1e-3, 1e-3), "fwhm": (0, 1e-3)}
there = target.energy - e0
near = (there > energy_rel[0] + 1e-3) & (there < energy_rel[-1] - 1e-3)
measured = target.mu[near]
computed = np.interp(there[near], start.energy_rel, start.mu)
columns = np.column_stack([computed, np.ones(near.sum())])
(a, b), *_ = np.linalg.lstsq(columns, measured, rcond=None)
R = np.sum((measured - columns @ [a, b]) ** 2) / np.sum(measured**2)
of_bond = scan(target, geometry, forward, "Fe-C", n=3, **tied)  # its middle is 0
print(f"as built: R {R:.5f} by hand, {of_bond.r_factors[1]:.5f} in the scan")
assert np.isclose(R, of_bond.r_factors[1], rtol=0.02, atol=1e-4)
Guess("43 tied or free")

# %% [markdown]
# *Predict*: two scans of the bonds to carbon, the chlorides left as they are. In the
# first one the zero and the width are taken as the engine has them. Which one ends
# nearer to the truth?

# %% tags=["figure"]
profiles = {}
free = {"shift": (-3, 3), "fwhm": (0, 4)}
for name, ranges in {"zero and width tied": tied, "both free": free}.items():
    profiles[name] = scan(target, geometry, forward, "Fe-C", n=N_POINTS, **ranges)
    print(f"{name}: best {profiles[name].best:+.3f} Å, truth {LONGER_C:+.3f} Å")
print(look("43 tied or free", profiles=profiles, truth=LONGER_C))
lines = {name: one.r_factors for name, one in profiles.items()}
values = profiles["both free"].values
names = {"x_title": "Fe-C longer by / Å", "y_title": "misfit R"}
plot_lines(values, lines, title="One bond at a time", **names)

# %% [markdown]
# A zero that is off by less than an electronvolt is taken for a bond that is off by
# hundredths of an ångström. And even with both free a scan looks along one line: the
# other bond was held where it is not. What is missing is (a) everything free together
# and (b) an error.
#
# ## All together
#
# `refine` computes structures that fill the box of both numbers, puts a smooth function
# through their spectra (a *surrogate*), and lets a sampler walk on it: 32 walkers that
# stay where the misfit is small. Where they have been, in the end, is what the spectrum
# leaves open. Some of these structures are computed to see whether the surrogate may be
# trusted, and added.

# %%
options = {"n_design": N_DESIGN, "seed": SEED, "say": print}
found = refine(target, geometry, forward, **options)
print(found.surrogate)
print(f"agreement with the engine {found.agreement:.2f}; {found.n_computed} spectra")
for note in found.notes:
    print(note)
found.table()

# %% tags=["figure"]
densities, edges = {}, np.linspace(-REACH, REACH, 401)
for i, name in enumerate(geometry.names):
    counts, _ = np.histogram(found.samples[:, i], edges, density=True)
    densities[name] = counts / counts.max()
names = {"x_title": "longer by / Å", "y_title": "where the walkers were"}
plot_lines((edges[1:] + edges[:-1]) / 2, densities, title="What is left open", **names)

# %% [markdown]
# Both bonds come back to a few thousandths of an ångström. So little is the error of
# *noise*: with a perfect theory, a hundred energies and one percent of noise tell two
# numbers very well. `python -m benchmarks.refinement` does this for more molecules and
# targets and counts how often intervals of 90 % hold the truth.

# %% tags=["exercise"]
# Your turn: a grid over both numbers with a point every 0.01 Å would need how many
# spectra? (`REACH` to either side, both ends counted.) Compare `found.n_computed`.
answer = None
# solution
answer = (round(2 * REACH / 0.01) + 1) ** 2

# %%
print(check("spectra of a grid", answer, reach=REACH, step=0.01))

# %% [markdown]
# ## A zero and a bond
#
# Where walkers went is a cloud in *all* numbers. Two that a spectrum takes for one
# another lie along a line in it. *Predict*: if the zero were 0.1 eV higher, would the
# bond come out longer or shorter?

# %% tags=["exercise"]
# Your turn: `found.samples` has a column for each of Fe-C, Fe-Cl, shift and fwhm. How
# strongly do Fe-C and the shift hang together (Pearson's r)?
answer = None
# solution
answer = np.corrcoef(found.samples[:, 0], found.samples[:, 2])[0, 1]

# %%
print(check("bond and zero", answer, samples=found.samples))
Reflect("43 an interval in print")

# %% [markdown]
# ## When the spectrum cannot tell
#
# Now the same with so much noise that fine structure drowns, and with a *theory that is
# off*: the measurement is made by other rules (`feff_overlapped`: another hole, another
# energy between the spheres), the fit stays as it is.

# %% tags=["figure"]
loud = 40 * NOISE * np.random.default_rng(SEED).normal(size=len(mu))
other = MultipleScattering("feff_overlapped", r_fms=10, energies=engine.energies)
foreign = other(geometry.at(truth)).mu
foreign = foreign / foreign[energy_rel > 40].mean() + noise
kinds = {"loud": mu + loud, "another theory": foreign}
kinds = {k: Spectrum(target.energy, one, e0, "Fe") for k, one in kinds.items()}
plot_spectra(kinds, title="Loud, and foreign")

# %%
fits = {"as above": found}
for name, spectrum in kinds.items():
    fits[name] = refine(spectrum, geometry, forward, n_design=N_DESIGN, seed=SEED)
    print(name, *fits[name].notes, sep="\n  ")
rows = []
for name, fit in fits.items():
    for bond, true in zip(geometry.names, truth, strict=True):
        low, high = fit.intervals[bond]
        row = {"measurement": name, "bond": bond, "off / Å": fit.best[bond] - true}
        rows.append(row | {"90 % from": low, "to": high, "R": fit.r_factor})
Table(rows)

# %% [markdown]
# With noise the intervals grow, and stay honest. With another theory the *misfit hangs
# together*: it is no noise, it is a wave, and `refine` counts so many points as one.
# That widens the interval, but it cannot know in which *direction* theory is off, and
# the truth may well lie outside: the benchmark counts how often.
# **An interval speaks of the spectrum, not of the theory.**
#
# Two things help. If a hundred *other* molecules have been computed by both theories, a
# Δ ([40_delta](40_delta.ipynb)) learns what ours lacks, and the fit asks our engine
# *and* Δ: `by_delta(delta, forward)` takes the place of `forward`. In four targets of
# the benchmark (`--theories other corrected`) the bonds of this molecule are then off
# by 0.014 Å, and without Δ by 0.068.
#
# The other help is a *difference*: where one theory fits two spectra of one molecule,
# much of what is wrong cancels. On the measured spectra of Fe(terpy)₂ (public data,
# before and after a laser pulse), `python -m benchmarks.refinement` finds how much
# longer the six bonds to nitrogen are in the excited state; spectroscopy and
# diffraction say about 0.2 Å.
#
# ## Downhill through a network
#
# A surrogate fills a box, and every number more doubles the spectra that this takes:
# ten numbers would ask for eight thousand. A *network* has another way. It is a chain
# of functions with known slopes: positions, distances to neighbors, layers, spectrum.
# Walk the chain backwards and one misfit tells **every atom at once** where to go, for
# the price of one spectrum:
#
# $$\frac{\partial R}{\partial x_p} = \sum_e \frac{\partial R}{\partial \mu_e}
# \sum_{a} \frac{\partial \mu_e}{\partial \mathbf{r}_a} \cdot
# \frac{\partial \mathbf{r}_a}{\partial x_p}$$
#
# We teach a graph network with complexes of the set, ours not among them, and hold its
# slope with the first number against two spectra beside each other.
#
# *Predict*: downhill with two numbers, then with all ten atoms let loose, thirty
# numbers. Which one fits better? Which one has the better bonds?

# %% tags=["derivation"]
data = load("tm-complexes-k-fe")
ours = site.atoms.get_chemical_formula()
others = np.array([s.atoms.get_chemical_formula() != ours for s in data.sites])
rows = np.random.default_rng(SEED).permutation(np.flatnonzero(others))[:N_TAUGHT]
learning = {"epochs": EPOCHS}
job = TrainingJob("tm-complexes-k-fe", "GNN", hold_out=0, training=learning)
network = teach(job, prepare(job, data[rows]))
atoms_go = geometry.slopes([0, 0])[0]  # (11 atoms, 3), as the first number grows
slope = np.einsum("eax,ax->e", position_slopes(network, site), atoms_go)
step = 0.005
beside = network.predict([geometry.at([step, 0]), geometry.at([-step, 0])])
by_hand = (beside[0] - beside[1]) / (2 * step)
assert np.allclose(slope, by_hand, atol=0.05 * np.abs(by_hand).max())

# %% tags=["figure"]
free_atoms = Geometry(site, wander(site, range(1, len(site.atoms))))
ways = {
    "two bonds": descend(target, geometry, network, starts=4, seed=SEED),
    "every atom": descend(target, free_atoms, network, starts=1, seed=SEED),
}
n_steps = min(len(one.path) for one in ways.values())
paths = {name: one.path[:n_steps] for name, one in ways.items()}
names = {"x_title": "step", "y_title": "misfit R"}
plot_lines(np.arange(n_steps), paths, title="Downhill", **names)

# %%
bound = [(k, site.atoms[k].symbol) for _, (k,) in ligands(site)]
kinds = {kind: [k for k, one in bound if one == kind] for kind in ("C", "Cl")}
fits_of = {"engine and surrogate": found, **ways}
rows = []
for name, fit in fits_of.items():
    row = {"by": name, "spectra asked for": fit.n_computed}
    for kind, true in zip(("C", "Cl"), truth, strict=True):
        longer = [fit.site().atoms.get_distance(0, k) for k in kinds[kind]]
        built = [site.atoms.get_distance(0, k) for k in kinds[kind]]
        row[f"Fe-{kind} off / Å"] = np.mean(longer) - np.mean(built) - true
    rows.append(row)
Table(rows)

# %% [markdown]
# Downhill is *cheap*: some tens of spectra for two numbers or for thirty. It is as
# right as the network is, and no more: what the network has not learnt, the bonds pay
# for. Thirty numbers fit no worse than two, and mean little one by one: a spectrum
# that sees distances cannot tell which of four carbonyls has moved. Let many numbers
# go where you know what holds them together, or to find a start for the engine.
#
# ## And the baselines?
#
# What would one say without any fit? That bonds are what they are in other complexes.

# %%
known = {}
for one in sites:
    for k in np.concatenate([donors for _, donors in ligands(one)]):
        bond = one.atoms.get_distance(one.absorber_index, k)
        known.setdefault(f"Fe-{one.atoms[k].symbol}", []).append(bond)
rows = []
for bond, true, donor in zip(geometry.names, truth, ("C", "Cl"), strict=True):
    which = [k for _, (k,) in ligands(site) if site.atoms[k].symbol == donor]
    built = geometry.distances([0, 0], which).mean()
    row = {"bond": bond, "true / Å": built + true, "fitted": built + found.best[bond]}
    guess = {"mean of the set": np.mean(known[bond]), "± / Å": np.std(known[bond])}
    rows.append(row | guess)
Table(rows)

# %% tags=["check"]
assert np.abs([found.best[name] for name in geometry.names] - truth).max() < 0.03
assert np.ptp(fits["loud"].intervals["Fe-C"]) > np.ptp(found.intervals["Fe-C"])
assert found.n_computed < 200
assert all(one.path[-1] <= one.path[0] for one in ways.values())

# %% tags=["check-full"]
assert found.agreement > 0.5
assert np.abs([found.best[name] for name in geometry.names] - truth).max() < 0.01
off = {name: abs(one.best - LONGER_C) for name, one in profiles.items()}
assert off["both free"] < off["zero and width tied"]
assert fits["another theory"].correlated_over > 3 * found.correlated_over

# %% [markdown]
# ## Summary
#
# - Few numbers, each with a range: what a spectrum cannot tell must not be asked.
# - The zero of energy, the width and the scale must be free, or bonds pay for them.
# - A posterior says what is left open, and that two numbers are taken for each other.
# - Misfit that hangs together is the theory's: intervals widen, but a bias stays.
# - A network walks misfit back to every atom for the price of a spectrum; what it has
#   not learnt, the bonds pay for.
#
# ## Three questions
#
# 1. Why is the molecule put into the engine's cluster whole?
# <details><summary>Answer</summary>Where an atom crosses the end of the cluster as it
# moves, the spectrum jumps, and a fit takes the jump for structure.</details>
#
# 2. A best fit lies at the end of its range. What now?
# <details><summary>Answer</summary>Widen the range, or look for what else is wrong:
# the zero, the charge, another geometry.</details>
#
# 3. The interval is 0.005 Å wide, and the crystal says 0.05 Å more. Who is wrong?
# <details><summary>Answer</summary>Nobody need be: the interval holds noise and what of
# the misfit hangs together, not a theory that is off by a little everywhere.</details>
#
# ## References
#
# - C. D. Rankine, M. M. M. Madkhali and T. J. Penfold, J. Phys. Chem. A 124, 4263
#   (2020), doi:10.1021/acs.jpca.0c03723, Figure 6.
# - D. Foreman-Mackey et al., Publ. Astron. Soc. Pac. 125, 306 (2013),
#   doi:10.1086/670067.
# - A. Martini et al., Comput. Phys. Commun. 250, 107064 (2020),
#   doi:10.1016/j.cpc.2019.107064: surrogates of spectra, and Fe(terpy)₂.
#
# Next: the same molecule in motion, in [44_motion](44_motion.ipynb).
