"""A miniature internet on loopback: real name servers, servers that misbehave, resolvers, and a webhook receiver."""
