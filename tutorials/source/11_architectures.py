# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   xnet_lite:
#     introduces: []
#     needs: [10_first_network]
#     minutes: 60
#     level: advanced
#     fast: {N_SITES: 110, EPOCHS: 2, N_SEEDS: 2, N_TRIALS: 3, SEARCH_EPOCHS: 2,
#       FEW: [10, 20], TRANSFER_EPOCHS: 2}
# ---

# %% [markdown]
# # Compare architectures
#
# A table says that a convolutional network beats a dense one by half a per cent. The
# one was trained with batch normalisation and a small rate, the other without; they
# differ in loss, in scaling and in the number of weights. **Was it the architecture, or
# everything that came with it?**
#
# We let four kinds of network run side by side, beside baselines that nobody trains,
# and then change one thing at a time: the order of the features, batch norm, dropout,
# the rate, the loss, and at last the metal.

# %% [markdown]
# **You will be able to**
#
# - count the parameters of dense, convolutional and recurrent layers by hand;
# - watch networks learn, and compare them by epochs and by seconds;
# - make an ablation table, and say what batch norm, dropout, rate and loss do here;
# - let the computer search settings, and say what its error is worth;
# - carry a network over from iron to cobalt, and tell whether that helped.
#
# *Before you begin:* [10_first_network](10_first_network.ipynb). 60 minutes to read,
# two minutes to run, 900 MB of memory.

# %%
from functools import partial
from tempfile import TemporaryDirectory
from time import process_time
import numpy as np
from xnet_lite.exercises import check_number
from xnet_lite.datasets import load, split
from xnet_lite.descriptors import WACSF, NeighborGraph
from xnet_lite.metrics import peak_parity, relative_spectral_error
from xnet_lite.models import CNN, LSTM, MLP, ARDKernelRidge, KernelRidge
from xnet_lite.models import MeanSpectrum, NearestNeighbor
from xnet_lite.plots import plot_convergence, plot_lines
from xnet_lite.jobs import MODELS
from xnet_lite.predictor import Predictor, fine_tune
from xnet_lite.targets import EnergyGrid
from xnet_lite.training import TrainConfig
from xnet_lite.widgets import TrainingMonitor

# %% tags=["parameters"]
RACE = ["MLP", "CNN", "LSTM", "GNN"]  # networks side by side, names of the catalogue
N_SITES = 400  # sites to use, of the 1650 of iron
N_NEIGHBORS = 16  # atoms that the graph network sees
EPOCHS = 25  # passes over the training sites, the same for every network
N_SEEDS = 3  # networks that differ in nothing but their first weights
N_TRIALS = 8  # of the search
SEARCH_EPOCHS = 15  # of each trial
FEW = [25, 50, 100]  # cobalt sites to learn from
TRANSFER_EPOCHS = 60  # passes over these
SEED = 0  # of the splits, of first weights and of orders

# %% [markdown]
# ## Count what there is to learn
#
# A **dense** layer joins every input to every output and assumes nothing. A
# **convolution** slides the same few weights along the features: it assumes that
# neighbors in the vector belong together, and that what holds in one place holds in the
# others. A **recurrent** network (LSTM) reads the vector piece by piece and remembers.
# A **graph network** does not read a vector of sums at all: it gets atoms and
# distances, and sends messages between them.
#
# The review of 2024 prints how many parameters its networks have, and little else.
# *Predict*: at 97 features and 226 energies, which has most? And what share of the
# parameters of the convolutional network is in its convolutions?


# %% tags=["check"]
def reader(n_in, n):
    return 4 * (n_in * n + n + n * n + n)  # four gates of input and of memory


# to each output a weight from every input, and a bias
mlp = (97 + 1) * 512 + (512 + 1) * 512 + (512 + 1) * 226
# filters of 3, bias, and two numbers of batch norm; lengths 97 -> 48 -> 23 -> 11
filters = (1 * 3 + 1 + 2) * 16 + (16 * 3 + 1 + 2) * 32 + (32 * 3 + 1 + 2) * 64
cnn = filters + (64 * 11 + 1) * 256 + (256 + 1) * 226
lstm = 2 * reader(97, 100) + 2 * reader(200, 100)  # both ways, in two layers
lstm += (200 + 1) * 50 + (50 + 1) * 226
by_hand = {MLP: mlp, CNN: cnn, LSTM: lstm}
for network, count in by_hand.items():
    assert count == sum(w.numel() for w in network.published(97, 226).parameters())
