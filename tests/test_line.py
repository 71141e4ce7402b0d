"""The line of trainers: the first come go first, the dead do not count."""

import json
import os
import subprocess
import sys

import pytest

from explorer import line


def test_who_came_first_is_ahead(tmp_path):
    with line.ticket(tmp_path) as one, line.ticket(tmp_path) as two, line.ticket(tmp_path) as three:
        assert [line.ahead(each) for each in (one, two, three)] == [0, 1, 2]
        two.unlink()
        assert line.ahead(three) == 1
    assert list((tmp_path / line.FOLDER).iterdir()) == []


def test_a_ticket_of_a_process_that_is_gone_is_thrown_away(tmp_path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    folder = tmp_path / line.FOLDER
    folder.mkdir()
    (folder / "00-1-0").write_text(json.dumps({"pid": gone.pid, "born": 1.0}))
    (folder / "00-2-0").write_text(json.dumps({"pid": os.getpid(), "born": 1.0}))  # another one of the same number
    (folder / "00-3-0").write_bytes(b"\xff no ticket")
    with line.ticket(tmp_path) as mine:
        assert line.ahead(mine) == 0
        assert list(folder.iterdir()) == [mine]


@pytest.mark.parametrize(("trainers", "told"), [(1, [2, 1]), (2, [1]), (3, [])])
def test_it_waits_until_there_is_room(tmp_path, monkeypatch, trainers, told):
    monkeypatch.setattr(line, "LOOK", 0.0)
    heard = []
    with line.ticket(tmp_path) as one, line.ticket(tmp_path) as two, line.ticket(tmp_path) as mine:

        def tell(before):
            heard.append(before)
            (one if one.exists() else two).unlink()
            return True

        assert line.wait(mine, trainers, tell)
    assert heard == told


def test_who_leaves_the_line_does_not_train(tmp_path):
    with line.ticket(tmp_path), line.ticket(tmp_path) as mine:
        assert not line.wait(mine, 1, lambda before: False)
