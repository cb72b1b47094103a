"""The embedded provider: a small server that renders clips on this machine."""
