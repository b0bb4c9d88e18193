"""The papers' tables: figures in print, the race that runs them again, the rows."""

import json
from argparse import Namespace

import numpy as np
import pytest

from benchmarks import published as benchmark
from tools.notebook_rules import parameter_names
from tools.notebooks import build
from xnet_lite.datasets import XASDataset
from xnet_lite.errors import InputError
from xnet_lite.models import CNN, LSTM, MLP
from xnet_lite.studies.published import runs as published
from xnet_lite.studies.published import tables as published_tables
from xnet_lite.studies.published.runs import (
    ELEMENTS,
    PUBLISHED,
    PUBLISHED_AS,
    columns,
    entrants,
    inputs_of,
    public_or_own,
    published_row,
)
from xnet_lite.studies.published.tables import (
    collect,
    means_that_do_not_follow,
    read_row,
    write_row,
)
from xnet_lite.tables import NOTHING, Table

ENERGY = np.linspace(-15, 60, 226)
RNG = np.random.default_rng(3)
#: as the review counts them, from 97 features to 226 energies
N_WEIGHTS = {MLP: 428_770, CNN: 246_626, LSTM: 422_376}
EPOCHS = 2


def column(table, name):
    """A column of a printed table."""
    return [figures[name] for figures in PUBLISHED[table]["figures"].values()]


def peaks_at(centers):
    """A step with a peak of 2 eV at each of the centers, (n_sites, n_energies)."""
    step = 0.5 + np.arctan(ENERGY) / np.pi
    return step + np.exp(-((ENERGY - np.reshape(centers, (-1, 1))) ** 2) / 2)


@pytest.fixture(scope="module")
def small():
    """Sites whose peak follows their first feature, under a name of the public sets."""
    features = RNG.random((60, 24))
    spectra = peaks_at(5 + 20 * features[:, 0])
    meta = {"absorber": "V"}
    return XASDataset("tmqm-k-v", ENERGY, spectra, features=features, meta=meta)


@pytest.fixture(scope="module")
def raced(small):
    """The row of the small set, two seeds, and what was seen on the way."""
    seen = []
    names = ("mean spectrum", "1-NN", "MLP 2022", "MLP 2024")
    models = {name: entrants(EPOCHS, EPOCHS)[name] for name in names}
    how = {"splits": ("random", "cluster"), "seeds": (0, 1)}
    return published_row(small, models, see=seen.append, **how), seen, models


# --- the print ----------------------------------------------------------------------


def test_every_table_has_the_nine_metals_and_says_where_it_is_from():
    for table in PUBLISHED.values():
        assert tuple(table["figures"]) == ELEMENTS
        assert table["doi"].startswith("10.")
        assert "Table" in table["source"]


@pytest.mark.parametrize(
    ("table", "name", "text"),
    [
        ("2022 I", "median", 4.3),
        ("2022 I", "median_broadened", 2.8),
        ("2022 II", "peak_mean", 0.80),
    ],
)
def test_the_means_are_those_that_the_text_of_the_paper_gives(table, name, text):
    # 2.856 is printed as 2.8
    assert np.mean(column(table, name)) == pytest.approx(text, abs=0.06)


@pytest.mark.parametrize("after", ["", "_broadened"])
def test_medians_lie_between_their_quartiles(after):
    low, middle, high = (
        np.array(column("2022 I", name + after))
        for name in ("lower_quartile", "median", "upper_quartile")
    )
    assert (low < middle).all()
    assert (middle < high).all()


def test_broadening_lowers_every_printed_error():
    for name in ("median", "upper_quartile", "lower_quartile"):
        before, after = column("2022 I", name), column("2022 I", f"{name}_broadened")
        assert (np.array(after) < before).all()


