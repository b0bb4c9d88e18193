# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   xnet_lite:
#     introduces: [metrics, predictor]
#     needs: []
#     minutes: 20
#     level: beginner
#     fast: {N_SITES: 120, EPOCHS: 3, N_MEMBERS: 3}
# ---

# %% [markdown]
# # Predict your first spectrum
#
# A synchrotron shines X-rays on a molecule with an iron atom in it and records how much
# is absorbed at each energy. The curve that comes out, the *spectrum*, is a fingerprint
# of what sits around the iron. Physics can compute it from the structure, in seconds to
# hours. **Can a network that has seen a few hundred examples guess it at once, and say
# how far to trust the guess?**
#
# In a minute you will know: this page goes once around the whole loop, and every later
# notebook takes one piece of it apart.

# %% [markdown]
# **You will be able to**
#
# - say what goes into such a prediction and what comes out;
# - hold back test molecules so that the test is honest;
# - compute the error that the papers report, and name the two baselines it must beat;
# - predict the spectrum of a molecule of your own, with its error band.
#
# *Before you begin:* a little Python. 20 minutes to read, a minute to run, 500 MB of
# memory.

# %%
import numpy as np
from ase import Atoms
from xnet_lite.complexes import readable
from xnet_lite.exercises import check, look
from xnet_lite.datasets import load, split
from xnet_lite.descriptors import WACSF
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.models import MLP, MeanSpectrum, NearestNeighbor
from xnet_lite.plots import ENERGY_TITLE, MU_TITLE, plot_errors, plot_lines
from xnet_lite.plots import plot_prediction, plot_structure
from xnet_lite.predictor import Predictor
from xnet_lite.scattering import MultipleScattering
from xnet_lite.structures import Site, neighbors
from xnet_lite.tables import Table
from xnet_lite.targets import PCATargets
from xnet_lite.training import TrainConfig
from xnet_lite.trust import KnownSites, bootstrap
from xnet_lite.widgets import view_site
from xnet_lite.widgets.boxes import Ask, CardBox, Guess, Reflect

# %% tags=["parameters"]
N_SITES = 800  # sites to use, of the 1650 of iron; 60 to 1650
TEST_SHARE = 0.2  # of the sites, held back in whole compounds; 0.1 to 0.5
EPOCHS = 60  # passes over the training sites; 1 to 300
N_MEMBERS = 8  # networks that vote; 2 to 30
SEED = 0  # of the split, the resampling and the first weights; 0 to 9999

# %% [markdown]
# ## The loop
#
# | | what it is | in the library |
# |---|---|---|
# | **structure** | atoms around the absorber | `Site` |
# | ↓ features | numbers that stay when the molecule is turned | `WACSF` |
# | ↓ network | learns from examples | `MLP`, `Predictor` |
# | **spectrum** and doubt | the prediction, and how far it would move | `bootstrap` |
# | ↑ physics | makes the examples, checks the guess | `MultipleScattering` |
#
# The examples come with the package: iron complexes built on a computer, each with the
# spectrum that our physics engine gives it.

# %%
CardBox()

# %%
data = load("tm-complexes-k-fe").sample(N_SITES, SEED)
energy = data.energy  # eV from the edge
print(f"{len(data)} sites of {len(np.unique(data.groups))} compounds")
print(f"spectra {energy[0]:.0f} to {energy[-1]:.0f} eV", end=" ")
print(f"around the edge, {data.meta['e0']:.0f} eV")

site = data.sites[0]
around = neighbors(site, 2.6)
near = zip(site.atoms[around.indices].symbols, around.distances, strict=True)
print(f"{readable(site.name)}, nearest to iron:", end=" ")
print(", ".join(f"{s} {d:.2f} Å" for s, d in near))

# %% tags=["widget"]
view_site(site)

# %% tags=["figure"]
plot_structure(site, title=f"{readable(site.name)}, for a page without a kernel")

# %% [markdown]
# *Predict*: spectra of different iron complexes, do they differ by a few per cent or by
# a factor?

# %%
Guess("00 how different")

