# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   xnet_lite:
#     introduces: [datasets]
#     needs: [02_structures, 03_features]
#     minutes: 60
#     level: intermediate
#     fast: {N_SITES: 160, SEEDS: [0, 1], ARD_STEPS: 2, N_MAP: 100}
# ---

# %% [markdown]
# # Weigh the data before you learn from it
#
# A model that was tested on its own training set is worthless, everybody knows that.
# Fewer people notice when the test set only *looks* different: a displaced copy of a
# molecule, or a molecule with one atom changed, has nearly the same spectrum, and
# whoever has seen the one knows the other. **How do you find out what a dataset holds,
# and how much of a good score is memory?**
#
# Here no network is trained. You read the card of a dataset and check what it says,
# look for twins, split in ways of growing honesty, and watch what the same simple
# models score on each.

# %% [markdown]
# **You will be able to**
#
# - list the points that a dataset's card must answer, and check some of them yourself;
# - find near-duplicates, and join them to clusters by hand;
# - choose a split that asks the question you want answered;
# - say what a t-SNE map shows that principal components do not, and what neither shows.
#
# *Before you begin:* [02_structures](02_structures.ipynb),
# [03_features](03_features.ipynb). 60 minutes to read, a minute to run, 750
# MB of memory.

# %%
import re
import numpy as np
from xnet_lite.complexes import readable
from xnet_lite.exercises import check, look, record
from xnet_lite.datasets import fetch, list_datasets, load
from xnet_lite.datasets.splits import feature_clusters, grouped_split
from xnet_lite.descriptors import WACSF
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.models import ARDKernelRidge, KernelRidge, MeanSpectrum
from xnet_lite.models import NearestNeighbor, Ridge
from xnet_lite.plots import plot_class_maps, plot_errors, plot_lines, plot_map
from xnet_lite.plots import plot_scores
from xnet_lite.predictor import Predictor
from xnet_lite.structures import neighbors
from xnet_lite.tables import Table, mean_std
from xnet_lite.targets import PCATargets
from xnet_lite.widgets import CorpusMap
from xnet_lite.widgets.boxes import Ask, Guess, Reflect

# %% tags=["parameters"]
DATA = "tm-complexes-k"  # the dataset under the lens;
#   any of tm-complexes-k
METAL = "Fe"  # its absorber: the others of a set of several stay out;
#   any of Ti, V, Cr, Mn, Fe, Co, Ni, Cu, Zn
N_SITES = 10_000  # most sites to use; the set has fewer, so: all; 150 to 10_000
TEST_SHARE = 0.2  # of the sites, held back; 0.2 to 0.4
SEEDS = [0, 1, 2]  # of the splits; 0 to 9999
LINKAGE = 1.5  # feature distance below which two sites are twins, dimensionless;
#   0.5 to 3.0
ARD_STEPS = 20  # steps in which the kernel learns which features matter; 1 to 100
N_MAP = 600  # most sites on a map; 50 to 2000
PERPLEXITY = 30  # how many neighbors a point of a t-SNE map minds; 5 to 45

# %% [markdown]
# ## What is there
#
# Some sets come with the package, made by the program of
# [02_structures](02_structures.ipynb); the others are fetched from where their authors
# put them, and checked against a hash. `load(name)` gives any of them.

# %%
rows = []
for one in list_datasets():
    row = {"name": one.name, "kind": one.kind}
    row |= {"edge": f"{one.element or 'many'} {one.edge}", "sites": one.n_sites or "?"}
    rows.append(row | {"licence": one.licence})
print(Table(rows))

# %%
everything = load(DATA).where(metal=METAL)
_, compound = np.unique(everything.groups, return_inverse=True)
lot = np.random.default_rng(SEEDS[0]).permutation(compound.max() + 1)[compound]
data = everything[np.sort(np.argsort(lot, kind="stable")[:N_SITES])]  # copies together
print(f"in use: {DATA}, {len(data)} {METAL} sites", end=" ")
print(
    f"of {len(set(data.groups))} compounds, {data.labels['displaced'].sum()} displaced"
)

