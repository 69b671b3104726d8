"""Who beats how many others."""

from collections.abc import Mapping


def copeland(won: Mapping[tuple[str, str], int]) -> dict[str, float]:
    """Item → the share, 0 to 1, of the items it met that it beat; equal ones count a half.

    `won[a, b]`: twice how often a was taken over b, a draw being 1 for both. It beats whom it was taken over more often
    than the other way round. Items that met nobody are left out. A. H. Copeland, "A reasonable social welfare function"
    (University of Michigan, 1951); as a share, because not everybody met everybody. See D. G. Saari and V. R. Merlin,
    "The Copeland method", Economic Theory 8 (1996) 51–76.
    """
    halves: dict[str, int] = {}
    met: dict[str, int] = {}
    for one, other in {tuple(sorted(pair)) for pair in won}:
        for_one, for_other = won.get((one, other), 0), won.get((other, one), 0)
        if for_one == for_other == 0:
            continue
        got = 2 if for_one > for_other else 1 if for_one == for_other else 0
        for item, points in ((one, got), (other, 2 - got)):
            halves[item] = halves.get(item, 0) + points
            met[item] = met.get(item, 0) + 1
    return {item: halves[item] / (2 * met[item]) for item in sorted(met)}
