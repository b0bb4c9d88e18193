"""A campaign tells what it does, obeys its budget, and ends alike after a kill."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms

from xnet_lite.datasets import XASDataset
from xnet_lite.errors import InputError
from xnet_lite.models import NearestNeighbor
from xnet_lite.parallel import opened
from xnet_lite.predictor import Predictor
from xnet_lite.scattering import CHEAP
from xnet_lite.strategies import Campaign, OnDemand, Protocol
from xnet_lite.structures import Site
from xnet_lite.targets import EnergyGrid

ENERGY = np.linspace(-5, 30, 20)
NEAREST = Predictor(targets=EnergyGrid(), model=NearestNeighbor())
QUICK = Protocol((4, 7, 10, 13), NEAREST)
BONDS = np.random.default_rng(5).uniform(1.6, 2.6, size=30)


def pool(bonds=BONDS):
    """Iron oxide molecules with bonds of these lengths."""
    made = [Atoms("FeO", [[0, 0, 0], [r, 0, 0]]) for r in bonds]
    return [Site(one, 0, name=f"{r:.3f}") for one, r in zip(made, bonds, strict=True)]


def bonds(sites):
    """The one feature that matters, and its square."""
    length = np.array([one.atoms.get_distance(0, 1) for one in sites])[:, None]
    return np.hstack([length, length**2])


def oracle(site):
    """A wave that goes with the bond."""
    return 1 + np.sin(ENERGY / 4 + 3 * site.atoms.get_distance(0, 1))


def slow(site):
    """The same, in a while."""
    time.sleep(0.05)
    return oracle(site)


def picky(site):
    """The same, of short bonds alone."""
    if site.atoms.get_distance(0, 1) > 2.3:
        raise InputError("too long a bond")
    return oracle(site)


def price(site):
    """Two seconds a site."""
    return 2.0


CAMPAIGN = Campaign(oracle, ENERGY, bonds, QUICK, "farthest point", price=price)


def run(campaign, folder, **options):
    return campaign.run(pool(), folder, progress=False, **options)


def test_a_campaign_asks_for_as_many_sites_as_its_protocol_and_never_twice(tmp_path):
    found = run(CAMPAIGN, tmp_path)
    assert found.sizes.tolist() == [4, 7, 10, 13]
    assert len(set(found.rows.tolist())) == 13
    for row, mu in zip(found.rows, found.dataset.spectra, strict=True):
        np.testing.assert_allclose(mu, oracle(pool()[row]), atol=1e-6)
    assert found.why == "all sizes were reached"


def test_the_oracle_is_asked_for_chosen_sites_alone_and_for_each_once(tmp_path):
    asked = []

    def noting(site):
        asked.append(site.name)
        return oracle(site)

    campaign = replace(CAMPAIGN, oracle=noting)
    found = run(campaign, tmp_path)
    assert asked == [pool()[row].name for row in found.rows]
    run(replace(campaign, way="random"), tmp_path)
    assert len(set(asked)) == len(asked)  # what another campaign asked for is there


@pytest.mark.parametrize("way", ["random", "hybrid", "committee"])
def test_a_budget_is_kept_and_a_larger_one_goes_on(tmp_path, way):
    campaign = replace(CAMPAIGN, way=way, budget=17.0)
    short = run(campaign, tmp_path)
    assert short.spent[-1] == 16.0
    assert short.why == "the budget is spent"
    assert len(short.dataset) == 8
    longer = run(replace(campaign, budget=26.0), tmp_path)
    np.testing.assert_array_equal(longer.rows[:8], short.rows)
    assert len(longer.dataset) == 13


def test_without_a_price_engine_and_choice_are_charged(tmp_path):
    found = run(replace(CAMPAIGN, price=None), tmp_path)
    rows = found.log[:-1]
    total = np.cumsum([row["choice / s"] + row["engine / s"] for row in rows])
    np.testing.assert_allclose(found.spent, total)
    assert (np.diff(found.spent) > 0).all()


def test_several_processes_find_what_one_finds(tmp_path):
    few = replace(QUICK, sizes=(6, 8))
    engine = replace(CAMPAIGN, protocol=few, oracle=CHEAP, energy=CHEAP.energy_rel)
    one = run(engine, tmp_path / "1")
    two = run(engine, tmp_path / "2", workers=2)
    np.testing.assert_array_equal(one.rows, two.rows)
    np.testing.assert_array_equal(one.dataset.spectra, two.dataset.spectra)


def test_dask_finds_what_processes_find_to_the_byte(tmp_path):
    pytest.importorskip("distributed", reason="the extra cluster brings it")
    few = replace(QUICK, sizes=(4, 8, 12))
    engine = replace(CAMPAIGN, protocol=few, oracle=CHEAP, energy=CHEAP.energy_rel)
    here = run(engine, tmp_path / "processes", workers=2)
    with opened("dask", 2) as client:
        there = run(engine, tmp_path / "dask", scheduler=client)
        again = run(engine, tmp_path / "dask", scheduler=client)
    assert here.rows.tolist() == there.rows.tolist() == again.rows.tolist()
    assert here.dataset.spectra.tobytes() == there.dataset.spectra.tobytes()
    assert here.why == there.why


SCRIPT = """
from tests.strategies.test_active import *
replace(CAMPAIGN, oracle=slow, way="hybrid").run(pool(), {folder!r}, progress=False)
"""


def test_killed_in_the_middle_it_goes_on_to_the_same_end(tmp_path):
    slowly = replace(CAMPAIGN, oracle=slow, way="hybrid")
    calm = run(slowly, tmp_path / "calm")
    folder = tmp_path / "killed"
    script = SCRIPT.format(folder=str(folder))
    child = subprocess.Popen([sys.executable, "-c", script], cwd=Path.cwd())
    done = 0
    while done < 6 and child.poll() is None:
        time.sleep(0.005)
        done = sum(len(f.read_bytes().splitlines()) for f in folder.glob("spectra.*"))
    os.kill(child.pid, signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    assert 6 <= done < 13
    (spectra,) = folder.glob("spectra.*")
    kept = spectra.read_bytes()
    found = run(slowly, folder)
    assert spectra.read_bytes().startswith(kept[: kept.rfind(b"\n") + 1])
    np.testing.assert_array_equal(found.rows, calm.rows)
    np.testing.assert_array_equal(found.dataset.spectra, calm.dataset.spectra)
    assert found.why == calm.why


def test_a_campaign_with_other_settings_begins_anew(tmp_path):
    run(CAMPAIGN, tmp_path)
    committee = replace(QUICK, committee=[NEAREST])
    for other in (
        replace(CAMPAIGN, seed=1),
        replace(CAMPAIGN, way="similarity"),
        replace(CAMPAIGN, protocol=committee),
        replace(CAMPAIGN, protocol=replace(QUICK, sizes=(4, 7, 11, 13))),
    ):
        run(other, tmp_path)
    assert len(list(tmp_path.glob("decisions.*"))) == 5
    assert len(list(tmp_path.glob("spectra.*"))) == 1


def test_a_site_that_the_oracle_refuses_is_named_and_never_asked_for_again(tmp_path):
    found = run(replace(CAMPAIGN, oracle=picky), tmp_path)
    assert found.left_out
    assert all(float(name) > 2.3 for name in found.left_out)
    assert set(found.left_out.values()) == {"too long a bond"}
    assert len(found.dataset) + len(found.left_out) == 13
    assert (BONDS[found.rows] < 2.3).all()
    assert "left out: too long a bond" in found._notes()[0]


def test_the_gain_that_is_promised_is_that_of_a_power_law(tmp_path):
    protocol = replace(QUICK, sizes=(6, 9, 12, 15, 18, 21))
    found = run(replace(CAMPAIGN, protocol=protocol, least_gain=1e-9), tmp_path)
    rows = [
        row for row in found.log if row["promised gain / %"] == row["promised gain / %"]
    ]
    assert rows
    one = rows[0]
    past = [r for r in found.log if 0 < r["batch"] <= one["batch"]]
    known = np.log([r["known"] for r in past])
    errors = np.log([r["expected error / %"] for r in past])
    slope = np.polyfit(known, errors, 1, w=np.exp(known / 2))[0]
    gain = 100 * (1 - ((one["known"] + 3) / one["known"]) ** slope)
    assert one["promised gain / %"] == pytest.approx(gain)


def test_a_campaign_ends_where_the_next_batch_promises_too_little(tmp_path):
    protocol = replace(QUICK, sizes=(6, 9, 12, 15, 18, 21))
    found = run(replace(CAMPAIGN, protocol=protocol, least_gain=0.999), tmp_path)
    assert "3 more sites promise a gain of" in found.why
    assert len(found.dataset) == 18  # four errors make a line, and it is asked twice


def test_a_pool_made_on_demand_grows_with_each_batch(tmp_path):
    asked = []

    class Maker:
        def __iter__(self):
            for one in pool():
                asked.append(one.name)
                yield one

        def __repr__(self):
            return "Maker()"

    campaign = replace(CAMPAIGN, first=8, fresh=3)
    found = campaign.run(Maker(), tmp_path, progress=False)
    assert [row["candidates"] for row in found.log] == [8, 11, 14, 17, 17]
    assert len(asked) == 17
    again = campaign.run(Maker(), tmp_path, progress=False)
    np.testing.assert_array_equal(again.rows, found.rows)


def test_complexes_on_demand_are_distinct_and_the_same_each_time():
    made = [one for one, _ in zip(OnDemand("Fe"), range(4))]
    again = [one.fingerprint() for one, _ in zip(OnDemand("Fe"), range(4))]
    assert [one.fingerprint() for one in made] == again
    assert len(set(again)) == 4
    assert {one.absorber for one in made} == {"Fe"}


def test_a_curve_is_that_of_the_model_after_each_batch(tmp_path):
    found = run(CAMPAIGN, tmp_path)
    new = pool(np.linspace(1.65, 2.55, 9))
    spectra = np.array([oracle(one) for one in new])
    test = XASDataset("test", ENERGY, spectra, features=bonds(new))
    curve = found.curve(test)
    assert curve.errors.shape == (4, 9)
    known = bonds(pool())[found.rows[:7]]
    nearest = np.abs(bonds(new)[:, :1] - known[:, 0]).argmin(1)
    right = np.abs(found.dataset.spectra[nearest] - spectra).sum(1) / spectra.sum(1)
    np.testing.assert_allclose(np.median(curve.errors[1]), 100 * np.median(right))


def test_picks_tell_the_batch_and_how_far_a_site_was_from_what_was_known(tmp_path):
    found = run(CAMPAIGN, tmp_path)
    picks = found.picks()
    assert [one["batch"] for one in picks] == [0] * 4 + [1] * 3 + [2] * 3 + [3] * 3
    assert all(np.isnan(one["from known"]) for one in picks[:4])
    assert all(one["from known"] > 0 for one in picks[4:])
    assert picks[0]["site"] == pool()[found.rows[0]].name


def test_what_makes_no_campaign_is_refused(tmp_path):
    with pytest.raises(InputError, match="way"):
        replace(CAMPAIGN, way="by heart")
    with pytest.raises(InputError, match="budget is 0: give CPU seconds above 0"):
        replace(CAMPAIGN, budget=0)
    with pytest.raises(InputError, match="the start takes 4 sites, and there are 2"):
        CAMPAIGN.run(pool()[:2], tmp_path, progress=False)
    with pytest.raises(InputError, match="no site could be computed: too long a bond"):
        replace(CAMPAIGN, oracle=picky).run(
            pool(np.linspace(2.4, 2.6, 6)), tmp_path, progress=False
        )
