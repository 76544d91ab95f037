"""From logs and tickets to graded findings: readers, redaction, the archive, the rules, the evidence."""
