"""What ticket systems of others say has happened there, brought to our tickets."""
