"""The app's router: pages are files."""

from __future__ import annotations

import streamlit as st

st.set_page_config("explorer: meet a VAE", page_icon=":material/explore:", layout="wide")
st.navigation([st.Page("pages/explore.py", title="Explore", icon=":material/explore:")], position="hidden").run()
