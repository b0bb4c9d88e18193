# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   xnet_lite:
#     introduces: []
#     needs: [20_uncertainty]
#     minutes: 35
#     level: intermediate
#     fast: {N_FRAMES: 100, EPOCHS: 10}
# ---

# %% [markdown]
# # Let the molecule move
#
# A measured spectrum is that of very many molecules, each caught in another moment of
# its motion. We compute that of *one structure*, the minimum. **How much does that
# matter, how many moments are enough, and can a network that has seen some of them do
# the rest?**

# %% [markdown]
# **You will be able to**
#
# - tell the spectrum of a minimum, of a mean structure, and the mean of spectra apart;
# - put an error on a mean over frames that remember each other;
# - say how many frames of a trajectory are worth as many independent ones;
# - teach a network while the trajectory runs, and decide when to trust it;
# - see it ring a bell when the molecule does something new.
#
# *Before you begin:* [20_uncertainty](20_uncertainty.ipynb). 35 minutes to read, a
# minute to run, 700 MB of memory.

# %%
from functools import partial
import numpy as np
from xnet_lite.datasets import load
from xnet_lite.descriptors import WACSF
from xnet_lite.exercises import check, look
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.models import MeanSpectrum, NearestNeighbor
from xnet_lite.plots import ENERGY_TITLE, MU_TITLE, plot_lines, plot_prediction
from xnet_lite.predictor import Predictor
from xnet_lite.scattering import DEAR
from xnet_lite.studies.trajectory import autocorrelation, ensemble_mean, error_by_frames
from xnet_lite.studies.trajectory import inefficiency, likeness, mean_structure
from xnet_lite.studies.trajectory import networks, on_the_fly, resampled_means
from xnet_lite.tables import Table
from xnet_lite.widgets.boxes import Ask, Guess, Reflect

# %% tags=["parameters"]
N_FRAMES = 300  # of the trajectory, 10 fs apart; 100 to 300
BLOCK = 20  # frames that are drawn, and computed, together; 10 to 25
THRESHOLD = 3.5  # error to expect below which a network is trusted, %; 1.5 to 8
EPOCHS = 200  # of each network; 5 to 400
SEED = 0  # of networks and of blocks that are drawn; 0 to 9999

# %% [markdown]
# ## Three ways to be the spectrum of a molecule
#
# `fe-dynamics` holds 300 frames of a six-coordinate iron complex at 300 K, and the
# engine's spectrum of each. Of them one can make *the mean of spectra*, which is what
# is measured; *the spectrum of the mean structure*, which takes one calculation; and
# there is the *minimum*, where the molecule would be at 0 K. *Predict*: which of the
# two single structures is the better stand-in for the mean of spectra?

# %%
Guess("44 stand-in")

# %%
data = load("fe-dynamics").described(WACSF())
moving = data.where(part="trajectory")[:N_FRAMES]
stretched, leaving = data.where(part="elongation"), data.where(part="leaving")
minimum, mean = stretched.spectra[0], moving.spectra.mean(axis=0)
middle = mean_structure(moving.sites)
of_mean = DEAR(middle)
stand_ins = {"minimum": minimum, "mean structure": of_mean}
found = {name: relative_spectral_error(mu, mean) for name, mu in stand_ins.items()}
alone = relative_spectral_error(moving.spectra, np.tile(mean, (len(moving), 1)))
print(look("44 stand-in", found=found))
found["any frame (median)"] = np.median(alone)
print(Table([{"instead of the mean": k, "error / %": e} for k, e in found.items()]))

# %% tags=["figure"]
lines = {"mean of spectra": mean} | stand_ins
plot_lines(data.energy, lines, x_title=ENERGY_TITLE, y_title=MU_TITLE)

# %% [markdown]
# The mean structure is the worst of all: 10 % off, twice as far as the minimum and as
# any single frame. Nobody ever had this structure. Look at its bonds.

# %%
nearest = {}
for name, site in {"mean structure": middle, "first frame": moving.sites[0]}.items():
    apart = site.atoms.get_all_distances() + 9 * np.eye(len(site.atoms))
    is_h = site.atoms.numbers == 1
    nearest[name] = apart[np.ix_(is_h, is_h)].min()
    print(f"{name}: two hydrogens {nearest[name]:.2f} Å apart", end=", ")
    print(f"iron and nitrogen {apart[0][site.atoms.numbers == 7].min():.2f} Å")

# %% [markdown]
# Hydrogens of the ammonia ligands turn about their bond, and in the mean they meet on
# its axis: a distance that no molecule has. Averages belong to what is measured, not to
# coordinates.
#
# ## The error of a mean
#
# The mean over $N$ independent frames has the error $\sigma/\sqrt N$. Ours are 10 fs
# apart, and a bond does not forget in 10 fs. So draw not frames but **blocks** of
# frames that follow each other, put them end to end, take the mean, and do it again.

