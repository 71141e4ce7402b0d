"""The decoder on the server: what it paints is what onnxruntime paints, and whatever comes, it answers in words."""

import asyncio
import struct
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from streamlit import config
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from explorer import checkpoint, export
from explorer.app import remote
from explorer.spec import Spec

SPEC = Spec((1, 8, 8), 3)
TOLD = replace(SPEC, conditional=True, classes=4)


def question(kind, n, *arrays):
    return struct.pack("<II", kind, n) + b"".join(array.tobytes() for array in arrays)


@pytest.fixture
def z():
    return np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)


@pytest.fixture
def address(server):
    return server.url.replace("http", "ws") + "/" + remote.url(checkpoint.find("tiny", server.models))


@pytest.fixture
def socket(address):
    with connect(address, close_timeout=1) as opened:
        yield opened


def test_it_paints_what_the_decoder_paints(socket, tiny, z):
    (wanted,) = export.run(tiny.folder / "decoder.onnx", z)
    socket.send(question(0, 5, z))
    given = np.frombuffer(socket.recv(), np.uint8).reshape(5, 1, 8, 8)
    assert given / 255 == pytest.approx(wanted, abs=0.5 / 255 + 1e-6)


def test_it_encodes_what_the_encoder_encodes(socket, tiny, digits):
    pictures = digits.test.pixels[:4]
    socket.send(question(1, 4, pictures))
    mean, std = np.frombuffer(socket.recv(), np.float32).reshape(2, 4, 3)
    wanted = export.run(tiny.folder / "encoder.onnx", pictures.astype(np.float32) / 255)
    assert mean == pytest.approx(wanted[0], abs=1e-6)
    assert std == pytest.approx(wanted[1], abs=1e-6)


def test_answers_come_in_the_order_of_the_questions(socket, tiny):
    for value in range(20):
        socket.send(question(0, 1, np.full(3, value / 10, np.float32)))
    given = [np.frombuffer(socket.recv(), np.uint8) for _ in range(20)]
    z = np.tile(np.arange(20, dtype=np.float32)[:, None] / 10, 3)
    wanted = export.run(tiny.folder / "decoder.onnx", z)[0].reshape(20, -1)
    assert np.array(given) / 255 == pytest.approx(wanted, abs=0.5 / 255 + 1e-6)


