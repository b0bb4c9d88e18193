import pytest
import torch

from xnet_lite.errors import InputError
from xnet_lite.parallel import one_thread, resumable_map


def double(numbers):
    return [2 * n for n in numbers]


def refuse(number):
    raise AssertionError(f"{number} was computed again")


def test_results_come_in_order_from_batches_and_processes():
    keys = [str(i) for i in range(5)]
    found = resumable_map(double, range(5), keys, workers=2, batch=2, progress=False)
    assert found == [0, 2, 4, 6, 8]


def test_what_is_in_the_checkpoint_is_not_computed_again(tmp_path):
    file = tmp_path / "folder" / "done.jsonl"
    first = resumable_map(str, [1, 2], ["a", "b"], checkpoint=file, progress=False)
    again = resumable_map(refuse, [2, 1], ["b", "a"], checkpoint=file, progress=False)
    assert (first, again) == (["1", "2"], ["2", "1"])


def test_what_finished_before_an_error_is_kept(tmp_path):
    file = tmp_path / "done.jsonl"
    with pytest.raises(ZeroDivisionError):
        resumable_map(
            lambda n: 1 / n, [2, 0], ["a", "b"], checkpoint=file, progress=False
        )
    assert file.read_text() == '{"key": "a", "value": 0.5}\n'


def test_a_number_of_workers_below_one_is_refused():
    with pytest.raises(InputError, match="workers is 0"):
        resumable_map(abs, [1], ["a"], workers=0)


def test_the_number_of_threads_is_put_back():
    before = torch.get_num_threads()
    with one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before
