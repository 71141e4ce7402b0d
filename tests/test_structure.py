"""The walls of the house: who may import whom, and the tree that the README draws."""

import ast
import re
from pathlib import Path

import pytest

from explorer import places

MODULES = sorted(places.PACKAGE.rglob("*.py"))
HEAVY = {"torch", "torchvision", "sklearn", "openTSNE", "umap", "onnx", "onnxruntime", "onnxscript"}
STDLIB_ONLY = {"catalog.py", "spec.py"}
WITHOUT_TORCH = {"spec.py", "projections/__init__.py", "projections/axes.py", "projections/pca.py", "checkpoint.py",
                 "projections/tsne.py", "projections/umap.py", "neighbours.py", "encode.py", "pack.py", "rows.py",
                 "sheet.py", "notes.py",
                 "latent.py", "tensors.py", "card.py", "places.py", "flags.py", "tables.py", "serve.py", "run.py",
                 "status.py", "snapshot.py", "naming.py", "start.py", "screen.py", "atomic.py",
                 "choices.py", "presets.py", "advice.py", "preview.py", "fetch.py", "shelf.py",
                 "events.py", "own.py", "packing.py", "allowed.py",
                 "__main__.py", "vision.py", "cache.py", "export.py", "evaluate.py", "measures/__init__.py",
                 "measures/table.py", "measures/activity.py",
                 *(f"datasets/{file.name}" for file in (places.PACKAGE / "datasets").glob("*.py"))}  # fmt: skip


def imported_at_the_top(file):
    """Return the packages that a module imports when it is imported: not inside functions or for type checkers."""
    found = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def imported_anywhere(file):
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def name_of(file):
    return file.relative_to(places.PACKAGE).as_posix()


@pytest.mark.parametrize("file", [file for file in MODULES if not name_of(file).startswith("app/")], ids=name_of)
def test_only_app_knows_streamlit_and_nothing_imports_app(file):
    for module in imported_anywhere(file):
        assert module.partition(".")[0] != "streamlit"
        assert not module.startswith("explorer.app")


@pytest.mark.parametrize("name", sorted(WITHOUT_TORCH | STDLIB_ONLY))
def test_light_modules_import_nothing_heavy(name):
    for module in imported_at_the_top(places.PACKAGE / name):
        top = module.partition(".")[0]
        assert top not in HEAVY
        assert name not in STDLIB_ONLY or top not in {"numpy", "click", "rich", "safetensors"}


@pytest.mark.parametrize("file", MODULES, ids=name_of)
def test_every_file_says_its_idea_first_and_is_no_longer_than_an_idea(file):
    text = file.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text))
    assert len(text.splitlines()) <= 330


VIEW = sorted(file for file in (places.PACKAGE / "web").rglob("*.js") if "vendor" not in file.parts)


@pytest.mark.parametrize("file", VIEW, ids=name_of)
def test_a_module_of_the_view_says_its_idea_first_and_knows_no_host(file):
    text = file.read_text(encoding="utf-8")
    assert re.match(r"// \S", text)
    assert len(text.splitlines()) <= 330
    assert not re.search(r"streamlit|setStateValue", text, re.IGNORECASE)


def test_every_style_of_the_view_is_asked_for():
    web = places.PACKAGE / "web"
    there = {file.relative_to(web).as_posix() for file in web.rglob("*.css") if "vendor" not in file.parts}
    doors = {"style.css", "studio/studio.css"}
    asked = [
        (Path(door).parent / each).as_posix()
        for door in doors
        for each in re.findall(r'@import url\("([^"]+)"\)', (web / door).read_text(encoding="utf-8"))
    ]
    assert set(asked) == there - doors


def test_the_tree_in_the_readme_is_the_tree():
    readme = (places.PACKAGE.parent / "README.md").read_text(encoding="utf-8")
    drawn = re.search(r"```\nexplorer/\n(.*?)```", readme, re.DOTALL).group(1)
    names = set(re.findall(r"^  (\w+(?:\.py|/))", drawn, re.MULTILINE))
    there = {file.name + ("/" if file.is_dir() else "") for file in places.PACKAGE.iterdir()}
    ignored = {"__pycache__/", "checkpoints/"}
    assert names == {name for name in there if name.endswith((".py", "/"))} - ignored
