"""Works out, before a call is ever made, how long the worst caller waits and where nobody gets out."""
