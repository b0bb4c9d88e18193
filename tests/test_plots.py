"""Figures show the numbers they are given, name their axes, and open offline."""

import re
from itertools import combinations

import numpy as np
import plotly.graph_objects as go
import plotly.io
import pytest
from ase import Atoms
from ase.build import bulk

from xnet_lite import plots
from xnet_lite.errors import InputError
from xnet_lite.plots.base import COLORS, CYCLE, ROLES, line_colors
from xnet_lite.plots.report import section
from xnet_lite.spectra import Spectrum
from xnet_lite.structures import Site, cluster

ENERGY = np.linspace(-10.0, 50.0, 13)
MU = np.arctan(ENERGY)
SITE = Site(
    Atoms("FeCO", [[0, 0, 0], [1.8, 0, 0], [2.95, 0, 0]]), 0, name="iron carbonyl"
)


def every_figure() -> dict[str, go.Figure]:
    """One figure of each two-dimensional kind."""
    words = {"x_title": "r / Å", "y_title": "E / eV"}
    spectrum = Spectrum(ENERGY + 7112.0, MU, e0=7112.0)
    return {
        "spectra": plots.plot_spectra({"a": spectrum, "b": spectrum}),
        "prediction": plots.plot_prediction(ENERGY, MU, 0.1 + 0 * MU),
        "lines": plots.plot_lines([1, 2], {"a": [3, 4]}, **words),
        "heat map": plots.plot_heat_map(
            [1, 2], [3], [[4, 5]], value_title="μ", **words
        ),
        "history": plots.plot_history({"training": [3, 2], "validation": [4, 3]}),
        "parity": plots.plot_parity([1, 2], [2, 1], quantity="r / Å"),
        "residuals": plots.plot_residuals(ENERGY, np.stack([MU, 2 * MU])),
        "coverage": plots.plot_coverage([1, 2], [50, 80], [68, 95]),
        "reliability": plots.plot_reliability([0.5, 0.9], {"a": [0.4, 0.8]}),
        "points": plots.plot_points(ENERGY, MU, 0.1 + 0 * MU, MU),
        "features": plots.plot_features([1.0, 2.0], ["a", "b"]),
        "map": plots.plot_map([[0, 1], [1, 0]], [2, 3], ["a", "b"], value_title="Å"),
        "classes": plots.plot_classes([[0, 1], [1, 0]], ["a", "b"], ["x", "y"]),
        "scores": plots.plot_scores({"split": {"MLP": [1, 2]}}, test_title="test"),
    }


@pytest.mark.parametrize("kind", sorted(every_figure()))
def test_both_axes_have_a_title(kind):
    layout = every_figure()[kind].layout
    assert layout.xaxis.title.text
    assert layout.yaxis.title.text


def test_the_band_reaches_n_std_to_either_side():
    std = np.linspace(0.1, 0.2, len(ENERGY))
    band = plots.plot_prediction(ENERGY, MU, std, n_std=2).data[0]
    upper, lower = np.split(np.asarray(band.y), 2)
    np.testing.assert_allclose(upper - MU, 2 * std)
    np.testing.assert_allclose(MU - lower[::-1], 2 * std)


def test_a_step_of_the_slider_brings_the_site_of_its_name():
    many = MU + np.arange(3)[:, None]
    figure = plots.plot_points_by_site(ENERGY, many, 0.1 + 0 * many, many, "abc")
    steps = {step.label: step.args[0][0] for step in figure.layout.sliders[0].steps}
    frames = {frame.name: frame for frame in figure.frames}
    for i, name in enumerate("abc"):
        shown = {one.name: one for one in frames[steps[name]].data}
        np.testing.assert_allclose(shown["prediction"].y, many[i])


def test_a_point_outside_the_band_is_drawn_apart_from_those_inside():
    truth = MU.copy()
    truth[2] += 0.4
    figure = plots.plot_points(ENERGY, MU, 0.1 + 0 * MU, truth)
    inside, outside = figure.data[-2:]
    assert outside.x.tolist() == [ENERGY[2]]
    assert sorted([*inside.x, *outside.x]) == ENERGY.tolist()
    assert inside.marker.color != outside.marker.color


