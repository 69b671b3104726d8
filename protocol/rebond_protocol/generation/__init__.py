"""From the protocol's types to everything made from them: schemas, types and tables for the JS client, pages.

Every module here is pure: definitions in, text out. `rebond_protocol.generate` alone writes files. The result depends
on the sources of this package only, not on how a library happens to print a schema.
"""
