"""Drafts of the letters that follow from a case or a finding: facts filled in, every decision left to a person."""