# %% tags=["figure"]
shown = np.random.default_rng(SEED).choice(len(data), 5, replace=False)
lines = {readable(data.sites[i].name): data.spectra[i] for i in shown}
spread = 100 * data.spectra.std(axis=0).max() / data.spectra.mean()
print(f"largest spread over complexes: {spread:.0f} % of the mean absorption")
print(look("00 how different", spread=spread))
plot_lines(energy, lines, x_title=ENERGY_TITLE, y_title=MU_TITLE)

# %% [markdown]
# All rise at the edge and then wiggle about one, but where and how high differs a lot:
# the printed spread is what a prediction has to explain.
#
# ## Hold back test molecules
#
# Two sites of one compound are nearly twins. If one of them trains the network and the
# other tests it, the test is a memory game. So whole *compounds* are held back.

# %%
train, test = split(data, fraction=TEST_SHARE, by="compound", seed=SEED)
shared = set(data.groups[train]) & set(data.groups[test])
print(f"{len(train)} sites to learn from, {len(test)} to test, {len(shared)} in common")

# %% [markdown]
# ## Learn
#
# One object does everything: it turns each site into 97 numbers (`WACSF`), brings them
# to one scale, compresses spectra to a few principal components, and trains a network
# (`MLP`) to map one to the other. `bootstrap` trains several such networks at once,
# each on its own random draw of the compounds. Where they agree, the data spoke; where
# they do not, they guess.

# %%
known = data[train]
unseen = data[test]
config = TrainConfig(epochs=EPOCHS, seed=SEED)
untaught = Predictor(WACSF(), PCATargets(20), MLP, config)
network = bootstrap(untaught, known, n_members=N_MEMBERS, seed=SEED)

# %% [markdown]
# ## Look at one it has never seen
#
# Two baselines come along. The **mean spectrum** says the same for every molecule; the
# **nearest neighbor**, 1-NN, copies the spectrum of the most similar molecule it knows.
# Whoever cannot beat them has learnt nothing.

# %% tags=["figure"]
members = network.predict_members(unseen)
pred = members.mean(axis=0)
std = members.std(axis=0, ddof=1)
baselines = {"mean spectrum": MeanSpectrum(), "1-NN": NearestNeighbor()}
guesses = {}
for name, model in baselines.items():
    learner = Predictor(WACSF(), PCATargets(20), model).fit(known)
    guesses[name] = learner.predict(unseen)
first = {"engine": unseen.spectra[0]}
first |= {name: guess[0] for name, guess in guesses.items()}
title = f"{readable(unseen.sites[0].name)}, not seen in training"
plot_prediction(energy, pred[0], std[0], others=first, title=title)

# %% [markdown]
# ## How wrong is it?
#
# The papers report one number per spectrum, the area between the curves in per cent of
# the area below the true one:
#
# $$\Delta\mu = 100\,\frac{\sum_E |\mu_\mathrm{pred}(E) - \mu(E)|}{\sum_E |\mu(E)|}$$

# %% tags=["derivation"]
true = unseen.spectra
by_hand = 100 * np.abs(pred - true).sum(axis=1) / np.abs(true).sum(axis=1)
assert np.allclose(by_hand, relative_spectral_error(pred, true))
print(f"the molecule above: {by_hand[0]:.1f} %, median: {np.median(by_hand):.1f} %")

# %% tags=["figure"]
errors = {k: relative_spectral_error(guess, true) for k, guess in guesses.items()}
errors["network"] = by_hand
medians = {name: np.median(values) for name, values in errors.items()}
print(Table([{"model": name, "median / %": one} for name, one in medians.items()]))
plot_errors(errors, title="Errors on compounds that nobody trained on")

# %% tags=["check"]
assert not shared
assert pred.shape == std.shape == true.shape
assert np.all(std > 0)

# %% [markdown]
# ## A molecule of your own
#
# Any structure will do. Here are six water molecules around iron, with their hydrogens.
# The engine computes the true answer beside it: one can always ask the physics, it only
# takes longer.

