"""`ivr acd`: what the queue machine has done, told on the console."""
