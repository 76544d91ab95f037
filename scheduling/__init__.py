"""Who may run, when and at what cost; and the ground under every room: ledger, clock, locks, processes, errors."""
