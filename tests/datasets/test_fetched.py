"""Data sets that are fetched, or put there by hand: read from small files; missing, they say what to do."""

import pickle
import shutil
import zipfile
import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy.io import savemat

from explorer import catalog
from explorer.catalog import Choice
from explorer.datasets import celeba, cifar10, dsprites, olivetti
from explorer.vision import torchvision_datasets
from tests.sources import sentence


def make(name, **knobs):
    return catalog.make("datasets", Choice(name, knobs))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("cifar10", r"CIFAR10 could be neither found nor fetched: put cifar-10-python\.tar\.gz into"),
        ("svhn", r"SVHN could be neither found nor fetched: put train_32x32\.mat and test_32x32\.mat into .*SVHN"),
        (
            "celeba",
            r"CelebA could be neither .* put img_align_celeba\.zip, list_attr_celeba\.txt and list_eval\S+ into",
        ),
        ("olivetti", r"Olivetti could be neither found nor fetched: put scikit-learn's olivetti_py3\.pkz into"),
        ("lfw", r"LFW could be neither found nor fetched: unpack lfw-funneled\.tgz into .*lfw_home"),
        ("dsprites", r"dSprites is not here: put dsprites_ndarray\S+npz from https\S+ into"),
    ],
)
def test_a_missing_one_says_which_files_to_put_where(tmp_path, name, sentence):
    assert not make(name).here(tmp_path)
    with pytest.raises(LookupError, match=sentence) as error:
        make(name).load(tmp_path)
    assert "\n" not in str(error.value)
    assert not (tmp_path / "cache").exists()


def test_cifar10(tmp_path, monkeypatch):
    folder = tmp_path / cifar10.FOLDER
    folder.mkdir()
    for i, file in enumerate(cifar10.FILES):
        data = np.repeat(np.arange(4, dtype=np.uint8) + 10 * i, 3072).reshape(4, 3072)
        content = {"data": data, "labels": [0, 1, 2, 9], "label_names": list(cifar10.NAMES)}
        (folder / file).write_bytes(pickle.dumps(content))
    kind = torchvision_datasets().CIFAR10
    monkeypatch.setattr(kind, "_check_integrity", lambda self: True)
    monkeypatch.setattr(kind, "_load_meta", lambda self: None)
    assert make("cifar10").here(tmp_path)
    train, test = make("cifar10").load(tmp_path)
    assert (train.pixels.shape, test.pixels.shape) == ((20, 3, 32, 32), (4, 3, 32, 32))
    assert train.pixels[:6, 1, 5, 5].tolist() == [0, 1, 2, 3, 10, 11]
    assert test.labels.tolist() == [0, 1, 2, 9]


def test_a_pickle_that_is_not_the_official_one_is_never_opened(tmp_path):
    folder = tmp_path / cifar10.FOLDER
    folder.mkdir()
    for file in cifar10.FILES:
        (folder / file).write_bytes(b"cos\nsystem\n(S'touch opened'\ntR.")
    with pytest.raises(LookupError, match="neither found nor fetched"):
        make("cifar10").load(tmp_path)


def test_svhn(tmp_path, monkeypatch):
    (tmp_path / "SVHN").mkdir()
    for part in ("train", "test"):
        pixels = np.zeros((32, 32, 3, 5), np.uint8)
        pixels[3, 7] = np.arange(5)
        savemat(tmp_path / "SVHN" / f"{part}_32x32.mat", {"X": pixels, "y": np.array([[1], [2], [9], [10], [5]])})
    monkeypatch.setattr(torchvision_datasets().SVHN, "_check_integrity", lambda self: True)
    monkeypatch.setattr("torchvision.datasets.svhn.download_url", lambda *args, **kwargs: None)
    train, _ = make("svhn").load(tmp_path)
    assert train.shape == (3, 32, 32)
    assert train.pixels[:, 1, 3, 7].tolist() == [0, 1, 2, 3, 4]
    assert train.labels.tolist() == [1, 2, 9, 0, 5]


