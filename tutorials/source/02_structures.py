# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   xnet_lite:
#     introduces: [structures, complexes, crystals]
#     needs: [01_absorption]
#     minutes: 50
#     level: beginner
#     fast: {N_SITES: 120, MAX_FORCE: 0.1}
# ---

# %% [markdown]
# # Build a molecule and let it settle
#
# A network needs thousands of molecules with a metal in them, and a spectrum for each.
# Nobody measures thousands. But chemistry is a kit: a metal, some ligands, a polyhedron
# that says who sits where. **Can a program put molecules together that are good enough
# to teach from, and how much does a spectrum mind if they are not?**
#
# You will build two molecules from the same parts list, let quantum mechanics pull them
# into shape, and watch what that does to their spectra. Then you take a walk through
# the many molecules that came out of the same machine.

# %% [markdown]
# **You will be able to**
#
# - write a complex down as a recipe, and say its charge and its isomers beforehand;
# - list the neighbors of a site by hand, and tell who sits opposite whom;
# - relax a structure, and say by how much bonds and spectrum move;
# - name three things that a relaxed structure can still be wrong about;
# - read a map of a dataset without believing it too much.
#
# *Before you begin:* [01_absorption](01_absorption.ipynb). 50 minutes to read, half a
# minute to run, 600 MB of memory. RDKit and tblite must be there (`xnet-lite[chem]`):
# where they are not, the first cell that needs them says so.

# %%
import numpy as np
from ase.optimize import LBFGS
from sklearn.decomposition import PCA
from xnet_lite import crystals
from xnet_lite.exercises import check, look
from xnet_lite.datasets import load
from xnet_lite.complexes import LIGANDS, Recipe, build
from xnet_lite.complexes import isomers, polyhedron, relax, xtb_calculator
from xnet_lite.descriptors import WACSF
from xnet_lite.errors import InputError
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.plots import plot_classes, plot_lines, plot_spectra, plot_structure
from xnet_lite.preprocessing import FeatureScaler
from xnet_lite.scattering import MultipleScattering
from xnet_lite.structures import Site, neighbors
from xnet_lite.tables import Table
from xnet_lite.widgets import CorpusMap, SiteExplorer
from xnet_lite.widgets.boxes import Ask, Guess, Reflect

# %% tags=["parameters"]
DATA = "tm-complexes-k"  # the dataset whose map is drawn; any of tm-complexes-k
METAL = "Fe"  # the absorber, in the recipe and on the map;
#   any of Fe, Ni, Zn
N_SITES = 10_000  # most sites on the map; the set has fewer, so: all; 60 to 10_000
CUTOFF = 2.8  # Å, how far a first neighbor may be; 2.6 to 3.0
MAX_FORCE = 0.02  # eV/Å, where a relaxation stops; the corpus stopped at 0.1;
#   0.01 to 0.1
SEED = 4  # of the molecule that the exercise hides; 0 to 9999

# %% [markdown]
# ## The kit
#
# A ligand, to the program, is a string that says who is bonded to whom (SMILES), which
# of its atoms hold on to the metal, how far from it, and what charge it brings. How
# many bite at once is its *denticity*; a ring that lies flat on the metal counts once.

# %%
kinds = {one.kind for one in LIGANDS.values()}
print(f"{len(LIGANDS)} ligands of {len(kinds)} kinds; some of them:")
rows = []
for name in ("cl", "co", "mecn", "py", "bpy", "acac", "terpy", "cp"):
    one = LIGANDS[name]
    row = {"name": name, "kind": one.kind, "charge": one.charge, "bites": one.denticity}
    row |= {"distance / Å": one.distances[0], "SMILES, donors numbered": one.smiles}
    rows.append(row)
print(Table(rows))

# %% [markdown]
# ## A complex on paper
#
# Iron(II), four acetonitriles CH₃CN, two chlorides, on an octahedron. *Predict* three
# things: the charge of the whole; whether the number of electrons is even; and in how
# many different ways the parts can be put on the six corners.
#
# Two chlorides have 15 pairs of corners to choose from. But a rotation of the
# octahedron makes many of them the same: only the angle between the two matters.

# %% tags=["figure"]
recipe = Recipe(METAL, 2, "octahedral", ("mecn",) * 4 + ("cl",) * 2)
corners = polyhedron("octahedral", 6).vertices
i, j = np.triu_indices(6, k=1)
angles = np.degrees(np.arccos((corners[i] * corners[j]).sum(axis=1))).round()
ways = isomers(recipe)
print(f"{recipe.key}: {recipe.n_atoms} atoms, charge {recipe.charge}", end=", ")
print(f"electrons {'even' if recipe.is_even else 'odd'}")
for angle, n in zip(*np.unique(angles, return_counts=True), strict=True):
    print(f"{n} pairs of corners at {angle:.0f}°")
