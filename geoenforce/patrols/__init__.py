"""Patrols: from fixes to trips, compliance, coverage, integrity and reconciliation; pure functions on tables."""
