"""Faults dealt to real processes: each ends in a sentence on the page, and nothing is lost that was saved."""

from __future__ import annotations

import os
import shutil
import subprocess

import psutil
import pytest

from explorer import checkpoint, film, run
from tests.app.real import CALM, Place, kill, wait_for
from tests.datasets.test_folder import write_pictures

pytestmark = [pytest.mark.slow, pytest.mark.browser]
EPOCHS = 4  # of 45 steps
SLOWLY = {"SLOW_STEP": 0.03}


@pytest.fixture
def place(tmp_path):
    found = Place(tmp_path / "models", tmp_path / "data")
    yield found
    found.end()


@pytest.fixture
def page(chromium):
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    page.set_default_timeout(60_000)
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    yield page
    page.close()
    assert page.errors == []


@pytest.fixture(scope="module")
def calm(tmp_path_factory):
    """The weights of a training that nobody disturbed."""
    models = tmp_path_factory.mktemp("calm")
    place = Place(models, models)
    assert place.said("train", "digits", *CALM, "--epochs", EPOCHS, "--name", "calm")[0] == 0
    return (models / "calm" / "model.safetensors").read_bytes()


def begin(place, name="mine", *words, epochs=EPOCHS, step=40, **environment):
    """Begin a slow training; wait until it has done some steps, and return its process."""
    began = place.explorer(
        "train", "digits", *CALM, "--epochs", epochs, "--name", name, *words, **SLOWLY, **environment
    )
    assert place.reaches(name, step) == began.pid
    return began


def watch(page, place, *names):
    """Open the studio of a run."""
    page.goto(f"{place.url}/train?" + "&".join(f"run={name}" for name in names))
    page.locator(".studio .course").wait_for()


def shows(page, state, *words):
    """Wait until the studio shows a state, with words."""
    page.locator(f'.course .state[data-state="{state}"]').wait_for()
    for word in words:
        page.locator(".course .words", has_text=word).wait_for()


def press(page, name):
    """Press a button in the head of the studio; Streamlit has a Stop of its own."""
    page.locator(".course").get_by_role("button", name=name).click()


def press_at_once(pages, name):
    """Press the same button in several pages: each is there before the first one is pressed."""
    buttons = [page.locator(".course").get_by_role("button", name=name).element_handle() for page in pages]
    for button in buttons:
        button.evaluate("(it) => it.click()")


def listed(page, place, name, state, *words):
    """Look at the page of runs: it shows a run, its state, and what is to be known."""
    page.goto(f"{place.url}/runs")
    page.locator(f'.run[data-state="{state}"]', has_text=name).wait_for()
    for word in words:
        page.get_by_text(word).first.wait_for()


def test_a_trainer_that_is_killed_has_died_and_is_resumed_by_a_click_to_the_same_model(place, page, calm):
    place.serve()
    began = begin(place)
    watch(page, place, "mine")  # in the middle: all that was is there
    told = place.told("mine")
    assert [each["step"] for each in told["reports"]["lines"]][:2] == [1, 2]
    assert [step for step, _ in told["moments"]][:3] == [0, 1, 2]
    shows(page, "running")
    kill(began.pid)
    shows(page, "died", "Its process ended without a word: it was killed, or it crashed.")
    listed(page, place, "mine", "died", "Its process ended without a word")
    before = film.steps(place.runs / "mine" / run.FILM)
    watch(page, place, "mine")
    press(page, "Resume")
    shows(page, "done")
    assert (place.models / "mine" / "model.safetensors").read_bytes() == calm
    steps = [report["step"] for report in place.find("mine").metrics()]
    assert (steps, steps[-1]) == (sorted(set(steps)), 45 * EPOCHS)
    assert set(before) <= set(film.steps(place.runs / "mine" / run.FILM))


def test_a_training_goes_on_without_its_server_and_is_found_and_stopped_by_the_next(place, page):
    server = place.serve()
    began = begin(place, epochs=1000)
    watch(page, place, "mine")
    kill(server.pid)
    server.wait()
    shows(page, "running", "The server does not answer. What was trained so far is kept; this page asks again.")
    step = place.find("mine").status().step
    assert "mine running" in place.said("models")[1]
    place.serve(place.port)
    wait_for(lambda: place.told("mine")["step"] > step)
    page.locator(".course .words", has_text="does not answer").wait_for(state="hidden")
    page.reload()
    press(page, "Stop")
    shows(page, "stopped")
    assert began.wait(20) == 0
    assert checkpoint.find("mine", place.models).history[-1]["step"] > step