# %% tags=["check"]
rng = np.random.default_rng(SEED)
n = len(moving)
means = []
for _ in range(300):
    starts = rng.integers(n, size=-(-n // BLOCK))
    rows = np.concatenate([np.arange(start, start + BLOCK) for start in starts])[:n]
    means.append(moving.spectra[rows % n].mean(axis=0))
assert np.allclose(means, resampled_means(moving.spectra, BLOCK, seed=SEED))
band = ensemble_mean(moving.spectra, BLOCK, seed=SEED)
assert np.allclose(np.std(means, axis=0, ddof=1), band.std[0])

# %% tags=["figure"]
plot_prediction(data.energy, mean, band.std[0], others={"minimum": minimum})

# %% [markdown]
# The minimum lies outside the band nearly everywhere: motion does not blur the spectrum
# of the minimum, it changes it.

# %% tags=["figure"]
rho = autocorrelation(moving.spectra)
memory = {"spectra": rho[:40]}
times = 10 * np.arange(len(memory["spectra"]))
plot_lines(times, memory, x_title="time / fs", y_title="ρ")

# %% [markdown]
# Spectra forget within 50 fs, and then *remember*: at about 200 fs they are alike
# again. That is a slow swing of the whole complex, and a reason to draw blocks of 200
# fs.

# %% tags=["exercise"]
# Your turn: `inefficiency(moving.spectra)` tells how many frames are worth one
# independent frame. How many independent frames is this trajectory worth?
worth = None
# solution
worth = len(moving) / inefficiency(moving.spectra)

# %%
g = inefficiency(moving.spectra)
print(check("independent frames", worth, frames=len(moving), inefficiency=g))
Reflect("44 a mean in print")

# %% tags=["figure"]
sizes = np.unique(np.geomspace(BLOCK, N_FRAMES, 6).astype(int))
falls = {"blocks": error_by_frames(moving.spectra, sizes, BLOCK, seed=SEED)}
falls["as if independent"] = error_by_frames(moving.spectra, sizes, 1, seed=SEED)
falls["N to the power -1/2"] = falls["blocks"][0] * (sizes / sizes[0]) ** -0.5
words = {"x_title": "frames", "y_title": "error of the mean / %", "log_y": True}
plot_lines(sizes, falls, markers=True, **words).update_xaxes(type="log")

# %%
slope = np.polyfit(np.log(sizes), np.log(falls["blocks"]), 1)[0]
ratio = falls["blocks"][-1] / falls["as if independent"][-1]
print(f"slope {slope:.2f}; blocks tell {ratio:.1f} times the error of single frames")

# %% [markdown]
# Both fall with the root of the number of frames. Who takes frames for independent just
# claims half of the error that there is.
#
# ## Teach while it runs
#
# A spectrum costs a third of a second here, and an hour elsewhere. So: compute a block,
# teach a network, let it tell its **doubt** about the next block, compute that,
# compare. The error was some times the doubt in earlier blocks; that factor makes of a
# doubt an error to expect. Twice running below the threshold, and the rest is left to
# the network.

# %%
teach = partial(networks, epochs=EPOCHS)
flight = on_the_fly(moving, block=BLOCK, threshold=THRESHOLD, teach=teach, seed=SEED)
print(Table(flight.log))
flight

# %%
later = moving[flight.n_known :]
known = moving[: flight.n_known]
guess = flight.predictor.predict(later.features)
errors = {"network": relative_spectral_error(guess, later.spectra)}
for name, model in {"mean": MeanSpectrum(), "1-NN": NearestNeighbor()}.items():
    guess = Predictor(model=model).fit(known).predict(later.features)
    errors[name] = relative_spectral_error(guess, later.spectra)
medians = {name: np.median(e) for name, e in errors.items()}
print(Table([{"model": name, "median / %": e} for name, e in medians.items()]))

# %% [markdown]
# The review trusts its network after about 100 fs. Ours, with 35 atoms that all move,
# takes 1.4 ps, and even then is 3 % off, where the nearest known frame is 5 % off: each
# new frame is as far from those before it as they are from each other.
#
# ## And what is it good for?
#
# For the **mean** over the rest of the trajectory, single errors matter less; they go
# out against each other. And for **differences**: here that of elongation, all bonds
# longer by the same amount, from its start.

# %%
rest = later.spectra.mean(axis=0)
guess = flight.predictor.predict(later).mean(axis=0)
print(f"mean of the rest: {float(relative_spectral_error(guess, rest)):.2f} % off")
longer = stretched[[10, 20, 30, 40]]
true = longer.spectra - stretched.spectra[0]
guess = flight.predictor.predict(stretched)
alike = likeness(guess[[10, 20, 30, 40]] - guess[0], true)
rows = [
    {"longer by / Å": x, "r": r} for x, r in zip(longer.labels["coordinate"], alike)
]
print(Table(rows))

# %% [markdown]
# ## The bell
#
# Now an ammonia ligand leaves. No frame of the trajectory shows that. The network will
# predict something all the same: does it *say* that it does not know?

# %% tags=["figure"]
pulled = leaving.labels["coordinate"]
wrong = relative_spectral_error(flight.predictor.predict(leaving), leaving.spectra)
told = {"doubt": flight.doubt(leaving), "error": wrong}
told["bell"] = np.full(len(leaving), flight.bell)
words = {"x_title": "ligand pulled away by / Å", "y_title": "% of the absorption"}
plot_lines(pulled, told, **words)

# %% tags=["exercise"]
# Your turn: by how many Å has the ligand left when the bell rings first?
# `flight.rings(leaving)` tells for which frames it does.
first_ring = None
# solution
rings = flight.rings(leaving)
first_ring = pulled[rings][0] if rings.any() else pulled[-1]

# %%
heard = flight.rings(leaving)
print(check("first ring", first_ring, rings=heard, pulled=pulled))
false = 100 * flight.rings(later).mean()
print(f"false alarms in the rest of the trajectory: {false:.1f} %")
doubts = {"pulled": flight.doubt(leaving), "rest": flight.doubt(later)}


def hung(bell):
    alarms = f"{100 * (doubts['rest'] > bell).mean():.0f} % false alarms"
    lines = {"doubt": doubts["pulled"], "bell": np.full(len(pulled), bell)}
    return plot_lines(pulled, lines, title=alarms, **words)


given = {"doubt": doubts["pulled"], "pulled": pulled}
Ask("44 a lower bell", draw=hung, span=(0, 30, 0.05), start=10, **given)

# %% [markdown]
# It says so, and late: at 0.95 Å, when the error has doubled. Below that the doubt is
# within what frames of the trajectory have too, of which one in a hundred rings for
# nothing. A lower bell would ring earlier, and more often for nothing. Five seeds of
# all this: `python -m benchmarks.motion`, and `docs/measured`.

# %% tags=["check"]
assert np.isclose(rho[0], 1)
assert (np.abs(rho) < 1.5).all()
assert flight.n_known % BLOCK == 0
assert -0.7 < slope < -0.3
assert ratio > 1

# %% tags=["check-full"]
assert relative_spectral_error(of_mean, mean) > 2 * relative_spectral_error(
    minimum, mean
)
assert 3 < g < 7
assert 1.5 < ratio < 3
assert flight.stopped
assert medians["network"] < medians["1-NN"]
assert medians["1-NN"] < medians["mean"]
assert heard[pulled >= 1.0].all()
assert not heard[pulled < 0.9].any()
assert false < 5
assert alike[0] > 0.7

# %% [markdown]
# ## Summary
#
# - What is measured is the mean of spectra. The spectrum of the mean structure is
#   something else, and worse than that of any single frame.
# - Frames that remember each other are worth fewer: blocks give the error of the mean.
# - A network can be taught as the trajectory runs; doubt, times a factor that earlier
#   blocks tell, says when to stop.
# - A ligand that leaves rings the bell, but only when it is nearly an ångström away:
#   before that the error is already growing.
#
# ## Three questions
#
# 1. You take every twentieth frame only. What do you lose?
# <details><summary>Answer</summary>Little: frames 200 fs apart are nearly independent,
# and five of them in a row are worth hardly more than one.</details>
#
# 2. Why is the doubt of a network smaller than its error?
# <details><summary>Answer</summary>Networks that were taught with the same few frames
# err together; only where they disagree do they doubt.</details>
#
# 3. The bell rang. What next?
# <details><summary>Answer</summary>Compute that frame, teach the network with it, and
# go on: that is a campaign, as in 42_active.</details>
#
# ## References
#
# - T. J. Penfold et al., Mach. Learn.: Sci. Technol. 5, 021001 (2024), sections 8.2 and
#   8.4, doi:10.1088/2632-2153/ad5074.
# - H. R. Künsch, Ann. Stat. 17, 1217 (1989), doi:10.1214/aos/1176347265.
# - J. D. Chodera et al., J. Chem. Theory Comput. 3, 26 (2007), doi:10.1021/ct0502864.
#
# Next: choose what to compute by asking the engine, in [42_active](42_active.ipynb).
