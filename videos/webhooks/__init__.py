"""How are providers' webhooks received and verified?"""
