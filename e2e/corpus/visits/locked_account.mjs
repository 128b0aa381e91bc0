// A server-rendered sign-in that refuses three times and then locks the account; its help page is gone.
const css = 'body{font:16px/1.5 Arial;max-width:520px;margin:32px auto}.govuk-error-summary{border:4px solid #d4351c;padding:12px}.govuk-inset-text{border-left:8px solid #b1b4b6;padding:8px 12px}label{display:block}'
const page = (title, body) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title} - Tax office</title><style>${css}</style><!-- SNIPPET --></head><body><header><a href="/">Tax office</a></header><main><h1>${title}</h1>${body}</main><footer><a href="/help">Help with signing in</a></footer></body></html>`
const form = '<div class="govuk-inset-text">We never ask for your password by phone.</div><form method="post" action="/login" novalidate><label for="id">Taxpayer number</label><input id="id" name="id"><label for="pw">Password</label><input id="pw" name="pw" type="password"><p><button>Sign in</button></p></form><details><summary>Your account may be locked</summary><p>Accounts are locked after three failed attempts.</p></details>'
const refused = (text) => `<div class="govuk-error-summary" role="alert" tabindex="-1"><h2>There is a problem</h2><p>${text}</p></div>${form}`
export default {
  held: true, path: '/login',
  routes: () => ({
    'GET /login': { html: page('Sign in', form) },
    'POST /login': ({ n }) => [
      { html: page('Sign in', refused('Enter your password')) },
      { html: page('Sign in', refused('Taxpayer number or password do not match')) },
      { html: page('Sign in', refused('Taxpayer number or password do not match. You have one try left.')) },
      { status: 429, html: page('Your account is locked', '<p>You tried too often. You can sign in again in 30 minutes.</p>') },
    ][n - 1],
    'GET /help': { status: 404, html: page('Page not found', '<p>If you typed the web address, check it is correct.</p><p><a href="/login">Sign in page</a></p>') },
  }),
  async play(v) {
    const label = (name) => v.page.getByLabel(name)
    await v.click('Your account may be locked', v.page.locator('summary'), { soft: ['Accounts are locked after three failed attempts.'], wait: 1800, why: 'a help text' })
    await v.type('Taxpayer number', label('Taxpayer number'), '7745120')
    await v.click('Sign in', v.button('Sign in'), { flags: ['error_shown'], texts: ['Enter your password'], nav: '/login', wait: 2400 })
    await v.type('Taxpayer number', label('Taxpayer number'), '7745120')
    await v.type('Password', label('Password'), 'winterlight')
    await v.click('Sign in', v.button('Sign in'), { flags: ['error_shown'], texts: ['Taxpayer number or password do not match'], nav: '/login', wait: 2600 })
    await v.type('Taxpayer number', label('Taxpayer number'), '7745120')
    await v.type('Password', label('Password'), 'winternight')
    await v.key('Sign in', 'Enter', { flags: ['error_shown'], alt: ['Password'], texts: ['You have one try left.'], nav: '/login', wait: 2600 })
    await v.screen()
    await v.type('Taxpayer number', label('Taxpayer number'), '7745120')
    await v.type('Password', label('Password'), 'Winterlight1')
    await v.click('Sign in', v.button('Sign in'), { flags: ['error_shown', 'error_after'], texts: ['You tried too often.'], soft: ['Your account is locked'], nav: '/login', wait: 3200 })
    await v.click('Help with signing in', v.role('link', 'Help with signing in'), { flags: ['error_shown', 'error_after'], soft: ['Page not found'], nav: '/help', wait: 3400 })
    v.claim('true', { kind: 'clicked', text: 'Sign in', count: 4 }, { kind: 'visited', text: '/help', count: 1 }, { kind: 'saw_text', text: 'do not match' })
    v.claim('false', { kind: 'rage', text: 'Sign in' }, { kind: 'dead', text: 'Sign in' })
    v.claim('unknown', { kind: 'saw_text', text: 'Welcome back' })
    v.ends('failed', 'the account was locked after wrong passwords')
  },
}