def write_celeba(root, n=12):
    folder = root / "celeba"
    (folder / celeba.PICTURES).mkdir(parents=True)
    rows, parts = [], []
    for i in range(n):
        name = f"{i:06}.jpg"
        image = Image.new("RGB", (178, 218), "blue")
        image.paste((200, 0, 0), (15, 35, 163, 183))  # the middle 148 x 148
        image.save(folder / celeba.PICTURES / name, quality=95)
        rows.append(f"{name}  " + "  ".join("1" if (i + j) % 2 else "-1" for j in range(40)))
        parts.append(f"{name} {[0, 0, 1, 2][i % 4]}")
    (folder / celeba.ATTRIBUTES).write_text("\n".join([str(n), " ".join(celeba.NAMES) + " ", *rows]) + "\n")
    (folder / celeba.PARTITION).write_text("\n".join(parts) + "\n")
    return folder


@pytest.mark.parametrize("packed", [True, False])
def test_celeba_is_cropped_with_its_attributes_and_its_split(tmp_path, packed):
    folder = write_celeba(tmp_path)
    (folder / celeba.PICTURES / "000001.jpg").write_bytes(b"nonsense")
    if packed:
        with zipfile.ZipFile(folder / f"{celeba.PICTURES}.zip", "w") as archive:
            for file in (folder / celeba.PICTURES).iterdir():
                archive.write(file, f"{celeba.PICTURES}/{file.name}")
        shutil.rmtree(folder / celeba.PICTURES)
    made = make("celeba", side=32, label="Male")
    assert made.here(tmp_path)
    train, test = made.load(tmp_path)
    assert (len(train), len(test), train.shape) == (5, 3, (3, 32, 32))
    assert train.pixels[:, 0].min() > 150  # nothing of the blue border
    assert train.factors.shape == (5, 40)
    assert train.factors[0, :4].tolist() == [0, 1, 0, 1]
    male = celeba.NAMES.index("Male")
    assert train.labels.tolist() == train.factors[:, male].tolist()
    assert train.label_names == ("not male", "male")
    assert [each.rpartition("/")[2][:10] for each in train.skipped] == ["000001.jpg"]


@pytest.mark.parametrize("file", [celeba.ATTRIBUTES, celeba.PARTITION])
@pytest.mark.parametrize("text", ["nonsense", "000000.jpg 0 0 0\n", "1\na b\n000000.jpg 1 x\n"])
def test_damaged_lists_of_celeba_are_named(tmp_path, file, text):
    (write_celeba(tmp_path) / file).write_text(text)
    with pytest.raises(ValueError, match=r"list_\w+\.txt or list_\w+\.txt in .*celeba is damaged"):
        make("celeba").load(tmp_path)


def write_olivetti(root, array=None):
    import joblib

    (root / "olivetti").mkdir(exist_ok=True)
    faces = np.zeros((400, 64, 64), np.uint8)
    faces[:, 3, 5] = np.arange(400) // 10 * 5  # stored by columns: column 3, row 5
    joblib.dump(faces.reshape(400, -1) if array is None else array, root / "olivetti" / olivetti.FILE, compress=6)
    return root / "olivetti" / olivetti.FILE


def test_olivetti_faces_are_those_of_scikit_learn(tmp_path):
    from sklearn.datasets import fetch_olivetti_faces

    file = write_olivetti(tmp_path)
    honest = fetch_olivetti_faces(data_home=file.parent, download_if_missing=False)
    faces = olivetti.read(file)
    assert np.allclose(faces / faces.max(), honest.images)
    train, test = make("olivetti").load(tmp_path)
    assert (len(train), len(test), train.shape) == (360, 40, (1, 64, 64))
    assert (train.pixels[:, 0, 5, 3] == train.labels * 5).all()
    assert train.label_names[0] == "person 1"
    assert make("olivetti", side=32).load(tmp_path).train.shape == (1, 32, 32)


class Evil:
    def __reduce__(self):
        raise_it = "raise SystemExit('code was run')"
        return exec, (raise_it,)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nonsense",
        zlib.compress(b"nonsense"),
        zlib.compress(bytes(30_000_000)),
        zlib.compress(pickle.dumps(Evil())),
        zlib.compress(pickle.dumps(Evil()) + bytes(olivetti.VALUES + 1)),
    ],
)
def test_the_pickle_of_the_olivetti_faces_is_not_opened(tmp_path, data):
    write_olivetti(tmp_path).write_bytes(data)
    with pytest.raises(ValueError, match=r"olivetti_py3\.pkz is damaged .* delete it"):
        make("olivetti").load(tmp_path)


