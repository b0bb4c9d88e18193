# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   xnet_lite:
#     introduces: [inverse.mixtures, inverse.mcr, inverse.rank, inverse.series]
#     needs: [04_spectra]
#     minutes: 40
#     level: intermediate
#     fast: {N_SITES: 200, N_TRIALS: 20, N_SCANS: 12}
# ---

# %% [markdown]
# # Take a mixture apart
#
# A catalyst is heated, and every minute a scan is taken. The edge moves, a shoulder
# grows, a line fades. **How many compounds were in the beam, which ones, how much of
# each, and when can nobody know?**
#
# A spectrum of a mixture is the sum of the spectra, each times its share of the
# absorbing atoms. That is all the physics there is, and it is linear. What follows is
# least squares, and the art of not believing it too soon. We mix spectra ourselves, so
# that we know what should come out.
#
# > **Note** This is the *reverse* way, from spectra to what they are of, as the review
# > of 2024 has the word; the paper of 2020 calls it *forward*.

# %% [markdown]
# **You will be able to**
#
# - fit a mixture by references, with an error for each share and a test of each part;
# - see that a reference is missing although the fit looks good;
# - count components, and name three things that add one which is none;
# - take a series apart without references, and say how far the result is certain;
# - look at many spectra on one map, and find what a new one is like.
#
# *Before you begin:* [04_spectra](04_spectra.ipynb). 40 minutes to read, half a minute
# to run, 500 MB of memory.

# %%
import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from xnet_lite.complexes import readable
from xnet_lite.datasets import load
from xnet_lite.exercises import Secret, check, look
from xnet_lite.inverse import MCR, combine, rank, target_test, unmix
from xnet_lite.plots import plot_class_maps, plot_lines
from xnet_lite.tables import Table
from xnet_lite.widgets.boxes import Guess, Reflect, match

# %% tags=["parameters"]
N_SITES = 1500  # relaxed iron sites; 100 to 1500
NOISE = 0.01  # of a point, in edge steps; 0.001 to 0.03
N_SCANS = 20  # in a series; 8 to 60
N_TRIALS = 300  # fits of new noise, to see what an error bar means; 10 to 1000
DRIFT = 0.2  # shift from scan to scan, eV; 0.0 to 1.0
SEED = 0  # of sites, shares and noise; 0 to 9999

# %% [markdown]
# ## Two compounds and a mixture
#
# Two iron sites by chance, and a third from the same set that will play the compound
# nobody thought of.

# %%
data = load("tm-complexes-k-fe").where(displaced=False)[:N_SITES]
rng = np.random.default_rng(SEED)
energy, rows = data.energy, rng.choice(N_SITES, 3, replace=False)
names = [readable(data.sites[row].name) for row in rows]
a, b, c = data.spectra[rows]


def noisy(spectrum):
    return spectrum + rng.normal(0, NOISE, np.shape(spectrum))


scan = noisy(0.3 * a + 0.7 * b)

# %% tags=["figure"]
curves = {names[0]: a, names[1]: b, "30 % and 70 %, measured": scan}
axes = {"x_title": "energy from the edge / eV", "y_title": "normalised absorption"}
plot_lines(energy, curves, **axes)

# %% [markdown]
# ## The fit, by hand
#
# Shares $f$ that make $|\mu - R f|^2$ smallest, with the references in the columns of
# $R$, solve $R^\mathsf{T}R f = R^\mathsf{T}\mu$. Noise of size $\sigma$ in every point
# moves them by $\sigma^2 (R^\mathsf{T}R)^{-1}$. *Predict*: what makes that large?

# %% tags=["derivation"]
references = np.column_stack([a, b])
inverse = np.linalg.inv(references.T @ references)
shares = inverse @ references.T @ scan
left = scan - references @ shares
sigma2 = (left**2).sum() / (len(energy) - 2)
errors = np.sqrt(sigma2 * np.diag(inverse))

fit = combine(energy, scan, {names[0]: a, names[1]: b})
assert np.allclose([*shares, *errors], [*fit.fractions, *fit.std])
fit.table

