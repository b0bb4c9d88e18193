"""From a scan to what it is of, in a browser: `xnet-lite app invert`."""

from xnet_lite.widgets import AppPage, ScanInverter

LEAD = (
    "Drop a scan of a K edge from Ti to Zn, as the beamline wrote it. It is read and "
    "normalised where you can see it, and held against the computed spectra of known "
    "structures: the nearest of them tell the first shell, a verdict whether they may."
)
ASSUMED = (
    "Lines are fitted before and behind the edge; known spectra are broadened to the "
    "resolution of the scan, and it is shifted onto them. What is known is computed by "
    "multiple scattering, for molecules or for crystals; no measured scan that the "
    "authors have is called known, so take the list for where to look."
)
AppPage("What is my scan of?", LEAD, ScanInverter, ASSUMED)
