// A real OpenID Connect provider (oidc-provider) for the tests of single sign-on.
//
// Usage: node identity-provider.mjs REDIRECT_URI...
// Prints three lines when it answers: the issuer, the client's id, the client's secret. Ends when its input ends.
//
// Its pages ask for any name: the account that logs in as NAME has sub NAME and e-mail NAME@example.gov.vn. A name that
// begins with "unverified" has an e-mail address that nobody has verified.

import http from "node:http";

import { Provider } from "oidc-provider";

const CLIENT = "khien";
const SECRET = "a secret that only this test knows";

const server = http.createServer();
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [{
    client_id: CLIENT,
    client_secret: SECRET,
    grant_types: ["authorization_code"],
    redirect_uris: process.argv.slice(2),
  }],
  claims: {
    openid: ["sub"],
    email: ["email", "email_verified"],
    profile: ["name"],
  },
  // Also in the ID token: not everybody asks the userinfo endpoint.
  conformIdTokenClaims: false,
  cookies: { keys: ["keys of a test"] },
  pkce: { required: () => true },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      name: id,
      email: `${id}@example.gov.vn`,
      email_verified: !id.startsWith("unverified"),
    }),
  }),
});
server.on("request", provider.callback());
console.log([issuer, CLIENT, SECRET].join("\n"));

process.stdin.on("end", () => process.exit(0)).resume();
