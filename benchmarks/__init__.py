"""Speed and memory, measured beside other programs in the same run. Not part of the installed package."""
