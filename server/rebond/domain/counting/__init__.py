"""Counting: the mathematics of choosing. Pure functions of numbers; nothing here knows of boards, rounds or people.

Sums are of whole numbers wherever they can be, so that the order in which ballots come in makes no difference; the rest
is `+ - * /` and the square root, which IEEE 754 rounds the same way everywhere. So every node finds the same bytes.
"""
