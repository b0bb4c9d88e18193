"""xnet_lite: from a structure to its X-ray absorption spectrum, and back.

The house, top to bottom (imports go down only)::

   12  cli            the `xnet-lite` command, a thin shell
   11  widgets        ipywidgets and nglview shells around plots
   10  plots          arrays and dataclasses in, plotly figures out
    9  studies        folds, curves, searches, published tables, first light, motion
    8  jobs · making · strategies · inverse    teaching · data/ · less to compute · back
    7  trust          uncertainty; nearest known sites, their chemistry; a verdict
    6  predictor      descriptor + model + targets: fit, predict, save, fine-tune
    5  training · preprocessing    one loop for every model · scalers and selections
    4  models · targets · descriptors · datasets · scattering · complexes · crystals
    3  structures · spectra · metrics · parallel · saving · exercises
    2  faces · provenance · sketch · texts · writing    looks; files in and out
    1  arrays         what arrays are called, and how values become one
    0  errors · tables     what a bad value raises; rows, and numbers in rows
"""

__version__ = "0.1.0"
