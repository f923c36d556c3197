"""Customers' own files: bytes in, the trees that maps read out. What is wrong with a file is a finding.

Leaves are segments ``[name, text]``, elements, objects and rows are loops under their name (:mod:`translators.tree`).
"""
