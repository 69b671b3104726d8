"""Rebond: a real-time idea board for co-innovation. One folder per layer; docs/architecture.md shows how they stack."""
