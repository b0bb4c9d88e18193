"""The slider goes from batch to batch: maps, rings and words follow."""

import numpy as np
import pytest

from xnet_lite.datasets import XASDataset
from xnet_lite.errors import InputError
from xnet_lite.strategies import Findings, Protocol
from xnet_lite.widgets import ChoiceMap

POINTS = np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0], [6.0, 7.0], [8.0, 9.0]])
NAMES = ["a", "b", "c", "<d>", "e"]
ERRORS = {"hybrid": [9.0, 5.0, 3.0], "random": [9.0, 7.0]}


def findings(rows, batches, spent):
    """What a campaign found."""
    spectra = np.ones((len(rows), 2))
    data = XASDataset("known", [0.0, 1.0], spectra, labels={"batch": batches})
    protocol = Protocol((2, 3))
    return Findings(data, np.array(rows), [], np.array(spent), {}, protocol)


@pytest.fixture
def widget() -> ChoiceMap:
    """Two campaigns from one start; the second one ends earlier."""
    campaigns = {
        "hybrid": findings([2, 0, 3, 4], [0, 1, 1, 2], [1.0, 3.0, 4.0]),
        "random": findings([2, 1], [0, 1], [1.0, 2.0]),
    }
    return ChoiceMap(POINTS, campaigns, ERRORS, NAMES)


def drawn(widget: ChoiceMap) -> list[set]:
    """Rows in each trace of the maps, told by their x."""
    return [{int(x) // 2 for x in trace.x} for trace in widget.maps.data]


def test_each_map_parts_the_pool_into_waiting_known_and_chosen(widget):
    assert drawn(widget) == [{0, 1, 3, 4}, set(), {2}] * 2
    widget.slider.value = 1
    assert drawn(widget) == [{1, 4}, {2}, {0, 3}, {0, 3, 4}, {2}, {1}]
    widget.slider.value = 0
    assert drawn(widget) == [{0, 1, 3, 4}, set(), {2}] * 2


def test_a_campaign_that_has_ended_stays_as_it_was_and_is_said_to_have(widget):
    widget.slider.value = 2
    assert drawn(widget)[3:] == [{0, 3, 4}, {2}, {1}]
    assert "<b>random</b> has ended" in widget.note.value


def test_the_rings_stand_on_the_curves_at_the_batch(widget):
    widget.slider.value = 1
    rings = [(trace.x[0], trace.y[0]) for trace in widget.curves.data[2:]]
    assert rings == [(3.0, 5.0), (2.0, 7.0)]


def test_the_words_tell_sites_errors_and_names_that_are_no_markup(widget):
    widget.slider.value = 1
    assert "<b>hybrid</b> 3 sites, 5.00 %; new: a, &lt;d&gt;" in widget.note.value


def test_every_handle_has_words_for_those_who_do_not_see_it(widget):
    assert widget.slider.description == "batch"
    assert widget.play.tooltip
    assert all(trace.name for trace in (*widget.maps.data, *widget.curves.data))


def test_what_does_not_belong_together_is_refused():
    one = {"hybrid": findings([2, 0], [0, 1], [1.0, 2.0])}
    with pytest.raises(InputError, match="has 2 batches and 1 errors"):
        ChoiceMap(POINTS, one, {"hybrid": [9.0]}, NAMES)
    with pytest.raises(InputError, match="chose candidate 2, and there are 2"):
        ChoiceMap(POINTS[:2], one, {"hybrid": [9.0, 5.0]}, NAMES)
