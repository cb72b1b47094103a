// The reference image in the composer: shown as it will be sent, before anything is sent. It may be
// chosen, dropped or pasted. Without this the plain file field and the choice of fit still work.
(() => {
  const TYPES = ["image/png", "image/jpeg", "image/webp"];
  const composer = () => document.querySelector("form#composer");
  const field = () => document.querySelector("#composer input[type=file]");
  const box = () => document.getElementById("composer-ref");

  const size = () => {
    const own = composer().querySelector('[name="own_size"]')?.value.trim() ?? "";
    const chosen = composer().querySelector('[name="size"]')?.value ?? "";
    const found = /^(\d{1,5})x(\d{1,5})$/.exec(own || chosen);
    return found && Number(found[1]) && Number(found[2])
      ? [Number(found[1]), Number(found[2])]
      : null;
  };

  // The frame has the size's own ratio; within it the picture lies as the server will lay it.
  const lay = () => {
    const shot = box()?.querySelector("[data-shot]");
    const picture = shot?.querySelector("img");
    if (!picture?.naturalWidth) return;
    const wanted = size();
    const [width, height] = wanted ?? [picture.naturalWidth, picture.naturalHeight];
    const padded = Boolean(wanted) && box().querySelector('[name="fit"]').value === "pad";
    shot.style.setProperty("--ratio", width / height);
    shot.classList.toggle("is-padded", padded);
    shot.classList.toggle("is-tall", picture.naturalWidth / picture.naturalHeight < width / height);
    const text = shot.dataset[padded ? "padded" : wanted ? "cropped" : "unchanged"];
    picture.alt = text.replace("{width}", width).replace("{height}", height);
    shot.hidden = false;
  };

  const alertBox = () => box().querySelector("[data-file-error]");
  const complain = (text) => {
    alertBox().replaceChildren();
    if (!text) return;
    const list = document.createElement("ul");
    list.className = "errorlist";
    list.append(Object.assign(document.createElement("li"), { textContent: text }));
    alertBox().append(list);
  };

  const wrong = (file) => {
    const texts = alertBox().dataset;
    // Some systems give no type; then the image itself has to show it.
    if (file.type && !TYPES.includes(file.type))
      return texts.wrongType.replace("{name}", () => file.name);
    if (!file.size) return texts.empty;
    const most = Number(field().dataset.maxBytes);
    return file.size > most ? texts.tooLarge.replace("{n}", Math.floor(most / 1024 / 1024)) : "";
  };

  const show = () => {
    const shot = box()?.querySelector("[data-shot]");
    if (!shot) return;
    shot.replaceChildren();
    shot.hidden = true;
    const file = field().files[0];
    if (!file) return;
    complain(wrong(file));
    if (wrong(file)) return clear();
    const picture = new Image();
    const address = URL.createObjectURL(file);
    picture.onload = () => {
      URL.revokeObjectURL(address);
      lay();
    };
    picture.onerror = () => {
      URL.revokeObjectURL(address);
      if (!picture.isConnected) return;
      complain(alertBox().dataset.unreadable);
      clear();
    };
    shot.append(picture);
    picture.src = address;
  };

  // ui.js shows the name and the button that removes it; it listens for the same event.
  const tell = () => field().dispatchEvent(new Event("change", { bubbles: true }));
  const clear = () => {
    field().value = "";
    tell();
  };
  const take = (file) => {
    const one = new DataTransfer();
    one.items.add(file);
    field().files = one.files;
    tell();
  };

  document.addEventListener("change", (event) => {
    if (event.target === field()) show();
    else if (event.target.closest?.("#composer")) lay();
  });
  document.addEventListener("input", (event) => event.target.name === "own_size" && lay());
  document.addEventListener("click", (event) => {
    // After ui.js, whose click on this button has emptied the field by now.
    if (event.target.closest("#composer [data-file-clear]")) show();
  });
  // The choice of sizes is replaced when the model changes.
  document.addEventListener("htmx:afterSettle", () => composer() && lay());

  // A file dropped beside the composer would replace the page, and what was typed with it.
  const brings = (event) => field() && event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => {
    if (!brings(event)) return;
    event.preventDefault();
    const over = Boolean(event.target.closest("#composer"));
    event.dataTransfer.dropEffect = over ? "copy" : "none";
    composer().classList.toggle("is-over", over);
  });
  document.addEventListener("dragleave", (event) => {
    if (field() && !event.relatedTarget?.closest?.("#composer"))
      composer().classList.remove("is-over");
  });
  document.addEventListener("drop", (event) => {
    if (!brings(event)) return;
    event.preventDefault();
    composer().classList.remove("is-over");
    if (event.target.closest("#composer") && event.dataTransfer.files[0])
      take(event.dataTransfer.files[0]);
  });
  document.addEventListener("paste", (event) => {
    if (!field() || !event.target.closest?.("#composer")) return;
    const file = [...event.clipboardData.files].find((each) => each.type.startsWith("image/"));
    // What comes with words is pasted as words.
    if (!file || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    take(file);
  });
  // The back button brings the chosen file with it.
  window.addEventListener("pageshow", () => field()?.files.length && tell());
})();
