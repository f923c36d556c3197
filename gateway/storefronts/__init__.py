"""Stores and marketplaces: what becomes of their orders is told to them by their own API.

:mod:`gateway.storefronts.kit` makes the calls (secrets, tokens, limits), one short file for each store says them, and
:mod:`gateway.storefronts.stores` chooses the file by the partner's profile.
"""