# %% [markdown]
# Two spectra that are nearly the same make $R^\mathsf{T}R$ nearly singular: then noise
# is all that tells one from the other. The last column asks of each reference whether
# the fit is worse without it than chance explains (an F-test).
#
# The shares were not told to add up to one, and nearly do. If normalisations are good,
# tell them so (`closed=True`): the error shrinks. Is that error bar true? New noise,
# again and again:

# %%
pair = {names[0]: a, names[1]: b}
closed = combine(energy, scan, pair, closed=True)
print(closed)
many = [combine(energy, noisy(0.3 * a + 0.7 * b), pair) for _ in range(N_TRIALS)]
found = np.array([one.fractions[0] for one in many])
said = np.mean([one.std[0] for one in many])
print(f"scatter of {N_TRIALS} fits {found.std():.4f}, said by one fit {said:.4f}")

# %% [markdown]
# ## What an error bar does not know
#
# Now a tenth of a third compound is in the beam, and nobody gives its spectrum. The fit
# still looks good, and its error bars are still small. *Look* at what is left, in units
# of the noise: noise jumps from point to point, a missing compound is smooth. `p_white`
# is the chance that noise is so smooth, and a note says so; it needs no knowledge of
# the noise. With a library at hand, `unmix` looks for what is there.

# %% tags=["figure"]
third = noisy(0.25 * a + 0.65 * b + 0.1 * c)
blind = combine(energy, third, pair)
print(f"chance of so smooth a rest: {blind.p_white:.1g}, {fit.p_white:.2f}")
few = rng.choice(np.setdiff1d(np.arange(N_SITES), rows), 40, replace=False)
library = {readable(data.sites[i].name): data.spectra[i] for i in [*rows, *few]}
print(unmix(energy, third, library).table)
both = {"third compound missing": blind.residual, "all there": fit.residual}
scaled = {name: one / NOISE for name, one in both.items()}
axes_left = {"x_title": axes["x_title"], "y_title": "what is left / noise"}
plot_lines(energy, scaled, **axes_left)

# %% tags=["exercise"]
# Your turn: `hidden` is a noiseless mixture of a (a share that nobody tells) and b (the
# rest). What is the share of a?
secret = Secret(0.2, 0.8, seed=SEED)
hidden = secret.made(lambda share: share * a + (1 - share) * b)
share_of_a = None
# solution
share_of_a = combine(energy, hidden, pair).fractions[0]

# %%
print(check("hidden share", share_of_a, secret=secret))
Guess("34 where they cross")

# %% [markdown]
# ## How many?
#
# A series of scans is a table, and every mixture of $n$ compounds lies in a space of
# $n$ dimensions, wherever the shares go. Noise fills all dimensions a little. So count
# the eigenvalues that are larger than noise makes them.
#
# The eye counts, too: where the spectra of two compounds *cross*, no share moves the
# absorption (an **isosbestic point**). A third compound need not pass through there.

# %% tags=["figure"]
amounts = rng.dirichlet(np.ones(3), N_SCANS)
series = noisy(amounts @ np.array([a, b, c]))
counted = rank(series)
print(counted)
apart = np.abs(a - b) > 2 * NOISE  # on either side of a crossing
cross = np.flatnonzero((np.diff(np.sign(a - b)) != 0) & apart[:-1] & apart[1:])
still = {n: (amounts[:, :n] / amounts[:, :n].sum(1)[:, None]) for n in (2, 3)}
wide = {n: np.ptp(some @ np.array([a, b, c])[:n], axis=0) for n, some in still.items()}
print(look("34 where they cross", two=wide[2][cross], three=wide[3][cross]))
component = np.arange(1, N_SCANS + 1)
other = rank(noisy(np.tile(a, (N_SCANS, 1))))
levels = {"three compounds": counted.eigenvalues, "one": other.eigenvalues}
titles = {"x_title": "component", "y_title": "eigenvalue"}
plot_lines(component, levels, **titles, log_y=True, markers=True)

# %% [markdown]
# Four rules count: Malinowski's indicator IND (1977), the bend of that curve (scree),
# an F-test, and the edge of what white noise can reach. They disagree when things get
# close: `python -m benchmarks.mixtures` says who is right how often.
#
# And all of them count *directions*, not compounds. *Predict*: which of these makes a
# second component of one pure compound: more sample in the beam, a drifting energy
# scale, a background that comes and goes?

