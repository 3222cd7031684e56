"""The short ways, without a project: overlay some files, screen a site, judge some tracks."""
