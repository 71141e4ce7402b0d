"""A snapshot on disk: what comes back is what was kept, or one sentence."""

import pickle

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from safetensors.torch import save

from explorer import snapshot

STATE = {
    "step": torch.tensor(7),
    "seconds": torch.tensor(1.5, dtype=torch.float64),
    "model/weight": torch.arange(12.0).view(3, 4),
    "empty": torch.zeros(0, 2),
}
SENTENCE = r"snapshot.safetensors is damaged \(.*\): delete it, and `explorer resume` begins anew\.$"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "snapshot.safetensors"


def test_it_comes_back_as_it_was(file):
    assert snapshot.read(file) is None
    snapshot.write(file, STATE)
    again = snapshot.read(file)
    assert again.keys() == STATE.keys()
    assert all(torch.equal(again[name], value) and again[name].dtype == value.dtype for name, value in STATE.items())


def test_a_single_changed_bit_is_noticed(file):
    snapshot.write(file, STATE)
    whole = file.read_bytes()
    for place in range(len(whole)):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            found = snapshot.read(file)
        except ValueError:
            continue
        assert all(torch.equal(found[name], value) for name, value in STATE.items())  # a bit of the padding


@pytest.mark.parametrize("kept", [0, 7, 8, 100, -1])
def test_a_file_that_was_cut_short_is_refused(file, kept):
    snapshot.write(file, STATE)
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(ValueError, match=SENTENCE):
        snapshot.read(file)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(noise=some.binary(max_size=300))
def test_random_bytes_are_refused(file, noise):
    for data in (noise, len(noise).to_bytes(8, "little") + noise):  # with a header's length, as the format begins
        file.write_bytes(data)
        with pytest.raises(ValueError, match="delete it, and `explorer resume` begins anew"):
            snapshot.read(file)


def test_a_pickle_is_not_opened_and_a_file_of_somebody_else_is_refused(file, tmp_path):
    class Bomb:
        def __reduce__(self):
            return (tmp_path.joinpath("exploded").write_text, ("!",))

    for data in (pickle.dumps(Bomb()), save({"weight": torch.zeros(3)})):
        file.write_bytes(data)
        with pytest.raises(ValueError, match=SENTENCE):
            snapshot.read(file)
    torch.save(Bomb(), file)
    with pytest.raises(ValueError, match=SENTENCE):
        snapshot.read(file)
    assert not (tmp_path / "exploded").exists()


def test_a_folder_in_its_place_is_refused(file):
    file.mkdir()
    with pytest.raises(ValueError, match="is damaged"):
        snapshot.read(file)