# %% [markdown]
# ## Read the card
#
# A dataset without a card is a rumour. A card says **where it comes from** and under
# which **licence**; **how it was made**, by which version of which program; the
# **units**, the grid and where its zero lies; what the **labels** mean and which of
# them to split by; a **hash**, so that you know you have the same file; and, most
# telling of all, its **known limits**. A card that has none was not written honestly.
#
# *Predict* one limit of a set of built molecules with computed spectra. Then read.

# %%
from hashlib import sha256

files = {path.name: path for path in fetch(DATA)}
card = files["CARD.md"].read_text("utf-8")
for point in ("Origin", "Licence", "Structures", "Spectra", "Labels", "Versions"):
    print(f"{point:11s}", "stated" if f"**{point}**" in card else "MISSING")
digest = sha256(files["arrays.npz"].read_bytes()).hexdigest()
print("hash       ", "agrees" if digest in card else "DIFFERS", end="\n\n")
print(card.partition("## Known limits")[2].partition("\n## ")[0].strip(), end="\n\n")
for label in ("geometry", "coordination_number", "first_shell"):
    values, counts = np.unique(data.labels[label], return_counts=True)
    most = [f"{values[i]} {counts[i]}" for i in np.argsort(-counts, kind="stable")[:5]]
    print(f"{label}: {len(values)} values, {', '.join(most)};", end=" ")
    print(f"{(counts == 1).sum()} seen once")

# %% [markdown]
# The set is lopsided: a few geometries and first shells hold most of it, and many
# shells appear once. A test on those is another question than a test on the frequent
# ones.
#
# ## Check what it says
#
# Whoever trusts a card checks one number on it. The label `first_shell` says who is
# bound ("Cl2N4"); so for each element the distances of the one, two … nearest atoms can
# be measured, and their medians held against the card's table. It quotes a second
# number for iron, in brackets: 109 public complexes, relaxed by the same quick method.
# (Carbon binds in three ways; the card tells them apart.)
#
# *Predict*: the same method, but other complexes. By how many hundredths of an ångström
# will the medians miss?

# %% tags=["figure"]
rows = [text.strip("| ").split(" | ") for text in card.splitlines() if text[:2] == "| "]
column = [head[:2] for head in rows[0]].index(METAL)
said = {row[0]: row[column] for row in rows if len(row) > column}
at_rest = data[data.labels["relaxed"]]
r = {}  # Å, by donor
for site, shell in zip(at_rest.sites, at_rest.labels["first_shell"], strict=True):
    near = neighbors(site, 3.2)
    symbols = np.array(site.atoms.get_chemical_symbols())[near.indices]
    for symbol, n in re.findall(r"([A-Z][a-z]?)(\d+)", shell):
        r.setdefault(symbol, []).extend(near.distances[symbols == symbol][: int(n)])
r = {kind: r.get(kind, [np.nan]) for kind in ("N", "O", "P", "S", "Cl", "Br")}
for kind, found in r.items():
    print(f"{kind:2s} {np.median(found):.2f} Å ×{len(found)}, the card: {said[kind]}")
plot_errors(r, error_title=f"distance from {METAL} / Å", title="Bonds of the corpus")

# %% [markdown]
# The card tells the truth about itself. In brackets the gap is smallest where the
# public set has most bonds: a median over few bonds depends on who happens to bind. And
# read the range off the boxes: medians may agree while ranges do not.
#
# ## Twins
#
# How near are two sites? Take the root of each of the 97 features, bring it to mean 0
# and standard deviation 1, and measure the Euclidean distance. Sites nearer than
# `LINKAGE` are *twins*; twins of twins belong to one *cluster* (single linkage).
#
# *Predict*: you copy the spectrum of the nearest site of another compound. How does the
# error grow with the distance to it? Does it start at zero?

# %%
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import cdist

data = data.described(WACSF())
features = data.features
groups = data.groups
spectra = data.spectra

# %% tags=["derivation"]
root = np.sqrt(np.abs(features))
z = (root - root.mean(axis=0)) / np.maximum(root.std(axis=0), 1e-8)
distance = cdist(z, z) + np.diag(np.full(len(z), np.inf))  # (n_sites, n_sites)
n_clusters, by_hand = connected_components(distance < LINKAGE)
assert np.array_equal(by_hand, feature_clusters(features, LINKAGE))

