// A client that registers itself with openid-client, and signs a person in. It prints the URL to
// send the person to, reads the URL at which they came back, and prints what it learned as JSON.
// Arguments: issuer, redirect_uri, initial access token.

import { createInterface } from "node:readline";
import * as client from "openid-client";

const [issuer, redirectUri, initialAccessToken] = process.argv.slice(2);

const metadata = {
  client_name: "Notes",
  "client_name#de": "Notizen",
  redirect_uris: [redirectUri],
  grant_types: ["authorization_code", "refresh_token"],
};
const config = await client.dynamicClientRegistration(
  new URL(issuer),
  metadata,
  client.ClientSecretBasic(),
  {
    execute: [client.allowInsecureRequests], // the issuer is on the loopback interface
    initialAccessToken,
  },
);

const checks = {
  pkceCodeVerifier: client.randomPKCECodeVerifier(),
  expectedState: client.randomState(),
  expectedNonce: client.randomNonce(),
  idTokenExpected: true,
};
const authorizationUrl = client.buildAuthorizationUrl(config, {
  redirect_uri: redirectUri,
  scope: "openid email offline_access",
  code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
  code_challenge_method: "S256",
  state: checks.expectedState,
  nonce: checks.expectedNonce,
});
console.log(authorizationUrl.href);

const input = createInterface({ input: process.stdin });
const { value: arrivedAt } = await input[Symbol.asyncIterator]().next();
input.close();

const tokens = await client.authorizationCodeGrant(config, new URL(arrivedAt), checks);
const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
const userinfo = await client.fetchUserInfo(config, refreshed.access_token, tokens.claims().sub);

console.log(JSON.stringify({ registered: config.clientMetadata(), userinfo }));
