"""OpenID provider for the province's other systems: signs their users in here, passes on what they agreed to, and ends it everywhere."""