def test_three_of_the_means_that_the_review_prints_are_not_those_of_its_columns():
    # that of the MLP's interquartile ranges is 0.08 off, which rounding could make
    expected = {"CNN": 0.2, "CNN_iqr": 0.167, "LSTM": -0.222}
    found = means_that_do_not_follow("2024 3")
    assert found == pytest.approx(expected, abs=0.001)


def test_a_table_without_printed_means_is_refused():
    with pytest.raises(InputError, match="table '2022 I' prints no means"):
        means_that_do_not_follow("2022 I")


# --- the columns --------------------------------------------------------------------


def test_a_perfect_prediction_has_no_error_and_all_peaks():
    true = peaks_at([8.0, 20.0, 31.0])
    found = columns(true, true, ENERGY)
    assert found["median"] == found["peak_max"] == 0
    assert found["hit_rate"] == found["real_rate"] == 1
    assert found["skewness"] is None  # of errors that are all equal


def test_noise_finds_every_peak_and_hardly_one_of_its_own_is_real():
    true = peaks_at(np.linspace(5, 40, 20))
    noisy = true.mean(0) + RNG.normal(0, 0.2, true.shape)
    found = columns(noisy, true, ENERGY)
    assert found["hit_rate"] == 1
    assert found["real_rate"] < 0.1


# --- the race -----------------------------------------------------------------------


@pytest.mark.parametrize("network", N_WEIGHTS)
def test_the_published_networks_are_as_large_as_the_review_counts(network):
    predictor = entrants()[PUBLISHED_AS[network.__name__]](0)
    model = predictor.model(97, 226)
    assert sum(w.numel() for w in model.parameters()) == N_WEIGHTS[network]
    assert predictor.config.epochs == 512


def test_every_model_meets_the_baselines():
    assert list(entrants())[:3] == ["mean spectrum", "1-NN", "kernel ridge"]


def test_no_held_out_site_was_taught(raced):
    for trial in raced[1]:
        assert not set(trial.train) & set(trial.test)


def test_the_random_split_is_that_of_the_reference_figures(small, raced):
    by = {(t.split, t.seed): t for t in raced[1]}
    expected = np.random.default_rng(1).permutation(len(small))[:12]  # a fifth
    np.testing.assert_array_equal(by["random", 1].test, expected)


def test_the_nearest_neighbor_predicts_a_spectrum_of_the_training_set(small, raced):
    trial = next(t for t in raced[1] if t.model == "1-NN")
    known = {spectrum.tobytes() for spectrum in small.spectra[trial.train]}
    assert all(spectrum.tobytes() in known for spectrum in trial.spectra_pred)


def test_a_row_holds_every_model_split_and_seed_and_survives_json(raced):
    row, seen, models = raced
    assert len(row["trials"]) == len(seen) == len(models) * 2 * 2
    assert json.loads(json.dumps(row, allow_nan=False)) == row
    assert row["element"] == "V"
    assert row["came_broadened"]


def test_the_scores_of_a_row_are_those_of_the_predictions(raced):
    row, seen, _ = raced
    for told, trial in zip(row["trials"], seen, strict=True):
        assert told["as_given"]["median"] == pytest.approx(np.median(trial.errors))
        assert told["broadened"]["median"] < told["as_given"]["median"]


def test_the_same_inputs_are_equal(small, raced):
    row, _, models = raced
    again = inputs_of(small, models, ("random", "cluster"), (0, 1))
    assert json.loads(json.dumps(again)) == row["inputs"]


@pytest.mark.parametrize("change", ["data", "epochs", "splits", "seeds"])
def test_other_inputs_are_not_equal(small, raced, change):
    row, _, models = raced
    data, splits, seeds = small, ["random", "cluster"], [0, 1]
    if change == "data":
        data = small[:-1]
    elif change == "epochs":
        models = {name: entrants(EPOCHS, EPOCHS + 1)[name] for name in models}
    elif change == "splits":
        splits = ["random"]
    else:
        seeds = [0]
    assert inputs_of(data, models, splits, seeds) != row["inputs"]


