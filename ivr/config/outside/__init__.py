"""Other systems that are told of calls: their settings, and what is wrong with them."""
