"""The Streamlit host of web/: it mounts the live view and hears where it comes to rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from explorer.app import files

# Streamlit calls the default function again, with new data, on the same element. The module is fetched once, from a
# route of ours that a browser may cache for ever; data that come meanwhile are the ones that are mounted.
HOST = """
export default function ({ data, parentElement, setStateValue }) {
  const base = new URL(data.base, document.baseURI);
  const at = (path) => new URL(path, base).href;
  const { model } = data.live;
  const remote = model.remote && at(model.remote).replace(/^http/, "ws");
  const host = (parentElement.explorer ??= { dispose: () => {}, trouble: document.createElement("p") });
  host.alive = true;
  host.latest = {
    ...data.live,
    model: { ...model, url: at(model.url), originals: model.originals && at(model.originals), remote },
    runtime: { module: at(data.live.runtime.module), wasm: at(data.live.runtime.wasm) },
  };
  host.send = (link, word) => setStateValue("said", { link, word });
  host.module ??= import(at(data.web + "mount.js"));
  host.module.then(
    ({ mount }) => {
      host.trouble.remove();
      if (host.alive) host.dispose = mount(parentElement, host.latest, host.send);
    },
    (error) => {
      host.module = null; // the next call tries again
      host.trouble.textContent = `The live view could not be loaded (${error.message}): reload the page.`;
      parentElement.append(host.trouble);
    },
  );
  return () => {
    host.alive = false;
    host.dispose();
  };
}
"""
# The view takes Streamlit's theme as its own, and what the page leaves of the window (style.css).
CSS = """
.explorer {
  --paper: var(--st-background-color);
  --ink: var(--st-text-color);
  --line: var(--st-border-color);
  --font: var(--st-font);
  color-scheme: inherit !important;
}
@media (width < 46rem) {
  .explorer .caption { padding-inline-end: 2.25rem; } /* it stays at the top, where Streamlit's menu lies */
}
"""

_view = st.components.v2.component("explorer_live", js=HOST, css=CSS)


def show(model: dict[str, Any], link: dict[str, str], settled: Callable[[dict[str, str]], None]) -> None:
    """Show the live view of a model (web/mount.js), where `link` leads: words only the view can read (web/link.js).

    `settled` is called with such words, and the model's name, when a person has come to rest; never while she moves.
    """
    live = {
        "model": model,
        "runtime": runtime(),
        "link": link,
        "heard": _said()["word"],
    }
    data = {"base": base(), "web": files.web_url(), "live": live}
    _view(key="live", data=data, on_said_change=lambda: settled(dict(_said()["link"])))


def runtime() -> dict[str, str]:
    """Return where a page finds the engine that decodes, below the app's own address."""
    vendor = f"{files.web_url()}vendor/onnxruntime-web/"
    return {"module": vendor + "ort.wasm.bundle.min.mjs", "wasm": vendor + "ort-wasm-simd-threaded.wasm"}


def base() -> str:
    """Return the path of the app at its server: it begins and ends with a slash."""
    path = str(st.get_option("server.baseUrlPath")).strip("/")
    return f"/{path}/" if path else "/"


def _said() -> dict[str, Any]:
    """Return the last word of the view, and its number, by which it knows its own word when it hears it back."""
    state = st.session_state.get("live")
    return (state and state.get("said")) or {"link": {}, "word": 0}
