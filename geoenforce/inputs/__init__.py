"""From files as officers get them to tables and a list of issues."""