relatives = groups[:, None] == groups
strange = np.where(relatives, np.inf, distance)  # to sites of other compounds only
for name, matrix in (("some other site", distance), ("another compound", strange)):
    share = 100 * (matrix.min(axis=1) < LINKAGE).mean()
    print(f"{share:.0f} % of the sites have a twin in {name}")

# %% tags=["figure"]
nearest = strange.min(axis=1)
copied = spectra[strange.argmin(axis=1)]
errors = {
    "1-NN": relative_spectral_error(copied, spectra),
    "mean spectrum": relative_spectral_error(0 * spectra + spectra.mean(0), spectra),
}
eighths = np.array_split(np.argsort(nearest), 8)
x = [np.median(nearest[rows]) for rows in eighths]
medians = {k: [np.median(e[rows]) for rows in eighths] for k, e in errors.items()}
slope = medians["1-NN"]
print(f"nearest eighth {slope[0]:.1f} %, farthest eighth {slope[-1]:.1f} %")
far = "distance to the nearest stranger"
plot_lines(x, medians, markers=True, x_title=far, y_title="median error / %")

# %%
ranks = np.sort(nearest)
share_of = 100 * np.arange(1, len(ranks) + 1) / len(ranks)


def with_twin(linkage):
    here = 100 * (nearest < linkage).mean()
    lines = {"sites with a twin": share_of, "here": np.full(len(ranks), here)}
    names = {"x_title": "linkage", "y_title": "share of the sites / %"}
    return plot_lines(ranks, lines, title=f"{here:.0f} % have a twin", **names)


Ask("05 half have twins", draw=with_twin, span=(0.1, 20, 0.1), start=1.5, gaps=nearest)

# %% [markdown]
# The error of a copy is a matter of distance. **So the score of any model depends on
# how far the test sites lie from the training sites, and that is what a split
# decides.**
#
# ## Five tests
#
# The first two use only the compounds of which the set holds displaced copies; in the
# last one, compounds *and* clusters stay together. The first two train on fewer sites:
# compare them with each other, not with the rest.
#
# *Predict*: which of the five models suffers most from one test to the next, and which
# not at all? And which change will be large: the one from the first row to the second,
# or that among the last three? Every score is drawn for each seed: a difference smaller
# than the scatter of the points is no difference.

# %%
copies = np.flatnonzero(np.isin(groups, groups[data.labels["displaced"]]))
everyone = np.arange(len(data))
alone = everyone  # a group of its own for every site
families = connected_components((distance < LINKAGE) | relatives)[1]
tests = {
    "copies, by chance": (copies, alone),
    "copies, by compound": (copies, groups),
    "all, by chance": (everyone, alone),
    "all, by compound": (everyone, groups),
    "all, by cluster": (everyone, families),
}
Guess("05 who pays")


# %%
def parts(rows, labels, seed):
    train, held = grouped_split(labels[rows], round(TEST_SHARE * len(rows)), seed)
    return rows[train], rows[held]


# %%
models = {
    "mean spectrum": MeanSpectrum(),
    "1-NN": NearestNeighbor(),
    "ridge": Ridge(),
    "kernel ridge": KernelRidge(),
    "ARD": ARDKernelRidge(steps=ARD_STEPS),
}

# %%
rows = []
for test, chosen in tests.items():
    train, held = parts(*chosen, SEEDS[0])
    known = np.isin(groups[held], groups[train]).mean()
    gap = np.median(distance[np.ix_(held, train)].min(axis=1))
    row = {"test": test, "train": len(train), "held": len(held)}
    rows.append(row | {"compound known": f"{known:.0%}", "nearest known site at": gap})
print(Table(rows))


# %% tags=["figure"]
def score(model, train, held):
    learner = Predictor(targets=PCATargets(min(30, len(train) - 1)), model=model)
    spectra_pred = learner.fit(data[train]).predict(data[held])
    return np.median(relative_spectral_error(spectra_pred, spectra[held]))


scores = {test: {name: [] for name in models} for test in tests}
for test, (name, model) in [(t, one) for t in tests for one in models.items()]:
    scores[test][name] = [score(model, *parts(*tests[test], s)) for s in SEEDS]
rows = []
for test, found in scores.items():
    cells = {name: mean_std(values, 1) for name, values in found.items()}
    rows.append({"median error / %": test} | cells)
print(Table(rows))
plot_scores(scores, test_title="test", title="The same models, asked five questions")

