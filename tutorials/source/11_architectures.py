# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   xnet_lite:
#     introduces: []
#     needs: [10_first_network]
#     minutes: 45
#     level: advanced
#     fast: {N_SITES: 110, EPOCHS: 2, N_SEEDS: 2}
# ---

# %% [markdown]
# # Compare architectures
#
# A table says that a convolutional network beats a dense one by half a per cent. Papers
# call the one *local*, the other *fully connected*, a third one *recurrent*, as if the
# words explained the half per cent. **What does an architecture assume, what does it
# cost, and do our data care?**
#
# We let four kinds of network run side by side, beside baselines that nobody trains,
# count what each of them has to learn, and then take away what one kind relies on: the
# order of the features.

# %% [markdown]
# **You will be able to**
#
# - count the parameters of dense, convolutional and recurrent layers by hand;
# - watch networks learn, and compare them by epochs and by seconds;
# - say what each architecture takes for granted, and test whether it is so;
# - train several networks as one stack, and tell a difference from chance.
#
# *Before you begin:* [10_first_network](10_first_network.ipynb). 45 minutes to read,
# a minute to run, 900 MB of memory.

# %%
from time import process_time
import numpy as np
from scipy.spatial.distance import squareform
from xnet_lite.datasets import load, split
from xnet_lite.descriptors import WACSF, NeighborGraph
from xnet_lite.exercises import check, look, record
from xnet_lite.jobs import recipe
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.models import CNN, LSTM, MLP
from xnet_lite.plots import plot_convergence, plot_errors, plot_lines
from xnet_lite.tables import Table
from xnet_lite.targets import EnergyGrid
from xnet_lite.widgets import TrainingMonitor
from xnet_lite.widgets.boxes import Ask, Guess, Reflect

# %% tags=["parameters"]
RACE = ["MLP", "CNN", "LSTM"]  # networks beside the graph network, of the catalogue;
#   any of MLP, CNN, LSTM
BASELINES = ["mean spectrum", "1-NN", "kernel ridge", "ARD"]  # beside them, alike;
#   any of mean spectrum, 1-NN, ridge, kernel ridge, ARD
METAL = "Fe"  # whose sites; any of Ti, V, Cr, Mn, Fe, Co, Ni, Cu, Zn
N_SITES = 400  # sites to use, of the 1650 of iron; 80 to 1650
N_NEIGHBORS = 16  # atoms that the graph network sees; 6 to 32
EPOCHS = 25  # passes over the training sites, the same for every network; 1 to 200
N_SEEDS = 3  # networks that differ in nothing but their first weights; 2 to 10
SEED = 0  # of the split, of first weights and of orders; 0 to 9999

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
lstm = lstm + (200 + 1) * 50 + (50 + 1) * 226
named = (MLP.published_2024, mlp), (CNN.published, cnn), (LSTM.published, lstm)
for published, by_hand in named:
    assert by_hand == sum(one.numel() for one in published(97, 226).parameters())
print(f"MLP {mlp}, CNN {cnn} ({100 * filters / cnn:.0f} % in filters), LSTM {lstm}")

# %% [markdown]
# These are the counts of the review, so the widths are right, although nobody printed
# them. And the convolutional network is nearly all dense: the filters are a small front
# of a dense layer that has everything else.

# %% tags=["exercise"]
# Your turn: put a fourth layer of 128 filters behind the third (its length goes from 11
# to 5). How many weights has the network then?
deeper = None
# solution
more_filters = filters + (64 * 3 + 1 + 2) * 128
deeper = more_filters + (128 * 5 + 1) * 256 + (256 + 1) * 226

# %%
print(check("deeper network", deeper))


# %%
def dense(width):
    return (97 + 1) * width + (width + 1) * width + (width + 1) * 226


def counted(width):
    lines = {"MLP": dense(widths), "CNN": np.full(len(widths), cnn)}
    lines["MLP of this width"] = np.full(len(widths), dense(width))
    return plot_lines(widths, lines, x_title="width", y_title="weights")


widths = np.arange(16, 601)
given = {"curve": dense, "target": cnn, "values": widths}
Ask("11 as many weights", draw=counted, span=(16, 600, 1), start=512, **given)

# %% [markdown]
# ## The track
#
# Iron complexes, split by compound, as in the last notebook. Dense, convolutional and
# recurrent network read the same 97 features; the graph network reads structures. The
# catalogue, `recipe(name)`, has each with all that belongs to it: how features are
# scaled, what is learnt, loss and rate. All are taught for equally many epochs, and a
# tenth of the training compounds is held back to be watched. *Predict*: who wins, and
# by how much?

# %%
Guess("11 who wins")