def test_without_a_spread_there_is_no_band():
    names = [trace.name for trace in plots.plot_prediction(ENERGY, MU).data]
    assert names == ["prediction"]


def test_the_prediction_is_drawn_above_what_it_is_held_against():
    others = {"engine": MU, "mean spectrum": MU}
    figure = plots.plot_prediction(ENERGY, MU, 0.1 + 0 * MU, others=others)
    assert figure.data[-1].name == "prediction"


def test_a_role_keeps_its_colour_in_every_company():
    for company in (["engine"], ["a", "engine"], ["a", "b", "c", "engine"]):
        assert line_colors(company)[-1] == ROLES["engine"]


def test_lines_of_one_figure_differ_in_colour():
    colors = line_colors(["prediction", "engine", "a", "b", "c", "d"])
    assert len(set(colors)) == len(colors)


def relative_luminance(color: str) -> float:
    """Brightness as the eye has it (WCAG 2, relative luminance)."""
    channels = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(
        channels <= 0.03928, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4
    )
    return float(linear @ (0.2126, 0.7152, 0.0722))


def dichromat(color: str) -> np.ndarray:
    """A colour as a deuteranope sees it (Viénot, Brettel and Mollon 1999), RGB."""
    rgb = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    to_deuteranope = np.array(
        [[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]]
    )
    return to_deuteranope @ rgb**2.2


def test_colours_of_the_cycle_differ_for_a_reader_who_sees_no_green():
    for one, other in combinations(CYCLE, 2):
        apart = np.abs(dichromat(one) - dichromat(other)).max()
        assert apart > 0.05, (one, other)


def test_lines_stand_out_from_the_white_page():
    # 1.8 : 1 is what the palest colour of Okabe and Ito's palette has (orange)
    for color in COLORS.values():
        assert 1.05 / (relative_luminance(color) + 0.05) > 1.8, color


def test_a_ramp_keeps_the_order_of_brightness():
    ramp = line_colors(list("abcde"), ramp=True)
    channels = [[int(c) for c in re.findall(r"\d+", color)] for color in ramp]
    assert np.all(np.diff(np.sum(channels, axis=1)) > 0)


def test_importing_the_plots_leaves_the_default_template_alone():
    assert plotly.io.templates.default == "plotly"


def test_spectra_are_drawn_from_their_edges_on():
    spectrum = Spectrum(ENERGY + 7112.0, MU, e0=7112.0)
    figure = plots.plot_spectra({"a": spectrum, "b": spectrum}, offset=0.5)
    np.testing.assert_allclose(figure.data[0].x, ENERGY)
    np.testing.assert_allclose(np.subtract(figure.data[1].y, figure.data[0].y), 0.5)


def test_bonds_join_near_atoms_and_no_others():
    pairs = plots.bonded_pairs(SITE.atoms.positions, SITE.atoms.numbers)
    assert pairs.tolist() == [[0, 1], [1, 2]]


def test_the_longest_arrow_has_one_length_whatever_its_unit():
    for unit in (1e-3, 1e3):
        arrows = np.zeros((len(SITE.atoms), 3))
        arrows[:3, 0] = unit * np.array([1, 0.5, 0.01])
        tips = plots.plot_structure(SITE, arrows=arrows).data[-1]
        along = np.stack([tips.u, tips.v, tips.w], axis=1)
        np.testing.assert_allclose(np.linalg.norm(along, axis=1), [1.2, 0.6])
    with pytest.raises(InputError, match="arrows of shape"):
        plots.plot_structure(SITE, arrows=[[0, 0, 1.0]])


def test_only_atoms_with_a_weight_get_a_halo():
    halos = plots.plot_structure(SITE, weights=[0.0, 1.0, 0.25]).data[1]
    sizes = np.asarray(halos.marker.size)
    assert sizes[0] == 0 < sizes[2] < sizes[1]