def test_lfw_takes_people_with_enough_photos_and_the_middle_of_them(tmp_path):
    folder = tmp_path / "lfw" / "lfw_home" / "lfw_funneled"
    for name, n in (("Ada_Lovelace", 12), ("Emmy_Noether", 10), ("No_Body", 2)):
        (folder / name).mkdir(parents=True)
        for i in range(n):
            image = Image.new("RGB", (250, 250), "blue")
            image.paste((200, 0, 0), (61, 61, 189, 189))
            image.save(folder / name / f"{name}_{i:04}.jpg", quality=95)
    train, test = make("lfw", side=32).load(tmp_path)
    assert train.label_names == ("Ada Lovelace", "Emmy Noether")
    assert (len(train), len(test), train.shape) == (20, 2, (3, 32, 32))
    assert train.pixels[:, 0].min() > 150
    assert len(make("lfw", side=32, faces=1).load(tmp_path).train.label_names) == 3
    with pytest.raises(ValueError, match="holds nobody with 13 photos: take a smaller --faces"):
        make("lfw", faces=13).load(tmp_path)


def write_dsprites(root, **changed):
    n = 40
    classes = np.stack([np.zeros(n, int), np.arange(n) % 3, *[np.arange(n) % 2] * 4], axis=1)
    arrays = {
        "imgs": np.tile(np.array([0, 1], np.uint8), (n, 64, 32)),
        "latents_values": classes * 0.5,
        "latents_classes": classes,
        "metadata": np.array({"pickled": Evil()}, dtype=object),
    } | changed
    np.savez_compressed(root / dsprites.FILE, **arrays)


def test_dsprites_is_read_without_its_object_array(tmp_path, monkeypatch):
    monkeypatch.setattr(dsprites, "CHUNK", 7)
    write_dsprites(tmp_path)
    train, test = make("dsprites").load(tmp_path)
    assert (len(train), len(test), train.shape) == (36, 4, (1, 64, 64))
    assert train.pixels[0, 0, 0, :4].tolist() == [0, 255, 0, 255]
    assert (train.factors[:, 0] == train.labels * 0.5).all()
    assert train.factor_names == ("shape", "scale", "orientation", "x", "y")


@pytest.mark.parametrize(
    "changed",
    [
        {"imgs": np.zeros((40, 32, 32), np.uint8)},
        {"imgs": np.zeros((39, 64, 64), np.uint8)},
        {"latents_classes": np.full((40, 6), 3)},
        {"latents_classes": np.full((40, 6), 1)[:30]},
        {"latents_values": np.array([Evil()] * 40, dtype=object)},
        {"latents_values": np.full((40, 6), np.nan)},
        {"latents_classes": np.full((40, 6), b"1")},
        {"imgs": np.full((40, 64, 64), b"1")},
    ],
)
def test_a_damaged_dsprites_file_says_so(tmp_path, changed):
    write_dsprites(tmp_path, **changed)
    with pytest.raises(ValueError, match=r"is damaged .* fetch it again from https"):
        make("dsprites").load(tmp_path)


def test_a_dsprites_file_of_more_pictures_than_there_are_is_refused(tmp_path, monkeypatch):
    write_dsprites(tmp_path)
    monkeypatch.setattr(dsprites, "MOST", 39)
    with pytest.raises(ValueError, match="should be at most 39 rows of numbers"):
        make("dsprites").load(tmp_path)


def test_a_dsprites_file_that_would_be_unpacked_without_bounds_is_refused(tmp_path):
    write_dsprites(tmp_path)
    packed = tmp_path / dsprites.FILE
    with zipfile.ZipFile(packed) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_BZIP2) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    with pytest.raises(ValueError, match="latents_classes is packed in a way that is not read"):
        make("dsprites").load(tmp_path)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(place=st.integers(0, 5000), damage=st.binary(min_size=1, max_size=20))
def test_any_bytes_are_dsprites_or_a_sentence(tmp_path, place, damage):
    file = tmp_path / dsprites.FILE
    write_dsprites(tmp_path)
    data = file.read_bytes()
    place %= len(data)
    file.write_bytes(data[:place] + damage + data[place + len(damage) :])
    said = sentence(make("dsprites").load, tmp_path)
    assert not said or "is damaged" in said
