# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   xnet_lite:
#     introduces: [trust.chemistry, trust.expected_error, trust.verdict]
#     needs: [10_first_network]
#     minutes: 30
#     level: intermediate
#     fast: {MEMBERS: 4, N_SITES: 250}
# ---

# %% [markdown]
# # Ask who notices
#
# A network answers everything. Give it a molecule with ligands that it never saw, a
# crystal, an octahedron twisted into a prism: out comes a spectrum, smooth and
# plausible, with an error band around it. **Who tells you that this one is wrong,
# before anybody has measured it?**
#
# The band alone does not: fifteen networks that learnt from the same compounds can be
# wrong in the same way. So we ask three witnesses more. How far is the nearest site
# that was learnt from? Does the prediction look like the spectra over there? And what
# would a chemist say, who looks at the atoms alone? Then we bring in five strangers.

# %% [markdown]
# **You will be able to**
#
# - name four signs of a wrong prediction that need no true spectrum;
# - learn, from sites that networks never saw, what error to expect of the next one;
# - read a verdict together with its false alarms and its misses;
# - say what a check on elements and shapes sees that numbers do not, and the reverse.
#
# *Before you begin:* [10_first_network](10_first_network.ipynb). 30 minutes to read, a
# minute to run, 600 MB of memory. RDKit must be there (`xnet-lite[chem]`).

# %%
import numpy as np
from ase.build import bulk
from scipy.optimize import nnls
from xnet_lite.complexes import Recipe, build
from xnet_lite.datasets import load
from xnet_lite.exercises import check, look
from xnet_lite.jobs import TrainingJob, predict_site, prepare, teach
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.plots import plot_lines, plot_prediction
from xnet_lite.scattering import MultipleScattering
from xnet_lite.spectra import unit_mean
from xnet_lite.structures import Site
from xnet_lite.tables import Table
from xnet_lite.trust import Judge, Surroundings
from xnet_lite.trust.expected_error import LEAST, SIGNS, ExpectedError
from xnet_lite.widgets import PredictionExplorer
from xnet_lite.widgets.boxes import Ask, Guess, Reflect

# %% tags=["parameters"]
MEMBERS = 15  # networks that vote; 3 to 30
N_SITES = 440  # sites of nickel to use, at most; 200 to 500
UNSEEN = "por"  # the ligand that is hidden from the networks; any of por
TWIST = 60  # degrees, by which one half of an octahedron is turned; 30 to 60
SEED = 0  # of the sites and of first weights; 0 to 9999

# %% [markdown]
# ## A vote that never saw a porphyrin
#
# Nickel sites from the kit of [02_structures](02_structures.ipynb), with every compound
# that holds a porphyrin taken out, and one common compound too. Each network learns
# from compounds drawn with replacement, and so never sees about a third of them: for
# these we know what it says *and* what is true.

# %%
data = load("tm-complexes-k-ni").sample(N_SITES, seed=SEED)
strange = np.array([UNSEEN in names.split() for names in data.labels["ligands"]])
common = np.flatnonzero((data.labels["first_shell"] == "N6") & ~strange)[0]
hidden = strange | (data.groups == data.groups[common])
job = TrainingJob(data.name, members=MEMBERS, hold_out=0.0, seed=SEED)
vote = teach(job, prepare(job, data[~hidden]))
judge = Judge.of(vote)
print(f"{hidden.sum()} sites are hidden, {strange.sum()} of them with {UNSEEN}")
judge

# %% [markdown]
# ## Four numbers
#
# Of every site that some of the networks never saw, four signs were kept: the *spread*
# of those networks (percent of the spectrum), the *distance* to the nearest site of
# another compound (standard deviations per feature), the *disagreement* between the
# prediction and the spectra of the eight nearest (percent), and the *errors nearby*:
# those that the networks made at these eight when they had not seen them (percent).
#
# Which of them tells the large errors, those above twice the median, from the rest?
# *Predict* an order. Then slide a threshold along each sign and count: how many of the
# large errors lie above it, how many of the others do?

# %%
Guess("22 who notices")