print("isomers the library finds:", len(ways))
built = {name: build(recipe, isomer=k) for k, name in enumerate(("cis", "trans"))}
plot_structure(built["cis"].site(), title="cis-FeCl₂(NCCH₃)₄ as built: drag to turn")

# %% [markdown]
# The two angles are the two isomers: chlorides side by side (*cis*, 90°) or facing each
# other (*trans*, 180°). For each, the builder turned every ligand so that its donor
# sits on its corner at the tabulated distance, and twisted it until nobody stepped on
# anybody's toes.
#
# ## Who is next to iron?
#
# What a spectrum sees first are the distances from the absorber. A `Site` is nothing
# but atoms and the index of the one that absorbs; its neighbors are a subtraction and a
# sort away. Who sits *opposite* whom is the largest angle.

# %% tags=["derivation"]
site = built["cis"].site()
away = site.atoms.positions - site.atoms.positions[site.absorber_index]  # (n_atoms, 3)
r = np.linalg.norm(away, axis=1)
near = np.argsort(r, kind="stable")
near = near[(r[near] > 0) & (r[near] <= CUTOFF)]
around = neighbors(site, CUTOFF)
assert np.array_equal(near, around.indices)
assert np.allclose(r[near], around.distances)
print(" ".join(f"{s}{k}" for k, s in zip(near, site.atoms.symbols[near], strict=True)))
print(" ".join(f"{d:.2f} Å" for d in r[near]))
Guess("02 longer or shorter")

# %% [markdown]
# Built bonds are all alike: the table knows iron, nitrogen and chlorine, but not who
# sits opposite. *Predict*: chloride pushes electrons into the bond across iron. Once
# the molecule may relax, will a nitrogen opposite a chloride have a shorter or a longer
# bond than one opposite a nitrogen?
#
# ## Let go
#
# GFN2-xTB is a quick quantum mechanics, made for molecules with any element in them. It
# gives the energy and the force on each atom; an optimiser follows the forces downhill
# until none is above `MAX_FORCE`.

# %%
relaxed = {name: relax(one, max_force=MAX_FORCE) for name, one in built.items()}
energy = {}  # eV
for name in built:
    for state, one in (("built", built[name]), ("relaxed", relaxed[name])):
        atoms = one.atoms.copy()
        atoms.calc = xtb_calculator(recipe.charge)
        energy[name, state] = atoms.get_potential_energy()
        push = np.linalg.norm(atoms.get_forces(), axis=1).max()
        print(f"{name:5s} {state:8s} largest force {push:.2f} eV/Å")
    gain = energy[name, "built"] - energy[name, "relaxed"]
    print(f"{name:5s} gains {gain:.2f} eV")
apart = energy["cis", "relaxed"] - energy["trans", "relaxed"]
print(f"cis lies {apart:.2f} eV above trans")

# %%
lines = {}
for isomer, one in relaxed.items():
    near = neighbors(one.site(), CUTOFF)
    across = (near.vectors @ near.vectors.T / near.distances).argmin(axis=1)
    symbols = np.array(one.atoms.get_chemical_symbols())[near.indices]
    kinds = np.char.add(symbols, np.char.add(" opposite ", symbols[across]))
    was = built[isomer].atoms.get_distances(0, near.indices)
    for kind in np.unique(kinds):
        old, new = (r[kinds == kind].mean() for r in (was, near.distances))
        lines[f"{isomer}: {kind}"] = old, new
        print(f"{isomer:5s} {kind:15s} {old:.2f} -> {new:.3f} Å")
of_two = [lines[f"{name}: N opposite N"][1] for name in ("cis", "trans")]
effect = lines["cis: N opposite Cl"][1] - of_two[0]
print(f"opposite Cl, not N: {effect:+.3f} Å; control: {of_two[1] - of_two[0]:+.3f} Å")
print(look("02 longer or shorter", effect=effect))

# %% tags=["figure"]
states = ["as tabulated", "relaxed"]
length = "mean distance from Fe / Å"
plot_lines(states, lines, markers=True, x_title="structure", y_title=length)

