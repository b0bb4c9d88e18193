"""What a spectrum depends on, in a browser: `xnet-lite app importance`."""

from xnet_lite.jobs.default_model import default_model
from xnet_lite.widgets import AppPage, StructureImportance

LEAD = (
    "Drop a molecule with a metal from Ti to Zn, or draw a complex. Shells and atoms "
    "are taken away one by one: what the spectrum loses is what they gave. Choose a "
    "window of energies on the spectrum, a shell, an atom."
)
ASSUMED = (
    "The networks are given the structure without the atoms, which they may never have "
    "met; the engine scatters without them, potentials and energies held fixed. Shells "
    "are 0.5 Å wide. What two shells do together is in the loss of either."
)


def desk() -> StructureImportance:
    """The widget, with the model that it asks first."""
    default_model()
    return StructureImportance()


AppPage("What does a spectrum depend on?", LEAD, desk, ASSUMED)
