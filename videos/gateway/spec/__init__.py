"""What does the OpenAPI file say? It is made from the structs, and committed."""
