"""The sound of one leg: what is played, what is heard, who hears whom. Packets in, packets out."""
