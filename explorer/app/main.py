"""The app's router: pages are files."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

HERE = Path(__file__).parent

st.set_page_config("explorer: meet a VAE", page_icon=HERE / "icon.png", layout="wide")
st.html(HERE / "style.css")
st.navigation([st.Page("pages/explore.py", title="Explore")], position="hidden").run()
