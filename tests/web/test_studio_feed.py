"""What a page hears of a run, and which look it shows: beside a server that is made up."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from safetensors.numpy import save

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
# `server.answers`: what is answered next at an address that ends so, the last answer again and again.
SERVER = """async () => {
    window.server = { asked: [], answers: {}, real: window.fetch };
    window.fetch = async (url, how = {}) => {
        server.asked.push([String(url), how.body ?? ""]);
        const name = Object.keys(server.answers).find((each) => String(url).includes(each));
        const queue = server.answers[name] ?? [{ status: 404, text: "not here" }];
        const { status = 200, text = "", bytes = null } = queue.length > 1 ? queue.shift() : queue[0];
        if (status === 0) throw new TypeError("Failed to fetch");
        return new Response(bytes ? new Uint8Array(bytes) : status === 204 ? null : text, { status });
    };
    const { createFeed } = await import("/web/studio/feed.js");
    const { createReel } = await import("/web/studio/reel.js");
    window.begin = () => {
        window.complaints = [];
        window.feed = createFeed("/run");
        window.reel = createReel(feed, (sentence) => complaints.push(sentence));
    };
    window.dispose = () => {
        window.reel?.dispose();
        window.feed?.dispose();
        window.fetch = server.real;
    };
}"""


def where(**patch: Any) -> dict[str, str]:
    reports = {"id": "1", "from": 0, "next": 0, "lines": []}
    usual = {"name": "mine", "state": "running", "alive": True, "words": "", "moments": [], "model": False,
             "versions": {"stage": 0, "now": 0, "closeup": 0, "blueprint": 0}, "reports": reports}  # fmt: skip
    return {"text": json.dumps(usual | patch)}


def lines(its: str, start: int, end: int, *steps: int) -> dict[str, str]:
    reports = {"id": its, "from": start, "next": end, "lines": [{"step": step} for step in steps]}
    return where(reports=reports)


def look(step: int) -> dict[str, list[int]]:
    arrays = {"mean": np.full((2, 1), step, np.float16), "std": np.ones((2, 1), np.float16),
              "kl": np.ones(1, np.float32), "reconstructed": np.zeros((1, 1, 1, 1), np.uint8),
              "samples": np.zeros((1, 1, 1, 1), np.uint8)}  # fmt: skip
    return {"bytes": list(save(arrays, {"words": json.dumps({"step": step, "epoch": 1.0})}))}


def stage() -> dict[str, list[int]]:
    arrays = {"originals": np.zeros((1, 1, 1, 1), np.uint8), "z": np.zeros((1, 1), np.float32),
              "labels": np.array([0, 1], np.int32)}  # fmt: skip
    return {"bytes": list(save(arrays, {"words": json.dumps({"label_names": ["a", "b"]})}))}


@pytest.fixture
def served(web_page: Page) -> Page:
    web_page.evaluate(SERVER)
    return web_page


def begin(page: Page, **answers: list[dict[str, Any]]) -> None:
    page.evaluate("(answers) => { server.answers = answers; begin(); }", answers)


def test_only_new_lines_are_asked_for_and_a_file_that_was_replaced_begins_anew(served: Page) -> None:
    begin(served, **{"/run": [lines("7", 0, 20, 1, 2), lines("7", 20, 30, 3), lines("8", 0, 10, 1)]})
    served.wait_for_function("feed.state.reports.length === 3")
    assert served.evaluate("feed.state.reports.map(({ step }) => step)") == [1, 2, 3]
    served.wait_for_function("feed.state.reports.length === 1")
    asked = [url for url, _ in served.evaluate("server.asked")]
    assert asked[:3] == ["/run?id=&from=0", "/run?id=7&from=20", "/run?id=7&from=30"]


# Answers as the server does, by what is asked for, and not at once.
SLOW = """(answers) => {
    window.fetch = async (url) => {
        const from = new URL(url, location).searchParams.get("from");
        server.asked.push([url, from]);
        await new Promise((go) => setTimeout(go, 100));
        return new Response(answers[from].text);
    };
    begin();
}"""


def test_two_who_ask_at_once_do_not_lose_what_is_known(served: Page) -> None:
    """A press asks at once, also while the usual question is under way."""
    served.evaluate(SLOW, {"0": lines("7", 0, 20, 1, 2), "20": lines("7", 20, 30, 3), "30": lines("7", 30, 30)})
    served.wait_for_function("feed.state.reports.length === 2")
    served.evaluate("() => { feed.ask(); feed.ask(); feed.ask(); }")
    served.wait_for_function("server.asked.length >= 4")
    served.wait_for_function("feed.state.reports.at(-1).step === 3")
    assert served.evaluate("feed.state.reports.map(({ step }) => step)") == [1, 2, 3]
    assert served.evaluate("server.asked.slice(0, 3).map(([, from]) => from)") == ["0", "20", "30"]


def test_a_server_that_is_silent_is_said_and_what_is_known_stays(served: Page) -> None:
    begin(served, **{"/run": [lines("7", 0, 20, 1), {"status": 0}, lines("7", 20, 30, 2)]})
    served.wait_for_function("feed.state.lost !== ''")
    assert "does not answer" in served.evaluate("feed.state.lost")
    assert served.evaluate("feed.state.reports.length") == 1
    served.wait_for_function("feed.state.lost === '' && feed.state.reports.length === 2")


def test_a_run_that_is_gone_is_said_in_the_words_of_the_server(served: Page) -> None:
    begin(served, **{"/run": [where(), {"status": 404, "text": "There is no run 'mine' any more."}]})
    served.wait_for_function("feed.state.lost !== ''")
    assert served.evaluate("[feed.state.lost, feed.state.alive]") == ["There is no run 'mine' any more.", False]


def test_a_damaged_blueprint_is_heard_as_nonsense_and_not_asked_for_again(served: Page) -> None:
    told = where(versions={"stage": 0, "now": 0, "closeup": 0, "blueprint": 7})
    begin(served, **{"/run/blueprint": [{"text": '{"shape": [1, 28'}], "/run": [told]})
    served.wait_for_function("feed.state.blueprint !== null")
    served.wait_for_function("server.asked.filter(([url]) => url.startsWith('/run?')).length > 2")
    assert served.evaluate("feed.state.blueprint") == {}
    assert [url for url, _ in served.evaluate("server.asked") if "blueprint" in url] == ["/run/blueprint/7"]


def test_a_wish_is_sent_and_a_refusal_comes_back_as_a_sentence(served: Page) -> None:
    answers = [{"status": 204}, {"status": 409, "text": "mine is not at work."}, {"status": 0}]
    begin(served, **{"/run/wish": answers, "/run": [where()]})
    words = [served.evaluate("feed.wish('pause')"), served.evaluate("feed.wish('change', { beta: 2 })")]
    assert words == ["", "mine is not at work."]
    assert "does not answer" in served.evaluate("feed.wish('stop')")
    sent = [json.loads(body) for url, body in served.evaluate("server.asked") if url.endswith("wish")]
    assert sent[:2] == [{"do": "pause", "values": {}}, {"do": "change", "values": {"beta": 2}}]


FILM: dict[str, Any] = {"moments": [[0, 10], [4, 11], [9, 12]]}


def film(**patch: Any) -> dict[str, Any]:
    versions = {"stage": 5, "now": patch.pop("now", 0), "closeup": 0, "blueprint": 0}
    return where(**FILM, versions=versions, **patch)


def reel(*told: dict[str, Any], **more: Any) -> dict[str, list[dict[str, Any]]]:
    moments = {f"moments/{step}-{version}/": [look(step)] for step, version in FILM["moments"]}
    return {"/run/stage": [stage()], **moments, **more, "/run": list(told)}


def test_the_latest_look_is_shown_until_a_moment_is_wanted_and_again_after_it(served: Page) -> None:
    begin(served, **reel(film(now=99), **{"/run/now/99": [look(12)]}))
    served.wait_for_function("reel.look?.step === 12")
    assert served.evaluate("[reel.look.live, reel.decodable, reel.stage.labelNames]") == [True, [9, 12], ["a", "b"]]
    served.evaluate("reel.go(5)")
    served.wait_for_function("reel.look.step === 4")
    assert served.evaluate("[reel.wanted, reel.look.live, reel.look.url, reel.decodable, reel.look.mean[0]]") == [
        4, False, "/run/moments/4-11/", [4, 11], 4,
    ]  # fmt: skip
    served.evaluate("reel.go(null)")
    served.wait_for_function("reel.look.step === 12")


def test_a_moment_is_fetched_once_also_when_it_was_prepared(served: Page) -> None:
    begin(served, **reel(film(alive=False)))
    served.wait_for_function("reel.look?.step === 9")
    served.evaluate("reel.prepare(0)")
    served.evaluate("reel.go(0)")
    served.wait_for_function("reel.look.step === 0")
    served.evaluate("reel.go(9)")
    served.wait_for_function("reel.look.step === 9")
    fetched = [url for url, _ in served.evaluate("server.asked") if "moments" in url]
    assert sorted(fetched) == ["/run/moments/0-10/look.safetensors", "/run/moments/9-12/look.safetensors"]


def test_a_moment_that_is_damaged_is_said_and_the_look_stays(served: Page) -> None:
    broken = {"moments/4-11/": [{"status": 404, "text": "The moment of step 4 is gone."}]}
    begin(served, **(broken | {name: told for name, told in reel(film(alive=False)).items() if name not in broken}))
    served.wait_for_function("reel.look?.step === 9")
    served.evaluate("reel.go(4)")
    served.wait_for_function("complaints.length > 0")
    assert served.evaluate("[complaints[0], reel.look.step]") == ["The moment of step 4 is gone.", 9]


def test_what_is_wanted_moves_to_the_nearest_moment_where_a_resume_cut_the_film(served: Page) -> None:
    cut = where(moments=[[0, 10], [5, 20]], alive=False, versions={"stage": 5, "now": 0, "closeup": 0, "blueprint": 0})
    answers = reel(film(), film(), cut, **{"moments/5-20/": [look(5)]})
    begin(served, **answers)
    served.wait_for_function("reel.look?.step === 9")
    served.evaluate("reel.go(4)")
    served.wait_for_function("reel.wanted === 5 && reel.look.step === 5")
