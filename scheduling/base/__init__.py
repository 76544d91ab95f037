"""The ground: errors, the clock, locks, processes and the layout of a workspace."""
