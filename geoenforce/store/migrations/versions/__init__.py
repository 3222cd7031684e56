"""One file per version of the store's tables; none is changed once it has been released."""
