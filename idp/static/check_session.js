// Answers a client's frame: "unchanged", "changed" or "error" (OpenID Connect Session Management §3.2).
// The hash is that of idp/oidc/session_management.py.
const cookie = `${document.currentScript.dataset.cookie}=`;

function browserState() {
  const found = document.cookie.split("; ").find((each) => each.startsWith(cookie));
  return found ? found.slice(cookie.length) : "";
}

async function hash(text) {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const base64 = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function check(message, origin) {
  const [, clientId, sent, salt] = /^(\S+) (\S+)\.(\S+)$/.exec(message) ?? [];
  if (!salt) return "error";
  const current = await hash(`${clientId} ${origin} ${browserState()} ${salt}`);
  return current === sent ? "unchanged" : "changed";
}

addEventListener("message", async (event) => {
  if (event.origin === "null" || event.source === null) return;
  event.source.postMessage(await check(event.data, event.origin), event.origin);
});
