"""The pages Train and Runs as Streamlit runs them, without a browser; the preview's answers are given."""

import json
import shutil

import pytest
from streamlit.testing.v1 import AppTest

from explorer import places, preview, run, shelf
from explorer.app import launch, previews

BETA = {"data": ["digits"], "latent": ["2"], "seed": ["5"], "objective": ["beta"], "beta": ["8"]}
PAGE = places.PACKAGE / "app" / "main.py"


@pytest.fixture
def models(monkeypatch, tmp_path):
    monkeypatch.setenv("EXPLORER_MODELS", str(tmp_path / "models"))
    monkeypatch.setattr(places, "gallery_dir", lambda: tmp_path / "gallery")
    return tmp_path / "models"


@pytest.fixture
def known(monkeypatch):
    """Let the preview answer at once, in this process, and time nothing."""
    kept = {}

    def ask(what, values):
        key = json.dumps([what, values], sort_keys=True)
        if what == "time":
            return {"seconds": 60.0, "epochs": 12.3, "warnings": []}
        kept[key] = kept.get(key) or json.loads(json.dumps(preview._answer({"ask": what, "values": values})))
        return kept[key]

    monkeypatch.setattr(previews, "ask", ask)


@pytest.fixture
def started(monkeypatch):
    """Take down what would be started."""
    begun = []
    monkeypatch.setattr(launch, "_start", lambda name, words: begun.append((name, list(words))))
    return begun


def open_page(view="train", **query):
    page = AppTest.from_file(str(PAGE), default_timeout=60).run()
    page.switch_page(f"views/{view}.py")
    for key, value in query.items():
        page.query_params[key] = value
    return page.run()


def text(page):
    return " ".join(each.proto.body for each in page.get("html"))


def query(page):
    return {name: [words] if isinstance(words, str) else words for name, words in dict(page.query_params).items()}


def test_the_first_preset_is_ready_to_start(models, known, started):
    page = open_page()
    assert not page.exception
    assert query(page) == {"data": ["digits"], "latent": ["2"], "minutes": ["1"]}
    assert "weights" in text(page)
    assert "about 60 s: 12 passes" in text(page)
    assert page.code[0].value == "explorer train digits --objective vae --latent 2 --minutes 1"
    page.button(key="start").click().run()
    assert started == [("digits-vae-2d", ["train", "digits", "--objective", "vae", "--latent", "2", "--minutes", "1",
                                          "--name", "digits-vae-2d"])]  # fmt: skip
    assert query(page)["run"] == ["digits-vae-2d"]


def test_a_preset_that_compares_starts_runs_that_differ_in_one_knob(models, known, started):
    page = open_page(data="digits", objective=["ae", "vae", "beta"], latent="2", epochs="100")
    assert page.button(key="start").label == "Start 3 runs"
    page.button(key="start").click().run()
    assert [name for name, _ in started] == ["digits-ae-2d", "digits-vae-2d", "digits-beta-2d"]
    assert all(command[-4:-2] == ["--epochs", "100"] for _, command in started)


def test_a_link_sets_all_up_and_the_widgets_show_it(models, known):
    page = open_page(data="digits", objective="beta", beta="2.5", latent="7", seed="4", epochs="30")
    assert not page.exception
    assert page.selectbox(key="menu-objective").value == "beta"
    assert page.number_input(key="knob-latent").value == 7
    assert page.number_input(key="knob-beta").value == 2.5
    assert page.code[0].value.endswith("--objective beta --beta 2.5 --latent 7 --seed 4 --epochs 30")


def test_what_is_chosen_goes_into_the_url_and_what_is_usual_does_not(models, known):
    page = open_page(data="digits", latent="2")
    page.number_input(key="knob-seed").set_value(5).run()
    page.selectbox(key="menu-objective").select("beta").run()
    page.number_input(key="knob-beta").set_value(8.0).run()
    assert query(page) == BETA
    page.selectbox(key="menu-objective").select("vae").run()
    page.number_input(key="knob-seed").set_value(0).run()
    assert query(page) == {"data": ["digits"], "latent": ["2"], "objective": ["vae"]}


def test_a_knob_of_what_is_usual_chooses_it(models, known):
    page = open_page(data="digits", latent="2")
    page.number_input(key="knob-width").set_value(64).run()
    assert query(page)["network"] == ["resmlp"]
    assert "--network resmlp" in page.code[0].value


def test_event_files_are_a_switch_which_says_what_it_needs(models, known, monkeypatch):
    page = open_page(data="digits", latent="2")
    monkeypatch.setattr("explorer.events.find_spec", lambda name: None)
    assert "--tensorboard" not in page.code[0].value
    page.toggle(key="knob-tensorboard").set_value(True).run()
    assert page.code[0].value.endswith("--tensorboard yes")
    assert "pip install tensorboard" in text(page)
    assert page.button(key="start").disabled


