"""Who is at the other end: logins, registrations, servers, strangers."""
