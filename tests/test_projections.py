"""Maps: where points lie, and the way back to z."""

import numpy as np
import pytest

from explorer import catalog
from explorer.catalog import Choice
from explorer.projections import axis_name, fit_all

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
    if not catalog.make("projections", Choice(name)).suits(mean):
        pytest.skip("this map says nothing new of so few dimensions")
    projection = fit(name, mean)
    assert projection.xy.shape == (60, 2)
    assert projection.title
    assert projection.about.endswith(".")
    if projection.to_latent is None:
        assert "cannot be decoded" in projection.about
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
