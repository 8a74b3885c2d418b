// A client that encrypts and decrypts with jose. Arguments: jwks_uri, alg, then either a signed request object, which it
// prints encrypted to the server; or its private key as a JWK and an ID token, whose claims it prints.

import { CompactEncrypt, compactDecrypt, createRemoteJWKSet, importJWK, jwtVerify } from "jose";

const [jwksUri, alg, ...rest] = process.argv.slice(2);
if (rest.length === 1) {
  const { keys } = await (await fetch(jwksUri)).json();
  const jwk = keys.find((key) => key.use === "enc" && key.alg === alg);
  const header = { alg, enc: "A256GCM", kid: jwk.kid, cty: "JWT" };
  const message = new CompactEncrypt(new TextEncoder().encode(rest[0])).setProtectedHeader(header);
  console.log(await message.encrypt(await importJWK(jwk, alg)));
} else {
  const [jwk, token] = rest;
  const { plaintext } = await compactDecrypt(token, await importJWK(JSON.parse(jwk), alg));
  const signed = new TextDecoder().decode(plaintext);
  console.log(JSON.stringify((await jwtVerify(signed, createRemoteJWKSet(new URL(jwksUri)))).payload));
}
