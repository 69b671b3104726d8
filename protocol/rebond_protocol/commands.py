"""The table that brings every feature's commands together. Adding a feature adds a row here."""

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

ClientCommand = (
    boards.Commands
    | cards.Commands
    | rebounds.Commands
    | rounds.Commands
    | sections.Commands
    | steps.Commands
    | groups.Commands
    | talk.Commands
    | attention.Commands
    | stages.Commands
    | opinions.Commands
    | labs.Commands
    | people.Steering
)
"""What may be in a `submit` frame."""

SystemCommand = boards.System | people.System | cards.System | talk.System | labs.System
"""What only the server itself may say."""

Command = ClientCommand | SystemCommand
