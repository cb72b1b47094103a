// Members who have another name since the page was loaded: it is written wherever the page names
// them, and in the filters.
document.addEventListener("htmx:afterSettle", () => {
  for (const { dataset, textContent } of document.querySelectorAll("[data-renamed]"))
    for (const name of document.querySelectorAll(
      `[data-member="${CSS.escape(dataset.renamed)}"],
      #filters [name="maker"] option[value="${CSS.escape(dataset.username)}"]`,
    ))
      if (name.textContent !== textContent) name.textContent = textContent;
});
