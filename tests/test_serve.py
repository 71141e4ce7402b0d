"""The server: where it listens, and with which settings."""

import os
import socket
import subprocess
import sys

import pytest

from explorer import places, run
from explorer.serve import bind, say_what_goes_on, serve


def test_the_first_free_port_from_the_usual_one_on():
    with bind("localhost", None) as one, bind("localhost", None) as two:
        assert 8501 <= one.getsockname()[1] < two.getsockname()[1]


def test_a_taken_port_says_what_to_do():
    with bind("localhost", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=f"Cannot listen on localhost, port {port} .*: choose another with --port"):
            bind("localhost", port)


def test_a_host_that_is_none_is_named():
    with pytest.raises(OSError, match="'no such host' is no address of this computer: choose another --host"):
        bind("no such host", None)


def test_pages_of_the_host_that_was_given_are_its_own(monkeypatch):
    monkeypatch.setenv("EXPLORER_HOSTS", "vae.example")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    with pytest.raises(OSError, match="is no address of this computer"):
        serve("no such host", None, browser=False)
    assert os.environ["EXPLORER_HOSTS"] == "vae.example,no such host"


def test_answers_are_sent_at_once():
    """The socket that asyncio would get must name its protocol: only then is TCP_NODELAY set."""
    with bind("localhost", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP
        with socket.create_connection(listener.getsockname()):
            accepted, _ = listener.accept()
            with accepted:
                assert accepted.proto == socket.IPPROTO_TCP


def test_streamlit_reads_our_settings_under_plain_uvicorn(tmp_path):
    """From any folder: the file of settings stands beside the script."""
    code = (
        "import explorer.app.server\nfrom streamlit import config\n"
        "print(config.get_option('runner.postScriptGC'), config.get_option('browser.gatherUsageStats'))"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.split() == ["False", "False"], done.stderr


def test_what_goes_on_without_the_server_is_said(tmp_path, tiny_spec, digits, capsys):
    runs = places.runs_dir(tmp_path)
    say_what_goes_on(tmp_path)
    assert capsys.readouterr().out == ""
    run.create(runs / "one", tiny_spec, tmp_path, digits.train)  # by this process, which is alive
    run.create(runs / "ended", tiny_spec, tmp_path, digits.train).say("stopped")
    say_what_goes_on(tmp_path)
    said = capsys.readouterr().out
    assert said.startswith(
        "one goes on without this server: `explorer models` tells how far, `explorer stop NAME` ends it"
    )
    run.create(runs / "two", tiny_spec, tmp_path, digits.train)
    say_what_goes_on(tmp_path)
    assert capsys.readouterr().out.startswith("one, two go on without this server")