# %% tags=["figure"]
signs, error = vote.known_["signs"], vote.unseen_["error"]
large = error > judge.large
scores = {name: signs[:, i] for i, name in enumerate(SIGNS)}
scores["expected error"] = judge.expected.predict(signs)[:, 0]
share = np.linspace(0, 1, 101)
caught = {}
for name, score in scores.items():
    limits = np.quantile(score[~large], 1 - share)
    caught[name] = [(score[large] >= limit).mean() for limit in limits]
words = {"x_title": "false alarms / share of the rest", "y_title": "caught / share"}
print(look("22 who notices", share=share, caught=caught))
plot_lines(share, caught, **words, title=f"who notices the {large.sum()} large errors?")

# %%
limits, told = np.arange(0.0, 30.1, 0.1), scores["expected error"]
both = {"caught": told[large], "false alarms": told[~large]}
lines = {k: [100 * (one >= x).mean() for x in limits] for k, one in both.items()}
axes = {"x_title": "limit on the expected error / %", "y_title": "share above it / %"}


def above(limit):
    title = f"{100 * (both['caught'] >= limit).mean():.0f} % caught"
    here = {"here": np.where(limits <= limit, 0.0, 100.0)}
    return plot_lines(limits, lines | here, title=title, **axes)


Ask("22 four of five", draw=above, span=(0, 30, 0.1), start=15, told=told[large])

# %% [markdown]
# *Look* at a tenth of false alarms. *Say* which sign catches most there, and whether
# the last line, which knows all four, is above them.
#
# ## An error to expect
#
# The last line is a product of powers, $\hat\varepsilon = c \prod_i s_i^{w_i}$: in
# logarithms a straight line, and no $w_i$ may be below zero. A site that is farther off
# must never look safer. Ten lines, and then the library must agree:

# %% tags=["derivation"]
x, y = np.log(np.maximum(signs, LEAST)), np.log(error)  # (n_sites, n_signs), (n_sites,)
powers, _ = nnls(x - x.mean(0), y - y.mean())
scale = np.exp(y.mean() - x.mean(0) @ powers)
expected = scale * np.exp(x @ powers)
told = " · ".join(f"{name}^{power:.2f}" for name, power in zip(SIGNS, powers))
print(f"expected error = {scale:.2f} % · {told}")
compounds = vote.known_["groups"][vote.unseen_["rows"]]
library = ExpectedError.fit(signs, error, compounds)
assert np.allclose(expected, library.predict(signs)[:, 0])

# %% [markdown]
# Around it goes an interval: the compounds are cut into ten parts, each part is
# predicted by a line through the nine others, and the interval is as wide as it must be
# for nine of ten errors to be inside.
#
# ## What a chemist asks
#
# The numbers know features, not atoms. A chemist counts the neighbors, looks at their
# elements, distances and directions, and at what is missing. `Surroundings` reads that
# off structures:

# %%
around = Surroundings.of(data[~hidden].sites)
print(around)
rates = [{"check": name, **rate} for name, rate in judge.checks.items()]
Table(rates, title="each check, on compounds that no network saw")

# %% [markdown]
# A check that never fires on a compound of the kind that was learnt costs nothing, and
# may be right one day: no site of the set is a crystal. One that fires on one compound
# in six, because the same neighbors were joined in a new way, is a hint, no more: it
# makes a site *near*. Any other makes it *far*, and so does an expected error that only
# a tenth of the good ones reach.
#
# ## Five strangers
#
# The common compound first, which no network saw either, to see what peace looks like.
# Then a ligand that was hidden, an octahedron whose upper half is turned by 60°, the
# straight carbonyl Ni(CO)₄, four thiolates, and an oxide. The engine knows what is true
# of all of them.


# %%
def made(geometry, state, *ligands):
    return build(Recipe("Ni", state, geometry, ligands)).site()


prism = made("octahedral", 2, *["nh3"] * 6).atoms
upper = prism.positions.sum(axis=1) > 0.1  # one of the two faces along (1, 1, 1)
half = prism[upper]
half.rotate(TWIST, (1, 1, 1))
prism.positions[upper] = half.positions

# %%
strangers = {
    "common": data.sites[common],
    "unseen ligand": data.sites[np.flatnonzero(strange)[0]],
    "prism": Site(prism, 0, name="prism"),
    "carbonyl": made("tetrahedral", 0, *["co"] * 4),
    "sulfur": made("tetrahedral", 2, *["sme"] * 4),
    "oxide": Site(bulk("NiO", "rocksalt", a=4.18), 0, name="NiO"),
}

