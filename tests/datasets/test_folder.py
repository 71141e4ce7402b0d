"""A folder of pictures that nobody tuned for: sizes, colours, labels and splits that a person would expect."""

import shutil
import zipfile

import numpy as np
import pytest
from PIL import Image

from explorer import cache, catalog
from explorer.catalog import Choice
from explorer.datasets.folder import _Turn, auto_side, labels
from tests.sources import write_pictures


def load(root, path, **knobs):
    return catalog.make("datasets", Choice("folder", {"path": str(path), **knobs})).load(root)


def zip_of(folder, path):
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*.*")):
            archive.write(file, file.relative_to(folder.parent))
    return path


@pytest.fixture(params=["folder", "zip"])
def place(request, tmp_path):
    """Return a function that gives a folder, or the zip archive of it."""

    def given(folder):
        return folder if request.param == "folder" else zip_of(folder, tmp_path / "archive.zip")

    return given


def test_sub_folders_are_labels_and_a_tenth_of_each_is_for_testing(tmp_path, place):
    for name, n in (("cat", 20), ("dog", 30)):
        write_pictures(tmp_path / "pets" / name, n)
    train, test = load(tmp_path, place(tmp_path / "pets"))
    assert train.label_names == ("cat", "dog")
    assert np.bincount(train.labels).tolist() == [18, 27]
    assert np.bincount(test.labels).tolist() == [2, 3]
    assert train.shape == (3, 8, 8)
    assert isinstance(train.pixels, np.memmap)
    assert not train.pixels.flags.writeable
    pictures = sorted([*train.pixels[:, 0, 0, 0].tolist(), *test.pixels[:, 0, 0, 0].tolist()])
    assert pictures == sorted(5 * i for n in (20, 30) for i in range(n))


def test_a_picture_in_colour_that_the_sample_missed_is_told(tmp_path):
    for i in range(200):
        Image.new("L" if i else "RGB", (8, 8), i if i else 0).save(tmp_path / f"{i:03}.png")
    assert load(tmp_path / "root", tmp_path).train.note == ""
    Image.new("RGB", (8, 8), (255, 0, 0)).save(tmp_path / "001.png")  # the sample is of every third
    train, test = load(tmp_path / "root", tmp_path)
    assert train.shape == (1, 8, 8)
    assert train.note == "Pictures in colour that were read as grey: 1. --colour colour shows them as they are."
    shades = sorted([*train.pixels[:, 0, 0, 0].tolist(), *test.pixels[:, 0, 0, 0].tolist()])
    assert shades == sorted([0, 76, *range(2, 200)])


def test_the_same_folder_gives_the_same_split_and_a_label_stays_with_its_picture(tmp_path):
    for shade in (0, 255):
        for i in range(15):
            file = tmp_path / "in" / str(shade) / f"{i}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.new("L", (8, 8), shade).save(file)
    one, two = load(tmp_path / "a", tmp_path / "in"), load(tmp_path / "b", tmp_path / "in")
    for part, again in zip(one, two, strict=True):
        assert np.array_equal(part.pixels, again.pixels)
        assert part.pixels[:, 0, 0, 0].tolist() == [int(part.label_names[label]) for label in part.labels]


@pytest.mark.parametrize(
    ("sizes", "mode", "shape"),
    [
        ([(28, 28)], "L", (1, 28, 28)),  # as MNIST
        ([(28, 28)], "RGB", (3, 28, 28)),
        ([(300, 200)], "RGB", (3, 64, 64)),  # photos
        ([(300, 200), (1000, 900), (90, 4000)], "RGB", (3, 64, 64)),
        ([(40, 50), (60, 42), (41, 41)], "RGB", (3, 40, 40)),  # of many sizes
        ([(20, 28)], "L", (1, 20, 20)),
        ([(5, 5)], "L", (1, 8, 8)),
        ([(16, 16)], "RGBA", (3, 16, 16)),
    ],
)
def test_the_side_and_the_colour_follow_from_the_pictures(tmp_path, sizes, mode, shape):
    noise = np.random.default_rng(0)
    for i in range(6):
        width, height = sizes[i % len(sizes)]
        pixels = noise.integers(0, 256, (height, width, len(mode)), dtype=np.uint8)
        Image.fromarray(pixels.squeeze()).save(tmp_path / f"{i}.png")
    assert load(tmp_path, tmp_path).train.shape == shape


