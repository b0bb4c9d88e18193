"""xnet_lite: from a structure to its X-ray absorption spectrum, and back.

The house, top to bottom (imports go down only)::

   11  cli            the `xnet-lite` command, a thin shell
   10  widgets        ipywidgets and nglview shells around plots
    9  plots          arrays and dataclasses in, plotly figures out
    8  studies        folds, learning curves, searches, published tables, first light
    7  jobs · making · strategies · inverse    teaching · data/ · less to compute · back
    6  trust          uncertainty; nearest known sites, their chemistry; a verdict
    5  predictor      descriptor + model + targets: fit, predict, save, fine-tune
    4  training · preprocessing    one loop for every model · scalers and selections
    3  models · targets · descriptors · datasets · scattering · complexes
    2  structures · spectra · metrics · parallel · saving · exercises
    1  faces · provenance · sketch · texts · writing    looks; files in and out
    0  errors · tables · arrays     what a bad value raises; rows, and numbers in rows
"""

__version__ = "0.1.0"
