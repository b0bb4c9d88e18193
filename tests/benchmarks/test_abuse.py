"""A few malformed inputs of each kind are answered by one sentence that helps."""

import pytest

from benchmarks.abuse.__main__ import all_cases, sample
from benchmarks.abuse.material import Material
from benchmarks.abuse.trial import all_tried, fault_of
from xnet_lite.errors import InputError

#: one of so many malformed inputs
SHARE = 40
#: s; a busy machine takes its time
PATIENCE = 100


@pytest.fixture(scope="module")
def material(tmp_path_factory):
    """Files in order, a dataset and a model; the environment comes back."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HOME", "XDG_CACHE_HOME", "XNET_LITE_CACHE", "XNET_LITE_MIRROR"):
            patch.setenv(name, "")
        for name in ("http_proxy", "https_proxy"):
            patch.setenv(name, "")
        try:
            yield Material.made(tmp_path_factory.mktemp("material"))
        except InputError as error:
            pytest.skip(f"needs the embedded set: {error}")


def test_malformed_inputs_are_answered_by_one_sentence(material):
    cases = [case for case in all_cases() if "bomb" not in case.name]
    cases = [case for case in cases if "(process)" not in case.group]
    found = all_tried(sample(cases, SHARE), material.root, 1, PATIENCE)
    odd = [f"{a.group}: {a.name}: {b.fault}: {b.sentence}" for a, b in found if b.fault]
    assert not odd


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("", "says nothing"),
        ("a is 3\ngive 4", "more than one line"),
        ("a is np.float64(3.0): give 4", "shows 'np.float64('"),
        ("a is wrong", "names no remedy"),
        ("a is 3: give 4", ""),
    ],
)
def test_the_judge_of_sentences_tells_faults(sentence, fault):
    assert fault_of(sentence) == fault
