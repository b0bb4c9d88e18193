"""From a structure to its spectrum, in a browser: `xnet-lite app predict`."""

from xnet_lite.datasets import load
from xnet_lite.jobs.default_model import CORPUS, default_model
from xnet_lite.widgets import AppPage, StructurePredictor

LEAD = (
    "Drop a structure with a metal from Ti to Zn, or draw a complex. Five graph "
    "networks predict its K-edge spectrum, with a band, a verdict on how far they may "
    "be trusted, and the known sites that are nearest."
)
ASSUMED = (
    "The networks learnt computed spectra (multiple scattering, no measurement) of "
    "complexes of nine metals. Without an absorber named, the only metal is taken; "
    "what else was assumed of a file or a drawing is written beside its structure."
)


def desk() -> StructurePredictor:
    """The widget, with all that it reads before the first file comes."""
    default_model()
    return StructurePredictor(known=load(CORPUS).sites)


AppPage("From a structure to its spectrum", LEAD, desk, ASSUMED)
