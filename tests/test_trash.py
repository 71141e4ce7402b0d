"""The bin: what lies in it, since when, and what has been there for too long."""

import time

from explorer import trash


def test_what_is_thrown_away_lies_there_under_its_name(tmp_path):
    before = time.time()
    put = trash.room(tmp_path, "my-run-2")
    put.folder.mkdir()
    assert before - 0.1 <= put.when <= time.time() + 0.1
    (found,) = trash.listing(tmp_path)
    assert (found.folder, found.name) == (put.folder, "my-run-2")
    assert abs(found.when - put.when) < 0.001


def test_the_latest_comes_first_and_nothing_foreign_is_listed(tmp_path):
    bin_ = tmp_path / trash.FOLDER
    for name in ("1000000000-early", "3000000000-late", "2000000000-between", "notes-of-mine", "plain"):
        (bin_ / name).mkdir(parents=True)
    assert [each.name for each in trash.listing(tmp_path)] == ["late", "between", "early"]
    assert trash.listing(tmp_path / "elsewhere") == []


def test_what_is_due_has_lain_there_for_longer(tmp_path):
    now = time.time_ns()
    day = 86_400 * 10**9
    for days in (1, 8):
        (tmp_path / trash.FOLDER / f"{now - days * day}-for-{days}").mkdir(parents=True)
    assert [each.name for each in trash.due(tmp_path, trash.DAYS)] == ["for-8"]