# %%
pure = np.tile(a, (N_SCANS, 1))
thick = pure * rng.uniform(0.8, 1.2, (N_SCANS, 1))
shifts = rng.normal(0, DRIFT, N_SCANS)
drifting = np.array([np.interp(energy, energy + shift, a) for shift in shifts])
ground = pure + rng.uniform(0, 0.1, (N_SCANS, 1)) * np.linspace(1, 0, len(energy))
kinds = {"as it is": pure, "amount": thick, "drift": drifting, "background": ground}
print(Table([{"series": k} | rank(noisy(one)).counts for k, one in kinds.items()]))

# %% tags=["exercise"]
# Your turn: which of "amount", "drift", "background" is harmless to a count?
harmless = None
# solution
harmless = "amount"

# %%
print(check("harmless", harmless))


def mixed(share):
    return share * a + (1 - share) * b


where = {"span": (0, 1, 0.01), "start": 0.5}
match("34 by eye", energy, mixed, 0.9 * hidden + 0.1 * c, **where)

# %% [markdown]
# An energy scale that drifts adds the derivative of the spectrum, a background adds
# itself. `read_series(folder, aligned=True)` puts scans of one sample on one energy
# scale; of a series that truly changes it would take true shifts away.
#
# ## Without references
#
# Curve resolution (MCR-ALS) looks for shares and spectra at once, with nothing known
# but that neither is negative and shares add up to one. Here are two series of the same
# two compounds: one runs from pure end to pure end, the other from 30 to 70 % only.
# *Predict*: which one is fitted worse?

# %%
share = np.linspace(0, 1, N_SCANS)
whole = noisy(np.column_stack([share, 1 - share]) @ np.array([a, b]))
resolved = MCR(2).fit(whole)
wrong = np.abs(np.sort(resolved.fractions[:, 0]) - share).mean()
print(f"to the ends: left {resolved.rms:.4f}, a share is off by {wrong:.3f}")
print("the mean share of the first could be", resolved.ranges()[0].round(2))
middle = np.linspace(0.3, 0.7, N_SCANS)
inner = noisy(np.column_stack([middle, 1 - middle]) @ np.array([a, b]))
blurred = MCR(2).fit(inner)
low, high = blurred.ranges()[0]
print(f"inner: left {blurred.rms:.4f}, mean share {low:.2f} to {high:.2f}")

# %% tags=["figure"]
ends = {"true, lower": a, "true, upper": b}
ends |= {f"found {i}": one for i, one in enumerate(blurred.spectra, 1)}
plot_lines(energy, ends, **axes)

# %% [markdown]
# Both are fitted equally well, and the spectra of the inner one are wrong: each is a
# mixture itself. That is no matter of noise. If $D = C S$, then
# $D = (C T^{-1})(T S)$ for any $T$ that leaves nothing negative, and `ranges` says how
# far that goes. It is as wide for the first series, which came out right because the
# search begins at the purest scans, and there these *are* pure. Nothing in the scans
# says so: you do. What helps is knowledge: of a pure end, of a spectrum
# (`MCR(2, known=[...])`), or
#
# ## The target test
#
# A guess is held against the space of the series: does it lie inside, up to noise?
# SPOIL below 3 says yes, above 6 no (Malinowski 1978). No amounts are needed.

# %%
guesses = {names[0]: a, names[1]: b, names[2]: c, "half of each": (a + b) / 2}
tests = {name: target_test(inner, one, 2) for name, one in guesses.items()}
rows_of = [{"guess": k, "SPOIL": t.spoil, "is it": t.word} for k, t in tests.items()]
print(Table(rows_of))

# %% [markdown]
# The half-and-half passes as well: everything inside the space does. The test finds
# compounds that are *not* there.
#
# ## A map of spectra
#
# Two principal components of all spectra, and t-SNE, which keeps neighbors together and
# nothing else. *Predict*: where does a mixture lie on each?

