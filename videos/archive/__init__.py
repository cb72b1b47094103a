"""How do files arrive whole, get a poster, and leave?"""
