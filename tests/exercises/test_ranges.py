"""What a parameter may be is what its comment says."""

import pytest

from xnet_lite.errors import InputError
from xnet_lite.exercises import Range, check_parameters


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("60 to 1_650", [60, 400, 1650, [60, 61]], [59, 1651, 60.5, "80", True, []]),
        ("0.1 to 0.5", [0.1, 0.25, 0.5, (0.2, 0.3)], [0.0, 1, [0.2, 0.6], None]),
        ("-150.0 to -20.0", [-150.0, (-140, -40)], [0.0]),
        ("1e5 to 1e9", [1e6, 100_000], [1e4]),
        ("16 to 128 in steps of 8", [16, 24, 128], [20, 136]),
        ("any of MLP, mean spectrum", ["MLP", ["mean spectrum"]], ["mlp", ["MLP", 3]]),
        ("any of True, False", [True, False], ["yes", 2]),
        ("any text", ["", "out"], [3]),
    ],
)
def test_what_lies_within_is_told_from_what_does_not(text, inside, outside):
    known = Range.of(text)
    assert all(known.allows(value) for value in inside)
    assert not any(known.allows(value) for value in outside)


@pytest.mark.parametrize("text", ["many", "1 - 3", "any"])
def test_what_says_no_range_is_refused(text):
    with pytest.raises(InputError, match="is no range"):
        Range.of(text)


def test_a_parameter_outside_is_named_with_what_it_may_be():
    with pytest.raises(InputError, match="EPOCHS is 0: give 1 to 300"):
        check_parameters({"EPOCHS": 0, "OTHER": None}, {"EPOCHS": "1 to 300"})
