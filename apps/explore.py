"""A walk over the embedded complexes, in a browser: `xnet-lite app explore`."""

from xnet_lite.widgets import AppPage, CorpusExplorer

LEAD = (
    "Each point is a complex; points are near where spectra are alike. Click one, or "
    "move the slider: its structure and its spectrum appear beside those of the one "
    "before."
)
ASSUMED = (
    "All structures were built from a metal and ligands, all spectra computed by "
    "multiple scattering; complexes with atoms moved off their places are left out. "
    "Principal components keep distances as far as two numbers can; t-SNE keeps "
    "neighborhoods, and its distances mean nothing."
)
AppPage("The complexes, by their spectra", LEAD, CorpusExplorer, ASSUMED)
