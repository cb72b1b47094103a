"""Which words mean which picture? Data only; words are given in lower case, singular."""

from .colour import Colour


def _table(**rows: str) -> dict[str, str]:
    """Word -> meaning, from meaning = "word word"; an underscore in a meaning is a space."""
    return {w: meaning.replace("_", " ") for meaning, words in rows.items() for w in words.split()}


PLACES = _table(
    sea="sea ocean beach coast coastline wave harbor harbour island shore cliff bay seaside surf "
    "tide port pier nautical meer mer mar océan océano 海 море θάλασσα",
    underwater="underwater reef coral seabed diver aquarium undersea submarine jellyfish",
    city="city street town skyline skyscraper urban downtown alley rooftop building metropolis "
    "tokyo york london paris market neon cyberpunk traffic apartment stadt ville ciudad città "
    "城市 都市 город",
    forest="forest wood woodland jungle pine redwood birch rainforest trees grove wald forêt "
    "bosque foresta 森林 森 лес",
    desert="desert dune sahara canyon mesa cactus sand oasis wasteland mars wüste désert "
    "desierto 沙漠",
    space="space galaxy planet cosmos cosmic orbit nebula universe asteroid "
    "saturn jupiter interstellar weltraum weltall espacio espace 宇宙 космос",
    stage="stage theatre theater concert ballet opera dance spotlight circus curtain "
    "orchestra singer band audience podium catwalk bühne scène escenario",
    mountains="mountain peak alps alpine ridge summit valley glacier himalaya volcano hiker "
    "highland fjord berg gebirge montagne montaña 山 гора горы",
    lake="lake river pond waterfall stream reflection lagoon swamp canal lac lago rivière río 湖 "
    "река озеро",
    meadow="meadow field hill grass countryside farm prairie wheat flower garden pasture village "
    "vineyard barn windmill savanna savannah safari sheep cow steppe park wiese champ campo поле",
    road="road highway drive driving route asphalt motorway freeway race racing roadtrip "
    "straße strasse carretera",
    room="room kitchen interior bedroom office window library desk studio cafe café "
    "table lamp indoor inside restaurant museum gallery laboratory lab workshop piano zimmer "
    "chambre cocina",
    sky="sky cloud flying flight kite heaven himmel ciel cielo 天空 небо",
    arctic="arctic antarctic iceberg ice polar tundra penguin frozen icy snowfield",
)

TIMES = _table(
    dawn="dawn sunrise morning daybreak early morgen aube amanecer 朝 утро рассвет",
    day="day noon midday afternoon sunny daylight bright tag jour día summer spring 白天 день",
    dusk="dusk sunset evening twilight golden sundown autumn gloaming abend soir atardecer "
    "sonnenuntergang 夕方 вечер закат",
    night="night midnight moonlight moonlit moon nocturnal dark starry stars neon aurora nacht "
    "nuit noche 夜 ночь νύχτα",
)

WEATHERS = _table(
    rain="rain rainy raining drizzle downpour wet umbrella regen pluie lluvia 雨 дождь",
    snow="snow snowy snowing snowfall blizzard winter snowflake schnee neige nieve 雪 снег",
    fire="fire campfire flame burning ember bonfire lava blaze inferno volcano feuer feu fuego "
    "火 огонь",
    fog="fog foggy mist misty haze hazy smoke nebel brume brouillard niebla 雾 霧 туман",
    storm="storm stormy thunder lightning thunderstorm tempest hurricane sturm orage tormenta "
    "嵐 гроза",
    wind="wind windy breeze gust",
    aurora="aurora borealis",
)

CAMERAS = _table(
    push_in="zoom push approach",
    dolly="dolly tracking track truck follow following",
    orbit="orbit orbiting orbital circling rotating 360",
    handheld="handheld shaky documentary",
    static="static still locked tripod fixed timelapse",
    pan="pan panning sweep sweeping",
    tilt_up="tilt",
    crane="crane drone aerial rising flyover jib",
)

# Phrases of two words decide before single words do.
CAMERA_PHRASES = {
    "zoom out": "pull out",
    "zooms out": "pull out",
    "zooming out": "pull out",
    "pull out": "pull out",
    "pulls out": "pull out",
    "pull back": "pull out",
    "pulls back": "pull out",
    "pulling back": "pull out",
    "pan left": "pan left",
    "pans left": "pan left",
    "panning left": "pan left",
    "pan right": "pan right",
    "pans right": "pan right",
    "panning right": "pan right",
    "tilt down": "tilt down",
    "tilts down": "tilt down",
    "hand held": "handheld",
    "hand-held": "handheld",
}

