"""The tables that bring every feature's events together: what is stored, and what leaves the server."""

from rebond_protocol import boards, cards, people, rebounds, rounds, sections, steps

Event = boards.Events | cards.Events | rebounds.Events | rounds.Events | sections.Events | steps.Events | people.Events
"""A fact, as it stands in the log."""

OutgoingEvent = (
    cards.CardAdded
    | cards.CardEdited
    | cards.CardMoved
    | cards.CardsRevealed
    | cards.OutgoingOnly
    | rebounds.Events
    | rounds.RoundOpened
    | rounds.RoundClosed
    | rounds.OutgoingOnly
    | sections.Events
    | steps.Events
    | people.ParticipantRemoved
    | people.ParticipantReadmitted
)
"""What an audience is told.

Some facts never leave as they are: a ballot becomes part of a tally, a state change a card.
"""
