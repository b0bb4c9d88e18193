"""Making a dataset by its name: the right maker gets the right options."""

import pytest

from xnet_lite.errors import InputError
from xnet_lite.making import makers
from xnet_lite.making.makers import MAKERS, make_dataset


@pytest.fixture
def calls(monkeypatch):
    """What the makers of single sets are called with, in place of making them."""
    made = {}

    def note(name):
        return lambda *args, **options: made.update({name: (args, options)})

    monkeypatch.setattr(makers.dynamics, "make_dynamics", note("dynamics"))
    monkeypatch.setattr(makers.two_levels, "make_two_levels", note("levels"))
    monkeypatch.setattr(makers, "load", lambda name: f"set {name}")
    return made


def test_every_set_the_library_makes_has_a_maker():
    assert set(MAKERS) == {"tm-complexes-k", "fe-dynamics", "fe-two-levels"}


def test_of_a_trajectory_the_sites_are_frames(calls):
    make_dataset("fe-dynamics", "there", n_sites=3, seed=5, workers=1)
    options = {"n_frames": 3, "seed": 5, "workers": 1, "progress": True}
    assert calls == {"dynamics": (("there",), options)}


def test_two_levels_start_from_the_corpus(calls):
    make_dataset("fe-two-levels", n_sites=10)
    options = {"n_sites": 10, "workers": 2, "progress": True}
    assert calls == {"levels": (("set tm-complexes-k", None), options)}


def test_an_unknown_name_is_refused():
    with pytest.raises(InputError, match="make 'x'; choose one of tm-complexes-k, fe-"):
        make_dataset("x")


def test_metals_of_a_set_of_one_are_refused(calls):
    with pytest.raises(InputError, match="fe-dynamics has one metal, Fe"):
        make_dataset("fe-dynamics", metals=["V"])