def test_where_trainer_and_server_are_killed_the_next_server_tells_and_nothing_else_is_left(place, page, calm):
    server = place.serve()
    page.goto(f"{place.url}/train")  # which starts the process that looks at data
    helper = wait_for(
        lambda: [each for each in psutil.Process(server.pid).children() if "explorer.preview" in each.cmdline()]
    )[0]
    began = begin(place)
    kill(server.pid)
    kill(began.pid)
    helper.wait(20)
    assert place.trainers() == []
    place.serve()
    listed(page, place, "mine", "died", "Its process ended without a word")
    assert place.said("resume", "mine")[0] == 0
    assert (place.models / "mine" / "model.safetensors").read_bytes() == calm


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 8 MB."""
    if os.name != "posix" or os.getuid() != 0 or not shutil.which("mount"):
        pytest.skip("only root can mount a small disk")
    (tmp_path / "models").mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", tmp_path / "models"], check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield tmp_path / "models"
    subprocess.run(["umount", "-l", tmp_path / "models"], check=True)


def fill(disk):
    """Fill a disk to its last byte; return what fills it."""
    opened = os.open(disk / "filler", os.O_WRONLY | os.O_CREAT)
    for size in (65_536, 1):
        try:
            while True:
                os.write(opened, bytes(size))
        except OSError:
            pass
    os.close(opened)
    return disk / "filler"


def test_a_full_disk_is_said_and_once_there_is_room_the_run_goes_on(small_disk, place, page, calm):
    place.serve()
    began = begin(place)
    watch(page, place, "mine")
    filler = fill(small_disk)
    status, words = place.ask("mine/wish", {"do": "pause"})
    assert status == 409
    assert "No space left on device): make room" in words or "it is failed" in words  # the trainer may be quicker
    assert began.wait(60) == 1
    shows(page, "failed", "No space left on device): make room")
    assert place.find("mine").snapshot()["step"] >= 40
    press(page, "Resume")
    page.get_by_text("No model can be kept in").wait_for()
    listed(page, place, "mine", "failed", "No space left on device")
    filler.unlink()
    watch(page, place, "mine")
    press(page, "Resume")
    shows(page, "done")
    assert (place.models / "mine" / "model.safetensors").read_bytes() == calm


def test_a_loss_that_is_no_number_is_said_and_an_earlier_moment_goes_on(place, page):
    place.serve()
    began = begin(place, ASTRAY_AT=60)
    watch(page, place, "mine")
    assert began.wait(60) == 1
    shows(page, "failed", "no longer", "--rate 0.0002", "go on from an earlier moment and turn the rate down")
    listed(page, place, "mine", "failed", "no longer")
    told = place.told("mine")
    assert place.find("mine").snapshot()["step"] < 60
    assert max(step for step, _ in told["moments"]) < 60
    watch(page, place, "mine")
    page.get_by_role("button", name="Continue from here").click()
    page.wait_for_url("**run=mine-2*")
    shows(page, "done")
    assert place.find("mine-2").parent == f"mine@{told['moments'][-1][0]}"


def test_two_people_who_stop_and_resume_at_once_leave_one_trainer_or_none(place, chromium, page):
    place.serve()
    began = begin(place, epochs=1000)
    other = chromium.new_page()
    for each in (page, other):
        watch(each, place, "mine")
    press_at_once([page, other], "Stop")
    for each in (page, other):
        shows(each, "stopped")
    assert began.wait(20) == 0
    press_at_once([page, other], "Resume")
    other.get_by_text("mine goes on already").wait_for()
    wait_for(lambda: place.state("mine") == "running")
    assert len(place.trainers()) == 1
    storm = [place.explorer(do, "mine", **SLOWLY) for do in ("stop", "resume") * 2]
    for stopping in storm[::2]:
        assert stopping.wait(60) in (0, 1)  # it is not being trained just then
    wait_for(lambda: (place.state("mine"), len(place.trainers())) in (("running", 1), ("stopped", 0)))
    assert place.find("mine").snapshot()["step"] >= 40
    other.close()


def test_a_data_set_that_is_gone_is_named_when_a_run_goes_on_and_its_place_too(place, page):
    pictures = write_pictures(place.data / "pictures")
    place.serve()
    words = ["train", "folder", "--path", pictures, *CALM, "--epochs", 400, "--name", "mine"]
    began = place.explorer(*words, **SLOWLY)
    place.reaches("mine", 20)
    shutil.rmtree(place.data)
    step = place.find("mine").status().step
    wait_for(lambda: place.find("mine").status().step > step)  # what it has read stays with it
    place.ask("mine/wish", {"do": "stop"})
    assert began.wait(60) == 0
    watch(page, place, "mine")
    press(page, "Resume")
    shows(page, "failed", str(pictures))
    write_pictures(pictures)
    assert place.said("resume", "mine", "--epochs", "40")[0] == 0


def test_a_run_that_is_edited_into_nonsense_while_it_is_watched_is_said(place, page):
    place.serve()
    assert place.said("train", "digits", *CALM, "--epochs", 1, "--name", "mine")[0] == 0
    watch(page, place, "mine")
    shows(page, "done")
    whole = (place.runs / "mine" / run.RUN).read_text()
    (place.runs / "mine" / run.RUN).write_text("{")
    page.locator(".course .words", has_text="run.json is damaged: it cannot be read as JSON").wait_for()
    (place.runs / "mine" / run.RUN).write_text(whole)
    page.locator(".course .words", has_text="is damaged").wait_for(state="hidden")
    shows(page, "done")
