// A public client on openid-client that holds a key. It prints the URL to send a person to, reads the
// URL at which they came back, and prints what it learned as JSON.
// Arguments: issuer, client_id, redirect_uri.

import { createInterface } from "node:readline";
import * as client from "openid-client";

const [issuer, clientId, redirectUri] = process.argv.slice(2);

const config = await client.discovery(new URL(issuer), clientId, undefined, client.None(), {
  execute: [client.allowInsecureRequests], // the issuer is on the loopback interface
});
const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256"));
const stranger = client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256"));

const checks = {
  pkceCodeVerifier: client.randomPKCECodeVerifier(),
  expectedState: client.randomState(),
};
const authorizationUrl = client.buildAuthorizationUrl(config, {
  redirect_uri: redirectUri,
  scope: "openid profile email offline_access",
  code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
  code_challenge_method: "S256",
  state: checks.expectedState,
  dpop_jkt: await DPoP.calculateThumbprint(),
});
console.log(authorizationUrl.href);

const input = createInterface({ input: process.stdin });
const { value: arrivedAt } = await input[Symbol.asyncIterator]().next();
input.close();

const refused = (error) => error.error ?? error.cause?.[0]?.parameters?.error ?? String(error);
const url = new URL(arrivedAt);

const codeByStranger = await client
  .authorizationCodeGrant(config, url, checks, undefined, { DPoP: stranger })
  .catch(refused);
const tokens = await client.authorizationCodeGrant(config, url, checks, undefined, { DPoP });
const claims = tokens.claims();
const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub, { DPoP });
const userinfoByStranger = await client
  .fetchUserInfo(config, tokens.access_token, claims.sub, { DPoP: stranger })
  .catch(refused);
const refreshByStranger = await client
  .refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP: stranger })
  .catch(refused);
const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP });

console.log(
  JSON.stringify({
    thumbprint: await DPoP.calculateThumbprint(),
    tokenTypes: [tokens.token_type, refreshed.token_type],
    accessToken: refreshed.access_token,
    userinfo,
    refusals: [codeByStranger, userinfoByStranger, refreshByStranger],
  }),
);
