// A device, and a client that asks people elsewhere, on openid-client. It prints what the person
// needs to know, and then, as JSON, the claims that it got by polling.
// Arguments: issuer, client_id, client_secret, "device" or the login_hint of a person.

import * as client from "openid-client";

const [issuer, clientId, clientSecret, whom] = process.argv.slice(2);

const authentication = client.ClientSecretBasic(clientSecret);
const config = await client.discovery(new URL(issuer), clientId, undefined, authentication, {
  execute: [client.allowInsecureRequests], // the issuer is on the loopback interface
});
client.enableNonRepudiationChecks(config); // verify the signature of the ID token, too

const scope = "openid profile";
let tokens;
if (whom === "device") {
  const answer = await client.initiateDeviceAuthorization(config, { scope });
  console.log(answer.verification_uri_complete);
  tokens = await client.pollDeviceAuthorizationGrant(config, answer);
} else {
  const request = { scope, login_hint: whom, binding_message: "W4SCT" };
  const answer = await client.initiateBackchannelAuthentication(config, request);
  console.log(answer.auth_req_id.length);
  tokens = await client.pollBackchannelAuthenticationGrant(config, answer);
}

console.log(JSON.stringify(tokens.claims()));
