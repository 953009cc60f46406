"""Files of ours on the disk: opened below one folder only, written whole or not at all."""
