"""Who is asking, how that is known, and what they may do.

`caller` says what a caller is and what each role may do; read it first.
`people` signs people in with passwords, `one_time` asks for their second factor,
`provider` for who they are elsewhere; `tickets` keeps them signed in;
`signature` knows programs by what they sign, `bearer` by what their provider
signed for them. `sealed` keeps what must be kept secret and read again.
"""
