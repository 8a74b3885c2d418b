// An API that verifies access tokens with jose. Arguments: issuer, jwks_uri, token; it prints the claims.

import { createRemoteJWKSet, jwtVerify } from "jose";

const [issuer, jwksUri, token] = process.argv.slice(2);
const keys = createRemoteJWKSet(new URL(jwksUri));
const { payload } = await jwtVerify(token, keys, { issuer, audience: issuer, typ: "at+jwt" });
console.log(JSON.stringify(payload));
