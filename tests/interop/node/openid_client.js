// A relying party on openid-client. It prints the URL to send a person to, reads the URL at which
// they came back, and prints what it learned as JSON.
// Arguments: issuer, client_id, client_secret, redirect_uri, post_logout_redirect_uri.

import { createInterface } from "node:readline";
import * as client from "openid-client";

const [issuer, clientId, clientSecret, redirectUri, postLogoutRedirectUri] = process.argv.slice(2);

const authentication = client.ClientSecretBasic(clientSecret); // what registration defaults to
const config = await client.discovery(new URL(issuer), clientId, undefined, authentication, {
  execute: [client.allowInsecureRequests], // the issuer is on the loopback interface
});
client.enableNonRepudiationChecks(config); // verify the signature of the ID token, too

const checks = {
  pkceCodeVerifier: client.randomPKCECodeVerifier(),
  expectedState: client.randomState(),
  expectedNonce: client.randomNonce(),
  idTokenExpected: true,
};
const authorizationUrl = client.buildAuthorizationUrl(config, {
  redirect_uri: redirectUri,
  scope: "openid profile email offline_access",
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
const claims = tokens.claims();
const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
const before = await client.tokenIntrospection(config, refreshed.access_token);
await client.tokenRevocation(config, refreshed.refresh_token);
const after = await client.tokenIntrospection(config, refreshed.access_token);
const endSessionUrl = client.buildEndSessionUrl(config, {
  id_token_hint: tokens.id_token,
  post_logout_redirect_uri: postLogoutRedirectUri,
  state: "signed out",
});

console.log(
  JSON.stringify({
    supportsPkce: config.serverMetadata().supportsPKCE(),
    claims,
    userinfo,
    wasRefreshed: refreshed.access_token !== tokens.access_token,
    before,
    after,
    endSessionUrl: endSessionUrl.href,
  }),
);
