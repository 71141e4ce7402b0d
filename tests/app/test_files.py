"""Our own routes, over a real connection: what they serve, how it is packed, and what they refuse."""

import gzip
import http.client
import re
import shutil
from hashlib import sha256
from urllib.parse import quote

import pytest

from explorer import checkpoint, places
from explorer.app import files


@pytest.fixture
def get(server):
    """Send a path as it is written, which a polite client would tidy up first, and return the answer."""

    def send(path, **headers):
        connection = http.client.HTTPConnection("localhost", server.port, timeout=20)
        connection.putrequest("GET", path, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body

    return send


@pytest.fixture
def model_url(server):
    return "/" + files.model_url(checkpoint.find("tiny", server.models))


def test_public_files_of_a_model_are_served_to_be_kept_for_ever(get, model_url, server):
    for name in checkpoint.PUBLIC:
        status, headers, body = get(model_url + name)
        assert status == 200
        assert body == (server.models / "tiny" / name).read_bytes()
        assert headers["cache-control"] == "public, max-age=31536000, immutable"
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", ["a#b", "50%20 #2", "what?", "é & co"])
def test_a_model_of_any_name_has_an_address(get, server, tiny, name):
    folder = shutil.copytree(tiny.folder, server.models / name)
    try:
        status, _, body = get("/" + files.model_url(checkpoint.read(folder)) + "decoder.onnx")
        assert (status, body) == (200, (folder / "decoder.onnx").read_bytes())
    finally:
        shutil.rmtree(folder)


def test_gallery_models_are_served_too(get):
    url = "/" + files.model_url(checkpoint.find("digits-2d", places.gallery_dir()))
    assert get(url + "decoder.onnx")[0] == 200


OUTSIDE = [
    "../app/main.py",
    "vendor/../../app/main.py",
    "../../../../../../etc/passwd",
    "/etc/passwd",
    "vendor/onnxruntime-web",
    "decoder.onnx\0.png",
    "",
]


@pytest.mark.parametrize("relative", OUTSIDE)
def test_nothing_outside_a_folder_is_found(relative):
    """Streamlit's own guard refuses most such addresses before they reach us; ours must hold without it."""
    with pytest.raises(LookupError):
        files._find(files.WEB, relative)


@pytest.mark.parametrize("path", ["model.safetensors", "config.json", "README.md", "%2fetc%2fpasswd", "..", ""])
def test_nothing_else_of_a_model_is_served(get, model_url, path):
    assert refused(get(model_url + path))


@pytest.mark.parametrize("relative", OUTSIDE)
def test_nothing_outside_the_web_folder_is_served(get, relative):
    address = "/" + files.web_url()
    assert refused(get(address + relative.replace("\0", "%00")))
    assert refused(get(address + quote(relative, safe="")))


@pytest.mark.parametrize("path", ["/live/models/" + "x" * 300 + "/0/decoder.onnx", "/live/web/0//", "/live/web/0/%2f"])
def test_absurd_addresses_are_refused_not_errors(get, path):
    assert refused(get(path))


def test_an_old_address_of_the_program_is_not_served_as_the_new_one(get):
    status, _, body = get("/live/web/0123456789abcdef/mount.js")
    assert status == 404
    assert b"reload the page" in body


def refused(answer):
    """Tell whether an address is refused, by us (404) or by Streamlit (400), or taken for a page of the app."""
    status, _, body = answer
    return status in (301, 307, 400, 404) or b'<div id="root"></div>' in body


def test_a_link_that_leads_out_of_the_models_folder_is_refused(get, server, tiny, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    url = "/" + files.model_url(checkpoint.find("tiny", server.models))
    preview = server.models / "tiny" / "preview.png"
    real = preview.read_bytes()
    preview.unlink()
    preview.symlink_to(secret)
    try:
        url = "/" + files.model_url(checkpoint.read(server.models / "tiny"))
        status, _, body = get(url + "preview.png")
        assert (status, b"secret" in body) == (404, False)
    finally:
        preview.unlink()
        preview.write_bytes(real)


def test_a_stale_address_of_a_model_says_to_reload(get):
    status, _, body = get("/live/models/tiny/0123456789abcdef/decoder.onnx")
    assert status == 404
    assert b"reload the page" in body


def test_an_unknown_model_is_a_404(get):
    assert get("/live/models/nobody/0/decoder.onnx")[0] == 404


def test_text_comes_packed_for_those_who_can_unpack_it(get):
    url = "/" + files.web_url() + "mount.js"
    plain, packed = get(url), get(url, Accept_Encoding="gzip, br")
    assert "content-encoding" not in plain[1]
    assert packed[1]["content-encoding"] == "gzip"
    assert gzip.decompress(packed[2]) == plain[2] == (files.WEB / "mount.js").read_bytes()
    assert packed[1]["content-type"].startswith("text/javascript")


def test_the_decoder_engine_lies_packed_and_comes_out_as_published(get):
    url = "/" + files.web_url() + "vendor/onnxruntime-web/ort-wasm-simd-threaded.wasm"
    _, headers, body = get(url, Accept_Encoding="gzip")
    assert headers["content-encoding"] == "gzip"
    assert headers["content-type"] == "application/wasm"
    assert len(body) < 4_000_000
    notes = (files.WEB / "vendor" / "README.md").read_text()
    assert sha256(gzip.decompress(body)).hexdigest() in notes
    assert get(url)[2] == gzip.decompress(body)


def test_every_vendored_file_has_the_hash_that_its_notes_give():
    notes = (files.WEB / "vendor" / "README.md").read_text()
    listed = set(re.findall(r"\b[0-9a-f]{64}\b", notes))
    for file in files.WEB.glob("vendor/*/*"):
        data = file.read_bytes()
        data = gzip.decompress(data) if file.suffix == ".gz" else data
        if file.suffix in {".gz", ".mjs"}:
            assert sha256(data).hexdigest() in listed
