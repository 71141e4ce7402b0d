"""The Streamlit host of web/studio/network.js: the drawing of a network with its shapes."""

from __future__ import annotations

from typing import Any

import streamlit as st

from explorer.app import files, live

HOST = """
export default function ({ data, parentElement }) {
  const web = new URL(data.web, new URL(data.base, document.baseURI));
  const made = (name, values) => Object.assign(document.createElement(name), values);
  const host = (parentElement.explorer ??= { root: made("div", { className: "explorer" }) });
  host.latest = data.blueprint;
  if (!host.root.isConnected) {
    host.root.hidden = true; // until it has its styles
    const styled = ["studio/studio.css", "style.css"].map((file) => new Promise((done) => {
      const href = new URL(file, web).href;
      parentElement.append(made("link", { rel: "stylesheet", href, onload: done, onerror: done }));
    }));
    Promise.all(styled).then(() => (host.root.hidden = false));
    parentElement.append(host.root);
  }
  host.module ??= import(new URL("studio/network.js", web).href);
  host.module.then(({ createNetwork }) => host.root.replaceChildren(createNetwork(host.latest).element), () => {
    host.root.textContent = "The drawing of the network could not be loaded: reload the page.";
  });
  host.next ??= host.module.then(() => import(new URL("studio/studio.js", web).href)).catch(() => {}); // Start wants it
}
"""
CSS = live.CSS + "\n.explorer { block-size: auto !important; }\n"

_network = st.components.v2.component("explorer_network", js=HOST, css=CSS)


def show(blueprint: dict[str, Any]) -> None:
    """Show the drawing of a network from its facts (blueprint.py)."""
    _network(key="network", data={"base": live.base(), "web": files.web_url(), "blueprint": blueprint})
