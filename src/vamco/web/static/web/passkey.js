/* Passkeys: a form with data-passkey asks the server what to do, lets the browser do it, and is sent with the answer. Without this
   script, or in a browser without passkeys, the form stays hidden and the page says what else there is. */

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const named = (list) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

async function make(asked) {
  const key = await navigator.credentials.create({ publicKey: {
    ...asked, challenge: bytes(asked.challenge), user: { ...asked.user, id: bytes(asked.user.id) }, excludeCredentials: named(asked.excludeCredentials),
  } });
  const { response } = key;
  return { id: key.id, rawId: text(key.rawId), type: key.type, response: {
    clientDataJSON: text(response.clientDataJSON), attestationObject: text(response.attestationObject), transports: response.getTransports?.() ?? [],
  } };
}

async function show(asked) {
  const key = await navigator.credentials.get({ publicKey: { ...asked, challenge: bytes(asked.challenge), allowCredentials: named(asked.allowCredentials) } });
  const { response } = key;
  return { id: key.id, rawId: text(key.rawId), type: key.type, response: {
    clientDataJSON: text(response.clientDataJSON), authenticatorData: text(response.authenticatorData), signature: text(response.signature),
    userHandle: response.userHandle ? text(response.userHandle) : null,
  } };
}

function say(form, word) {
  const place = form.querySelector("[data-said]");
  place.textContent = word ? form.dataset[word] : "";
  place.hidden = !word;
}

async function go(event) {
  const form = event.currentTarget;
  const field = form.elements.passkey;
  if (field.value) return; // it has been asked: this is the sending
  event.preventDefault();
  say(form, "");
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const token = form.elements.csrfmiddlewaretoken.value;
    const answer = await fetch(form.dataset.options, { method: "POST", headers: { "X-CSRFToken": token }, redirect: "error" });
    if (!answer.ok) throw new Error(answer.status);
    const asked = await answer.json();
    field.value = JSON.stringify(await (form.dataset.passkey === "make" ? make(asked) : show(asked)));
    form.submit();
  } catch (error) {
    field.value = "";
    say(form, error.name === "InvalidStateError" ? "known" : error.name === "NotAllowedError" ? "cancelled" : "failed");
  } finally {
    button.disabled = false;
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.addEventListener("submit", go);
  form.hidden = false;
  for (const other of document.querySelectorAll("[data-without-passkey]")) other.hidden = true;
}
