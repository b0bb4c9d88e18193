"""xnet_lite: from a structure to its X-ray absorption spectrum, and back.

The house, top to bottom (imports go down only)::

   10  cli            the `xnet-lite` command, a thin shell
    9  widgets        ipywidgets and nglview shells around plots
    8  plots          arrays and dataclasses in, plotly figures out
    7  studies        folds, learning curves, searches, published tables, first light
    6  jobs · making  the catalogue of models, teaching, predicting · what makes data/
    5  trust          uncertainty: bootstrap; similarity: nearest known sites
    4  predictor      descriptor + model + targets: fit, predict, save, fine-tune
    3  training · preprocessing    one loop for every model · scalers and selections
    2  models · targets · descriptors · datasets · scattering · complexes
    1  structures · spectra · metrics · parallel · saving · exercises
    0  errors · tables · sketch · faces · arrays    how things fail, and how they look
"""

__version__ = "0.1.0"
