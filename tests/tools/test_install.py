"""Ways to install ask for the same: pyproject, conda, Binder, containers, Colab."""

import re

import pytest

pytest.importorskip("jupytext", reason="the Colab cell is built")

from packaging.requirements import Requirement

from tools import lock, notebooks

tomllib = pytest.importorskip("tomllib", reason="part of Python from 3.11 on")
yaml = pytest.importorskip("yaml", reason="comes with papermill")
ROOT = notebooks.ROOT
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
#: names that conda-forge spells otherwise
CONDA = {
    "torch": "pytorch-cpu",
    "tblite": "tblite-python",
    "typing-extensions": "typing_extensions",
}
HEAVY = {"tblite", "pyscf", "dscribe", "rdkit"}


def asked(lines):
    """Names and versions of requirements, as conda-forge has them."""
    needs = map(Requirement, lines)
    return {f"{CONDA.get(one.name, one.name)} {one.specifier}" for one in needs}


def test_conda_gets_what_package_and_notebooks_need():
    listed = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    named = {one for one in listed if isinstance(one, str)} - {"pip", listed[0]}
    assert named == asked([*PROJECT["dependencies"], *EXTRAS["tutorials"]])


def test_the_recipe_needs_what_the_package_needs():
    recipe = yaml.safe_load((ROOT / "recipe" / "recipe.yaml").read_text())
    python, *named = recipe["requirements"]["run"]
    assert python.startswith("python >=")
    assert set(named) == asked(PROJECT["dependencies"])


def test_the_package_alone_needs_no_heavy_part():
    assert not HEAVY & {Requirement(one).name for one in PROJECT["dependencies"]}


def test_binder_takes_the_pytorch_that_was_tried():
    pin = re.search(r"^torch==.+$", (ROOT / "constraints.txt").read_text(), re.M)[0]
    assert pin in (ROOT / "binder" / "requirements.txt").read_text().splitlines()
    assert pin in (ROOT / "Makefile").read_text()


def test_colab_installs_neither_jupyterlab_nor_a_server():
    colab = {Requirement(one).name for one in EXTRAS["colab"]}
    tutorials = {Requirement(one).name for one in EXTRAS["tutorials"]}
    assert tutorials - colab == {"jupyterlab", "nglview", "papermill"}
    assert notebooks.NGLVIEW in EXTRAS["tutorials"]


def test_every_pin_has_one_version_a_python():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    for version in ("3.10", "3.11", "3.13"):
        valid = [
            one.name.lower().replace("_", "-")
            for one in map(Requirement, lines)
            if not one.marker or one.marker.evaluate({"python_version": version})
        ]
        assert len(set(valid)) == len(valid)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Because tblite==0.8.0 has no usable\n  wheels and", "tblite==0.8.0"),
        ("Because torch==2.13.0 has no wheels with a", "torch==2.13.0"),
        ("error: something else", "error: something else"),
    ],
)
def test_what_stands_in_the_way_is_named(said, found):
    assert lock.lacking(said) == found
