"""Jobs behind the command: the catalogue of models, teaching, predicting."""
