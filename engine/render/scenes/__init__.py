"""Which picture is built for a place? One function per place, each piling up layers."""
