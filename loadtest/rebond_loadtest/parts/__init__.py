"""What the parts of a server cost, one by one: a cold start from outside, and the rest from inside."""
