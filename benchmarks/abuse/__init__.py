"""Malformed inputs at every entry, and kills of every long job.

Chain: `material` (what is in order), `trial` (one case, its judge, processes), a file a
kind of entry, `kills`, and `__main__`.
"""