# %% [markdown]
# Read it off the list: in the *cis* isomer, bonds that were equal now differ by who
# sits opposite. Chemists call it the *trans influence*, and no table of distances by
# ligand alone can hold it. But mind the **control**: a nitrogen opposite a nitrogen is
# the same along its axis in both isomers, and yet its bond differs between them. So
# part of what the first number shows is the rest of the molecule. *Is what is left more
# than that?* One molecule and one quick method do not settle it.
#
# ## And the spectrum?
#
# *Predict*: bonds moved by a few hundredths of an ångström. Is that more or less than
# the difference between *cis* and *trans*? Move the slider from the built molecule
# (0) to the relaxed one (1), and beyond.

# %% tags=["widget"]
engine = MultipleScattering()
start = built["cis"].atoms
end = relaxed["cis"].atoms


def on_the_way(t):
    atoms = start.copy()
    atoms.positions = (1 - t) * start.positions + t * end.positions
    return Site(atoms, 0, name=f"{t:.2f} of the way")


span = (0, 1.5, 0.25)
SiteExplorer(on_the_way, {"now": engine}, span=span, start=0, label="share of the way")

# %% tags=["figure"]
spectra = {}
for isomer in built:
    spectra[f"{isomer}, built"] = engine(built[isomer].site())
    spectra[f"{isomer}, relaxed"] = engine(relaxed[isomer].site())


def differ(one, other):
    return relative_spectral_error(spectra[one].mu, spectra[other].mu)


moved = {isomer: differ(f"{isomer}, built", f"{isomer}, relaxed") for isomer in built}
between = differ("cis, relaxed", "trans, relaxed")
print(f"built and relaxed: cis {moved['cis']:.1f} %, trans {moved['trans']:.1f} %")
print(f"cis and trans, both relaxed: {between:.1f} %")
plot_spectra(spectra, title="A relaxation, and where it shows")

# %% tags=["check"]
assert len(ways) == len(set(angles)) == 2
assert recipe.charge == 2 + sum(LIGANDS[name].charge for name in recipe.ligands)
for name in built:
    assert energy[name, "relaxed"] < energy[name, "built"]
    assert relaxed[name].geometry_found == "octahedral"

# %% [markdown]
# The printed numbers are of one order: for the *cis* molecule, leaving it as built
# costs more than half of what taking it for the other isomer does. A network that shall
# one day read real spectra must be taught from relaxed structures.
#
# ## What can still be wrong
#
# *First*: not everything that can be built wants to exist. `relax` refuses molecules
# that fall apart or turn into others. *Second*: the number of unpaired electrons is a
# choice that we make. All structures here are closed shells; iron(II) in the laboratory
# often has four unpaired electrons, and longer bonds. *Third*: somebody chose where to
# stop. The corpus stopped at forces five times as large as our `MAX_FORCE`. *Predict*:
# had we stopped there, how much would be missing?

# %%
weak = Recipe(METAL, 2, "octahedral", ("oh2",) * 4 + ("f",) * 2)
try:
    relax(build(weak, isomer=1))
except InputError as refusal:
    print(refusal)

# %%
atoms = relaxed["cis"].atoms.copy()
atoms.calc = xtb_calculator(recipe.charge)
atoms.calc.set(multiplicity=5)  # four unpaired electrons
assert LBFGS(atoms, logfile=None).run(fmax=MAX_FORCE, steps=200)
high_spin = Site(atoms, 0)
low_spin = relaxed["cis"].site()
six = [neighbors(one, CUTOFF).distances[:6].mean() for one in (low_spin, high_spin)]
far_off = relative_spectral_error(engine(high_spin).mu, spectra["cis, relaxed"].mu)
print(f"six nearest: {six[0]:.2f} Å, with high spin {six[1] - six[0]:.2f} Å longer")
print(f"spectra differ by {far_off:.0f} %")

# %%
early = relax(built["cis"], max_force=5 * MAX_FORCE)
spectra["cis, early"] = engine(early.site())
for name, one in (("early", early), ("relaxed", relaxed["cis"])):
    atoms = one.atoms.copy()
    atoms.calc = xtb_calculator(recipe.charge)
    above = atoms.get_potential_energy() - energy["cis", "relaxed"]
    nitrogens = [i for i in one.bonded if atoms.symbols[i] == "N"]
    bends = [atoms.get_angle(0, i, i - 1) for i in nitrogens]  # Fe-N-C
    print(
        f"{name:8s} {above:.2f} eV above, smallest Fe–N–C {min(bends):.0f}°", end=", "
    )
    print(f"spectrum {differ(f'cis, {name}', 'cis, relaxed'):.1f} % off")

