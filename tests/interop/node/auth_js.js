// An app on Auth.js with Express. Its session is the cookie of Auth.js; each look at the session
// refreshes the access token, as Auth.js' guide to refresh token rotation does it for old ones.

import { ExpressAuth } from "@auth/express";
import { getToken } from "@auth/core/jwt";
import express from "express";

const { ISSUER, PORT, CLIENT_ID, CLIENT_SECRET, AUTH_SECRET } = process.env;
const metadata = await (await fetch(`${ISSUER}/.well-known/openid-configuration`)).json();

const provider = {
  id: "idp",
  name: "idp",
  type: "oidc",
  issuer: ISSUER,
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  client: { token_endpoint_auth_method: "client_secret_post" },
  checks: ["pkce", "state", "nonce"],
  authorization: { params: { scope: "openid profile email offline_access" } },
  idToken: false, // read who they are from the UserInfo endpoint
};

async function refreshed(token) {
  const response = await fetch(metadata.token_endpoint, {
    method: "POST",
    body: new URLSearchParams({
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      grant_type: "refresh_token",
      refresh_token: token.tokens.refresh_token,
    }),
  });
  const tokens = await response.json();
  if (!response.ok) throw new Error(tokens.error);
  return { ...token, tokens: { ...token.tokens, ...tokens } };
}

const config = {
  providers: [provider],
  callbacks: {
    async jwt({ token, account }) {
      if (!account) return refreshed(token);
      const { access_token, refresh_token, id_token } = account;
      return { ...token, tokens: { access_token, refresh_token, id_token } };
    },
    async session({ session, token }) {
      return { ...session, access_token: token.tokens.access_token };
    },
  },
};

const app = express();

// The session at the server ends first; then Auth.js asks, and ends its own.
app.get("/sign-out", async (request, response) => {
  const { tokens } = await getToken({ req: { headers: request.headers }, secret: AUTH_SECRET });
  const url = new URL(metadata.end_session_endpoint);
  url.searchParams.set("id_token_hint", tokens.id_token);
  url.searchParams.set("post_logout_redirect_uri", `http://localhost:${PORT}/auth/signout`);
  response.redirect(url.href);
});
app.use("/auth", ExpressAuth(config));
app.listen(PORT, "localhost");
