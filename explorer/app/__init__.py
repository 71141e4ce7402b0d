"""The Streamlit app: the only place that knows Streamlit."""