# %%
axes = np.concatenate([np.eye(3), -np.eye(3)])
sideways = 0.76 * np.roll(axes, 1, axis=1)  # Å, hydrogens to both sides
oxygens = 2.1 * axes
hydrogens = 2.69 * axes
positions = [[0, 0, 0], *oxygens, *(hydrogens + sideways), *(hydrogens - sideways)]
mine = Site(Atoms("FeO6H12", positions), 0, name="Fe(H2O)6")
six_oxygens = np.sum(data.labels["first_shell"] == "O6")
print(f"{mine.name}: {six_oxygens} of {len(data)} examples have six oxygens too")

# %% tags=["figure"]
votes = network.predict_members([mine])[:, 0]
middle = votes.mean(axis=0)
doubt = votes.std(axis=0, ddof=1)
truth = MultipleScattering(energies=energy)(mine).mu
off = relative_spectral_error(middle, truth)
inside = np.abs(middle - truth) <= 2 * doubt
atlas = KnownSites.of(network)
print(f"{off:.1f} % off, {100 * inside.mean():.0f} % of the engine's points in band")
nearest = readable(atlas.nearest([mine]).names[0][0])
print(f"nearest known site: {nearest};", end=" ")
print(atlas.warnings([mine])[0] or "no warning")
plot_prediction(energy, middle, doubt, others={"engine": truth}, title="Iron in water")


# %%
def banded(width):
    ends = {"upper end": middle + width * doubt, "lower end": middle - width * doubt}
    title = f"{100 * (np.abs(middle - truth) <= width * doubt).mean():.0f} % inside"
    names = {"title": title, "x_title": ENERGY_TITLE, "y_title": MU_TITLE}
    return plot_lines(energy, {"engine": truth, **ends}, **names)


off_in_std = np.abs(middle - truth) / doubt
Ask("00 half inside", draw=banded, span=(0.1, 10, 0.1), start=0.7, off=off_in_std)

# %% tags=["check-full"]
assert medians["network"] < 0.6 * medians["mean spectrum"]
assert medians["network"] < medians["1-NN"]
assert off > 1.5 * medians["network"]
assert inside.mean() < 0.9

# %% [markdown]
# Look at the printed error: it is far larger than the median over the test compounds,
# and much of the black line lies outside the band. The reason is printed too: hardly
# any example has six oxygens around iron, and what comes nearest has other neighbors.
# **Neither the band nor the domain check shouts.** How far each can be trusted is
# measured in [10_first_network](10_first_network.ipynb).

# %% tags=["exercise"]
# Your turn: which test molecule does the network predict worst? Store its position in
# `errors["network"]` (counted from 0) and draw it like the first one above.
worst = None
# solution
worst = int(np.argmax(errors["network"]))
plot_prediction(energy, pred[worst], std[worst], others={"engine": true[worst]})

# %%
print(check("worst site", worst, errors=errors["network"]))
Reflect("00 to a friend")

# %% [markdown]
# ## Summary
#
# - In goes a structure with its absorber, out comes a spectrum with an error band.
# - Whole compounds were held back, and the split was made before anything was learnt.
# - The error is the area between curves in per cent; mean spectrum and nearest neighbor
#   are the baselines, and they were drawn beside the network.
# - Physics made the examples and can check any guess.
#
# ## Three questions
#
# 1. Why does the band get wider for molecules unlike the known ones?
# <details><summary>Answer</summary>Each network fills the gap between examples in its
# own way: far from all examples nothing makes them agree.</details>
#
# 2. All networks agree on a wrong answer. Does the band show it?
# <details><summary>Answer</summary>No. The band shows disagreement, not error: what all
# members have learnt wrong from the same data stays hidden.</details>
#
# 3. The network was taught by our engine. Can it be better than the engine?
# <details><summary>Answer</summary>Not at imitating nature: it inherits every
# approximation. It is faster, and it can be corrected with measured spectra
# later.</details>
#
# ## References
#
# - C. D. Rankine, M. M. M. Madkhali, T. J. Penfold, J. Phys. Chem. A 124, 4263 (2020),
#   doi:10.1021/acs.jpca.0c03723.
# - C. D. Rankine, T. J. Penfold, J. Chem. Phys. 156, 164102 (2022),
#   doi:10.1063/5.0087255.
#
# Next: [01_absorption](01_absorption.ipynb) shows what a spectrum is.