# %%
engine = MultipleScattering()
found = [predict_site(vote, site) for site in strangers.values()]
truth = []
for site in strangers.values():
    true = engine(site)
    mu = np.interp(vote.energy_, true.energy_rel, true.mu)
    truth.append(unit_mean(vote.energy_, mu))

# %%
rows = []
for name, one, true in zip(strangers, found, truth):
    guesses = {"vote": one.mu, "1-NN": one.near[0], "mean": vote.mean_spectrum_}
    off = {k: float(relative_spectral_error(v, true)) for k, v in guesses.items()}
    told = {"expected": one.verdict.error, "verdict": one.verdict.word}
    doubts = "; ".join(one.verdict.doubts.values())
    rows.append({"site": name, **off, **told, "doubts": doubts})
Table(rows, title="true errors / %, what was expected, and who objects")

# %% [markdown]
# *Compare* the true error with the one that was expected, and the word with both.
# *Say* who noticed each stranger: the numbers, the chemist, both, or nobody.
#
# Choose a site below; the second list shows the structures of its nearest known sites,
# whose spectra are the grey lines (more of them by a click on their names).

# %% tags=["widget"]
targets = dict(enumerate(truth))
PredictionExplorer(found, targets, data[~hidden].sites)

# %% tags=["figure"]
one = found[3]
beside = {"engine": truth[3]}
print(*one.warnings, sep="\n")
plot_prediction(one.energy_rel, one.mu, one.std, others=beside, known=one.beside)

# %% [markdown]
# ## What a verdict cannot do
#
# Its rates were measured on compounds that the networks had not seen, of families that
# they had. A whole family that is new is noticed more often, and good predictions there
# are called far more often too: `python -m benchmarks.domain` leaves out families,
# geometries and elements one by one and prints both. Where training and truth disagree
# about physics, a long bond of a high-spin complex, say, no witness here was present.

# %% tags=["exercise"]
# Your turn: a structure came without its hydrogen atoms. Everything else is as in the
# training set. Which witness speaks first: "spread", "distance", "chemist", or "none"?
first_to_speak = None
# solution
first_to_speak = "chemist"

# %%
print(check("first to speak", first_to_speak))
Reflect("22 known")

# %% tags=["check"]
words = {name: one.verdict.word for name, one in zip(strangers, found)}
assert words["oxide"] == "far"
assert "crystal" in found[-1].verdict.doubts
lows = np.array([one.verdict.low for one in found])
assert (lows < [one.verdict.error for one in found]).all()

# %% tags=["check-full"]
assert "directions" in found[2].verdict.doubts
assert not {words[name] for name in ("carbonyl", "prism")} & {"known"}

# %% [markdown]
# ## Summary
#
# - Spread, distance and disagreement are signs that need no truth; a line through their
#   logarithms turns them into an error to expect, with an interval.
# - A chemist's checks see what features blur: a new element, a new shape, a crystal.
# - A verdict is worth what is printed beside it: its false alarms and its misses.
#
# ## Three questions
#
# 1. Why may no power be negative, even where a fit would like it?
# <details><summary>Answer</summary>The fit knows the range that was learnt from. Beyond
# it a negative power would promise less error the stranger a site is.</details>
#
# 2. Why are the nearest sites taken from *other* compounds when the line is learnt?
# <details><summary>Answer</summary>A displaced copy of the same compound is always near
# and agrees: the line would learn from a neighbor that no new compound has.</details>
#
# 3. Should a check be dropped that has caught nothing so far?
# <details><summary>Answer</summary>Not if it costs nothing: that no crystal was caught
# in a set without crystals says nothing about the first one that comes.</details>
#
# ## References
#
# - L. Hirschfeld et al., J. Chem. Inf. Model. 60, 3770 (2020),
#   doi:10.1021/acs.jcim.0c00502 (signs of wrong predictions, compared).
# - T. J. Penfold et al., Mach. Learn.: Sci. Technol. 5, 021001 (2024),
#   doi:10.1088/2632-2153/ad5074 (section 7).
# - J. P. Janet et al., Chem. Sci. 10, 7913 (2019), doi:10.1039/C9SC02298H (distance
#   in latent space as a measure of trust).
#
# Back to [00_welcome](00_welcome.ipynb) for all notebooks.
