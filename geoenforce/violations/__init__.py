"""From patches to graded cases: overlay, cases, severity."""