print(f"MLP {mlp}, CNN {cnn} ({100 * filters / cnn:.0f} % in filters), LSTM {lstm}")

# %% [markdown]
# These are the counts of the review, so the widths are right, although nobody printed
# them. And the convolutional network is nearly all dense: the filters are a small front
# of a dense layer that has everything else.
#
# ## The track
#
# Iron complexes, split by compound, as in the last notebook. Dense, convolutional and
# recurrent network read the same 97 features; the graph network reads structures. The
# catalogue, `MODELS`, has each with all that belongs to it: how features are scaled,
# what is learnt, loss and rate. All are taught for equally many epochs, and a tenth of
# the training compounds is held back to be watched. *Predict*: who wins, and by how
# much?

# %%
everything = load("tm-complexes-k-fe")
some = np.random.default_rng(SEED).permutation(len(everything))[:N_SITES]
data = everything[np.sort(some)]
train, test = split(data, by="compound", fraction=0.2, seed=SEED)
energy, spectra, groups = data.energy, data.spectra, data.groups
vectors = WACSF().transform(data.sites)  # (n_sites, 97)


def teach(learner, x=vectors, **options):
    return learner.fit(x[train], spectra[train], energy, **options)


def wrong(spectra_pred):
    return np.median(relative_spectral_error(spectra_pred, spectra[test]))


# %%
baselines = {"mean spectrum": MeanSpectrum(), "nearest neighbor": NearestNeighbor()}
baselines |= {"kernel ridge": KernelRidge(), "ARD": ARDKernelRidge(seed=SEED)}
guesses, errors = {}, {}
for name, model in baselines.items():
    learner = teach(Predictor(None, EnergyGrid(), model))
    guesses[name] = learner.predict(vectors[test])
    errors[name] = wrong(guesses[name])
graphs = NeighborGraph(n_neighbors=N_NEIGHBORS).transform(data.sites)
inputs = {n: graphs if MODELS[n].reads_structures else vectors for n in RACE}
print(f"{len(train)} sites to learn from, {len(test)} to be tested on;", end=" ")
print(f"a graph of {N_NEIGHBORS} neighbors is {graphs.shape[1]} numbers")

# %% tags=["widget"]
monitor = TrainingMonitor(RACE)
monitor

# %% tags=["figure"]
watched = {"epochs": EPOCHS, "patience": EPOCHS, "seed": SEED}
histories, weights = {}, {}
for name in RACE:
    options = {"groups": groups[train], "progress": monitor.progress(name)}
    learner = teach(MODELS[name].predictor(**watched), inputs[name], **options)
    histories[name] = learner.regressor_.history_
    weights[name] = sum(w.numel() for w in learner.regressor_.model_.parameters())
    guesses[name] = learner.predict(inputs[name][test])
    errors[name] = wrong(guesses[name])
plot_convergence(histories, title="On compounds held back from training, by epoch")

# %% tags=["figure"]
for name, value in errors.items():
    print(f"{name:17s} {value:6.2f} %", end="")
    if name in RACE:
        print(f", {weights[name]:7d} weights", end="")
        print(f", {histories[name].seconds[-1]:5.1f} s", end="")
    print()
plot_convergence(histories, against="seconds", title="The same, by time")

