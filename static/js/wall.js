// The wall: where one was on it, and the words that were searched for.
(() => {
  // --- the way back ---------------------------------------------------------------------------
  // Going back from a clip opens the wall at its card. Where the wall went on by itself, that is a
  // page that begins with the first row in view, and the card is put where it was in the window.
  const top = (card) => card.getBoundingClientRect().top;
  const pageInView = () => {
    const cards = [...document.querySelectorAll("#grid > .card")];
    // The card whose stack is open comes along, wherever it is.
    const isOpen = (card) => card.querySelector('.card-stack[aria-expanded="true"]');
    const inView = cards.find((card) => card.getBoundingClientRect().bottom > 0 || isOpen(card));
    const start = cards.findIndex((card) => Math.abs(top(card) - top(inView)) < 2);
    const query = new URLSearchParams(location.search);
    if (start > 0) {
      query.delete("after");
      query.set("before", cards[start - 1].id.replace("card-", ""));
    }
    return `${location.pathname}?${query}`;
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".card-name a");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    if (!document.querySelector("#grid [data-page]"))
      return history.replaceState(history.state, "", `#${link.id}`);
    const place = { id: link.id, top: top(link.closest(".card")) };
    history.replaceState({ ...history.state, place }, "", `${pageInView()}#${link.id}`);
    history.scrollRestoration = "manual";
  });

  // The page may be too short at first: its next cards come by themselves. From the first key,
  // touch or turn of the wheel on, the browser is in charge again.
  const ACTS = ["wheel", "touchstart", "pointerdown", "keydown"];
  let place = history.state?.place;
  const put = () => {
    const card = place && document.getElementById(place.id)?.closest(".card");
    if (card) scrollBy({ top: top(card) - place.top, behavior: "instant" });
  };
  const leave = () => {
    place = null;
    history.scrollRestoration = "auto";
    for (const name of ACTS) removeEventListener(name, leave);
    history.replaceState({ ...history.state, place }, "");
  };
  const arrive = () => {
    for (const name of ACTS) addEventListener(name, leave, { passive: true });
    put();
  };
  if (place) arrive();
  addEventListener("load", put);
  addEventListener("pageshow", (event) => event.persisted && leave());
  document.addEventListener("htmx:afterSettle", put);

  // A text as the search compares it: without case, accents, and the selector that some systems add
  // to an emoji. `places` says where each letter stands in the text.
  const fold = (text) => {
    const places = [];
    let plain = "";
    let at = 0;
    for (const char of text) {
      const bare = char
        .toLowerCase()
        .normalize("NFD")
        .replace(/[\u0300-\u036f\ufe0f]/g, "");
      plain += bare;
      for (let unit = 0; unit < bare.length; unit++) places.push(at);
      at += char.length;
    }
    return { plain, places: [...places, at] };
  };

  // Words that were searched for are marked where they are, without changing the page.
  const mark = () => {
    if (!("highlights" in CSS)) return;
    CSS.highlights.delete("found");
    const query = document.querySelector("#filters [name=q]")?.value ?? "";
    const words = fold(query).plain.match(/[\p{L}\p{N}\p{M}]+|[\p{So}\p{Sk}\u200d]+/gu);
    if (!words) return;
    const ranges = [];
    for (const name of document.querySelectorAll(".card-name a, .card-maker")) {
      const node = name.firstChild;
      if (node?.nodeType !== Node.TEXT_NODE) continue;
      const { plain, places } = fold(node.data);
      for (const word of words)
        for (let at = plain.indexOf(word); at >= 0; at = plain.indexOf(word, at + word.length)) {
          const range = new Range();
          range.setStart(node, places[at]);
          range.setEnd(node, places[at + word.length]);
          ranges.push(range);
        }
    }
    CSS.highlights.set("found", new Highlight(...ranges));
  };
  mark();
  document.addEventListener("htmx:afterSettle", mark);
})();
