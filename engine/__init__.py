"""The embedded provider: a small server that renders films on this machine."""
