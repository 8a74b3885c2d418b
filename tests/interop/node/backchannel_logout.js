// An app on openid-client whose sessions end when the server says so, by a logout token that jose
// verifies (OpenID Connect Back-Channel Logout 1.0 §2.6). Each session is known by its sid.

import * as client from "openid-client";
import { createRemoteJWKSet, jwtVerify } from "jose";
import express from "express";

const EVENT = "http://schemas.openid.net/event/backchannel-logout";
const { ISSUER, PORT, CLIENT_ID, CLIENT_SECRET } = process.env;
const origin = `http://localhost:${PORT}`;

const authentication = client.ClientSecretBasic(CLIENT_SECRET);
const config = await client.discovery(new URL(ISSUER), CLIENT_ID, undefined, authentication, {
  execute: [client.allowInsecureRequests], // the issuer is on the loopback interface
});
const metadata = config.serverMetadata();
const keys = createRemoteJWKSet(new URL(metadata.jwks_uri));

const sessions = new Map(); // claims of the ID token, by sid
const heard = new Set(); // jti
let signingIn = null; // there is one person here at a time

async function endedBy(logoutToken) {
  const { payload } = await jwtVerify(logoutToken, keys, {
    issuer: metadata.issuer,
    audience: CLIENT_ID,
    algorithms: ["RS256"],
    typ: "logout+jwt",
    requiredClaims: ["iat", "exp", "jti", "events", "sid"],
    maxTokenAge: "2 minutes",
    clockTolerance: 5,
  });
  const { events, jti, sid, sub } = payload;
  if (typeof events[EVENT] !== "object" || events[EVENT] === null) throw new Error("no logout");
  if ("nonce" in payload) throw new Error("an ID token");
  if (heard.has(jti)) throw new Error("a second time");
  if (sub !== sessions.get(sid)?.sub) throw new Error("somebody else's session");
  heard.add(jti);
  return sid;
}

const app = express();
const cookie = (request) => /\bsid=([^;]+)/.exec(request.headers.cookie ?? "")?.[1];

app.get("/", async (request, response) => {
  const claims = sessions.get(cookie(request));
  if (claims) return response.send(`<pre>${JSON.stringify(claims)}</pre>`);
  signingIn = { pkceCodeVerifier: client.randomPKCECodeVerifier(), expectedState: client.randomState() };
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: `${origin}/callback`,
    scope: "openid email",
    code_challenge: await client.calculatePKCECodeChallenge(signingIn.pkceCodeVerifier),
    code_challenge_method: "S256",
    state: signingIn.expectedState,
  });
  response.redirect(url.href);
});

app.get("/callback", async (request, response) => {
  const url = new URL(request.originalUrl, origin);
  const tokens = await client.authorizationCodeGrant(config, url, signingIn);
  const claims = tokens.claims();
  sessions.set(claims.sid, claims);
  response.cookie("sid", claims.sid, { httpOnly: true, sameSite: "lax" }).redirect("/");
});

app.post("/backchannel-logout", express.urlencoded({ extended: false }), async (request, response) => {
  response.set("Cache-Control", "no-store");
  try {
    sessions.delete(await endedBy(request.body.logout_token));
    response.sendStatus(200);
  } catch (error) {
    console.error(error);
    response.status(400).json({ error: "invalid_request" });
  }
});
app.listen(PORT, "localhost");