# %%
train, held = parts(*tests["all, by chance"], SEEDS[0])
known = np.isin(groups[held], groups[train])
print(look("05 who pays", scores=scores))
helped = {}
for source, matrix in (("anyone", distance), ("strangers", strange)):
    copied = spectra[train][matrix[np.ix_(held, train)].argmin(axis=1)]
    error = relative_spectral_error(copied, spectra[held])
    for who, rows in (("known", known), ("other", ~known)):
        helped[source, who] = np.median(error[rows])
        print(f"copied from {source}: {helped[source, who]:.1f} % off", end=" ")
        print(f"at {rows.sum()} sites of {who} compounds")
honest = {name: np.mean(scores["all, by compound"][name]) for name in models}
record(**honest, by_chance=np.mean(scores["all, by chance"]["1-NN"]))

# %% [markdown]
# Compare the first two rows. The mean spectrum hardly cares how the test was chosen: it
# remembers nobody. The nearest neighbor does nothing but remember, and pays most when
# the copies are taken away; the models that generalise pay, too. **The gap between two
# splits is the share of a score that was memory.**
#
# In the last three rows the gap is small. The last print says why, for the nearest
# neighbor in one test by chance. The few sites whose compound is known are guessed
# better, and only thanks to memory: as long as the copy comes from strangers, they are
# no easier than the others. For these nothing changes, because **almost every site of
# this set is another compound**. That was a choice of its makers. In a set with as many
# copies as compounds, or with the frames of a trajectory, the first two rows are what
# you would see.
#
# Twins among compounds add little here: from compounds to whole clusters a model loses
# about as much as its points scatter. What no split *inside* the set can tell is the
# error on molecules of another kind, made in another way: the card says so.
#
# ## Maps
#
# A map puts 97 numbers on two axes. Principal components (PCA) choose the plane that
# keeps most of the variance; t-SNE gives up distances and tries to keep *neighbors*.
# *Predict*: on which of the two will geometries lie more apart? And will they lie apart
# on a map of the *spectra*, which know nothing of geometry but what physics told them?

# %% tags=["figure"]
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE

drawn = np.sort(np.random.default_rng(SEEDS[0]).permutation(len(data))[:N_MAP])
shown = data[drawn]
names = [readable(site.name) for site in shown.sites]
geometry = shown.labels["geometry"]
tsne = {"init": "pca", "perplexity": PERPLEXITY, "random_state": SEEDS[0]}
spaces = {"features": z[drawn], "spectra": shown.spectra}
maps = {}
for name, points in spaces.items():
    maps[f"{name}, PCA"] = PCA(2).fit_transform(points)
    maps[f"{name}, t-SNE"] = TSNE(**tsne).fit_transform(points)
plot_class_maps(maps, geometry, names, title="Four maps of the same sites")

# %% tags=["figure"]
first = maps["spectra, t-SNE"][:, 0]
plot_map(
    maps["features, t-SNE"],
    first,
    names,
    title="Features, by spectrum",
    value_title="spectra: first t-SNE component",
)


# %% tags=["widget"]
def agreement(points, labels):
    near = cdist(points, points).argsort(axis=1)[:, 1:11]
    return 100 * (labels[near] == labels[:, None]).mean()


keys = ("geometry", "coordination_number", "first_shell")
rows = {name: {"of the ten nearest agree / %": name} for name in [*spaces, *maps]}
rows["by chance"] = {"of the ten nearest agree / %": "by chance"}
for key in keys:
    for name, points in {**spaces, **maps}.items():
        rows[name][key] = f"{agreement(points, shown.labels[key]):.0f}"
    shares = np.unique(shown.labels[key], return_counts=True)[1] / len(shown)
    rows["by chance"][key] = f"{100 * (shares**2).sum():.0f}"
print(Table(list(rows.values())))
CorpusMap(shown, maps["spectra, t-SNE"], by="first_shell")

# %% [markdown]
# The second figure is that of David and co-workers (2023): a map of the features,
# coloured by the first t-SNE component of the *spectra* (theirs minds 50 neighbors: set
# `PERPLEXITY`, and see what of the figure stays). Where colours lie in patches,
# structure determines spectrum, and there is something to learn. The table puts numbers
# to it: t-SNE keeps more of the neighbors than the plane of PCA, and neighbors on a map
# of spectra share geometry and first shell more often than chance would have it. What a
# t-SNE map does *not* show is how far apart two piles are, or how wide: it stretches
# them as it likes. Click on two points of one pile, and compare the curves.

