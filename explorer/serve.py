"""`explorer app`: the Streamlit app under plain uvicorn, on sockets that answer at once."""

from __future__ import annotations

import os
import socket
import webbrowser
from pathlib import Path

import click

from explorer import places

USUAL_PORT = 8501
TRIES = 50  # ports looked at after the usual one


def serve(host: str, port: int | None, browser: bool) -> None:
    """Serve the app until interrupted. OSError, with what to do, if the port is taken."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy and torch: fragments run in threads of their own
    os.environ["EXPLORER_HOSTS"] = ",".join(filter(None, [os.environ.get("EXPLORER_HOSTS"), host]))  # that pages have
    import uvicorn

    listener = bind(host, port)
    shown = "localhost" if host in ("localhost", "127.0.0.1", "0.0.0.0") else host  # noqa: S104  (only compared)
    address = f"http://{shown}:{listener.getsockname()[1]}"
    click.echo(f"explorer is at {address}   (Ctrl-C stops it)")
    if browser:
        webbrowser.open(address)  # the socket listens already: the browser waits the second that the app needs
    config = uvicorn.Config(
        "explorer.app.server:app", log_level="warning", log_config=None, access_log=False, ws_max_size=2**27
    )
    try:
        uvicorn.Server(config).run(sockets=[listener])
    finally:
        say_what_goes_on(places.models_dir())


def say_what_goes_on(models: Path) -> None:
    """Say which trainings go on without the server, and how to find and end them."""
    from explorer import run

    alive = [found.name for found in run.listing(places.runs_dir(models))[0] if found.status().alive]
    if alive:
        go, it = ("goes", "it") if len(alive) == 1 else ("go", "one")
        click.echo(
            f"{', '.join(alive)} {go} on without this server: `explorer models` tells how far, "
            f"`explorer stop NAME` ends {it} and keeps its model."
        )


def bind(host: str, port: int | None) -> socket.socket:
    """Return a listening socket at `port`, or at the first free port from the usual one on.

    The protocol is named because asyncio sets TCP_NODELAY only on sockets that say that they are TCP; without it each
    answer of the server waits 36 ms.
    """
    candidates = [port] if port is not None else range(USUAL_PORT, USUAL_PORT + TRIES)
    for candidate in candidates:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if os.name == "posix":  # a restarted server gets its port back at once
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
            listener.listen(128)
        except socket.gaierror:
            listener.close()
            raise OSError(f"{host!r} is no address of this computer: choose another --host.") from None
        except OSError as error:
            listener.close()
            problem = error
        else:
            return listener
    raise OSError(f"Cannot listen on {host}, port {candidate} ({problem.strerror}): choose another with --port.")
