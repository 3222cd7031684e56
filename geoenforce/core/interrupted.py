"""What a command says when Ctrl-C ends it."""

#: The exit status, as shells have it.
INTERRUPTED = 130

#: What was begun is taken away by those who began it: files are put in their place when they are whole.
STOPPED = "\nStopped by Ctrl-C (已按 Ctrl-C 中断): nothing was half written; run the command again (请重新运行).\n"