# %% [markdown]
# The first molecule is refused by name. The second finding dwarfs everything above: the
# spin state moves bonds and spectrum far more than the isomer does. (In crystals high
# spin makes bonds 0.1–0.2 Å longer, says the card of the corpus: this quick method
# stretches them too much, and is no judge of which state lies lower.) A corpus of
# closed shells teaches closed shells.
#
# The third is a warning. Forces are small at the bottom of a valley, and also on a
# gentle slope. Stopped early, the acetonitriles still stand straight; on the last
# stretch some of them bend, and the spectrum changes as much as on all the way before.
# This molecule was chosen because it shows it, but the corpus was made with the wide
# limit: not all of it is at the bottom.
#
# ## Without an end: crystals
#
# Half of what beamlines measure is no molecule but a crystal: one cell, repeated. Its
# *prototype* says who sits where in the cell; many compounds share one. How large the
# cell is follows from its bonds: one that carries a *valence* s (the charge of the
# metal, divided by its bonds) is R − 0.37 Å · ln s long, with R from two numbers an
# element. *Predict*: the same metal and oxygen with six neighbors (rock salt) or with
# four (zinc blende, wurtzite): whose bonds are longer, and whose spectra look alike?

# %% tags=["figure"]
listed = {one.name: one for one in crystals.compounds(METAL)}
oxides, first = {}, {}
for prototype in ("rocksalt", "zincblende", "wurtzite"):
    (one,) = crystals.build(listed[f"{METAL}O {prototype}"]).sites(METAL)
    oxides[prototype], first[prototype] = engine(one), neighbors(one, 2.5).distances
    print(f"{prototype:10s} {len(first[prototype])} O at {first[prototype][0]:.2f} Å")
bond = crystals.bond_length(METAL, "O", 2 / 6)  # charge two, six bonds
assert np.allclose(first["rocksalt"], bond)
real, _ = crystals.SUBSTANCES[f"{METAL}O"].sites()[0]
near = neighbors(real, 2.5).distances
print(f"measured   {len(near)} O at {near[0]:.2f} Å")
print(f"one of {len(listed)} compounds of {METAL} that charges allow")
plot_spectra(oxides, title=f"{METAL}O in three prototypes")

# %% [markdown]
# Fewer bonds carry more each and are shorter. The two cells with four neighbors have
# the more similar spectra: what differs between them is from the second shell on. The
# measured crystal has bonds near to those of the prototype with as many neighbors.
# Nothing was relaxed, no stability was asked for: many of these compounds do not exist.
#
# ## A walk through the corpus
#
# Many recipes went through this machine; how many is printed below. Each site has a
# feature vector of 97 numbers ([03_features](03_features.ipynb) explains them);
# principal components are the two directions in which the vectors differ most.
# *Predict*: will complexes of one geometry lie together?

# %% tags=["figure"]
corpus = load(DATA).where(metal=METAL).sample(N_SITES, SEED).described(WACSF())
scaler = FeatureScaler()
z = scaler.fit_transform(corpus.features)  # (n_sites, n_features)
pca = PCA(2).fit(z)
seen = pca.explained_variance_ratio_.sum()
geometry = corpus.labels["geometry"]
squares = (z**2).sum(axis=1) + (z**2).sum(axis=1)[:, None] - 2 * z @ z.T
squares[corpus.groups == corpus.groups[:, None]] = np.inf  # strangers only
same = (geometry[squares.argmin(axis=1)] == geometry).mean()
chance = ((np.unique(geometry, return_counts=True)[1] / len(corpus)) ** 2).sum()
print(f"{len(corpus)} sites; the plane shows {seen:.0%} of the variance")
print(f"nearest other compound has the same geometry: {same:.0%}, chance: {chance:.0%}")
names = [site.name for site in corpus.sites]
plot_classes(pca.transform(z), geometry, names, title="A corpus, seen from above")

# %% tags=["widget"]
ours = scaler.transform(WACSF().transform([low_spin]))
near_us = np.linalg.norm(z - ours, axis=1).argsort()[:3]
above = corpus.energy > 15  # eV; the corpus has each spectrum divided by its mean there
mu = spectra["cis, relaxed"]
mu = np.interp(corpus.energy, mu.energy_rel, mu.mu)
mu = mu / mu[above].mean()
print(f"nearest to our {low_spin.name} in all {z.shape[1]} numbers:")
for row in near_us:
    off = relative_spectral_error(corpus.spectra[row], mu)
    print(f"  number {row}, {names[row]}: its spectrum is {off:.1f} % off")
corpus_map = CorpusMap(corpus, pca.transform(z), by="geometry", start=int(near_us[0]))
Ask("02 third relative", corpus_map, geometry=geometry, rows=near_us)

