"""The app's router: pages are files, in `views`; of a folder called `pages` Streamlit would serve files past this."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

HERE = Path(__file__).parent

st.set_page_config("explorer: meet a VAE", page_icon=HERE / "icon.png", layout="wide")
st.html(HERE / "style.css")
pages = [
    st.Page("views/explore.py", title="Explore"),
    st.Page("views/train.py", title="Train"),
    st.Page("views/runs.py", title="Runs"),
]
st.navigation(pages, position="top").run()
