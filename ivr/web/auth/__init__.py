"""Who somebody is: passwords, second factors, sessions, one-use links, and guesses slowed down."""
