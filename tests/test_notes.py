"""JSON on disk that anybody may have edited."""

import json
import os

import pytest
from hypothesis import given

from explorer import notes
from tests.test_status import JSON


@given(value=JSON)
def test_what_a_browser_could_read_is_read_and_nothing_else(value):
    try:
        found = notes.parse(json.dumps(value))
    except ValueError:
        with pytest.raises(ValueError, match=r"JSON compliant|surrogates"):
            json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    else:
        assert found == value


@pytest.mark.parametrize(
    "text", ["NaN", "[1e999]", "-Infinity", "9" * 301, "9" * 5000, r'"\ud800"', "[" * 100_000, "", "{"]
)
def test_what_is_no_json_elsewhere_is_refused_in_one_sentence(text):
    with pytest.raises(ValueError, match=r"^it cannot be read as JSON: .+"):
        notes.parse(text)


def test_a_file_is_looked_at_before_it_is_read(tmp_path):
    file = tmp_path / "note.json"
    file.write_text('{"a": [1, 2.5, "\\u00e9"]}', encoding="utf-8")
    assert notes.read(file) == {"a": [1, 2.5, "é"]}
    with pytest.raises(ValueError, match="it has 25 bytes, more than any of ours"):
        notes.read(file, 24)
    file.write_bytes(b"\xff")
    with pytest.raises(ValueError, match=r"^it cannot be read as text$"):
        notes.read(file)
    for spoil in (file.unlink, file.mkdir, lambda: (file.rmdir(), os.mkfifo(file))):
        spoil()
        with pytest.raises(ValueError, match=r"it cannot be read: No such file|it is no file"):
            notes.read(file)
