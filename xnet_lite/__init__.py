"""xnet_lite: from a structure to its X-ray absorption spectrum, and back.

The house, top to bottom (imports go down only)::

    9  cli            the `xnet-lite` command, a thin shell
    8  widgets        ipywidgets and nglview shells around plots
    7  plots          arrays and dataclasses in, plotly figures out
    6  workflows      corpus: makes what data/ holds; jobs, folds, searches, tables
    5  trust          uncertainty: bootstrap; similarity: nearest known sites
    4  predictor      descriptor + model + targets: fit, predict, save; recipes
    3  training       one loop for every model, one model or a batch of them
    2  models · datasets · scattering · descriptors · targets
    1  structures · spectra · metrics · checks · parallel
    0  errors         what a bad file or a bad value raises
"""

__version__ = "0.1.0"
