"""The things that paint themselves: sky, land, water, weather, light, figures, shapes."""
