"""The Streamlit host of web/studio/: it mounts the studio on runs, and does what only the host can do for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from explorer.app import files, live, studio

# As in live.py; what is asked of the host comes as a state with a number, so that nothing is done twice.
HOST = """
export default function ({ data, parentElement, setStateValue }) {
  const base = new URL(data.base, document.baseURI);
  const at = (path) => new URL(path, base).href;
  const host = (parentElement.explorer ??= { dispose: () => {} });
  host.alive = true;
  const runtime = { module: at(data.runtime.module), wasm: at(data.runtime.wasm) };
  host.latest = { runs: data.runs.map(at), runtime };
  host.send = (asked) => setStateValue("asked", { ...asked, at: Date.now() });
  host.module ??= import(at(data.web + "studio/studio.js"));
  host.module.then(
    ({ mountStudio }) => host.alive && (host.dispose = mountStudio(parentElement, host.latest, host.send)),
    (error) => {
      host.module = null; // the next call tries again
      parentElement.textContent = `The studio could not be loaded (${error.message}): reload the page.`;
    },
  );
  return () => {
    host.alive = false;
    host.dispose();
  };
}
"""

_studio = st.components.v2.component("explorer_studio", js=HOST, css=live.CSS)


def show(runs: Sequence[str], asked: Callable[[str, dict[str, Any]], None]) -> None:
    """Show the studio of a run, or of several side by side.

    `asked` is called with what a person wants that only the host can do: to branch, to resume, to explore.
    """
    key = "studio-" + "-".join(runs)
    data = {
        "base": live.base(),
        "web": files.web_url(),
        "runs": [studio.url(name) for name in runs],
        "runtime": live.runtime(),
    }

    def hear() -> None:
        said = (st.session_state.get(key) or {}).get("asked") or {}
        asked(str(said.get("act", "")), dict(said.get("values") or {}))

    _studio(key=key, data=data, on_asked_change=hear)