def test_thirty_at_once_are_all_answered(address, z):
    def one():
        with connect(address, close_timeout=1) as socket:
            for _ in range(5):
                socket.send(question(0, 5, z))
                answers.append(socket.recv(timeout=20))

    answers = []
    people = [threading.Thread(target=one) for _ in range(30)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert len(answers) == 150
    assert len(set(answers)) == 1


def test_a_conditional_model_is_told_the_class(z):
    asked = remote.read(question(0, 2, z[:2], np.array([3, 0], np.int32)), TOLD)
    assert asked.half == "decoder"
    assert asked.arrays[0] == pytest.approx(z[:2])
    assert (asked.arrays[1].tolist(), asked.arrays[1].dtype) == ([3, 0], np.int64)


HOSTILE = [
    (b"", "1 to 64 pictures"),
    (b"\0" * 7, "1 to 64 pictures"),
    (question(2, 1, np.zeros(3, np.float32)), "to decode or to encode"),
    (question(0, 0), "1 to 64 pictures"),
    (question(0, 65, np.zeros((65, 3), np.float32)), "1 to 64 pictures"),
    (question(0, 2**32 - 1), "1 to 64 pictures"),
    (question(0, 1, np.zeros(2, np.float32)), "has 16 bytes, but 20 were expected"),
    (question(0, 1, np.zeros(4, np.float32)), "has 24 bytes, but 20 were expected"),
    (question(1, 1, np.zeros(3, np.float32)), "has 20 bytes, but 72 were expected"),
    (question(0, 1, np.array([0, np.nan, 0], np.float32)), "finite"),
    (question(0, 1, np.array([0, np.inf, 0], np.float32)), "finite"),
    (np.random.default_rng(0).bytes(1000), "A question is"),
]


@pytest.mark.parametrize(("message", "sentence"), HOSTILE, ids=range(len(HOSTILE)))
def test_what_cannot_be_meant_is_refused_in_a_sentence(message, sentence):
    with pytest.raises(ValueError, match=sentence):
        remote.read(message, SPEC)


@pytest.mark.parametrize("label", [-1, 4, 2**31 - 1])
def test_a_class_that_the_model_does_not_know_is_refused(label):
    with pytest.raises(ValueError, match="the classes 0 to 3"):
        remote.read(question(0, 1, np.zeros(3, np.float32), np.array([label], np.int32)), TOLD)
    with pytest.raises(ValueError, match="has 20 bytes, but 24 were expected"):
        remote.read(question(0, 1, np.zeros(3, np.float32)), TOLD)


def test_large_pictures_come_a_few_at_a_time():
    large = Spec((3, 1024, 1024), 1)
    assert remote.read(question(0, 1, np.zeros(1, np.float32)), large).half == "decoder"
    with pytest.raises(ValueError, match="and 4,194,304 numbers"):
        remote.read(question(0, 2, np.zeros(2, np.float32)), large)


def test_after_a_refusal_the_next_question_is_answered(socket, z):
    for message in (*(message for message, _ in HOSTILE), "a text", b"x" * 3_000_000):
        socket.send(message)
        assert isinstance(socket.recv(), str)
    socket.send(question(0, 5, z))
    assert len(socket.recv()) == 5 * 64


def test_any_finite_z_is_answered(socket):
    """Numbers that overflow inside the network become a picture too, or a sentence; the server says nothing else."""
    socket.send(question(0, 1, np.full(3, 3e38, np.float32)))
    assert len(socket.recv()) == 64


@pytest.mark.parametrize("where", ["/live/models/tiny/0123456789abcdef/decode", "/live/models/nobody/0/decode"])
def test_an_unknown_model_is_refused_with_the_reason(server, where):
    with connect(server.url.replace("http", "ws") + where, close_timeout=1) as socket:
        assert "reload the page" in (said := socket.recv()) or "no model 'nobody'" in said
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv()
    assert closed.value.rcvd.code == remote.REFUSED


def test_a_network_that_cannot_run_is_a_sentence_without_a_path(tmp_path):
    (tmp_path / "decoder.onnx").write_bytes(b"this is no network")
    said = remote._answer(tmp_path, "digest", remote.Question("decoder", (np.zeros((1, 3), np.float32),)))
    assert said == "The server cannot run this model’s decoder.onnx."


def test_a_model_without_a_decoder_promises_no_socket(tiny):
    assert remote.url(replace(tiny, note="torch cannot write decoder.onnx.")) is None


@pytest.mark.skipif(not Path("/proc").exists(), reason="sockets are counted on Linux")
def test_a_closed_tab_leaves_nothing_behind(server, address, z):
    process = psutil.Process(server.process)
    with connect(address, close_timeout=1) as socket:  # whatever is read once is read
        socket.send(question(0, 5, z))
        socket.recv()
    time.sleep(0.5)
    files, threads = process.num_fds(), process.num_threads()
    for number in range(20):
        with connect(address, close_timeout=0.1) as socket:
            socket.send(question(0, 5, z))
            if number % 2:
                socket.recv()
            else:
                socket.socket.close()  # the lid is shut: no word of farewell, and an answer under way
    deadline = time.monotonic() + 15
    few = 3  # that the server may have taken for something else meanwhile; twenty tabs would leave twenty
    while process.num_fds() > files + few and time.monotonic() < deadline:
        time.sleep(0.1)
    assert process.num_fds() <= files + few
    assert process.num_threads() <= threads + few


@pytest.mark.parametrize(
    ("origin", "host", "may"),
    [
        (None, "here:8501", True),
        ("http://here:8501", "here:8501", True),
        ("https://here:8501", "here:8501", True),
        ("http://localhost:3000", "here:8501", True),
        ("http://elsewhere.example", "here:8501", False),
        ("http://here:8501.elsewhere.example", "here:8501", False),
        ("http://evil.example:8501", "evil.example:8501", False),  # a domain that its owner lets mean this machine
        ("http://evil.example", "evil.example", False),
        ("http://evil.example.", "evil.example.", False),
        ("http://given.example:8501", "given.example:8501", True),
        ("https://proxied.example", "proxied.example", True),
        ("http://localhost:8501", "localhost:8501", True),
        ("http://10.1.2.3:8501", "10.1.2.3:8501", True),
        ("http://[::1]:8501", "[::1]:8501", True),
        ("null", "here:8501", False),
        ("http://[", "here:8501", False),
    ],
)
def test_only_pages_of_this_server_may_ask(monkeypatch, origin, host, may):
    for address in ("get_internal_ip", "get_external_ip"):
        monkeypatch.setattr(f"streamlit.net_util.{address}", lambda: "192.0.2.7")
    monkeypatch.setenv("EXPLORER_HOSTS", "proxied.example, given.example")
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(asyncio.run, remote.is_from_here(origin, host)).result(20) is may


@pytest.mark.parametrize("option", ["server.allowedHosts", "server.corsAllowedOrigins"])
def test_an_owner_behind_a_proxy_names_its_host_as_for_streamlit(monkeypatch, option):
    said = ["https://vae.example"] if option == "server.corsAllowedOrigins" else ["*.example"]
    get = config.get_option
    monkeypatch.setattr(config, "get_option", lambda name: said if name == option else get(name))
    for address in ("get_internal_ip", "get_external_ip"):
        monkeypatch.setattr(f"streamlit.net_util.{address}", lambda: "192.0.2.7")
    with ThreadPoolExecutor(1) as thread:
        answers = [thread.submit(asyncio.run, remote.is_from_here(f"https://{host}", host)).result(20)
                   for host in ("vae.example", "evil.org")]  # fmt: skip
    assert answers == [True, False]


class Socket:
    """A browser that says nothing: it is there until it is told to go."""

    def __init__(self, origin=None):
        self.headers = {"origin": origin, "host": "here"} if origin else {"host": "here"}
        self.path_params = {"name": "tiny", "digest": "digest"}
        self.said, self.closed, self.leave = [], None, asyncio.Event()

    async def accept(self):
        """Accept it."""

    async def receive(self):
        await self.leave.wait()
        return {"type": "websocket.disconnect"}

    async def send_text(self, sentence):
        self.said.append(sentence)

    async def close(self, code):
        self.closed = code


def test_one_more_than_there_is_room_for_is_told_so_until_somebody_goes(monkeypatch):
    monkeypatch.setattr(remote, "_places", asyncio.Semaphore(2))
    known = threading.Event()
    names = []

    def find(*_):
        names.append(threading.current_thread().name)
        if len(names) == 2:
            known.set()

    monkeypatch.setattr(remote.files, "known", find)

    async def crowd():
        first, second, third, fourth = (Socket() for _ in range(4))
        there = [asyncio.create_task(remote.decode(each)) for each in (first, second)]
        await asyncio.to_thread(known.wait, 10)
        await remote.decode(third)
        first.leave.set()
        await there[0]
        fourth.leave.set()
        await remote.decode(fourth)
        second.leave.set()
        await there[1]
        return third, fourth

    with ThreadPoolExecutor(1, "loop") as thread:
        refused, admitted = thread.submit(asyncio.run, crowd()).result(20)
    assert (refused.closed, admitted.closed) == (remote.FULL, None)
    assert "try again later" in refused.said[0]
    assert not any(name.startswith("loop") for name in names), "files were read on the event loop"


def test_a_page_from_elsewhere_is_refused_with_the_reason(address):
    with connect(address, origin="http://elsewhere.example", close_timeout=1, open_timeout=20) as socket:
        assert "its own pages" in socket.recv(timeout=30)
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=10)
    assert closed.value.rcvd.code == remote.REFUSED
