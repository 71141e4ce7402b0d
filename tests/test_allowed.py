"""What a page may read: kept pictures and allowed folders, whatever links and dots a path is made of."""

import os

import pytest

from explorer import allowed, own, places


@pytest.fixture
def srv(tmp_path, monkeypatch):
    """An allowed folder with pictures, a neighbour whose name begins alike, and a secret."""
    for name in ("srv/cats", "srv-secret", "secret"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("EXPLORER_PICTURES", str(tmp_path / "srv"))
    return tmp_path


def test_what_lies_below_an_allowed_folder_may_be_read(srv):
    cats = str(srv / "srv" / "cats")
    assert allowed.checked(cats) == cats
    assert allowed.checked(f"{srv}/srv/../srv/./cats/") == cats
    assert allowed.checked("cats") == cats
    assert allowed.checked(str(srv / "srv")) == str(srv / "srv")


@pytest.mark.parametrize(
    "path",
    ["{}/secret", "{}/srv/../secret", "{}/srv-secret", "../secret", "{}/srv/cats/../../secret", "{}", "/", "/etc",
     "/etc/passwd", "~", "~root/.ssh", "{}/nowhere", "a\0b", "x" * 5000, "{}/data", "{}/data/cache",
     "{}/data/own/../../secret", "{}/data/own", "cats/../../secret", "{}/data/own/pets/about.json"],
)  # fmt: skip
def test_everything_else_may_not_and_is_refused_alike(srv, path):
    with pytest.raises(LookupError, match=r"^A page may only read below .*srv: whoever starts the server allows"):
        allowed.checked(path.format(srv))


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_links_are_followed_before_it_is_decided(srv):
    (srv / "srv" / "out").symlink_to(srv / "secret")
    (srv / "srv" / "round").symlink_to(srv / "srv" / "round")
    (srv / "srv" / "in").symlink_to(srv / "srv" / "cats")
    (srv / "door").symlink_to(srv / "srv")
    for path in ("out", "out/x", "round"):
        with pytest.raises(LookupError, match="A page may only read below"):
            allowed.checked(path)
    assert allowed.checked("in") == str(srv / "srv" / "cats")
    assert allowed.checked(str(srv / "door" / "cats")) == str(srv / "srv" / "cats")


def test_kept_pictures_may_always_be_read(srv, monkeypatch):
    monkeypatch.delenv("EXPLORER_PICTURES")
    path = str(srv / "data" / own.FOLDER / "pets" / own.PICTURES)
    assert allowed.checked(path) == path
    with pytest.raises(LookupError, match="No folder of the server may be read from a page: whoever starts"):
        allowed.checked(str(srv / "srv"))
    with pytest.raises(LookupError, match="No folder is named"):
        allowed.checked(" ")


def test_several_folders_are_allowed(srv, monkeypatch):
    monkeypatch.setenv("EXPLORER_PICTURES", places.joined([srv / "secret", srv / "srv"]))
    assert places.picture_dirs() == [srv / "secret", srv / "srv"]
    assert allowed.checked("cats") == str(srv / "srv" / "cats")
    with pytest.raises(ValueError, match="cannot be allowed: its name holds"):
        places.joined([srv / f"a{os.pathsep}b"])