def test_runs_that_differ_are_chosen_by_hand(models, known):
    page = open_page(data="digits", latent="2", minutes="1")
    page.selectbox(key="vary").select("latent").run()
    assert page.multiselect(key="several-latent").value == ["2"]
    page.query_params["latent"] = ["2", "8"]
    page.run()
    assert page.button(key="start").label == "Start 2 runs"
    page.selectbox(key="vary").select("").run()
    assert query(page)["latent"] == ["2"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"data": "digits", "latent": "0"}, "latent must lie between 1 and 512"),
        ({"data": "nowhere"}, "There is no data &#x27;nowhere&#x27; here"),
        ({"data": "folder", "path": "/etc"}, "No folder of the server may be read from a page"),
        ({"data": "digits", "path": "/etc"}, "no knob &#x27;path&#x27;"),
        ({"data": "digits", "<b>": "1"}, "no knob &#x27;&lt;b&gt;&#x27;"),
    ],
)
def test_a_wrong_choice_is_answered_in_the_cores_own_words_and_cannot_start(models, known, started, query, said):
    page = open_page(**query)
    assert not page.exception
    assert said in text(page)
    assert page.button(key="start").disabled
    assert "path" not in page.code[0].value


def test_a_data_set_that_is_not_here_can_be_fetched(models, known, monkeypatch):
    wanted = []
    monkeypatch.setattr(launch, "get", wanted.append)
    page = open_page(data="mnist", latent="2")
    assert page.button(key="start").disabled
    (fetch,) = [button for button in page.button if button.label.startswith("Fetch")]
    assert fetch.label == "Fetch mnist (12 MB)"
    fetch.click().run()
    assert wanted == ["mnist"]


def test_nothing_waits_for_the_preview(models, monkeypatch):
    monkeypatch.setattr(previews, "ask", lambda what, values: None)
    page = open_page()
    assert not page.exception
    assert page.button(key="start").disabled
    assert "timing a few steps" in text(page)


def test_until_the_run_is_there_its_trainers_words_are_shown(models, monkeypatch):
    monkeypatch.setattr(launch, "is_starting", lambda name: True)
    launch.log("mine").parent.mkdir(parents=True)
    launch.log("mine").write_text("something\nreading <the> pictures\n")
    page = open_page(run="mine")
    assert "mine: reading &lt;the&gt; pictures" in text(page)
    monkeypatch.setattr(launch, "is_starting", lambda name: False)
    page.run()
    assert r"Its last words\: something reading \<the\> pictures" in page.error[0].value


@pytest.mark.parametrize("name", ["nobody", "../../etc/passwd"])
def test_a_run_that_is_not_here_is_said(models, name):
    page = open_page(run=name)
    assert "There is no run" in page.error[0].value


@pytest.fixture
def begin(models, tiny_spec, digits, tiny):
    def begin(name, state="stopped", model=False):
        found = run.create(places.runs_dir(models) / name, tiny_spec, models, digits.train, owns=model)
        found.say(state, 5, 0.5)
        found.append({"step": 5, "reconstruction": 2.0, "regularization": 1.0})
        if model:
            shutil.copytree(tiny.folder, found.model_folder)
        return found

    return begin


def test_a_run_that_is_there_is_watched_in_the_studio(models, begin):
    begin("mine")
    begin("yours")
    page = open_page(run=["mine", "yours"])
    (view,) = page.get("bidi_component")
    data = json.loads(view.proto.json)
    assert data["runs"] == ["live/runs/mine", "live/runs/yours"]
    assert data["base"] == "/"


def test_the_list_tells_of_each_run(models, begin):
    begin("mine", model=True)
    begin("other", state="failed")
    page = open_page("runs")
    assert not page.exception
    assert 'data-state="stopped"' in text(page)
    assert 'data-state="failed"' in text(page)
    assert "digits, vae, 3 latent dimensions; just now" in text(page)
    assert "3.0 nats" in text(page)


def test_a_run_is_deleted_and_taken_back(models, begin):
    begin("mine", model=True)
    page = open_page("runs")
    page.button(key="more-mine").click().run()
    next(button for button in page.button if button.label == "Delete").click().run()
    assert run.listing(places.runs_dir(models))[0] == []
    (thrown,) = shelf.thrown(places.runs_dir(models))
    page.button(key=f"back-{thrown.folder.name}").click().run()
    assert [each.name for each in run.listing(places.runs_dir(models))[0]] == ["mine"]


def test_a_run_is_renamed_if_the_name_is_good(models, begin):
    begin("mine")
    page = open_page("runs")
    page.button(key="more-mine").click().run()
    page.text_input[0].set_value("../out").run()
    next(button for button in page.button if button.label == "Rename").click().run()
    assert "cannot be a model" in page.error[0].value
    assert [each.name for each in run.listing(places.runs_dir(models))[0]] == ["mine"]
