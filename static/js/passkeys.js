// Forms with data-passkey ask the browser for a passkey, put the answer into their hidden field
// `credential`, and are then sent. `webauthnJSON` is allauth's copy of @github/webauthn-json.
const asked = {
  create: async (form) => window.webauthnJSON.create(choose(form, options(form))),
  get: async (form) => window.webauthnJSON.get(options(form)),
  login: async (form) => {
    const response = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(String(response.status));
    return window.webauthnJSON.get((await response.json()).request_options);
  },
};

function options(form) {
  return JSON.parse(document.getElementById(form.dataset.options).textContent);
}

// A passkey that signs in by itself is stored on the device and asks for a PIN or the like.
function choose(form, creation) {
  const alone = form.elements.passwordless?.checked ?? false;
  const selection = creation.publicKey.authenticatorSelection ?? {};
  selection.residentKey = alone ? "required" : "discouraged";
  selection.requireResidentKey = alone;
  if (alone) selection.userVerification = "required";
  creation.publicKey.authenticatorSelection = selection;
  return creation;
}

// The password's button stays the only one that sends the page by itself.
document.addEventListener("click", (event) => {
  event.target.closest("button[data-sends]")?.form.requestSubmit();
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset?.passkey) return;
  event.preventDefault();
  const error = form.querySelector(".passkey-error");
  if (error) error.textContent = "";
  try {
    const credential = await asked[form.dataset.passkey](form);
    form.querySelector("[name=credential]").value = JSON.stringify(credential);
    form.submit();
  } catch {
    if (error) error.textContent = form.dataset.failed;
  }
});
