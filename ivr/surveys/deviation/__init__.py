"""When satisfaction leaves its usual level: control charts, many tests at once, alarms."""
