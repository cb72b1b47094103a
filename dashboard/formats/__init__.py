"""How are dates written in each language? Django's own formats, with the time zone named."""
