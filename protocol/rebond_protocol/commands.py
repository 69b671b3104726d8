"""The table that brings every feature's commands together. Adding a feature adds a row here."""

from rebond_protocol import boards, cards, people, rebounds, rounds, sections, steps

ClientCommand = (
    cards.Commands
    | rebounds.Commands
    | rounds.Commands
    | sections.Commands
    | steps.Commands
    | people.ParticipantRemove
    | people.ParticipantReadmit
)
"""What may be in a `submit` frame."""

SystemCommand = boards.Commands | people.ParticipantJoin
"""What only the server itself may say."""

Command = ClientCommand | SystemCommand