# %% [markdown]
# *Look* at both figures. **By epoch** all four lines fall fast and flatten; the graph
# network ends lowest. **By time** the dense network is done while the others are still
# on their way down: find where each line is at that moment. What an architecture costs
# does not show in epochs, nor in its number of weights.
#
# Then read the table, which is about the test compounds. **One network alone leaves the
# best baseline behind**, the one that reads structures. Dense, convolutional and
# recurrent network, all on the same 97 sums, stand at or behind ARD, a kernel that has
# 97 lengths to learn where they have more than half a million weights. Mind what
# differs beside the architecture: the recipe of the graph network has another loss and
# larger steps, and above all other inputs. And 25 epochs are fewer than any of the four
# recipes asks for.
#
# ## Does the order of the features matter?
#
# Shuffle the 97 columns, the same way for all sites. A dense network cannot notice: its
# first weights are drawn alike for all features. A convolution could: what it takes for
# neighbors are no neighbors any more. *Predict*: how much worse will CNN and LSTM be?
#
# To tell a difference from chance we need several networks that differ in their first
# weights alone. They have one shape, so they can be trained as one **stack**: every
# weight gets one more axis, and every layer becomes one product for all of them. That
# is what a `Predictor` does if it is told the rows of several `members`. (To save time,
# for a third of the epochs.)

