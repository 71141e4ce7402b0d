"""Where a run stands: its trainer's word, unless the trainer is dead."""

import json
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from explorer import status

JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda inner: some.lists(inner) | some.dictionaries(some.text(), inner),
)
GOOD = {"state": "running", "step": 3, "done": 0.5, "words": "", "pid": 1, "born": 2.0}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "state.json"


def test_the_word_of_a_living_trainer_counts(file):
    for state in status.ALIVE:
        status.write(file, state, 3, 0.25, "words")
        found = status.read(file)
        assert (found.state, found.step, found.done, found.words, found.alive) == (state, 3, 0.25, "words", True)


def test_what_has_ended_needs_nobody(file):
    for state in status.ENDED:
        status.write(file, state, 3, 1.0)
        file.write_text(json.dumps(json.loads(file.read_text()) | {"pid": 2**31 - 1}))
        assert (status.read(file).state, status.read(file).alive) == (state, False)


def written_by_a_child(file):
    """Let another process write that it runs, and end; it stays a zombie until somebody waits for it."""
    code = "import sys, pathlib; from explorer import status; status.write(pathlib.Path(sys.argv[1]), 'running', 5)"
    child = subprocess.Popen([sys.executable, "-c", code, str(file)])
    while not file.exists():
        assert child.poll() in (None, 0)
    return child


def test_a_trainer_that_is_gone_has_died_also_before_its_parent_looks(file):
    child = written_by_a_child(file)
    while child_is_running(child):
        pass
    found = status.read(file)  # nobody has waited for it yet
    child.wait()
    for now in (found, status.read(file)):
        assert (now.state, now.step) == ("died", 5)
        assert now.words == "Its process ended without a word: it was killed, or it crashed."


def child_is_running(child):
    import psutil

    return psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE


def test_a_later_process_of_the_same_number_is_not_taken_for_the_trainer(file):
    status.write(file, "running")
    file.write_text(json.dumps(json.loads(file.read_text()) | {"born": 12345.0}))
    assert status.read(file).state == "died"


def test_a_lost_file_is_a_run_that_died_and_can_be_mended(file):
    found = status.read(file)
    assert found.state == "died"
    assert found.words.endswith("`explorer resume` writes it anew.")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(found=JSON | some.fixed_dictionaries({key: JSON | some.just(value) for key, value in GOOD.items()}))
def test_any_json_is_a_status_or_one_sentence(file, found):
    file.write_text(json.dumps(found))
    now = status.read(file)
    assert now.state in status.STATES
    assert "\n" not in now.words or now.words == found["words"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
@given(noise=some.binary() | some.just(b"[" * 100_000))
def test_any_bytes_are_a_status_or_one_sentence(file, noise):
    file.write_bytes(noise)
    assert status.read(file).state == "died"
