"""How are jobs kept in step with the provider?"""