# %% tags=["exercise"]
# Your turn: the hardest honest test leaves a whole element out. Teach `KernelRidge()`
# with the sites that have no chlorine (Cl) in their first shell, test it on those that
# have: what is the median error in per cent? `score(model, train, held)` does the rest.
answer = None  # %
# solution
has_cl = np.array(["Cl" in shell for shell in data.labels["first_shell"]])
answer = score(KernelRidge(), np.flatnonzero(~has_cl), np.flatnonzero(has_cl))

# %%
shells = data.labels["first_shell"]
print(check("no chlorine", answer, score=score, model=KernelRidge(), shells=shells))
Reflect("05 your split")

# %% tags=["check"]
for test in ("copies, by compound", "all, by compound", "all, by cluster"):
    train, held = parts(*tests[test], SEEDS[0])
    assert not np.isin(groups[held], groups[train]).any()
assert distance[np.ix_(held, train)].min() >= LINKAGE
assert digest in card

# %% tags=["check-full"]
means = {t: {m: np.mean(v) for m, v in row.items()} for t, row in scores.items()}
chance, whole, *everybody = means.values()
paid = {name: whole[name] / chance[name] for name in models}
assert max(paid, key=paid.get) == "1-NN"
assert paid["kernel ridge"] > 1.4 > 1.15 > paid["mean spectrum"]
assert 1 < everybody[-1]["kernel ridge"] / everybody[0]["kernel ridge"] < 1.3
assert helped["anyone", "known"] < 0.85 * helped["strangers", "known"]
assert slope[0] < 0.5 * slope[-1]
for row in means.values():
    assert row["kernel ridge"] < row["1-NN"] < row["mean spectrum"]
for kind, found in r.items():
    assert abs(np.median(found) - float(said[kind].split()[0])) < 0.006  # Å
kept = {name: agreement(points, geometry) for name, points in maps.items()}
assert kept["features, t-SNE"] > 1.1 * kept["features, PCA"]

# %% [markdown]
# ## Summary
#
# - A card states origin, licence, method, units, labels, a hash and its limits; you
#   checked the hash and some distances.
# - Twins are sites near in scaled features; clusters are twins of twins. You joined
#   them by hand and the library agreed.
# - The error of a copy grows with distance, so every score depends on the split. Where
#   there are copies, models that remember pay most for an honest one; a set with few
#   copies forgives a split by chance.
# - PCA keeps variance, t-SNE keeps neighbors; neither keeps distances between piles.
#
# ## Three questions
#
# 1. You want to predict spectra along a trajectory of one molecule that the set
#    contains. Which split asks that question?
# <details><summary>Answer</summary>The one by chance: the compound is known and only
# displaced. A split is honest or not with respect to a question.</details>
#
# 2. Why must whole clusters be held out, and not only one of each pair of twins?
# <details><summary>Answer</summary>Holding out one of a pair leaves its twin in the
# training set: that is the leak. And twins of twins would be near the training set,
# too.</details>
#
# 3. In the split by cluster, a cluster larger than the test set always trains. What
#    does that do to the test set?
# <details><summary>Answer</summary>It holds more of the sites that are unlike all
# others: the test gets harder than a typical site would be. An honest split may be a
# pessimistic one.</details>
#
# ## References
#
# - T. David, N. K. N. Aznan, K. Garside, T. J. Penfold, Digital Discovery 2, 1461
#   (2023), doi:10.1039/D3DD00101F (maps of features and spectra).
# - L. van der Maaten, G. Hinton, J. Mach. Learn. Res. 9, 2579 (2008) (t-SNE).
# - T. Gebru et al., Commun. ACM 64, 86 (2021), doi:10.1145/3458723 (datasheets for
#   datasets).
# - D. Balcells, B. B. Skjelstad, J. Chem. Inf. Model. 60, 6135 (2020),
#   doi:10.1021/acs.jcim.0c01041.
#
# Next: [10_first_network](10_first_network.ipynb) trains on this set, split by
# compound.