# --- the set ------------------------------------------------------------------------


@pytest.fixture
def offline(monkeypatch):
    """No public set can be had."""
    load = published.load

    def refuse(name, **options):
        if name.startswith("tmqm"):
            raise InputError(f"{name} could not be downloaded")
        return load(name, **options)

    monkeypatch.setattr(published, "load", refuse)


def test_without_the_public_set_our_own_stands_in_and_says_so(offline):
    dataset, sentence = public_or_own("Zn", 30)
    assert dataset.name == "tm-complexes-k-zn"
    assert dataset.features.shape == (30, 97)
    assert not dataset.labels["displaced"].any()
    assert sentence.startswith("tm-complexes-k-zn, other complexes")
    assert "tmqm-k-zn could not be downloaded" in sentence


def test_where_our_own_is_not_asked_for_the_reason_is_given(offline):
    with pytest.raises(InputError, match="tmqm-k-zn could not be downloaded"):
        public_or_own("Zn", own=False)


def test_another_element_is_refused():
    with pytest.raises(InputError, match="element 'Pt' is not one of Ti, V"):
        public_or_own("Pt")


def test_a_part_of_a_set_keeps_its_order_and_is_always_the_same(monkeypatch, small):
    monkeypatch.setattr(published, "load", lambda name: small)
    part, _ = public_or_own("V", 20)
    place = [
        int(np.flatnonzero((small.features == f).all(1))[0]) for f in part.features
    ]
    assert place == sorted(place)
    np.testing.assert_array_equal(part.features, public_or_own("V", 20)[0].features)
    np.testing.assert_array_equal(public_or_own("V")[0].features, small.features)


def test_the_nearest_neighbor_on_the_public_set_scores_as_measured(mirror):
    mirror("conorrankine/xanesnet")
    dataset, _ = public_or_own("V")
    row = published_row(dataset, {"1-NN": entrants()["1-NN"]}, splits=["random"])
    found = row["trials"][0]["as_given"]
    # `python -m benchmarks.forward --data tmqm-k-v --seeds 0`
    assert found["median"] == pytest.approx(3.265, abs=0.005)
    assert row["trials"][0]["n_test"] == 250


# --- the rows -----------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, raced):
    """A folder with the row of V."""
    write_row(raced[0], tmp_path)
    return tmp_path


def test_a_row_is_read_as_it_was_written_and_nothing_else_is_left(folder, raced):
    assert read_row(folder, "V") == raced[0]
    assert [path.name for path in folder.iterdir()] == ["V.json"]


def test_an_element_without_a_row_is_listed_and_not_made_up(folder):
    table = collect(folder)
    assert set(table.missing) == set(ELEMENTS) - {"V"}
    assert [line["set"] for line in table.table_1() if line["edge"] == "Cr"] == [
        published_tables.PAPER
    ]
    assert any("no row of Cr: Cr.json is not in" in note for note in table.notes())