SUBJECTS = _table(
    boat="boat sailboat sail ship yacht sailing schooner vessel canoe kayak fisherman boot barco "
    "bateau 船",
    bird="bird gull seagull crow eagle swallow goose geese raven flock hawk vogel oiseau 鸟",
    moon="moon moonlight moonlit mond lune luna 月",
    sun="sun sonne soleil sol 太阳",
    lighthouse="lighthouse leuchtturm phare faro",
    train="train locomotive railway subway tram zug tren",
    car="car taxi cab truck van automobile convertible auto coche voiture racing",
    palm="palm",
    tree="tree oak willow baum arbre árbol",
    person="person man woman girl boy child walker hiker traveler traveller figure singer "
    "actor knight samurai detective hero monk people couple surfer runner",
    dancer="dancer ballerina ballet danseuse tänzerin bailarina",
    camel="camel caravan dromedary kamel",
    umbrella="umbrella",
    dog="dog puppy wolf corgi hound retriever terrier husky hund chien perro",
    cat="cat kitten kitty katze gato",
    fox="fox fuchs renard",
    deer="deer stag elk moose reindeer",
    horse="horse pony stallion mare unicorn",
    balloon="balloon",
    whale="whale humpback orca wal",
    fish="fish shark koi goldfish",
    rocket="rocket spaceship spacecraft shuttle starship",
    astronaut="astronaut cosmonaut spaceman",
    cabin="cabin hut cottage barn farmhouse house village",
    plane="plane airplane aeroplane jet glider aircraft",
    cactus="cactus saguaro",
    windmill="windmill",
    lantern="lantern",
)

# Where a clip takes place if its prompt names a subject and no place.
HOME = _table(
    sea="boat lighthouse whale",
    underwater="fish",
    meadow="train tree dog cabin horse windmill person umbrella cat",
    forest="fox deer",
    road="car",
    stage="dancer",
    sky="bird balloon plane lantern",
    space="rocket astronaut",
    desert="cactus camel",
    mountains="moon sun",
)

COLOURS = {
    name: Colour.hex(code)
    for name, code in {
        "red": "#d62828", "crimson": "#b5122f", "scarlet": "#e0301e", "orange": "#f77f00",
        "amber": "#ffb000", "gold": "#e9b44c", "golden": "#e9b44c", "yellow": "#f7d046",
        "green": "#2a9d5c", "emerald": "#0f9d6b", "olive": "#7d8a3c", "lime": "#a5d63f",
        "teal": "#1b9aaa", "turquoise": "#30c5bd", "cyan": "#35c9e0", "blue": "#2563c9",
        "navy": "#16305f", "azure": "#4aa3f0", "indigo": "#3f37a5", "violet": "#7b3fd1",
        "purple": "#7b2cbf", "magenta": "#d6249f", "pink": "#f27ba5", "rose": "#e8637f",
        "brown": "#7a4a2b", "beige": "#dcc9a3", "cream": "#f3e7cc", "ivory": "#f6efdd",
        "black": "#101014", "white": "#f7f7f5", "grey": "#8d9096", "gray": "#8d9096",
        "silver": "#bfc5cc", "copper": "#b8643a", "bronze": "#a0713a", "rot": "#d62828",
        "blau": "#2563c9", "grün": "#2a9d5c", "gelb": "#f7d046", "rouge": "#d62828",
        "bleu": "#2563c9", "vert": "#2a9d5c", "rojo": "#d62828", "azul": "#2563c9",
        "verde": "#2a9d5c", "rosa": "#f27ba5", "红": "#d62828", "蓝": "#2563c9",
    }.items()
}  # fmt: skip


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# For titles: what describes the shot and not the picture is left out at the start.
OPENING = _words(
    "a an the cinematic shot wide close close-up closeup medium of video film clip scene movie "
    "create generate make show me aerial drone view footage slow motion photo photorealistic "
    "realistic beautiful stunning epic animation animated sequence please render imagine "
    "establishing long tracking hyperrealistic 4k 8k hd"
)

# Words that a title does not end with.
LOOSE = _words(
    "a an the of in on at with and or to from by for over under through as that while is are into "
    "near its his her their like during behind above below along across very und der die das de "
    "la le les el en et"
)
