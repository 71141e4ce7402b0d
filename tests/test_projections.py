"""Maps: where points lie, and the way back to z."""

import importlib.util

import numpy as np
import pytest

from explorer import catalog
from explorer.catalog import Choice
from explorer.neighbours import faith
from explorer.projections import Projection, axis_name, fit_all

RANDOM = np.random.default_rng(0)
WIDE = (RANDOM.normal(size=(200, 5)) * [1, 5, 0.1, 3, 0.5] + [0, 1, 2, 3, 4]).astype(np.float32)


def fit(name, mean, **knobs):
    return catalog.make("projections", Choice(name, knobs)).fit(mean)


def test_a_two_dimensional_latent_space_is_its_own_map_and_nothing_else():
    maps = fit_all(WIDE[:, :2])
    assert list(maps) == ["axes"]
    assert np.array_equal(maps["axes"].xy, WIDE[:, :2])
    assert maps["axes"].axes == ("z₁", "z₂")


def test_axes_choose_the_most_active_dimensions():
    projection = fit("axes", WIDE)
    assert projection.axes == ("z₂", "z₄")
    assert np.array_equal(projection.xy, WIDE[:, [1, 3]])


def test_axes_of_choice():
    assert np.array_equal(fit("axes", WIDE, x=5, y=1).xy, WIDE[:, [4, 0]])
    assert fit("axes", WIDE, y=2).axes == ("z₄", "z₂")


def test_axes_decode_with_the_other_dimensions_at_their_mean():
    z = fit("axes", WIDE).to_latent(np.array([[7.0, -7.0]], np.float32))
    mean = WIDE.mean(axis=0)
    assert z[0] == pytest.approx([mean[0], 7, mean[2], -7, mean[4]])


def test_a_dimension_that_z_does_not_have_is_refused():
    with pytest.raises(ValueError, match="z has 5 dimensions, there is no dimension 6"):
        fit("axes", WIDE, x=6)


def test_pca_finds_a_known_plane():
    """Data spread along two known directions of four: PCA must find their plane and nothing of the rest."""
    directions = np.linalg.qr(RANDOM.normal(size=(4, 2)))[0].T
    mean = (RANDOM.normal(size=(500, 2)) * [5, 2] @ directions + 3).astype(np.float32)
    projection = fit("pca", mean)
    assert "keeps 100 %" in projection.about
    assert np.abs(projection.plane.basis @ directions.T) == pytest.approx(np.eye(2), abs=0.1)
    assert projection.to_latent(projection.xy) == pytest.approx(mean, abs=1e-4)


@pytest.mark.parametrize("latent", [1, 2, 3, 16])
@pytest.mark.parametrize("name", catalog.names("projections"))
def test_the_way_back_leads_to_the_same_place(name, latent):
    mean = RANDOM.normal(size=(60, latent)).astype(np.float32)
    projector = catalog.make("projections", Choice(name))
    if not projector.suits(mean):
        pytest.skip("this map says nothing new of so few dimensions")
    if projector.missing():
        pytest.skip(projector.missing())
    projection = fit(name, mean)
    assert projection.xy.shape == (60, 2)
    assert projection.title
    assert projection.about.endswith(".")
    if projection.to_latent is None:
        assert "only a guess" in projection.about
        return
    there = RANDOM.normal(size=(9, 2)).astype(np.float32) * ([1, 0] if latent == 1 else [1, 1])
    assert projection.plane.to_map(projection.to_latent(there)) == pytest.approx(there, abs=1e-5)
    assert projection.plane.to_map(mean) == pytest.approx(projection.xy, abs=1e-5)


def test_the_default_map_of_a_wide_space_is_pca():
    assert next(iter(fit_all(WIDE))) == "pca"


def test_axes_are_counted_from_one():
    assert (axis_name(0), axis_name(11)) == ("z₁", "z₁₂")


def test_a_single_picture_still_has_a_map():
    assert list(fit_all(WIDE[:1])) == ["axes"]


@pytest.fixture
def clusters():
    """Three groups, far apart in eight dimensions, forty pictures each."""
    centres = np.random.default_rng(1).normal(size=(3, 8)) * 10
    return (np.repeat(centres, 40, axis=0) + np.random.default_rng(2).normal(size=(120, 8))).astype(np.float32)


def test_tsne_keeps_groups_together_and_comes_by_itself(clusters):
    maps = fit_all(clusters)
    assert list(maps) == ["pca", "axes", "tsne"]
    xy = maps["tsne"].xy
    near = np.linalg.norm(xy[:, None] - xy[None], axis=-1).argsort(axis=1)[:, 1]
    assert (near // 40 == np.arange(120) // 40).all()
    assert maps["tsne"].to_latent is None
    assert np.array_equal(fit("tsne", clusters).xy, xy)  # the same seed, the same map
    assert not np.array_equal(fit("tsne", clusters, seed=1, perplexity=5.0).xy, xy)


def test_more_points_than_barnes_hut_is_for(monkeypatch, clusters):
    monkeypatch.setattr("explorer.projections.tsne.FEW", 100)
    monkeypatch.setattr("explorer.projections.tsne.STEPS", {"early_exaggeration_iter": 40, "n_iter": 40})
    assert faith(clusters, fit("tsne", clusters).xy).trustworthiness > 0.8


@pytest.mark.parametrize("odd", ["one place", "two places", "a line"])
def test_tsne_bears_latent_spaces_that_collapsed(clusters, odd):
    mean = {
        "one place": clusters[:1].repeat(40, 0),
        "two places": clusters[:2].repeat(40, 0),
        "a line": clusters.copy(),
    }
    mean["a line"][:, 1:] = 0
    assert ("tsne" in fit_all(mean[odd])) == (odd != "one place")


def test_each_map_carries_its_faith_and_says_it(clusters):
    for made in fit_all(clusters).values():
        assert (made.trustworthiness, made.continuity) == faith(clusters, made.xy)
        assert f"Trustworthiness {made.trustworthiness:.2f} (1:" in made.about
        assert f"continuity {made.continuity:.2f} (1:" in made.about
    itself = fit_all(clusters[:, :2])["axes"]
    assert (itself.trustworthiness, itself.continuity) == (1, 1)
    assert "Trustworthiness" not in itself.about


def test_a_faith_beyond_its_ends_is_refused():
    with pytest.raises(ValueError, match="lie from 0 to 1"):
        Projection(WIDE[:, :2], "t", "a.", ("x", "y"), trustworthiness=1.5)


def test_only_what_is_asked_for_is_made_in_the_order_of_the_menu(clusters):
    assert list(fit_all(clusters, ["axes", "pca"])) == ["pca", "axes"]


def test_what_cannot_be_made_is_said_where_it_is_asked_for(clusters):
    with pytest.raises(LookupError, match="There is no 'isomap' in projections; choose one of: axes, pca"):
        fit_all(clusters, ["isomap"])
    with pytest.raises(ValueError, match="The map tsne cannot be made of 120 pictures in 2 latent dimensions"):
        fit_all(clusters[:, :2], ["tsne"])


def test_a_package_that_is_not_here_breaks_nothing(clusters, monkeypatch):
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in ("umap", "openTSNE") else real(name))
    assert list(fit_all(clusters)) == ["pca", "axes"]
    assert catalog.summary("projections", "umap").startswith("UMAP")
    with pytest.raises(LookupError, match="The map umap needs a package that is not here: pip install umap-learn"):
        fit_all(clusters, ["umap"])