# %% tags=["figure"]
mixture = np.linspace(0, 1, 9)[:, None] * [a - b] + b
everything = np.vstack([data.spectra, mixture])
shell = data.labels["first_shell"].astype(object)
kind = np.append(shell, ["mixture"] * len(mixture))
named = [readable(site.name) for site in data.sites]
named += [f"{x:.0%} of the first" for x in np.linspace(0, 1, 9)]
flat = PCA(2, random_state=SEED).fit_transform(everything)
kind[~np.isin(kind, ["N6", "N4O2", "Cl2N4", "mixture"])] = "others"
waves = PCA(20, random_state=SEED).fit_transform(everything)
tsne = TSNE(2, init="pca", perplexity=20, random_state=SEED).fit_transform(waves)
plot_class_maps({"principal components": flat, "t-SNE": tsne}, kind, named)

# %% [markdown]
# On principal components a mixture lies on the straight line between its ends, because
# that map is linear. On t-SNE it hops along whichever compounds happen to look like it:
# distances on that map mean nothing beyond the nearest neighbors. And what is a mixture
# like, if one asks for the nearest known compound? For compounds that were never there:
# a nearest neighbor always exists, and a mixture of two is often nearer to a third than
# to either. Ask how many before asking which.

# %%
half = mixture[4]
away = np.abs(data.spectra - half).sum(axis=1) / np.abs(half).sum() * 100
for row in np.argsort(away)[:3]:
    print(f"{away[row]:.1f} %  {named[row]}")
Reflect("34 how many")

# %% tags=["check"]
assert np.isclose(closed.fractions.sum(), 1)
assert np.allclose(resolved.fractions.sum(axis=1), 1, atol=1e-6)
assert abs(found.mean() - 0.3) < 4 * found.std() / np.sqrt(N_TRIALS) + 1e-3
line = flat[-9:] - flat[-9]
assert np.isclose(np.linalg.matrix_rank(line, tol=1e-6 * np.abs(line).max()), 1)

# %% tags=["check-full"]
assert abs(said / found.std() - 1) < 0.15
assert blind.p_white < 1e-3 < fit.p_white
assert set(counted.counts.values()) >= {3}
assert rank(noisy(thick)).n_noise_edge == rank(noisy(pure)).n_noise_edge == 1
assert rank(noisy(drifting)).n_noise_edge > 1 < rank(noisy(ground)).n_noise_edge
assert wrong < 0.01
assert low < 0.5 < high
assert high - low > 0.1
assert tests[names[2]].word == "out"
assert all(tests[name].word == "in" for name in names[:2])

# %% [markdown]
# ## Summary
#
# - Shares come from least squares, their errors from how unlike the references are, and
#   both hold only if every compound is among them: look at what is left.
# - Eigenvalues count directions. Drift and background make some that are no compounds.
# - Without references a series leaves a range, however small the noise; that its purest
#   scans are pure is an assumption. A target test rules compounds out.
# - A nearest neighbor of a mixture is a compound that need not be there.
#
# ## Three questions
#
# 1. Two references differ by 2 % and the noise is 1 %. What helps more: ten times as
#    many points, or a better monochromator?
# <details><summary>Answer</summary>More points make the error √10 times smaller. If a
# better resolution makes the difference four times larger, it wins.</details>
#
# 2. A series gives two components at room temperature and three when cooled. Has a
#    compound appeared?
# <details><summary>Answer</summary>Perhaps; or the energy scale has moved between the
# two, or vibrations have changed the spectrum of one of them. Look at the third
# component: is it the derivative of a spectrum?</details>
#
# 3. Why does the target test accept the mean of two compounds?
# <details><summary>Answer</summary>It asks whether a spectrum can be made of the
# components, and the mean can. It rules out, and does not rule in.</details>
#
# ## References
#
# - E. R. Malinowski, Anal. Chem. 49, 612 (1977), doi:10.1021/ac50012a027.
# - R. Tauler, Chemom. Intell. Lab. Syst. 30, 133 (1995),
#   doi:10.1016/0169-7439(95)00047-X.
# - T. J. Penfold et al., Mach. Learn.: Sci. Technol. 5, 021001 (2024), section 8,
#   doi:10.1088/2632-2153/ad5074.
#
# Next: [40_delta](40_delta.ipynb), where a cheap spectrum is corrected.
