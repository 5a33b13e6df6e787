import Provider from 'oidc-provider'
const [issuer, redirect, port] = process.argv.slice(2)
const provider = new Provider(issuer, {
  clients: [{ client_id: 'mingjing', client_secret: 'client-secret', redirect_uris: [redirect] }],
  claims: { openid: ['sub'], profile: ['preferred_username'] },
  pkce: { required: () => true },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id }) }),
})
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'))
