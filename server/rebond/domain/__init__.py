"""What a board is: pure values and pure rules. No clock, no I/O, no await; time, ids and chance arrive in envelopes.

One file a feature (`cards`, `rebounds`, `rounds`, `sections`, `steps`, `people`, `boards`): its decide, its fold and
its projection. `decide`, `fold` and `project` hold the tables that bring the features together; `access` is the one
table of who may do what when; `templates` is what a board begins from.
"""