# %%
short, shuffled, faster = {"epochs": max(EPOCHS // 3, 1), "seed": SEED}, {}, {}
order = np.random.default_rng(SEED).permutation(vectors.shape[1])
members = np.tile(np.arange(len(train)), (N_SEEDS, 1))  # all learn from all sites
for name in ("MLP", "CNN", "LSTM"):
    begin = process_time()
    teach(MODELS[name].predictor(**short))
    single = process_time() - begin
    for kind, x in {"in order": vectors, "shuffled": vectors[:, order]}.items():
        begin = process_time()
        stack = teach(MODELS[name].predictor(**short), x, members=members)
        faster[name] = N_SEEDS * single / (process_time() - begin)
        shuffled[name, kind] = [wrong(one) for one in stack.predict_members(x[test])]
        low, high = min(shuffled[name, kind]), max(shuffled[name, kind])
        print(f"{name:4s} {kind}: {low:.2f} to {high:.2f} %;", end=" ")
        print(f"a stack is {faster[name]:.1f} times as fast as one by one")

# %% [markdown]
# Nothing breaks. In a wrong order CNN and LSTM are no worse; here they are even better,
# the two ranges of three networks each do not touch. (Other shuffles do the same.)
# Neighbors in this vector are shells that overlap and say nearly the same thing: three
# of them side by side are one fact three times, three picked by chance are three facts.
# That neighbors belong together is true of pixels and of a spectrum. It is not true of
# these features, and whatever a CNN gains on them, it does not gain by its assumption.
#
# The stack is faster by what the processor makes of larger products: most for the dense
# network, less for the others. It is the same arithmetic, so never slower by much, and
# it is how [10_first_network](10_first_network.ipynb) trained its fifteen.
#
# ## Theirs and ours, one switch at a time
#
# The published network of 2022 has **batch norm** (every unit is standardised over the
# batch), **dropout** (a quarter of the units is silenced at each step) and the mean
# squared error, and Adam at a constant rate of 1e-4 on whole spectra. Our recipe has
# none of these. Take both, turn one switch to where the other has it, and train for
# equally many epochs. *Predict*: which single switch helps the published one (left
# column) most, which harms ours (right column) most?

# %%
switches = {"batch_norm": (True, False), "dropout": (0.25, 0.0)}  # theirs, ours
switches |= {"loss": ("mse", "relative"), "learning_rate": (1e-4, 1e-3)}
switches |= {"schedule": ("constant", "one_cycle")}
switches |= {"standardise_targets": (False, True)}
ablation, ends, same = {}, ("MLP 2022", "MLP"), {"epochs": EPOCHS, "seed": SEED}
for switch in ("nothing", *switches):
    for i, name in enumerate(ends):
        change = {switch: switches[switch][1 - i]} if switch in switches else {}
        model, config = ({}, change) if hasattr(TrainConfig, switch) else (change, {})
        learner = MODELS[name].predictor(**same | config)
        options = learner.model(97, 226).hyperparameters() | model
        learner.model = partial(MLP, **options)
        ablation[switch, name] = wrong(teach(learner).predict(vectors[test]))
    print(f"{switch:20s}", *(f"{ablation[switch, name]:8.2f} %" for name in ends))

# %% [markdown]
# Read the left column first. After 25 of its 512 epochs the published network is worse
# than the mean spectrum: it starts at zero, and small steps have not taken it further.
# One switch helps most by far, and papers hardly speak of it: **standardised targets**.
# With them a network starts at the mean spectrum. Next comes the rate; a schedule that
# lowers it further does harm. Dropout costs a little time, the loss is no matter. And
# *without batch norm it gets much worse*: batch norm lets small steps reach far, that
# is what it was made for.
#
# In the right column one switch alone does harm, the small rate. Batch norm, dropout,
# the squared error, a constant rate: each moves the error by a few tenths of a per
# cent, as another seed does. So the verdict on batch norm hangs on the rest of the
# recipe. It is worth 16 % at one end of the table, and nothing at the other. An
# ablation says what a switch does *here*. (The published network is not bad, it is
# slow: [12_published_tables](12_published_tables.ipynb) gives it longer.)
#
# ## What the loss sees
#
# One network, six losses, whole spectra as targets. **mse**, **rmse** and **l1**
# compare numbers; **relative** is metric A itself; **cosine** compares directions and
# ignores height; **wasserstein** asks how far intensity must be moved along the axis.
# Each is judged by metric A and by its peaks: what share of the true ones was found,
# and what share of the predicted ones is real. *Predict*: which loss finds most peaks?

# %% tags=["figure"]
losses = ("mse", "rmse", "l1", "relative", "cosine", "wasserstein")
for loss in losses:
    learner = MODELS["MLP"].predictor(**same)
    learner.targets, learner.model = EnergyGrid(), partial(learner.model, loss=loss)
    guesses[loss] = teach(learner).predict(vectors[test])
true, judged = spectra[test], {}
print(f"{'':17s}   A / %   height put back   peaks found   real")
for name, pred in guesses.items():
    height = pred[:, energy >= 15].mean(axis=1, keepdims=True)  # 1 in all of the data
    peaks = [peak_parity(*p, energy).hit_rate for p in ((pred, true), (true, pred))]
    judged[name] = [wrong(pred), wrong(pred / height), *peaks]
    print(f"{name:17s}", "{:7.2f}{:18.2f}{:14.0%}{:7.0%}".format(*judged[name]))
lines = {"truth": true[0]} | {loss: guesses[loss][0] for loss in losses[3:]}
axes = {"x_title": "energy from the edge / eV", "y_title": "normalised absorption"}
plot_lines(energy, lines, title=data.sites[test[0]].name, **axes)

# %% [markdown]
# By metric A four losses are alike, as far as one seed can tell. The other two are
# worth a look. **Cosine** gets the shape right and the height wrong: divide each
# prediction by its mean from 15 to 60 eV, which is 1 in all of the data, and it is as
# good as the others. **Wasserstein** finds nearly all peaks, and next to none of those
# that it predicts is real: it adds up along the axis before it compares, so noise costs
# nothing. The figure shows it. A rate of found peaks is worth nothing alone.
#
# Now compare with the MLP of the race, in the same table. It has the same loss as
# *relative*, but predicts principal components, which cannot be noise: far more of its
# peaks are real, at the same A. For peaks, the targets matter more than the loss.
#
# ## Let the computer search
#
# Rate, width and waves can be tried by a machine. `search` takes a training job and a
# space, draws trials (first by chance, then where it was good before), gives up those
# that fall behind, and never looks at what the job holds out. Here it does a few short
# trials; `minutes=2` in place of `n_trials` would stop it by the clock, and all trials
# are kept in a file, so that a search can go on. *Predict*: will the best trial be as
# good on the test compounds as on those that it was chosen by?

# %%
from pathlib import Path
from xnet_lite.jobs import TrainingJob
from xnet_lite.studies.search.search import search
from xnet_lite.tables import Table

words = {"seed": SEED, "training": {"epochs": SEARCH_EPOCHS}}
job = TrainingJob("tm-complexes-k-fe", descriptor={"class": "WACSF"}, **words)
space = {"training.learning_rate": {"low": 3e-4, "high": 1e-2, "log": True}}
space["hyperparameters.hidden"] = {"choices": [[128], [256, 256], [512, 512]]}
space["hyperparameters.n_waves"] = {"choices": [0, 64, 256]}
with TemporaryDirectory() as folder:
    words = {"n_folds": 1, "storage": Path(folder, "search.db"), "dataset": data}
    result = search(job, space, n_trials=N_TRIALS, **words)
print(Table(result.rows(4)))

# %% [markdown]
# The first trial is always the job as it stands (here without waves), so that the
# search has to beat it, and it does. Trials that are not in the table were given up, or
# were worse. But look at the rows without parameters: kernel ridge, where nothing was
# searched, stands where the best trial stands. A search is no substitute for a
# baseline. And the error of the best trial is the best of several draws, flattered by
# its luck; what it is worth you find in the exercise below. (Put kernel ridge beside it
# there, too: other compounds may just be easier.)
#
# ## From iron to cobalt
#
# You have hundreds of iron spectra and a handful of cobalt. Start **cold**, from the
# handful alone? Or **go on** from the network that knows iron: with all of its layers,
# with all but the last one frozen, or with a new last layer? *Predict*: order the four,
# and say where the network stands that never saw cobalt.

# %%
cobalt = load("tm-complexes-k-co")
rows, held = split(cobalt, by="compound", fraction=0.5, seed=SEED)
rows = np.random.default_rng(SEED).permutation(rows)
x, mu = WACSF().transform(cobalt.sites), cobalt.spectra
source = teach(MODELS["MLP"].predictor(**same))
few = {"epochs": TRANSFER_EPOCHS, "batch_size": 16, "seed": SEED}
go_on = partial(fine_tune, source, config=TrainConfig(learning_rate=3e-4, **few))
simple = {k: Predictor(None, EnergyGrid(), model) for k, model in baselines.items()}
seen = np.isin(cobalt.labels["ligands"][held], data.labels["ligands"]).mean()
print(f"{100 * seen:.0f} % of the {len(held)} test sites have ligands known from iron")


def missed(learner):
    errors = relative_spectral_error(learner.predict(x[held]), mu[held])
    return np.median(errors)


# %% tags=["figure"]
curves = {"iron's network": [missed(source)] * len(FEW)}
for n in FEW:
    known, frozen = (x[rows[:n]], mu[rows[:n]]), ("waves", "hidden")
    found = {k: one.fit(*known, energy) for k, one in simple.items()}
    found["cold start"] = MODELS["MLP"].predictor(**few).fit(*known, energy)
    found["all layers"] = go_on(*known)
    found["last layer alone"] = go_on(*known, frozen=frozen)
    found["new last layer"] = go_on(*known, frozen=frozen, new_head=True)
    for name, learner in found.items():
        curves.setdefault(name, []).append(missed(learner))
for name, curve in curves.items():
    print(f"{name:17s}", *(f"{error:6.2f}" for error in curve), "%")
words = {"x_title": "cobalt sites", "y_title": "median error / %", "markers": True}
drawn = {k: curve for k, curve in curves.items() if k == "ARD" or k not in simple}
plot_lines(FEW, drawn, title="Spectra of cobalt, new compounds", **words)

# %% [markdown]
# Iron's network has never seen cobalt, and nothing in its 97 features names the
# absorber. It is better than all that learns from 50 cobalt sites alone: the edge of
# cobalt sees ligands much as that of iron does. (Few of the test sites have a set of
# ligands that iron had, so this is no memory.) With 25 sites, going on with **all**
# layers gains nothing, and it takes all but the last one **frozen** to gain a little.
# From 50 sites on, all layers may move, and at 100 they are best. A **new last layer**
# forgets what iron taught and is hardly better than a cold start. And the lines come
# closer: at 100 sites a kernel that starts cold has caught up with iron's network.
#
# All of this is one draw of sites and one seed. That going on beats the cold start at
# every size is far outside of chance; which layers to freeze is not.

# %% tags=["exercise"]
# Your turn: what is the error of the best trial on the *test* compounds, in percent?
# `result.job` has it all: its `predictor()` is yet to learn. The search itself saw none
# of the test compounds.
test_error = None
# solution
best = teach(result.job.predictor())
test_error = wrong(best.predict(vectors[test]))

# %% tags=["check"]
scores = []
for one in (job, result.job):
    learner = teach(one.predictor())
    scores.append(wrong(learner.predict(vectors[test])))
hint = "Use `teach`, then `wrong` of what the predictor says of the test rows."
print(check_number(test_error, scores[1], tolerance=0.05, hint=hint))
print("on the test compounds: the job as it was {:.2f} %,".format(*scores), end=" ")
print(f"the best trial {scores[1]:.2f} %; it was chosen by {result.error:.2f} %")

assert list(monitor.histories) == list(histories)
assert all(len(history) == EPOCHS for history in histories.values())
assert not np.isin(groups[test], groups[train]).any()

# %% tags=["check-full"]
assert min(errors, key=errors.get) == "GNN"
assert errors["ARD"] < errors["MLP"] + 0.3 < errors["CNN"] + 0.3
for name in ("CNN", "LSTM"):
    assert np.mean(shuffled[name, "shuffled"]) < np.mean(shuffled[name, "in order"])
theirs, ours = ({k: ablation[k, end] for k in ("nothing", *switches)} for end in ends)
assert theirs["nothing"] > errors["mean spectrum"] > theirs["standardise_targets"]
assert theirs["batch_norm"] > theirs["nothing"] + 8
assert sorted(v - ours["nothing"] < 0.5 for v in ours.values()) == [False] + [True] * 6
assert judged["cosine"][0] - 0.5 > judged["cosine"][1] < judged["relative"][1] + 0.4
assert judged["wasserstein"][2] > 0.85 > 0.2 > judged["wasserstein"][3]
assert judged["MLP"][3] > judged["relative"][3] + 0.05
assert scores[1] < scores[0]
assert np.all(np.array(curves["all layers"]) < np.array(curves["cold start"]) - 0.5)
assert curves["last layer alone"][0] < curves["iron's network"][0] < curves["ARD"][1]

# %% [markdown]
# ## Summary
#
# - The counts of the review follow from widths by one line a layer; a published "CNN"
#   is a dense network with a small front.
# - By epochs, by seconds and by weights the same four networks compare differently. On
#   equal inputs none of them beat a kernel that learns its features; the one that reads
#   structures did.
# - The order of the features means nothing to a CNN or an LSTM on these features.
# - Standardised targets and the rate decide early training. Batch norm rescues a small
#   rate, and is no matter where the rate is right.
# - Losses of shape lose the height, or fill the spectrum with noise; four others are
#   alike.
# - Going on from iron beats a cold start on cobalt as long as cobalt is scarce.
#
# ## Three questions
#
# 1. A paper reports that batch norm halves the error of its network. What do you ask?
# <details><summary>Answer</summary>At which rate, for how many epochs, with which
# targets, and how much another seed changes. Here it is worth much at one end of the
# table and nothing at the other.</details>
#
# 2. A convolutional network beats a dense one on the same features. How do you find out
#    whether it uses their order?
# <details><summary>Answer</summary>Shuffle the features, the same way for all sites,
# and train several of it again. If it is as good as before, order was not the
# reason.</details>
#
# 3. After a search of 500 trials the best one has 3.1 % on its folds. What will the
#    paper have to report?
# <details><summary>Answer</summary>The error on compounds that no trial was scored by,
# beside that of a baseline there. The least of 500 numbers with noise is too
# small.</details>
#
# ## References
#
# - T. J. Penfold et al., Mach. Learn.: Sci. Technol. 5, 021001 (2024),
#   doi:10.1088/2632-2153/ad5074 (table 3).
# - C. D. Rankine, T. J. Penfold, J. Chem. Phys. 156, 164102 (2022),
#   doi:10.1063/5.0087255.
# - S. Ioffe, C. Szegedy, Proc. Mach. Learn. Res. 37, 448 (2015) (batch norm).
# - S. Hochreiter, J. Schmidhuber, Neural Comput. 9, 1735 (1997),
#   doi:10.1162/neco.1997.9.8.1735 (LSTM).
# - K. T. Schütt et al., J. Chem. Phys. 148, 241722 (2018), doi:10.1063/1.5019779 (a
#   graph network).
# - S. R. Kharel et al., arXiv:2409.19552 (2024) (transfer between edges).
#
# Next: [12_published_tables](12_published_tables.ipynb) runs the papers' tables again.
