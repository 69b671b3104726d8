"""The tables that bring every feature's events together: what is stored, and what leaves the server."""

from rebond_protocol import (
    attention,
    boards,
    cards,
    groups,
    labs,
    opinions,
    people,
    rebounds,
    rounds,
    sections,
    stages,
    steps,
    talk,
)

Event = (
    boards.Events
    | cards.Events
    | rebounds.Events
    | rounds.Events
    | sections.Events
    | steps.Events
    | groups.Events
    | talk.Events
    | attention.Events
    | stages.Events
    | opinions.Events
    | labs.Events
    | people.Events
)
"""A fact, as it stands in the log."""

OutgoingEvent = (
    cards.CardAdded
    | cards.CardEdited
    | cards.CardMoved
    | cards.CardTagged
    | cards.CardsRevealed
    | cards.OutgoingOnly
    | rebounds.Events
    | rounds.RoundOpened
    | rounds.RoundClosed
    | rounds.OutgoingOnly
    | sections.Events
    | steps.Events
    | groups.Events
    | talk.CommentAdded
    | talk.OutgoingOnly
    | attention.Events
    | stages.CardShowcased
    | stages.OutgoingOnly
    | opinions.OutgoingOnly
    | labs.Events
    | people.Told
)
"""What an audience is told.

Some facts never leave as they are: a ballot becomes part of a tally, a state change a card.
"""
