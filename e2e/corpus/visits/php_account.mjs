// Server-rendered: a failed login, an error page, a page that reports a sent mail, a profile.
const page = (title, body, note = '') => ({ html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title} - Rowing club</title><style>body{font:15px/1.5 Arial;max-width:640px;margin:16px auto}.panel{border:1px solid #ccc;padding:10px}.note-bad{background:#fdd;padding:8px}.note-good{background:#dfd;padding:8px}td{padding:3px 10px}</style><!-- SNIPPET --></head><body><p><a href="/">Home</a> <a href="/boats">Boats</a> <a href="/account">Account</a></p><h1>${title}</h1>${note}${body}</body></html>` })
function routes() {
  let note = '', inside = false
  const shown = () => { const now = note; note = ''; return now }
  const login = (bad = '') => page('Sign in', `<form method="post" action="/login"><p>${bad}</p><p><label for="u">User</label> <input id="u" name="u"></p><p><label for="p">Password</label> <input id="p" name="p" type="password"></p><button>Sign in</button> <a href="/forgot">Forgot your password?</a></form>`)
  return {
    'GET /': () => page('Rowing club', '<p>Races in which a crew was disqualified are not counted.</p><button type="button">Weather</button>'),
    'GET /account': () => (inside ? page('Account', `<form method="post" action="/account"><p><label for="n">Phone</label> <input id="n" name="n"></p><button>Save changes</button></form><p><button type="button">Delete photo</button></p><form method="post" action="/card"><button>Order a new card</button></form>`, shown()) : { to: '/login' }),
    'GET /login': () => login(),
    'POST /login': ({ n }) => { if (n === 1) return { status: 401, ...login('Unknown user or wrong password.') }; inside = true; return { to: '/account' } },
    'GET /forgot': page('Forgot your password?', '<form method="post" action="/forgot"><label for="m">E-mail</label> <input id="m" name="m"> <button>Send me a link</button></form>'),
    'POST /forgot': { wait: 300, ...page('Check your mail', '<p>If we know the address, a link is on its way to it.</p>') },
    'POST /account': () => { note = '<p class="note-good">Your changes were saved.</p>'; return { to: '/account' } },
    'POST /card': { status: 500, wait: 200, html: '<!doctype html><html><head><title>500</title><!-- SNIPPET --></head><body><h1>Internal Server Error</h1><p>The server could not finish your request.</p><p><a href="/account">Back</a></p></body></html>' },
    'GET /boats': { wait: 3400, ...page('Boats', '<table><tr><td>Heron</td><td>out of order</td></tr><tr><td>Teal</td><td>free</td></tr></table><button type="button">Reserve Teal</button>') },
  }
}
export default {
  routes, held: false,
  async play(v) {
    await v.click('Weather', v.button('Weather'), { flags: ['dead'], wait: 3300 })
    await v.click('Account', v.role('link', 'Account'), { nav: '/login', wait: 2300 })
    await v.type('User', v.page.getByLabel('User'), 'mirandola')
    await v.type('Password', v.page.getByLabel('Password'), 'heron-2019')
    await v.click('Sign in', v.button('Sign in'), { flags: ['error_after', 'error_shown'], texts: ['Unknown user or wrong password.'], nav: '/login', wait: 2600 })
    await v.click('Forgot your password?', v.role('link', 'Forgot your password?'), { nav: '/forgot', wait: 2300 })
    await v.type('E-mail', v.page.getByLabel('E-mail'), 'mira@row.test')
    await v.click('Send me a link', v.button('Send me a link'), { soft: ['a link is on its way to it.'], nav: '/forgot', wait: 2600 })
    await v.click('Boats', v.role('link', 'Boats'), { flags: ['slow'], soft: ['out of order'], nav: '/boats', wait: 5400, why: 'a boat is out of order, which is no error' })
    await v.click('Reserve Teal', v.button('Reserve Teal'), { flags: ['rage'], may: ['dead'], n: 4, gap: 180, wait: 3300 })
    await v.click('Account', v.role('link', 'Account'), { nav: '/login', wait: 2300 })
    await v.type('User', v.page.getByLabel('User'), 'mirandola')
    await v.type('Password', v.page.getByLabel('Password'), 'heron-2021')
    await v.click('Sign in', v.button('Sign in'), { nav: '/account', wait: 2400 })
    await v.screen()
    await v.click('Order a new card', v.button('Order a new card'), { flags: ['error_after', 'error_shown'], texts: ['Internal Server Error'], soft: ['The server could not finish your request.'], nav: '/card', wait: 2600 })
    await v.click('Back', v.role('link', 'Back'), { nav: '/account', wait: 2300 })
    await v.click('Delete photo', v.button('Delete photo'), { flags: ['dead'], wait: 3300 })
    await v.type('Phone', v.page.getByLabel('Phone'), '0770 900 118')
    await v.click('Save changes', v.button('Save changes'), { texts: ['Your changes were saved.'], nav: '/account', wait: 2600 })
    v.claim('true', { kind: 'clicked', text: 'Sign in', count: 2 }, { kind: 'saw_text', text: 'Your changes were saved' }, { kind: 'saw_text', text: 'wrong password' }, { kind: 'visited', text: '/boats', count: 1 }, { kind: 'dead', text: 'Delete photo' }, { kind: 'rage', text: 'Reserve Teal' })
    v.claim('false', { kind: 'dead', text: 'Boats' }, { kind: 'rage', text: 'Sign in' }, { kind: 'clicked', text: 'Sign in', count: 5 })
    v.claim('unknown', { kind: 'clicked', text: 'Sign out' }, { kind: 'visited', text: '/races' })
    v.ends(['success', 'not shown'], 'changes were saved in the end; no card could be ordered')
  },
}
