// node-oidc-provider, set up to do in each request what `idp` does there, and no more.
//
// Its one argument is JSON: where to listen, and what to call things. When it listens, it prints a
// line of JSON: its clients, and the cookie of a browser in which somebody is signed
// in and has consented. From then on it says nothing: it has no log of requests.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

import { Provider } from 'oidc-provider';

import { Store } from './store.mjs';

const { host, port, routes, redirect_uri: redirectUri, scope } = JSON.parse(process.argv[2]);

const DAY = 86400;
const API = 'https://api.example/';
const ACCOUNT = { sub: 'alice-0123456789', name: 'Alice', preferred_username: 'alice',
  email: 'alice@example.com', email_verified: false };
// Those whose access tokens are JWTs get them for a resource: oidc-provider has no other way.
const WITH_JWTS = new Set(['app', 'machine']);

const APP = {
  redirect_uris: [redirectUri],
  response_types: ['code'],
  grant_types: ['authorization_code', 'refresh_token'],
};
const MACHINE = { redirect_uris: [], response_types: [], grant_types: ['client_credentials'] };

const clients = [client('app', APP), client('opaque_app', APP), client('machine', MACHINE)];

function client(name, metadata) {
  return { client_id: name, client_secret: randomBytes(32).toString('base64url'), ...metadata };
}

function signingKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'bench' };
}

const provider = new Provider(`http://${host}:${port}`, {
  adapter: Store,
  clients,
  jwks: { keys: [signingKey()] },
  routes,
  scopes: scope.split(' '),
  claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'] },
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ACCOUNT }),
  // It leaves offline_access out unless consent is asked for anew, so the grant type decides.
  issueRefreshToken: (ctx, { grantTypes }) => grantTypes.includes('refresh_token'),
  expiresWithSession: () => false,
  rotateRefreshToken: true,
  pkce: { required: () => true },
  clientBasedCORS: () => false,
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    revocation: { enabled: true, allowedPolicy: () => true },
    resourceIndicators: {
      enabled: true,
      defaultResource: (ctx, { clientId }) => (WITH_JWTS.has(clientId) ? API : undefined),
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope, audience: API, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  ttl: {
    AccessToken: 600,
    AuthorizationCode: 60,
    ClientCredentials: 600,
    IdToken: 3600,
    RefreshToken: 30 * DAY,
    Grant: 180 * DAY,
    Session: 30 * DAY,
    Interaction: 1800,
  },
});

async function consent(clientId) {
  const grant = new provider.Grant({ accountId: ACCOUNT.sub, clientId });
  grant.addOIDCScope(scope);
  if (WITH_JWTS.has(clientId)) grant.addResourceScope(API, scope);
  return grant.save(180 * DAY);
}

async function signIn() {
  const session = new provider.Session();
  session.loginAccount({ accountId: ACCOUNT.sub, amr: ['pwd'] });
  for (const { client_id: clientId, grant_types: grantTypes } of clients) {
    if (!grantTypes.includes('authorization_code')) continue;
    session.ensureClientContainer(clientId);
    session.grantIdFor(clientId, await consent(clientId));
  }
  await session.save(30 * DAY);
  return `${provider.cookieName('session')}=${session.id}`;
}

const cookie = await signIn();
createServer(provider.callback()).listen(port, host, () => {
  const secrets = clients.map((each) => [each.client_id, each.client_secret]);
  console.log(JSON.stringify({ cookie, clients: Object.fromEntries(secrets) }));
});
