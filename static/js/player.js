// A clip that doesn't play: says so in words, names its codec, and offers the download.
(() => {
  // Sample entries of MP4 and codec ids of WebM and Matroska → what people call them.
  const CODECS = [
    [/hvc1|hev1|dvh1|dvhe|V_MPEGH/, "HEVC (H.265)"],
    [/vvc1|vvi1/, "VVC (H.266)"],
    [/av01|V_AV1/, "AV1"],
    [/vp09|V_VP9/, "VP9"],
    [/vp08|V_VP8/, "VP8"],
    [/avc1|avc3|V_MPEG4\/ISO\/AVC/, "H.264"],
    [/mp4v|V_MPEG4/, "MPEG-4 Part 2"],
    [/ap4[hx]|apc[hnso]/, "Apple ProRes"],
    [/mjp[ab2]|jpeg|V_MJPEG/, "Motion JPEG"],
  ];
  const PIECE = 256 * 1024;

  const read = async (url, range) => {
    const response = await fetch(url, { headers: { Range: range } });
    if (!response.ok) throw new Error(String(response.status));
    const reader = response.body.getReader();
    const latin = new TextDecoder("latin1");
    let text = "";
    // A server without ranges sends the whole file: its beginning is enough.
    while (text.length < PIECE) {
      const { value, done } = await reader.read();
      if (done) break;
      text += latin.decode(value);
    }
    reader.cancel();
    return text;
  };
  const codecIn = (text) => {
    // In MP4 the name of the codec stands 12 bytes behind "stsd"; the track of the sound has one, too.
    const entries = [...text.matchAll(/stsd[\s\S]{12}([\s\S]{4})/g)].map((found) => found[1]);
    const names = entries.length ? entries.join(" ") : (text.match(/V_[A-Z0-9/]+/)?.[0] ?? "");
    return CODECS.find(([pattern]) => pattern.test(names))?.[1] ?? "";
  };
  const codecOf = async (url) => {
    const found = codecIn(await read(url, `bytes=0-${PIECE - 1}`));
    return found || codecIn(await read(url, `bytes=-${PIECE}`));
  };

  const explain = async (video) => {
    const place = document.getElementById("player-trouble");
    if (!place || place.childElementCount) return;
    let codec = "";
    let reason = "codec";
    try {
      codec = await codecOf(video.currentSrc || video.src);
    } catch {
      reason = "network";
    }
    if (!video.isConnected || place.childElementCount) return;
    const words = document.getElementById(`player-trouble-${reason}`).content.cloneNode(true);
    const name = words.querySelector("[data-codec]");
    if (name) name.hidden = !codec;
    const slot = name?.querySelector("b");
    if (slot) slot.textContent = codec;
    place.append(words);
  };

  const { MEDIA_ERR_DECODE, MEDIA_ERR_SRC_NOT_SUPPORTED } = MediaError;
  const check = (video) => {
    const failed = [MEDIA_ERR_DECODE, MEDIA_ERR_SRC_NOT_SUPPORTED].includes(video.error?.code);
    // Of a clip with sound, browsers play the sound alone.
    const isBlind = video.readyState >= HTMLMediaElement.HAVE_METADATA && !video.videoWidth;
    if (failed || isBlind) explain(video);
  };
  const listen = (event) => {
    if (event.target.matches?.("#status video")) check(event.target);
  };
  // They don't bubble.
  for (const name of ["error", "loadedmetadata"]) document.addEventListener(name, listen, true);
  for (const video of document.querySelectorAll("#status video")) check(video);
})();
