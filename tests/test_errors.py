"""Values are held to what hints say, and work to what memory there is."""

import numpy as np
import pytest

from xnet_lite import errors
from xnet_lite.arrays import floats
from xnet_lite.descriptors import WACSF
from xnet_lite.errors import InputError, affordable, hinted
from xnet_lite.models import MLP, KernelRidge
from xnet_lite.scattering import MultipleScattering
from xnet_lite.structures import Site
from xnet_lite.training import TrainConfig


@hinted
def taking(n: int = 1, x: "float | None" = 0.5, names: "tuple[str, ...]" = ()):
    """Something with hints, of which some are texts."""
    return n, x, names


@pytest.mark.parametrize("words", [{}, {"n": np.int64(3)}, {"x": None}, {"x": 3}])
def test_what_hints_say_is_let_pass(words):
    taking(**words, names=["a"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"n": 1.0}, "n is 1.0: give a whole number"),
        ({"n": True}, "n is True: give a whole number"),
        ({"x": "0.5"}, "x is '0.5': give a number"),
        ({"x": float("nan")}, "x is nan: give a number"),
        ({"names": "ab"}, "names is 'ab': give a list with a text each"),
        ({"names": [1]}, r"names is \[1\]: give a list with a text each"),
    ],
)
def test_what_hints_do_not_say_is_refused_by_name(words, said):
    with pytest.raises(InputError, match=said):
        taking(**words)


@pytest.mark.parametrize(
    "make",
    [
        lambda: WACSF(n_g2=4.5),
        lambda: MLP(3, 2, batch_norm="maybe"),
        lambda: TrainConfig(standardise_targets="no"),
        lambda: MultipleScattering(hole="no"),
    ],
)
def test_whatever_is_kept_holds_its_arguments_to_their_hints(make):
    with pytest.raises(InputError, match=r"give (a whole number|True or False)"):
        make()


@pytest.mark.parametrize("odd", [["a"], [[1.0], [1.0, 2.0]], [1j], None, [None]])
def test_what_are_no_real_numbers_is_no_array(odd):
    with pytest.raises(InputError, match=r"mu: .* give"):
        floats("mu", odd)


def test_work_for_more_memory_than_there_is_is_not_begun(monkeypatch):
    monkeypatch.setattr(errors, "memory", lambda: 2.0**30)
    affordable("small", 2.0**29, "give fewer")
    with pytest.raises(InputError, match=r"would take 1 GiB .* 1 GiB are here: give"):
        affordable("large", 2.0**30, "give fewer")
    many = np.zeros((20_000, 1))
    with pytest.raises(InputError, match="a kernel of 20000 sites would take"):
        KernelRidge().fit(many, many)


def test_a_cluster_that_would_take_hours_is_refused_at_once():
    from ase.build import bulk

    copper = Site(bulk("Cu", a=3.6), 0)
    with pytest.raises(InputError, match=r"r_fms=12: 627 atoms .* hours: give a smal"):
        MultipleScattering(r_fms=12.0)(copper)


def test_a_series_that_does_not_converge_is_doubted(example):
    with pytest.warns(errors.Doubt, match="does not converge"):
        MultipleScattering(order=3)(example)


def test_a_long_word_is_told_by_its_ends():
    told = str(InputError(f"{'x' * 5000} is no name: give one"))
    assert len(told) < 250
    assert told.endswith("x is no name: give one")
