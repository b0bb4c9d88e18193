"""The public sets: catalogue, download with mirror and cache, readers, parsed copies.

A reader is called with a set's entry in the catalogue and the local copies of its files
by their paths in the repository; it returns an `XASDataset` (or the spectra one by one,
as they stand in the files), and raises `InputError` when a file cannot be read or is
not what is expected.
"""
