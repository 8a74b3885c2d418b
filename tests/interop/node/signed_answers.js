// A relying party on openid-client that has its answers signed: the authorization response (JARM) and introspection (RFC 9701).
// With a private key they are encrypted, too. It prints the URL to send a person to, reads the URL at which they came back, and
// prints what it learned as JSON. Arguments: issuer, client_id, client_secret, redirect_uri, perhaps a private P-256 key as a JWK.

import { createInterface } from "node:readline";
import * as client from "openid-client";

const [issuer, clientId, clientSecret, redirectUri, privateJwk] = process.argv.slice(2);

const registered = { introspection_signed_response_alg: "ES256", authorization_signed_response_alg: "ES256" };
const authentication = client.ClientSecretBasic(clientSecret);
const config = await client.discovery(new URL(issuer), clientId, registered, authentication, {
  execute: [client.allowInsecureRequests], // the issuer is on the loopback interface
});
client.enableNonRepudiationChecks(config); // verify the signature of introspection, too
client.useJwtResponseMode(config);
if (privateJwk) {
  const jwk = JSON.parse(privateJwk);
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("jwk", jwk, curve, false, ["deriveBits"]);
  client.enableDecryptingResponses(config, ["A128CBC-HS256"], { key, kid: jwk.kid });
}

const input = createInterface({ input: process.stdin });
const lines = input[Symbol.asyncIterator]();

async function askFor(parameters) {
  const checks = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
  };
  const authorizationUrl = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: "openid",
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: "S256",
    state: checks.expectedState,
    ...parameters,
  });
  console.log(authorizationUrl.href);
  const { value: arrivedAt } = await lines.next();
  return client.authorizationCodeGrant(config, new URL(arrivedAt), checks);
}

const refusal = await askFor({ prompt: "none" }).catch((error) => error.error);
const tokens = await askFor({});
input.close();
const introspected = await client.tokenIntrospection(config, tokens.access_token);
console.log(JSON.stringify({ refusal, claims: tokens.claims(), introspected }));
