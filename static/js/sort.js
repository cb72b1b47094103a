// Clips of a collection are dragged to another place. The arrows beside each do the same by keyboard.
(() => {
  const grid = document.querySelector("[data-sort]");
  if (!grid) return;
  let dragged = null;
  for (const item of grid.children) item.draggable = true;

  grid.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-id]");
    event.dataTransfer.effectAllowed = "move";
    dragged?.classList.add("is-dragged");
  });
  grid.addEventListener("dragover", (event) => {
    const over = event.target.closest("[data-id]");
    if (!dragged) return;
    event.preventDefault();
    if (!over || over === dragged) return;
    const box = over.getBoundingClientRect();
    const isAfter = event.clientX > box.left + box.width / 2;
    over[isAfter ? "after" : "before"](dragged);
  });
  grid.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    if (!dragged) return;
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: grid.dataset.sort, hidden: true });
    const add = (name, value) => {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      form.append(field);
    };
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    add("csrfmiddlewaretoken", token.value);
    add("version", grid.dataset.version);
    add("moved", dragged.dataset.id);
    for (const item of grid.querySelectorAll("[data-id]")) add("order", item.dataset.id);
    document.body.append(form);
    form.submit();
  });
})();
