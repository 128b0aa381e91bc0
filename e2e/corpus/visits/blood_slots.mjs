// A donor site rendered on the server: a slot that has just gone, a native validation bubble, a 404 page, a confirmation in plain words.
const css = 'body{font:16px/1.5 Georgia,serif;max-width:780px;margin:0 auto 40px;padding:0 12px}.site-head{display:flex;gap:16px;padding:10px 0;border-bottom:3px solid #a30d1f}.session{border:1px solid #ccc;border-radius:8px;padding:12px;margin:12px 0}.session--card{cursor:pointer}.session--card:hover{box-shadow:0 2px 8px #0003}.note{background:#fff3cd;padding:10px;border-left:4px solid #e0a800}.hint{color:#555;font-size:14px}input:user-invalid{border:2px solid #c00}.pill{padding:2px 10px;border-radius:12px;background:#eee}.pill--on{background:#cdeccd}.consent{position:fixed;bottom:0;left:0;right:0;background:#222;color:#fff;padding:14px;display:flex;gap:12px}.is-hidden{display:none}label{display:block;margin:8px 0}.stepper{display:inline-flex;gap:10px;align-items:center}'
const consent = '<div class="consent" id="consent"><span>We use cookies to keep you signed in.</span> <button type="button" id="needed">Only what is needed</button></div><script>const c = document.getElementById("consent"); if (document.cookie.includes("ok=1")) c.remove(); else document.getElementById("needed").onclick = () => { document.cookie = "ok=1;path=/"; c.remove() }</script>'
const page = (title, body, more = {}) => ({ ...more, html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title} · Give a pint</title><style>${css}</style><!-- SNIPPET --></head><body><header class="site-head"><a href="/">Donor home</a> <a href="/why">Why give</a> <a href="javascript:void(0)" class="site-head__app">Get the app</a></header><main><h1>${title}</h1>${body}</main><footer><p class="hint">Donations that failed to reach us in time: 3 of 11,400 last year.</p><button type="button">Call me back</button></footer>${consent}</body></html>` })
const slots = (gone) => ['10:20', '11:05', '12:40'].filter((slot) => slot !== gone).map((slot) => `<label><input type="radio" name="slot" value="${slot}" required> ${slot}</label>`).join('')

function routes() {
  let gone = '', flash = '', reminder = false
  const shown = () => { const now = flash; flash = ''; return now }
  return {
    'GET /': () => page('Give blood near you', '<form action="/sessions"><label>Postcode or town <input name="q"></label><button>Find a session</button></form><details><summary>Why some donations fail</summary><p>A vein may be too thin, or your iron too low. It is no fault of yours.</p></details>'),
    'GET /sessions': () => page('Sessions near you', '<div class="session session--card"><h2>Corn Exchange</h2><p>Tuesday 12 May, 10:00 to 13:00</p><p><a href="/corn-exchange/parking">Getting there</a></p></div><div class="session"><h2>St Mary’s Hall</h2><p>Full. Errors in this list? Tell the hall.</p></div><p><a href="/corn-exchange/times">Choose a time at the Corn Exchange</a></p>'),
    'GET /corn-exchange/parking': () => page('We can’t find that page', '<p>It may have moved, or the address was typed with a slip.</p>', { status: 404 }),
    'GET /corn-exchange/times': () => page('Choose a time', `${shown()}<form method="post"><fieldset><legend>Tuesday 12 May</legend>${slots(gone)}</fieldset><button>Hold this time</button></form>`),
    'POST /corn-exchange/times': ({ n }) => { if (n > 1) return { to: '/questions' }; gone = '10:20'; flash = '<p class="note">This slot has just gone. The times below are still free.</p>'; return { to: '/corn-exchange/times' } },
    'GET /questions': () => page('A few questions', '<form method="post"><label>Your full name <input name="name" required></label><label>Weeks since you last gave <input name="weeks" required inputmode="numeric"></label><p>Glasses of water today <span class="stepper"><button type="button" id="less">−</button><output id="water">0</output><button type="button" id="more" aria-label="One glass more">+</button></span></p><button>Continue</button></form><script>let w = 0; const show = (by) => { w = Math.max(0, w + by); document.getElementById("water").textContent = w }; document.getElementById("less").onclick = () => show(-1); document.getElementById("more").onclick = () => show(1)</script>'),
    'POST /questions': ({ form }) => (Number(form.get('weeks')) < 12 ? page('A few questions', `<p class="note">It’s a little too soon for you to give: we ask for 12 weeks in between.</p><form method="post"><label>Your full name <input name="name" required value="${form.get('name')}"></label><label>Weeks since you last gave <input name="weeks" required inputmode="numeric" value="${form.get('weeks')}"></label><button>Continue</button></form>`) : { to: '/see-you' }),
    'GET /see-you': () => page('See you on Tuesday', `<p>We’ve put you down for 11:05 at the Corn Exchange.</p><p>Reminder by text <span class="pill${reminder ? ' pill--on' : ''}">${reminder ? 'On' : 'Off'}</span></p><form method="post" action="/reminder"><button>${reminder ? 'Switch the reminder off' : 'Switch the reminder on'}</button></form><p><a href="data:text/calendar,BEGIN:VCALENDAR" download="donation.ics">Add to my calendar</a></p><p><button type="button" onclick="print()">Print this page</button></p>`),
    'POST /reminder': () => { reminder = true; return { to: '/see-you' } },
    'GET /why': () => page('Why give', '<p>One pint helps up to three people.</p>'),
  }
}

export default {
  routes, held: false,
  async play(v) {
    const text = (words) => v.page.getByText(words, { exact: true })
    const label = (name) => v.page.getByLabel(name)
    await v.click('Only what is needed', v.button('Only what is needed'), { wait: 1500, why: 'a cookie banner' })
    await v.click('Why some donations fail', text('Why some donations fail'), { soft: ['A vein may be too thin'], wait: 2000, why: 'a question and its answer' })
    await v.click('Get the app', text('Get the app'), { flags: ['dead'], wait: 3400 })
    await v.type('Postcode or town', label('Postcode or town'), 'Banbury', { public: true })
    await v.click('Find a session', v.button('Find a session'), { nav: '/sessions', wait: 2400 })
    await v.click('Corn Exchange', v.role('heading', 'Corn Exchange'), { flags: ['dead'], wait: 3400, why: 'a card that lifts under the mouse, and leads nowhere' })
    await v.click('Getting there', text('Getting there'), { flags: ['error_after', 'error_shown'], texts: ['We can’t find that page'], nav: '/corn-exchange/parking', wait: 2200 })
    await v.back('/sessions', { flags: ['quick_back'] })
    await v.click('Choose a time at the Corn Exchange', text('Choose a time at the Corn Exchange'), { nav: '/corn-exchange/times', wait: 2400 })
    await v.click('10:20', text('10:20'), { as: 'change' })
    await v.click('Hold this time', v.button('Hold this time'), { flags: ['error_shown'], texts: ['This slot has just gone.'], nav: '/corn-exchange/times', wait: 2800 })
    await v.click('11:05', text('11:05'), { as: 'change' })
    await v.click('Hold this time', v.button('Hold this time'), { nav: '/questions', wait: 2400 })
    await v.click('One glass more', v.button('One glass more'), { n: 5, gap: 220, wait: 1400, why: 'counts one up at each click' })
    await v.click('Continue', v.button('Continue'), { flags: ['error_shown'], wait: 3000, why: 'a red border and the browser’s own bubble: Please fill in this field' })
    await v.type('Your full name', label('Your full name'), 'Edda Winslow')
    await v.type('Weeks since you last gave', label('Weeks since you last gave'), '9', { public: true })
    await v.click('Continue', v.button('Continue'), { flags: ['error_shown'], texts: ['It’s a little too soon for you to give'], nav: '/questions', wait: 3000 })
    await v.screen()
    await v.retype('Weeks since you last gave', label('Weeks since you last gave'), '19', { public: true, flags: ['retyped'] })
    await v.click('Continue', v.button('Continue'), { texts: ['See you on Tuesday', 'We’ve put you down for 11:05 at the Corn Exchange.'], nav: '/see-you', wait: 2800 })
    await v.click('Add to my calendar', text('Add to my calendar'), { wait: 3400, why: 'downloads a file' })
    await v.click('Switch the reminder on', v.button('Switch the reminder on'), { soft: ['On'], nav: '/see-you', wait: 2800 })
    await v.click('Print this page', v.button('Print this page'), { wait: 3400, why: 'the browser’s dialog for printing' })
    await v.click('Call me back', v.button('Call me back'), { flags: ['rage'], may: ['dead'], n: 4, gap: 190, wait: 3400 })
    v.claim('true', { kind: 'saw_text', text: 'See you on Tuesday' }, { kind: 'saw_text', text: 'This slot has just gone' }, { kind: 'clicked', text: 'Hold this time', count: 2 }, { kind: 'rage', text: 'Call me back' })
    v.claim('false', { kind: 'dead', text: 'Hold this time' }, { kind: 'rage', text: 'One glass more' })
    v.claim('unknown', { kind: 'saw_text', text: 'Your booking was cancelled' })
    v.ends('success', 'a page says that the visitor is put down for 11:05')
  },
}
