# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   xnet_lite:
#     introduces: [inverse.robustness]
#     needs: [20_uncertainty, 30_reverse]
#     minutes: 30
#     level: advanced
#     fast: {N_SITES: 120, EPOCHS: 2, N_MEMBERS: 3}
# ---

# %% [markdown]
# # Shake the spectrum
#
# A network that reads structures was taught with clean computed spectra. A measured one
# is shifted, broadened, noisy, dampened by the sample itself, and its pre-edge is never
# right. **What does the told structure do, and does its shaking warn us?**
#
# The paper of 2023 shakes a few spectra, looks at the peaks, and proposes that what is
# told unsteadily is told badly: a sign of confidence that needs a single network. It
# did not measure whether that is so. We do.

# %% [markdown]
# **You will be able to**
#
# - shift, broaden, stretch and dampen a spectrum, and say what each leaves alone;
# - test by a stretch whether a model has learnt Natoli's rule;
# - score any sign of confidence against the error, beside chance;
# - say what teaching with shaken spectra costs and what it gains.
#
# *Before you begin:* [30_reverse](30_reverse.ipynb). 30 minutes to read, a minute to
# run, 900 MB of memory.
#
# > **Note** Here *reverse* is spectrum → structure, as in the review; the paper of 2020
# > has *forward* and *reverse* the other way round.

# %%
import numpy as np
from xnet_lite.datasets import load, split
from xnet_lite.exercises import Secret, check, look
from xnet_lite.inverse import Reverse, mirrored
from xnet_lite.inverse.robustness import (
    CHANGES,
    augmented,
    confidence,
    resonances,
    response,
    sensitivity,
    shifted,
    stretch_slope,
    stretched,
)
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.models import ARDKernelRidge
from xnet_lite.plots import plot_lines
from xnet_lite.tables import Table
from xnet_lite.training import TrainConfig
from xnet_lite.widgets.boxes import Guess, Reflect, match

# %% tags=["parameters"]
N_SITES = 800  # sites to use, of the 1650 of iron; 100 to 1650
N_MEMBERS = 5  # networks whose spread stands beside; 2 to 15
EPOCHS = 40  # passes over their training sites; 1 to 300
STRETCH = 2.0  # eV by which the second resonance is moved; 0.5 to 5
SEED = 0  # of the sites, the split and of first weights; 0 to 9999