# %%
data = load(f"tm-complexes-k-{METAL.lower()}").sample(N_SITES, SEED).described(WACSF())
train, test = split(data, by="compound", fraction=0.2, seed=SEED)
known = data[train]
unseen = data[test]
print(f"{len(known)} sites to learn from, {len(unseen)} to be tested on")

errors = {}
for name in BASELINES:
    learner = recipe(name).predictor(SEED, targets=EnergyGrid())
    learner.fit(known)
    errors[name] = relative_spectral_error(learner.predict(unseen), unseen.spectra)

# %% tags=["widget"]
race = [*RACE, "GNN"]
monitor = TrainingMonitor(race)
monitor

# %% tags=["figure"]
descriptors = dict.fromkeys(race, WACSF())
descriptors["GNN"] = NeighborGraph(n_neighbors=N_NEIGHBORS)
learners = {}
histories = {}
for name in race:
    untaught = recipe(name).predictor(
        SEED, descriptors[name], epochs=EPOCHS, patience=EPOCHS
    )
    learners[name] = untaught.fit(known, progress=monitor.progress(name))
    histories[name] = learners[name].regressor_.history_
    spectra_pred = learners[name].predict(unseen)
    errors[name] = relative_spectral_error(spectra_pred, unseen.spectra)
plot_convergence(histories, title="On compounds held back from training, by epoch")

# %% tags=["figure"]
print(look("11 who wins", errors=errors))
plot_convergence(histories, against="seconds", title="The same, by time")

# %% [markdown]
# *Look* at both figures. **By epoch** all four lines fall fast and flatten; the graph
# network ends lowest. **By time** the dense network is done while the others are still
# on their way down: find where each line is at that moment. What an architecture costs
# does not show in epochs, nor in its number of weights.

# %% tags=["figure"]
rows = []
for name, wrong in errors.items():
    row = {"model": name, "median error / %": np.median(wrong)}
    if name in learners:
        parameters = learners[name].regressor_.model_.parameters()
        row["weights"] = sum(weights.numel() for weights in parameters)
        row["seconds"] = histories[name].seconds[-1]
    rows.append(row)
print(Table(rows))
record(**{name: np.median(wrong) for name, wrong in errors.items()})
plot_errors(errors, title="On the test compounds: every site a point")

# %% [markdown]
# Now read the table, which is about the test compounds. **One network alone leaves the
# best baseline behind**, the one that reads structures. Dense, convolutional and
# recurrent network, all on the same 97 sums, stand at or behind ARD, a kernel that has
# 97 lengths to learn where they have more than half a million weights. The boxes of the
# figure overlap far more than they are apart: which model is better for *one* compound
# is nearly a matter of chance. What another draw of compounds would give, `xnet-lite
# batch 11_architectures --grid SEED=0,1,2` collects from the row under the table.
#
# Mind what differs beside the architecture: the recipe of the graph network has another
# loss and larger steps, and above all other inputs. And 25 epochs are fewer than any of
# the four recipes asks for. What of it is recipe, and what is architecture,
# [14_tuning](14_tuning.ipynb) takes apart.
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
Guess("11 shuffled")

