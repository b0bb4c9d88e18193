"""Many sites at once: what is kept, what goes on, what an experiment sees."""

import numpy as np
import pytest

from xnet_lite.errors import InputError
from xnet_lite.jobs import predict
from xnet_lite.jobs.many import Many, predict_many, spectra_csv
from xnet_lite.structures import read_site, read_sites


@pytest.fixture
def found(many_files):
    """All sites of it."""
    return predict_many([many_files], absorber="all")


def test_every_site_is_predicted_as_it_is_alone(found, many_files):
    rods = read_sites(many_files / "deep/rods.xyz", ["Ni", "Zn"])
    for site in [read_site(many_files / "bpy3.xyz"), *rods]:
        line = next(one for one in found.lines if one["site"] == site.label)
        np.testing.assert_allclose(line["mu"], predict(site).mu, atol=1e-5)
        assert line["verdict"]["word"] == predict(site).verdict.word


def test_every_frame_and_every_known_atom_is_there(found):
    labels = [one["site"] for one in found.lines]
    assert labels == [
        "bpy3 Fe[0] K",
        "rods:0 Ni[0] K",
        "rods:1 Zn[0] K",
        "rods:1 Zn[1] K",
    ]
    assert [row["absorber"] for row in found.table().rows] == ["Fe", "Ni", "Zn", "Zn"]


def test_what_is_bad_is_told_and_spoils_nothing(found, many_files):
    assert set(found.failed) == {
        str(many_files / "broken.xyz"),
        str(many_files / "mo.xyz"),
    }
    assert (
        "expected the number of atoms" in found.failed[str(many_files / "broken.xyz")]
    )


def test_one_frame_and_the_first_atom_of_the_only_metal(many_files):
    rods = many_files / "deep" / "rods.xyz"
    assert len(predict_many([rods]).lines) == 2
    (only,) = predict_many([rods], frames=-1).lines
    assert only["site"] == "rods:1 Zn[0] K"
    assert predict_many([rods], frames=7).failed[str(rods)].endswith("2 from 0")


def test_what_was_predicted_is_not_done_again(many_files, tmp_path, monkeypatch):
    kept = tmp_path / "sites.jsonl"
    rods = many_files / "deep" / "rods.xyz"
    predict_many([rods], keep=kept)
    # a kill in the middle of a line
    whole = kept.read_text()
    kept.write_text(whole + '{"key": "cut sho')
    done = []
    real = predict_many.__globals__["predict_sites"]
    monkeypatch.setitem(
        predict_many.__globals__,
        "predict_sites",
        lambda model, sites, **how: done.extend(sites) or real(model, sites, **how),
    )
    again = predict_many([many_files], absorber="all", keep=kept)
    assert again.n_kept == 2
    assert [site.label for site in done] == ["bpy3 Fe[0] K", "rods:1 Zn[1] K"]
    assert kept.read_text().startswith(whole)
    assert len(kept.read_text().splitlines()) == 4


def test_another_structure_of_the_same_name_is_done_again(many_files, tmp_path):
    kept, file = tmp_path / "sites.jsonl", many_files / "bpy3.xyz"
    first = predict_many([file], keep=kept).lines[0]
    atoms = read_site(file).atoms.copy()
    atoms.positions[1:] *= 1.01
    atoms.write(file, format="xyz")
    again = predict_many([file], keep=kept)
    assert again.n_kept == 0
    assert again.lines[0]["mu"] != first["mu"]


def test_an_average_is_weighed_and_over_one_element(found):
    zinc = [one for one in found.lines if one["absorber"] == "Zn"]
    energy, mu, std = found.average("Zn", [1, 1, 1, 3])
    assert energy[0] == pytest.approx(9659.0 - 15)
    expected = (np.array(zinc[0]["mu"]) + 3 * np.array(zinc[1]["mu"])) / 4
    np.testing.assert_allclose(mu, expected)
    assert (std > 0).all()


@pytest.mark.parametrize(
    ("absorber", "weights", "said"),
    [
        (None, None, "there are Fe, Ni, Zn"),
        ("Cu", None, "'Cu': there are"),
        ("Zn", [1.0], "1 weights for 4 sites"),
        ("Zn", [1, 1, 0, 0], "not all of them 0"),
        ("Zn", [1, 1, -1, 2], "below 0"),
    ],
)
def test_an_average_that_cannot_be_is_refused(found, absorber, weights, said):
    with pytest.raises(InputError, match=said):
        found.average(absorber, weights)


def test_the_table_of_spectra_has_a_column_a_site(found):
    lines = spectra_csv(found.lines).splitlines()
    assert len(lines) == 1 + len(found.lines[0]["mu"])
    assert len(lines[1].split(",")) == 1 + len(found.lines)
    assert float(lines[1].split(",")[0]) == pytest.approx(-15)


def test_a_many_files_without_structures_is_refused(tmp_path):
    with pytest.raises(InputError, match="no structure is there"):
        predict_many([tmp_path])


def test_a_model_without_a_band_has_an_average_without_one():
    line = {"absorber": "Fe", "energy": [0.0], "mu": [1.0], "std": None}
    assert np.isnan(Many([line], []).average()[2]).all()
