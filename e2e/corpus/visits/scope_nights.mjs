// Time at a robotic telescope: a star that is taken back, a page of failed exposures, a quota that is used up, a session that has ended.
const html = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Ridge Observatory</title><link rel="stylesheet" href="/built/page.css"><!-- SNIPPET --></head><body><div id="root"></div><script type="module" src="/built/page.js"></script></body></html>'
const used = { status: 429, json: { text: 'All three nights of this month are used. Come back in June.' } }
export default {
  title: 'Ridge Observatory', page: 'scope.js', held: false,
  routes: () => ({
    ...Object.fromEntries(['/', '/queue', '/time', '/account', '/away', '/object/m31', '/object/m57'].map((path) => [`GET ${path}`, { html }])),
    'PUT /api/stars': ({ n }) => (n === 1 ? { status: 500, wait: 500, json: {} } : { json: {} }),
    'POST /api/retry/1': { wait: 150, json: {} },
    'POST /api/retry/2': { status: 409, wait: 150, json: { text: 'Not now, the dome is shut' } },
    'POST /api/time': ({ n }) => ({ wait: n === 1 ? 4200 : 150, ...used }),
    'GET /api/me': { status: 401, json: {} },
    'POST /api/sign': { status: 403, json: { text: 'That phrase isn’t the one we know' } },
  }),
  async play(v) {
    const link = (name) => v.role('link', name, { exact: true })
    const label = (name) => v.page.getByLabel(name)
    await v.click('Andromeda Galaxy', link('Andromeda Galaxy'), { nav: '/object/m31', wait: 1600 })
    await v.back('/', { flags: ['quick_back'] })
    await v.type('Look for', label('Look for'), 'sun', { public: true, wait: 1800 })
    v.sees('The catalogue has nothing like that', { soft: true })
    await v.retype('Look for', label('Look for'), 'neb', { public: true, wait: 1500, why: 'looks for something else' })
    await v.click('Ring Nebula', link('Ring Nebula'), { nav: '/object/m57', wait: 2400 })
    await v.click('Invert the picture', v.button('Invert the picture'), { wait: 3400, why: 'the canvas changes' })
    await v.click('☆ Star it', v.button('☆ Star it'), { alt: ['Star it', '★ Starred'], flags: ['error_after', 'error_shown'], texts: ['We couldn’t keep that star, so we put it back.'], wait: 3600, why: 'starred at once, then taken back' })
    await v.click('☆ Star it', v.button('☆ Star it'), { alt: ['Star it', '★ Starred'], soft: ['★ Starred'], wait: 2200 })
    await v.click('Finder chart', v.button('Finder chart'), { flags: ['dead'], wait: 3400 })
    await v.click('Dome camera', v.button('Dome camera'), { flags: ['rage'], may: ['dead'], n: 4, gap: 180, wait: 3400, why: 'only the clock goes on' })
    await v.click('Queue', link('Queue'), { nav: '/queue', wait: 2000 })
    await v.click('Failed exposures (2)', v.page.getByText('Failed exposures (2)'), { soft: ['M 42, 60 s'], wait: 2000, why: 'a list of that name' })
    await v.click('Retry M 42, 60 s', v.button('Retry M 42, 60 s'), { soft: ['Queued'], wait: 2400 })
    await v.click('Retry M 81, 30 s', v.button('Retry M 81, 30 s'), { flags: ['error_after', 'error_shown'], texts: ['Not now, the dome is shut'], wait: 2600 })
    await v.click('In the queue', v.page.getByText('In the queue'), { soft: ['Two exposures wait for a clear sky.'], wait: 1600 })
    await v.click('Ask for time', link('Ask for time'), { nav: '/time', wait: 2000 })
    await v.type('What for', label('What for'), 'Dust lanes of a ring')
    await v.click('More minutes', v.button('More minutes'), { n: 5, gap: 220, wait: 1400, why: 'five minutes more at each click' })
    await v.screen()
    await v.click('Send my wish', v.button('Send my wish'), { flags: ['slow', 'wait', 'error_after', 'error_shown'], texts: ['All three nights of this month are used.'], wait: 6400 })
    await v.click('Send my wish', v.button('Send my wish'), { flags: ['error_after', 'error_shown', 'repeated_submit'], texts: ['All three nights of this month are used.'], wait: 2800 })
    await v.click('Get more nights', v.page.getByText('Get more nights'), { flags: ['dead'], wait: 3400 })
    await v.click('Account', link('Account'), { flags: ['error_after', 'error_shown'], texts: ['You’ve been away for a while'], nav: '/account', wait: 3000 })
    v.nav.push({ t: v.actions.at(-1).end + 200, url: '/away' }) // the page goes on by itself
    await v.type('Pass phrase', label('Pass phrase'), 'seven owls')
    await v.click('Sign in', v.button('Sign in'), { flags: ['error_after', 'error_shown'], texts: ['That phrase isn’t the one we know'], wait: 3200 })
    v.claim('true', { kind: 'clicked', text: 'Send my wish', count: 2 }, { kind: 'saw_text', text: 'All three nights of this month are used' }, { kind: 'request_failed', text: '/api/time', status: 429, count: 2 }, { kind: 'dead', text: 'Finder chart' }, { kind: 'rage', text: 'Dome camera' })
    v.claim('false', { kind: 'dead', text: 'Invert the picture' }, { kind: 'rage', text: 'More minutes' })
    v.claim('unknown', { kind: 'saw_text', text: 'Your night is booked' })
    v.ends('failed', 'no nights are left, and the visitor could not sign in again')
  },
}
