// Asks the browser for a passkey, old or new, and sends its answer with the form (WebAuthn L3 §5.1).
// What to ask stands in data-passkey-request or data-passkey-creation of the form. Without scripts,
// and in browsers that have no passkeys, the buttons stay hidden and all else works.
const passkeys = globalThis.PublicKeyCredential;
const isAble = Boolean(passkeys?.parseRequestOptionsFromJSON && passkeys?.parseCreationOptionsFromJSON);
const form = document.querySelector("[data-passkey-request], [data-passkey-creation]");
let asking = new AbortController();

// There can be one question at a time: an older one, such as the one of the autofill, is withdrawn.
async function ask(mediation) {
  asking.abort();
  asking = new AbortController();
  const { passkeyRequest, passkeyCreation } = form.dataset;
  const options = JSON.parse(passkeyRequest ?? passkeyCreation);
  const more = { mediation, signal: asking.signal };
  return passkeyRequest
    ? navigator.credentials.get({ publicKey: passkeys.parseRequestOptionsFromJSON(options), ...more })
    : navigator.credentials.create({ publicKey: passkeys.parseCreationOptionsFromJSON(options), ...more });
}

// Not requestSubmit: the other fields of the form need not be filled in.
function send(credential) {
  form.elements.credential.value = JSON.stringify(credential);
  form.submit();
}

function explain(error) {
  for (const each of document.querySelectorAll("[data-passkey-problem]")) {
    each.hidden = each.dataset.passkeyProblem !== (error.name === "InvalidStateError" ? "known" : "any");
  }
}

async function askByButton() {
  try {
    send(await ask());
  } catch (error) {
    if (error.name === "AbortError") return;
    explain(error);
    askByAutofill();
  }
}

// Whoever turns to the name field is offered their passkeys; nobody notices if that is not possible.
async function askByAutofill() {
  const isOffered = form.querySelector("[autocomplete~=webauthn]") !== null;
  if (!isOffered || !(await passkeys.isConditionalMediationAvailable?.())) return;
  try {
    send(await ask("conditional"));
  } catch {}
}

// Tells whoever keeps the passkeys which of them are good no more, and what the person is called now.
async function tell() {
  for (const { dataset } of document.querySelectorAll("[data-passkey-unknown], [data-passkey-accepted]")) {
    if (dataset.passkeyUnknown) {
      await passkeys.signalUnknownCredential?.(JSON.parse(dataset.passkeyUnknown));
    } else {
      const accepted = JSON.parse(dataset.passkeyAccepted);
      await passkeys.signalAllAcceptedCredentials?.(accepted);
      await passkeys.signalCurrentUserDetails?.(accepted);
    }
  }
}

if (isAble) {
  for (const each of document.querySelectorAll("[data-passkey-able]")) each.hidden = false;
  for (const each of document.querySelectorAll("[data-passkey-unable]")) each.hidden = true;
  document.querySelector("[data-passkey-button]")?.addEventListener("click", askByButton);
  if (form?.dataset.passkeyRequest) askByAutofill();
  tell().catch(() => {});
}