def test_the_kept_epoch_is_the_one_of_least_validation_loss():
    losses = {"training": [3.0, 2.0, 1.0], "validation": [3.0, 1.5, 2.0]}
    kept = plots.plot_history(losses).data[-1]
    assert (kept.x[0], kept.y[0]) == (2, 1.5)


@pytest.fixture(scope="module")
def page() -> str:
    """A page with everything on it."""
    return made_page()


def made_page():
    """Make the page."""
    others = {"engine": MU, "1-NN": MU, "mean spectrum": MU}
    return plots.Page(
        "First <prediction>",
        plots.plot_prediction(ENERGY, MU, 0.1 + 0 * MU, others=others),
        SITE,
        {
            "Errors": [{"model": "MLP", "median error / %": 2.34567}],
            "Sites": [{"site": "Fe(CO)5 <1>", "distance": 0.12345}],
        },
        warnings=["far from <every> known site"],
        next_command="xnet-lite simulate x.xyz",
        facts={"seconds": "3"},
    ).html()


def test_the_page_asks_no_other_machine_for_anything(page):
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=", page)


def test_the_page_escapes_what_comes_from_files(page):
    assert "First &lt;prediction&gt;" in page
    assert "far from &lt;every&gt; known site" in page
    assert "Fe(CO)5 &lt;1&gt;" in page


def test_the_page_is_the_same_every_time(page):
    assert page == made_page()


def test_the_page_holds_plotly_once_for_both_figures(page):
    assert page.count("plotly.js v") == 1
    assert 'id="spectrum"' in page
    assert 'id="structure"' in page


def test_a_section_is_a_table_under_its_title():
    table = section("Errors <1>", [{"model": "MLP", "error": 2.34567}])
    assert table.startswith("<h2>Errors &lt;1&gt;</h2><table")
    assert ">2.35</td>" in table


def test_a_structure_is_seen_whole_from_where_the_camera_stands():
    """Plotly's camera opens by 45°; a ball fills the cube, whose edge is 1."""
    rng = np.random.default_rng(0)
    places = rng.normal(scale=(6, 3, 1), size=(80, 3))
    scene = plots.plot_structure(Site(Atoms("C80", places), 0)).layout.scene
    eye = np.array([scene.camera.eye[x] for x in "xyz"])
    low, high = np.array([scene[f"{x}axis"].range for x in "xyz"]).T
    seen = (places - (low + high) / 2) / (high - low)
    toward = -eye / np.linalg.norm(eye)
    depth = (seen - eye) @ toward
    aside = np.linalg.norm((seen - eye) - depth[:, None] * toward, axis=1)
    assert np.degrees(np.arctan2(aside, depth)).max() < 22.5


def test_a_crystal_is_drawn_as_its_cluster_with_ring_and_cell():
    site = Site(bulk("NiO", "rocksalt", a=4.2, cubic=True), 4)
    _, atoms, ring, cell = plots.plot_structure(site, radius=4.3).data
    assert len(atoms.x) == len(cluster(site, 4.3).atoms)
    assert atoms.text[0].endswith("(absorber)")
    assert [ring.x[0], ring.y[0], ring.z[0]] == site.atoms.positions[4].tolist()
    corners = np.array([cell.x, cell.y, cell.z], dtype=float).T
    assert len(corners) == 12 * 3
    assert np.nanmax(corners, axis=0) - np.nanmin(corners, axis=0) == pytest.approx(4.2)


def test_weights_of_a_crystal_go_to_all_images():
    site = Site(bulk("NiO", "rocksalt", a=4.2), 0)
    halos = plots.plot_structure(site, weights=[0.0, 1.0]).data[1]
    images = cluster(site, 6.0).atoms.numbers == 8
    assert ((halos.marker.size > 0) == images).all()


def test_the_absorber_among_its_like_has_a_ring():
    pair = Site(Atoms("FeFeO", [[0, 0, 0], [2.4, 0, 0], [1.2, 1.4, 0]]), 1)
    ring = plots.plot_structure(pair).data[-1]
    assert ring.x.tolist() == [2.4]
