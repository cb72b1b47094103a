// The wall: what is new, where one was on it, and the words that were searched for.
(() => {
  const grid = () => document.getElementById("grid");
  const first = () => grid()?.querySelector(".card")?.id.replace("card-", "") ?? "";

  // The server is asked for what is newer than the first card, whichever that is by now.
  document.addEventListener("htmx:configRequest", (event) => {
    const path = event.detail.path;
    if (!/\/news\?/.test(path)) return;
    const poll = document.getElementById("news-poll");
    Object.assign(event.detail.parameters, {
      since: poll?.dataset.since ?? first(),
      said: poll?.dataset.said ?? "0",
      decided: poll?.dataset.decided ?? "0",
      commented: poll?.dataset.commented ?? "0",
      seen_at: poll?.dataset.seenAt ?? "",
    });
  });

  // Clips that this page doesn't show are decided as well, by others and as part of a selection:
  // htmx complains of what has no place.
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (!/\/(news\?|decide)/.test(detail.pathInfo?.requestPath ?? "")) return;
    const answer = document.createElement("template");
    answer.innerHTML = detail.serverResponse;
    for (const card of answer.content.querySelectorAll(
      '[id^="card-"]:is([hx-swap-oob="true"], [hx-swap-oob="delete"])',
    ))
      if (!document.getElementById(card.id)) card.remove();
    detail.serverResponse = answer.innerHTML;
  });

  // Members who have another name have it on every card that is here.
  const rename = () => {
    for (const { dataset, textContent } of document.querySelectorAll("#news [data-renamed]"))
      for (const maker of document.querySelectorAll(
        `.card-maker[data-maker="${CSS.escape(dataset.renamed)}"]`,
      ))
        maker.textContent = textContent;
  };
  document.addEventListener("htmx:afterSettle", rename);

  // Going back from a clip opens the page of the wall that it was on, at its card.
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".card-name a");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    let mark = link.closest(".card");
    while (mark && !mark.dataset.page) mark = mark.previousElementSibling;
    const page = mark?.dataset.page ?? location.pathname + location.search;
    history.replaceState(history.state, "", `${page}#${link.id}`);
  });

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
