"""Areas of overlaid polygons without an overlay: sums over pairs of edges, compiled, with threads over the patches."""
