"""The staff's pages: the remote, the setup, the API. Strangers never reach it."""
