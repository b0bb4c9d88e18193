"""The tables of the papers, run again and laid beside the printed figures."""
