"""The app as uvicorn loads it: Streamlit's pages, and our own routes beside them."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from explorer.app import files, originals, remote, studio

ours = [*files.routes(), *originals.routes(), *remote.routes(), *studio.routes()]
app = st.App(Path(__file__).with_name("main.py"), routes=ours)
