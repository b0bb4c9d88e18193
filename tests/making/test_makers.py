"""Making a dataset by its name: the right maker gets the right options."""

import pytest

from xnet_lite.errors import InputError
from xnet_lite.making.makers import MAKERS, make_dataset


@pytest.fixture
def calls(monkeypatch):
    """What the makers of single sets are called with, in place of making them."""
    made = {}

    def note(name):
        return lambda *args, **options: made.update({name: (args, options)})

    for name in ("fe-dynamics", "fe-two-levels"):
        monkeypatch.setitem(MAKERS, name, note(name))
    return made


def test_every_set_the_library_makes_has_a_maker():
    assert set(MAKERS) == {
        "tm-complexes-k",
        "tm-crystals-k",
        "fe-dynamics",
        "fe-two-levels",
    }


def test_a_maker_gets_what_was_given_and_nothing_else(calls):
    make_dataset("fe-dynamics", "there", n_sites=3, seed=5, workers=1)
    options = {"n_sites": 3, "seed": 5, "workers": 1}
    assert calls == {"fe-dynamics": (("there",), options)}


def test_a_maker_without_options_works_as_planned(calls):
    make_dataset("fe-two-levels")
    assert calls == {"fe-two-levels": ((None,), {})}


def test_an_unknown_name_is_refused():
    with pytest.raises(
        InputError, match="make 'x' is not one of tm-complexes-k, tm-cry"
    ):
        make_dataset("x")


def test_metals_of_a_set_of_one_are_refused(calls):
    with pytest.raises(InputError, match="fe-dynamics has one metal, Fe"):
        make_dataset("fe-dynamics", metals=["V"])