def test_pixel_art_that_was_enlarged_is_read_as_it_was_drawn(tmp_path):
    art = np.random.default_rng(0).integers(0, 256, (4, 16, 16, 3), dtype=np.uint8)
    for i, each in enumerate(art):
        Image.fromarray(np.kron(each, np.ones((4, 4, 1), np.uint8))).save(tmp_path / f"{i}.png")
    train, test = load(tmp_path, tmp_path)
    assert train.shape == (3, 16, 16)
    assert np.array_equal(test.pixels[0].transpose(1, 2, 0), art[1])


def test_auto_side():
    assert auto_side([]) == 64
    assert auto_side([(64, 4), (64, 8), (64, 64)]) == 16  # one flat picture decides nothing
    assert auto_side([(28, 1), (28, 28)]) == 28
    assert auto_side([(30, 1), (45, 1), (50, 1)]) == 40
    assert auto_side([(3000, 1), (2000, 1)]) == 64


def test_knobs_decide_where_they_are_turned(tmp_path):
    write_pictures(tmp_path / "in", 4)
    assert load(tmp_path, tmp_path / "in", side=32, colour="grey").train.shape == (1, 32, 32)
    assert load(tmp_path, tmp_path / "in", colour="grey").train.shape == (1, 8, 8)
    made = catalog.make("datasets", Choice("folder", {"side": 32, "colour": "grey"}))
    assert made.shape == (1, 32, 32)
    with pytest.raises(ValueError, match="side must be 0 or lie between 4 and 512, not 3"):
        catalog.make("datasets", Choice("folder", {"side": 3}))


def test_grey_pictures_among_colour_ones_become_colour(tmp_path):
    write_pictures(tmp_path, 3)
    Image.new("L", (8, 8), 7).save(tmp_path / "grey.png")
    train, _ = load(tmp_path, tmp_path)
    assert train.shape == (3, 8, 8)
    assert (train.pixels[-1] == 7).all()


def test_what_cannot_be_decoded_is_skipped_and_named(tmp_path, place):
    folder = write_pictures(tmp_path / "in", 12)
    (folder / "1.png").write_bytes(b"nonsense")
    (folder / "99.png").write_bytes((folder / "2.png").read_bytes()[:40])
    train, test = load(tmp_path, place(folder))
    assert len(train) + len(test) == 11
    names = [each.partition(": ")[0].rpartition("/")[2] for each in train.skipped]
    assert names == ["1.png", "99.png"]
    assert test.skipped == ()
    assert load(tmp_path, place(folder)).train.skipped == train.skipped  # out of the cache, too


@pytest.mark.parametrize("good", [0, 1])
def test_fewer_than_two_pictures_are_refused(tmp_path, place, good):
    folder = write_pictures(tmp_path / "in", good)
    (folder / "bad.png").write_bytes(b"nonsense")
    with pytest.raises(
        ValueError, match=r"does not hold two pictures .* 1 could not be read, such as .*bad\.png: it is"
    ):
        load(tmp_path, place(folder))
    assert list((tmp_path / "cache").glob("*")) == []


def test_an_empty_folder_and_no_folder_say_what_to_do(tmp_path):
    (tmp_path / "in").mkdir()
    with pytest.raises(ValueError, match=r"Choose by --path a folder or a zip archive with files that end in \.png"):
        load(tmp_path, tmp_path / "in")
    with pytest.raises(LookupError, match="Name one with --path"):
        load(tmp_path, "")
    with pytest.raises(LookupError, match="choose another --path"):
        load(tmp_path, tmp_path / "nowhere")


