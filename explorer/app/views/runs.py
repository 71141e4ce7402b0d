"""Runs: what is being trained, what was, and what can be done with it."""

from __future__ import annotations

from explorer.app import controls, shelves

controls.head().html(controls.heading("runs", "What is being trained, and what was."))
shelves.show()
