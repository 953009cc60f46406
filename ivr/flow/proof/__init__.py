"""Works out, before any call, how long the worst caller waits and where nobody gets out."""