def test_two_pictures_are_enough(tmp_path):
    train, test = load(tmp_path, write_pictures(tmp_path / "in", 2))
    assert (len(train), len(test)) == (1, 1)


def test_a_tenth_is_for_testing_whatever_is_broken():
    turn = _Turn()
    chosen = [turn.test("") for _ in range(1000)]
    assert sum(chosen) == 100
    assert chosen[1]
    assert len({i % 10 for i, each in enumerate(chosen) if each}) == 10


@pytest.mark.parametrize(
    ("places", "wanted"),
    [
        (["a.png", "b.png"], []),
        (["x/a.png", "x/b.png"], []),  # one class only says nothing
        (["x/cat/a", "x/cat/b", "x/dog/c", "x/dog/d"], ["cat", "cat", "dog", "dog"]),
        (["x/cat/1/a", "x/cat/2/b", "x/dog/c", "x/dog/d"], ["cat", "cat", "dog", "dog"]),
        (["a", "b", "cat/c", "cat/d"], ["(no folder)"] * 2 + ["cat"] * 2),
        (["1/a", "2/b", "3/c"], []),  # a folder for each picture is no class
    ],
)
def test_labels_are_the_folders_in_which_pictures_differ_first(places, wanted):
    marks, names = labels([tuple(place.split("/")) for place in places])
    assert [names[label] for _, label in marks if names] == wanted
    assert {part for part, _ in marks} == {""}


def test_folders_train_and_test_are_the_split():
    places = ["Train/cat/1", "Train/dog/2", "val/cat/3", "test/dog/4"]
    marks, names = labels([tuple(place.split("/")) for place in places])
    assert names == ("cat", "dog")
    assert marks == [("train", 0), ("train", 1), ("train", 0), ("test", 1)]
    marks, _ = labels([("train", "1"), ("val", "2")])
    assert [part for part, _ in marks] == ["train", "test"]
    marks, names = labels([("train", "1"), ("train", "2"), ("bus", "3"), ("bus", "4")])  # vehicles
    assert names == ("bus", "train")


def test_a_changed_folder_is_read_again_and_an_unchanged_one_is_not(tmp_path, monkeypatch):
    folder = write_pictures(tmp_path / "in", 4)
    assert len(load(tmp_path, folder).train) == 3
    kept = list((tmp_path / "cache").iterdir())
    monkeypatch.setattr("explorer.datasets._decode.picture", None)  # nothing is decoded
    load(tmp_path, folder)
    monkeypatch.undo()
    shutil.copy(folder / "3.png", folder / "4.png")
    assert len(load(tmp_path, folder).train) == 4
    assert len(list((tmp_path / "cache").iterdir())) == 1
    assert list((tmp_path / "cache").iterdir()) != kept


def test_progress_is_told(tmp_path):
    folder = write_pictures(tmp_path / "in", 64)
    told = []
    made = catalog.make("datasets", Choice("folder", {"path": str(folder)}))
    made.load(tmp_path, lambda done, what: told.append((done, what)))
    assert told == [
        (0.0, "looking into in"), (0.5, "decoding picture 32 of 64"), (1.0, "decoding picture 64 of 64")
    ]  # fmt: skip


def test_a_disk_that_takes_nothing_is_no_reason_not_to_train(tmp_path, monkeypatch):
    folder = write_pictures(tmp_path / "in", 40)
    (tmp_path / "root").write_text("a file where the cache's folder should be")
    train, _ = load(tmp_path / "root", folder)
    assert len(train) == 36
    assert not isinstance(train.pixels, np.memmap)
    assert "cannot be kept in" in train.note
    monkeypatch.setattr(cache, "_memory", lambda: 10)
    with pytest.raises(OSError, match="do not fit into memory: name a folder with more space by --data-dir"):
        load(tmp_path / "root", folder)
