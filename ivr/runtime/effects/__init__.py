"""What calls want done outside, which is durable with the step that wants it."""