# %% [markdown]
# The map starts at our molecule's nearest relative: click around. Geometry is visible
# from above, but the piles overlap: what the plane leaves out is where they part. In
# all 97 numbers, the nearest other compound has the same geometry far more often than
# chance would give.
#
# The nearest site of all is our molecule itself: the corpus has the same recipe and
# isomer, relaxed from another start, and the two spectra nearly agree. The next are
# relatives, other ligands on the same octahedron; how bad a guess their spectra are is
# printed beside them. Copying the nearest relative is the first model that a network
# has to beat.

# %% tags=["exercise"]
# Your turn: `secret` is a molecule with two phosphines PH3, two chlorides and two
# carbonyls around iron, its atoms shuffled, the whole turned. Are the two chlorides
# cis or trans? Use `neighbors` (it has `numbers` and `vectors`); chlorine is 17.
rng = np.random.default_rng(SEED)
hidden = Recipe(METAL, 2, "octahedral", ("ph3",) * 2 + ("cl",) * 2 + ("co",) * 2)
atoms = build(hidden, isomer=int(rng.integers(len(isomers(hidden))))).atoms
atoms = atoms[[0, *(1 + rng.permutation(len(atoms) - 1))]]
atoms.rotate(360 * rng.random(), rng.normal(size=3))
secret = Site(atoms, 0)
answer = None  # "cis" or "trans"
# solution
found = neighbors(secret, CUTOFF)
one, other = found.vectors[found.numbers == 17]
answer = "cis" if abs(one @ other) < 0.5 * (one @ one) else "trans"

# %%
near = neighbors(secret, CUTOFF)
print(check("cis or trans", answer, chlorides=near.vectors[near.numbers == 17]))
Reflect("02 three questions")

# %% tags=["check-full"]
assert abs(effect) > abs(of_two[1] - of_two[0])
assert min(moved.values()) > 2, "in per cent"
assert 0.5 * between < max(moved.values()) < between
four = relative_spectral_error(oxides["zincblende"].mu, oxides["wurtzite"].mu)
assert four < relative_spectral_error(oxides["zincblende"].mu, oxides["rocksalt"].mu)
assert same > 1.5 * chance
assert 0.05 < seen < 0.9
assert far_off > 2 * between
assert differ("cis, early", "cis, relaxed") > 0.5 * between
assert names[near_us[0]] == low_spin.name

# %% [markdown]
# ## Summary
#
# - A recipe (metal, charge, ligands, polyhedron) fixes charge and isomers before an
#   atom is placed.
# - Neighbors are a subtraction and a sort; you did it by hand and the library agreed.
# - Relaxing moved bonds by hundredths of an ångström, showed who sits opposite whom,
#   and changed a spectrum more than half as much as an exchange of isomers.
# - Still open after relaxing: whether the molecule exists, its spin, and whether the
#   optimiser stopped too early.
# - A map of principal components shows a part of the variance, and says which part.
#
# ## Three questions
#
# 1. Why do mirror images of a complex count as one isomer here?
# <details><summary>Answer</summary>Unpolarised absorption cannot tell them apart: all
# distances and angles are equal.</details>
#
# 2. The relaxed structures are minima at zero temperature. What would a measured
#    spectrum at room temperature have in addition?
# <details><summary>Answer</summary>An average over vibrating structures, a few
# hundredths of an ångström each: fine structure is washed out, most of all far above
# the edge.</details>
#
# 3. Two points lie on top of each other on the map. Are their spectra equal?
# <details><summary>Answer</summary>Not necessarily: they may differ in all the
# directions that the plane does not show. Ask for the distance in all
# features.</details>
#
# ## References
#
# - C. Bannwarth, S. Ehlert, S. Grimme, J. Chem. Theory Comput. 15, 1652 (2019),
#   doi:10.1021/acs.jctc.8b01176 (GFN2-xTB).
# - D. Balcells, B. B. Skjelstad, J. Chem. Inf. Model. 60, 6135 (2020),
#   doi:10.1021/acs.jcim.0c01041 (tmQM, the structures behind the papers' sets).
# - E. I. Ioannidis, T. Z. H. Gani, H. J. Kulik, J. Comput. Chem. 37, 2106 (2016),
#   doi:10.1002/jcc.24437 (a builder of complexes).
# - P. Pyykkö, M. Atsumi, Chem. Eur. J. 15, 186 (2009), doi:10.1002/chem.200800987
#   (radii that carry distances from metal to metal).
#
# Next: [03_features](03_features.ipynb) turns a structure into numbers;
# [05_data](05_data.ipynb) asks what the corpus is worth.
