"""Sentences for the codes that clients give: what a verb really does, and why not."""