# %%
everyone = np.tile(np.arange(len(known)), (N_SEEDS, 1))  # all learn from all sites
in_order = np.arange(known.features.shape[1])
columns = {
    "in order": in_order,
    "shuffled": np.random.default_rng(SEED).permutation(in_order),
}
medians = {}
for name in ("MLP", "CNN", "LSTM"):
    for kind, order in columns.items():
        stack = recipe(name).predictor(SEED, epochs=max(EPOCHS // 3, 1))
        x = known.features[:, order]
        stack.fit(x, known.spectra, known.energy, members=everyone)
        guesses = stack.predict_members(unseen.features[:, order])
        wrong = [relative_spectral_error(guess, unseen.spectra) for guess in guesses]
        medians[name, kind] = np.median(wrong, axis=1)

# %%
rows = []
for name in ("MLP", "CNN", "LSTM"):
    row = {"network": name}
    for kind in columns:
        low, high = medians[name, kind].min(), medians[name, kind].max()
        row[f"{kind}, lowest to highest / %"] = f"{low:.2f} to {high:.2f}"
    begin = process_time()
    recipe(name).predictor(SEED, epochs=max(EPOCHS // 3, 1)).fit(known)
    alone = process_time() - begin
    begin = process_time()
    together = recipe(name).predictor(SEED, epochs=max(EPOCHS // 3, 1))
    together.fit(known, members=everyone)
    row["times as fast in a stack"] = N_SEEDS * alone / (process_time() - begin)
    rows.append(row)
print(look("11 shuffled", medians=medians), Table(rows), sep="\n")

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
# ## What a graph takes for granted
#
# The graph network gets a vector too: its $Z$ and distances, neighbor by neighbor, and
# then all distances between neighbors. But it was built so that the numbering of atoms
# cannot matter, as it does not in nature. That is an assumption one can test to the
# last digit: number the neighbors of one site anew, $Z_j$, $r_{0j}$ and $r_{jk}$ alike,
# and ask again. *Predict*: by how many per cent does the spectrum change? And what
# would a dense network say to the same game?

# %% tags=["check"]
graph = NeighborGraph(n_neighbors=N_NEIGHBORS).transform(unseen.sites[:1])[0]
numbers = graph[1 : N_NEIGHBORS + 1]
distances = graph[N_NEIGHBORS + 1 : 2 * N_NEIGHBORS + 1]
between = squareform(graph[2 * N_NEIGHBORS + 1 :])  # (n_neighbors, n_neighbors), Å
anew = np.random.default_rng(SEED).permutation(N_NEIGHBORS)
turned = squareform(between[np.ix_(anew, anew)])
renumbered = np.concatenate([graph[:1], numbers[anew], distances[anew], turned])
before, after = learners["GNN"].predict(np.stack([graph, renumbered]))
change = relative_spectral_error(after, before)
print(f"{np.sum(graph != renumbered)} of {len(graph)} inputs are different,", end=" ")
print(f"the spectrum moves by {change:.0e} %")
assert change < 0.01

# %% [markdown]
# Nearly every input is another number, and the spectrum stays what it was, to the
# rounding of single precision. A dense network would have to *learn* this from
# examples, once for every pair of neighbors; sums over neighbors, as in wACSF, have it
# built in as well, but throw away who belongs to whom. So the difference between the
# two families is not dense or convolutional, it is **what the input still tells, and
# which of nature's symmetries need not be learnt**. On that our data care a lot.

# %% tags=["check"]
assert list(monitor.histories) == list(histories)
assert all(len(history) == EPOCHS for history in histories.values())
assert not np.isin(unseen.groups, known.groups).any()

# %%
Reflect("11 a fair race")

# %% tags=["check-full"]
typical = {name: np.median(wrong) for name, wrong in errors.items()}
assert min(typical, key=typical.get) == "GNN"
assert typical["ARD"] < typical["MLP"] + 0.3 < typical["CNN"] + 0.3
for name in ("CNN", "LSTM"):
    assert medians[name, "shuffled"].mean() < medians[name, "in order"].mean()

# %% [markdown]
# ## Summary
#
# - The counts of the review follow from widths by one line a layer; a published "CNN"
#   is a dense network with a small front.
# - By epochs, by seconds and by weights the same four networks compare differently. On
#   equal inputs none of them beat a kernel that learns its features; the one that reads
#   structures did.
# - The order of the features means nothing to a CNN or an LSTM on these features: what
#   they assume is not so, and shuffling shows it.
# - What a graph network assumes, that atoms have no numbers, is exactly so; renumbering
#   shows it.
# - A stack trains networks of one shape together, and with them comes the spread that
#   tells a difference from chance.
#
# ## Three questions
#
# 1. A convolutional network beats a dense one on the same features. How do you find out
#    whether it uses their order?
# <details><summary>Answer</summary>Shuffle the features, the same way for all sites,
# and train several of it again. If it is as good as before, order was not the
# reason.</details>
#
# 2. Two networks are compared after 25 epochs each. To whom may that be unfair?
# <details><summary>Answer</summary>To the cheaper one, which could have run more epochs
# in the same time, and to the one whose recipe asks for small steps and many epochs. By
# seconds, and each to its own end, are two more comparisons.</details>
#
# 3. Why does the graph network need no test of shuffled neighbors in its training set?
# <details><summary>Answer</summary>It adds up messages over neighbors, and a sum has no
# order: the symmetry is exact, whatever the weights are.</details>
#
# ## References
#
# - T. J. Penfold et al., Mach. Learn.: Sci. Technol. 5, 021001 (2024),
#   doi:10.1088/2632-2153/ad5074 (table 3).
# - S. Hochreiter, J. Schmidhuber, Neural Comput. 9, 1735 (1997),
#   doi:10.1162/neco.1997.9.8.1735 (LSTM).
# - K. T. Schütt et al., J. Chem. Phys. 148, 241722 (2018), doi:10.1063/1.5019779 (a
#   graph network).
#
# Next: [12_published_tables](12_published_tables.ipynb) runs the papers' tables again;
# [14_tuning](14_tuning.ipynb) turns the screws of one of these networks.
