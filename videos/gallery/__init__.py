"""What do people see? Pages, fragments, forms and filters."""