@pytest.mark.parametrize("text", ["{", "[]", '{"element": "Cr"}', '{"element": "V"}'])
def test_a_file_that_is_no_row_is_named(folder, text):
    (folder / "V.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="no row of a table: delete it"):
        read_row(folder, "V")
    assert "V" in collect(folder).missing


def test_the_first_table_puts_what_came_broadened_in_brackets(folder, raced):
    lines = {(line["set"], line["model"], line["split"]): line for line in _one(folder)}
    assert lines["paper of 2022", "MLP 2022", "random"]["median"] == "5.2 (3.2)"
    ours = lines["tmqm-k-v", "1-NN", "random × 2"]
    trials = [t for t in raced[0]["trials"] if (t["model"], t["split"]) == _PAIR]
    given, smooth = (
        np.mean([t[kind]["median"] for t in trials])
        for kind in ("as_given", "broadened")
    )
    assert ours["median"] == f"– ({given:.1f})"
    assert ours["median, broadened twice"] == f"{smooth:.1f}"


def test_the_first_table_puts_unbroadened_spectra_before_the_brackets(tmp_path, raced):
    own = raced[0] | {"dataset": "tm-complexes-k-v", "came_broadened": False}
    write_row(own, tmp_path)
    trials = [t for t in own["trials"] if (t["model"], t["split"]) == _PAIR]
    given, smooth = (
        np.mean([t[kind]["median"] for t in trials])
        for kind in ("as_given", "broadened")
    )
    ours = next(
        line
        for line in _one(tmp_path)
        if (line["model"], line["split"]) == ("1-NN", "random × 2")
    )
    assert ours["median"] == f"{given:.1f} ({smooth:.1f})"
    assert ours["median, broadened twice"] == NOTHING


def test_the_second_table_has_the_paper_s_line_first(folder):
    first, second, *_ = collect(folder, ["V"]).table_2()
    assert first["ΔE mean / eV"] == "0.54"
    assert first["found / %"] == NOTHING
    assert second["set"] == "tmqm-k-v"


def test_the_third_table_has_a_model_a_column(folder):
    review, random, cluster = collect(folder, ["V"]).table_3()
    assert review["CNN 2024"] == "6.2 (4.7)"
    assert random["split"] == "random × 2"
    assert cluster["split"] == "cluster × 2"
    assert set(random) >= {"mean spectrum", "1-NN", "MLP 2022", "MLP 2024"}
    assert review["MLP 2024"] == "4.5 (5.0)"
    assert "MLP 2022" not in review
    assert "CNN 2024" not in random


_PAIR = ("1-NN", "random")


def _one(folder):
    """The first table of V."""
    return collect(folder, ["V"]).table_1()


# --- the benchmark ------------------------------------------------------------------


def options(out, **changes):
    """What the command line gives."""
    usual = {"elements": ["V"], "out": out, "own": False, "quick": False, "seeds": [0]}
    usual["models"] = ["MLP 2022"]
    return Namespace(**(usual | changes))


def test_the_benchmark_gives_parameters_that_the_notebook_has(tmp_path):
    known = parameter_names(build(benchmark.SOURCE, solutions=False))
    for quick in (False, True):
        values = benchmark.parameters("V", options(tmp_path, quick=quick))
        assert set(values) <= set(known)


def test_a_row_with_these_inputs_is_not_run_again(tmp_path, monkeypatch, small):
    monkeypatch.setattr(benchmark, "public_or_own", lambda *a, **k: (small, ""))
    values = benchmark.parameters("V", options(tmp_path, quick=True))
    assert not benchmark.is_there(values, own=False)
    models = entrants(values["EPOCHS"], values["PUBLISHED_EPOCHS"])
    models = {name: models[name] for name in (*published.BASELINES, "MLP 2022")}
    inputs = inputs_of(small, models, values["SPLITS"], values["SEEDS"])
    write_row({"element": "V", "trials": ["some"], "inputs": inputs}, tmp_path)
    assert benchmark.is_there(values, own=False)
    assert not benchmark.is_there({**values, "SEEDS": [5]}, own=False)


def test_a_set_that_cannot_be_had_is_skipped_with_the_reason(tmp_path, offline):
    skipped, failed = benchmark.run_elements(options(tmp_path))
    assert skipped == ["V: left out, tmqm-k-v could not be downloaded"]
    assert failed == []


def test_the_flat_rows_have_the_numbers_of_the_trials(folder, raced):
    flat = benchmark.flat(collect(folder, ["V"]))
    assert len(flat) == len(raced[0]["trials"])
    told = raced[0]["trials"][0]
    assert flat[0].metrics["median"] == told["as_given"]["median"]
    assert flat[0].metrics["broadened_median"] == told["broadened"]["median"]
    Table([row.as_dict() for row in flat]).json()  # refuses what JSON has no word for