# %%
data = load("tm-complexes-k-fe").sample(N_SITES, seed=SEED)
known, unseen = split(data, len(data) // 4, by="compound", seed=SEED)
known, unseen = data[known], data[unseen]
energy, clean = data.energy, unseen.spectra
reader = Reverse(model=ARDKernelRidge()).fit(known)
truth, told = mirrored(unseen).spectra, reader.predict(clean)
error = relative_spectral_error(told, truth)
print(
    f"clean spectra of new compounds: the median curve is {np.median(error):.1f} % off"
)

# %% [markdown]
# ## A stretch, by hand
#
# Leave all up to the first resonance above the edge where it is, and move the second
# one outwards. Where did each energy come from? A broken line tells:

# %% tags=["derivation"]
row = int(np.flatnonzero(np.isfinite(resonances(energy, clean)).all(axis=1))[0])
first, second = resonances(energy, clean)[row]
now = [energy[0], first, second + STRETCH, energy[-1] + STRETCH]
then = [energy[0], first, second, energy[-1]]
came_from = np.interp(energy, now, then)
mine = np.interp(came_from, energy, clean[row])
assert np.allclose(mine, stretched(energy, clean[[row]], STRETCH)[0])
print(f"resonances at {first:.1f} and {second:.1f} eV, then {second + STRETCH:.1f} eV")

# %% tags=["figure"]
lines = {"as it is": clean[row], f"stretched by {STRETCH:g} eV": mine}
plot_lines(energy, lines, x_title="energy from the edge / eV", y_title="μ(E)")

# %%
shown = clean[[row]]
strange = Secret(1.0, 4.0, seed=SEED).made(lambda by: stretched(energy, shown, by)[0])


def pulled(by):
    return stretched(energy, shown, by)[0]


match("31 pulled apart", energy, pulled, strange, span=(0.2, 6, 0.1), start=0.5)

# %% [markdown]
# ## Ten changes
#
# *Predict*: which of them moves the told distances most, and which hardly at all?

# %%
Guess("31 what moves them")

# %%
rows = []
for name, change in CHANGES.items():
    rows.append({"change": name, **response(reader, energy, clean, change)})
print(look("31 what moves them", rows=rows))
Table(rows, title="first-shell peaks: moved / Å, height / %, share that stayed")

# %% [markdown]
# The paper says: a shift changes heights and hardly places; broadening does hardly
# anything, even by 3 eV; the pre-edge does not matter. *Say* which of the three this
# table repeats. (A model that has seen no pre-edge peaks to speak of cannot need them.)
#
# ## Natoli's rule
#
# $\Delta E\, R^2$ is nearly constant: resonances that are farther apart mean shorter
# distances. The text of the paper has $\Delta E\, R$; the rule, and our engine, have
# the square. If a model has learnt it, then
#
# $$\frac{d \ln R}{d \ln \Delta E} = -\tfrac12 .$$

# %% tags=["exercise"]
# Your turn: two resonances are 10 eV apart and the distance is 2.00 Å. They move to
# 11 eV apart. What is the distance by ΔE R² = const, in Å?
distance = None
# solution
distance = 2.00 * (10 / 11) ** 0.5

# %%
print(check("natoli", distance, distance=2.00, before=10, after=11))
slope = stretch_slope(reader, energy, clean, STRETCH)
print(f"the kernel's slope: {slope:+.2f}, Natoli's rule: -0.50")

# %% [markdown]
# The slope is near zero. A stretch moves two resonances against each other and leaves
# all else that a shorter distance would change, so the kernel takes it for another
# spectrum of the same distance: it does not read two peaks and a rule, it compares.
#
# ## Does shaking warn?
#
# For each site: how much does the told curve change (in percent), and how wrong was it?
# Beside these signs stand two that need no shaking. `auroc` is how likely a site of the
# worst quarter has the larger sign; 0.5 is chance.

# %%
vote = Reverse(relevance=True, config=TrainConfig(epochs=EPOCHS, seed=SEED))
vote.fit(known, n_members=N_MEMBERS, seed=SEED)
signs = {name: sensitivity(reader, energy, clean, c) for name, c in CHANGES.items()}
signs["σ of the bootstrap"] = vote.predict_band(clean).std.mean(axis=1)
signs["distance to what is known"] = reader.predictor_.distance(clean)
scored = confidence(signs, error)
Table(scored, title="which sign tells the error of new compounds?")

# %% [markdown]
# *Say* which signs are better than chance. The two that need no shaking win: what is
# told unsteadily is hardly told worse, and how far the nearest known spectrum is costs
# nothing. Numbers of three seeds are printed by
# `python -m benchmarks.robustness --part confidence`.
#
# ## Teach with shaken spectra
#
# Three copies of every training spectrum, each shifted by up to ±2 eV and broadened by
# up to 3 eV by chance. *Predict*: what does it cost on clean spectra?

# %%
Guess("31 the price")

# %%
taught = Reverse(model=ARDKernelRidge()).fit(augmented(known, seed=SEED))
seen = {"as it is": clean}
for name in ("shifted 1 eV", "shifted 2 eV", "broadened 3 eV", "noise 1 %"):
    seen[name] = CHANGES[name](energy, clean)
rows = []
for name, mu in seen.items():
    row = {"spectra": name}
    for who, one in {"taught clean": reader, "taught shaken": taught}.items():
        row[who] = np.median(relative_spectral_error(one.predict(mu), truth))
    rows.append(row)
print(look("31 the price", rows=rows))
Table(rows, title="median error of curves / %")

# %% [markdown]

# How much must the zero of the energy be off for that to pay?


# %%
def off(model, shift):
    mu = shifted(energy, clean, shift)
    return np.median(relative_spectral_error(model.predict(mu), truth))


# %% tags=["exercise"]
# Your turn: at which shift in eV does the kernel that was taught clean become worse
# than the one that was taught shaken? Try 0 to 2 eV in steps of 0.1.
crossing = None
# solution
steps = np.arange(0, 2.05, 0.1)
crossing = next((s for s in steps if off(reader, s) > off(taught, s)), 2.0)

# %%
print(check("crossing", crossing, off=off, clean=reader, shaken=taught))
Reflect("31 before a beamtime")

# %% tags=["check"]
assert not np.isin(unseen.groups, known.groups).any()
assert len(scored) == len(signs)
assert np.isfinite([row["auroc"] for row in scored]).all()

# %% tags=["check-full"]
by_name = {row["sign"]: row["auroc"] for row in scored}
shaken = [by_name[name] for name in CHANGES]
assert by_name["σ of the bootstrap"] > max(shaken)
assert by_name["distance to what is known"] > np.median(shaken)
assert abs(slope) < 0.25
assert rows[0]["taught shaken"] > rows[0]["taught clean"]
assert rows[2]["taught shaken"] < rows[2]["taught clean"]

# %% [markdown]
# ## Summary
#
# - What a spectrum suffers can be imitated, one thing at a time, and its effect on the
#   told structure be measured.
# - A slope tells whether a rule of physics was learnt: here it was not.
# - A sign of confidence is worth its correlation with the error, beside chance and
#   beside signs that cost nothing.
# - Teaching with shaken spectra costs on clean ones and pays on shaken ones: it is
#   right for who does not trust the zero of the energy.
#
# ## Three questions
#
# 1. Broadening by 3 eV hardly moves a peak. Does that make the model right?
# <details><summary>Answer</summary>No. The mean curve, which looks at nothing, is moved
# by nothing at all.</details>
#
# 2. Why is a sign of confidence scored on new compounds and not on the training set?
# <details><summary>Answer</summary>A kernel is nearly right on what it learnt; nothing
# is wrong there that could be foretold.</details>
#
# 3. A thick sample dampens all features of a spectrum. Which told quantity suffers?
# <details><summary>Answer</summary>Heights, and so the number of neighbors. Distances
# hang on where features stand, and stay.</details>
#
# ## References
#
# - T. David et al., Digital Discovery 2, 1461 (2023), doi:10.1039/d3dd00101f, Figs 5
#   to 7.
# - C. R. Natoli, in EXAFS and Near Edge Structure III, Springer Proc. Phys. 2, 38
#   (1984), doi:10.1007/978-3-642-46522-2_10.
#
# Next: [32_bidirectional](32_bidirectional.ipynb), both ways by one network.
