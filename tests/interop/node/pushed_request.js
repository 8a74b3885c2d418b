// A relying party on openid-client that signs its authorization request and pushes it (RFC 9126,
// RFC 9101). It prints the URL to send a person to, reads the URL at which they came back, and
// prints the claims as JSON.
// Arguments: issuer, client_id, client_secret, redirect_uri, and to sign a private P-256 key as a
// JWK.

import { createInterface } from "node:readline";
import * as client from "openid-client";

const [issuer, clientId, clientSecret, redirectUri, privateJwk] = process.argv.slice(2);

const authentication = client.ClientSecretBasic(clientSecret);
const config = await client.discovery(new URL(issuer), clientId, undefined, authentication, {
  execute: [client.allowInsecureRequests], // the issuer is on the loopback interface
});

async function signed(parameters) {
  const jwk = JSON.parse(privateJwk);
  const ecdsa = { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("jwk", jwk, ecdsa, false, ["sign"]);
  const url = await client.buildAuthorizationUrlWithJAR(config, parameters, { key, kid: jwk.kid });
  return url.searchParams;
}

const checks = {
  pkceCodeVerifier: client.randomPKCECodeVerifier(),
  expectedState: client.randomState(),
  expectedNonce: client.randomNonce(),
  idTokenExpected: true,
};
const parameters = {
  redirect_uri: redirectUri,
  scope: "openid email",
  code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
  code_challenge_method: "S256",
  state: checks.expectedState,
  nonce: checks.expectedNonce,
};
const pushed = privateJwk === undefined ? parameters : await signed(parameters);
const authorizationUrl = await client.buildAuthorizationUrlWithPAR(config, pushed);
console.log(authorizationUrl.href);

const input = createInterface({ input: process.stdin });
const { value: arrivedAt } = await input[Symbol.asyncIterator]().next();
input.close();

const tokens = await client.authorizationCodeGrant(config, new URL(arrivedAt), checks);
console.log(JSON.stringify(tokens.claims()));
