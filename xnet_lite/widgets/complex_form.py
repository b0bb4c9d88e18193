"""Draw a complex: a metal, a geometry, ligands by name or SMILES; a site comes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import ipywidgets

from xnet_lite.complexes import (
    GEOMETRIES,
    LIGANDS,
    METALS,
    Recipe,
    build,
    isomers,
    ligand,
    ligands_of,
)
from xnet_lite.complexes.drawn import is_drawn
from xnet_lite.errors import InputError
from xnet_lite.structures import Site

BEGUN = "2 bpy 2 ncs"
HELP = (
    "Ligands by name, each behind how often it binds; or as SMILES whose donor atoms "
    "are numbered, for instance <code>4 [n:1]1ccccc1</code>."
)
BUILT = (
    "built, not relaxed: bond lengths are of a table for low-spin iron(II), carried to "
    "other metals by their covalent radii; spin and oxidation state change none"
)


class ComplexForm(ipywidgets.VBox):
    """Choose a metal, its geometry and its ligands, and build the complex.

    Parameters
    ----------
    then : callable
        Is given what the button asks for: a function that returns the site, or raises
        `InputError`.

    Attributes
    ----------
    metal, state, geometry, ligands, isomer, library, add, button
        The parts, for a page that wants to arrange them anew.

    Example
    -------
    >>> form = ComplexForm(lambda make: print(make().absorber))
    >>> form.metal.value, form.ligands.value = "Co", "6 [NH3:1]"
    >>> form.button.click()
    Co
    """

    def __init__(self, then: Callable[[Callable[[], Site]], object]) -> None:
        self.metal = ipywidgets.Dropdown(
            options=METALS, value="Fe", description="metal"
        )
        self.state = ipywidgets.BoundedIntText(
            2, min=-4, max=8, description="oxidation state"
        )
        self.geometry = ipywidgets.Dropdown(
            options=GEOMETRIES, value="octahedral", description="geometry"
        )
        self.isomer = ipywidgets.BoundedIntText(0, max=99, description="isomer")
        self.ligands = ipywidgets.Text(BEGUN, description="ligands")
        names = [
            (f"{one.name}: {one.formula}, {one.kind}", one.name)
            for one in LIGANDS.values()
        ]
        self.library = ipywidgets.Dropdown(options=names, description="library")
        self.add = ipywidgets.Button(description="add this ligand")
        self.button = ipywidgets.Button(description="build and ask")
        self.add.on_click(self._add)
        self.button.on_click(lambda _: then(self.site))
        rows = (
            (self.metal, self.state, self.geometry),
            (self.ligands, self.library, self.add),
            (self.isomer, self.button),
        )
        layout = {"flex_flow": "row wrap"}
        boxes = [ipywidgets.HBox(row, layout=layout) for row in rows]
        super().__init__([*boxes[:2], ipywidgets.HTML(HELP), boxes[2]])

    def site(self) -> Site:
        """Return the complex as a site, with what was assumed in its notes.

        Raises
        ------
        InputError
            If the words are no ligands, or do not fit.
        """
        names = ligands_of(self.ligands.value)
        recipe = Recipe(self.metal.value, self.state.value, self.geometry.value, names)
        count, chosen = len(isomers(recipe)), self.isomer.value
        if chosen >= count:
            said = f"isomer {chosen} of {recipe.formula} is not there"
            raise InputError(f"{said}: give 0 to {count - 1}")
        built = build(recipe, isomer=chosen)
        notes = [BUILT, f"isomer {chosen} of {count}, counted from the least strained"]
        for name in dict.fromkeys(filter(is_drawn, names)):
            away = ", ".join(f"{one:.2f}" for one in ligand(name).distances)
            notes.append(
                f"{name} binds at {away} Å from Fe(II), as donors of the library that "
                "are alike"
            )
        called = f"{recipe.formula} {recipe.geometry}"
        return replace(built.site(), name=called, notes=tuple(notes))

    def _add(self, _: object) -> None:
        """Put the ligand that is chosen behind the others."""
        self.ligands.value = f"{self.ligands.value} {self.library.value}".strip()
