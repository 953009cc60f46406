"""The checks of `ivr doctor`, each of which looks only and changes nothing that it did not make."""
